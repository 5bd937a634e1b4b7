// SPDX-License-Identifier: GPL-3.0-or-later
// The part of loadTensor that is the same for every loader.
#pragma once

#include "core/loader/fragment_loader.h"

namespace tessera {

/// Loads all fragments of a tensor through `loader` on all cores and joins them. NotFound when there is no such tensor.
Result<LoadedTensor> assembleTensor(FragmentLoader& loader, const FragmentIndexByTensor& index, std::string_view name,
                                    const Operation& operation);

}  // namespace tessera
