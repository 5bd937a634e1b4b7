// SPDX-License-Identifier: GPL-3.0-or-later
// Fragments that this machine's store holds.
#pragma once

#include "core/loader/fragment_loader.h"

#include <memory>

namespace tessera {

/// `store` must outlive the loader. With `verify` false (plain GGUF) bytes leave as they are.
std::unique_ptr<FragmentLoader> makeLocalLoader(FragmentStore& store, bool verify = true);

}  // namespace tessera
