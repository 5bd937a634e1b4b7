// SPDX-License-Identifier: GPL-3.0-or-later
// A RowHolder whose first products a second one computes as well: one bit that differs, and it is not believed. For the
// .cpp files of this folder and its tests.
#pragma once

#include "core/compute/row_holder.h"

#include <string>

namespace tessera {

struct RowCheckOptions {
    std::uint32_t rows = 0;                    // of each matrix's inputs that are checked
    std::size_t ranges = 0;                    // of matrices
    std::string checker = {};                  // for messages
    std::function<void()> on_difference = {};  // called before take() fails
};

/// Both must be open. Results are `holder`'s. take() fails with Corrupt when `checker` has other bits. When `checker`
/// itself fails, the rest goes unchecked. It is closed when it has checked so many rows of every range.
std::shared_ptr<RowHolder> makeCheckedRows(std::shared_ptr<RowHolder> holder, std::shared_ptr<RowHolder> checker, RowCheckOptions options);

}  // namespace tessera
