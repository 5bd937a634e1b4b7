// SPDX-License-Identifier: GPL-3.0-or-later
// A model's GGUF file(s) in files without a name, for a library that reads only files.
#pragma once

#include "core/base/operation.h"
#include "core/base/platform/file.h"
#include "core/gguf/tensor_source.h"

#include <vector>

namespace tessera {

/// One anonymous file per file of the model: header and tensors at their places; gaps between tensors are zero. All
/// bytes come verified from the source. OutOfMemory (with the numbers) when the model does not fit into memory.
/// Progress counts bytes.
Result<std::vector<File>> rebuildGguf(const TensorSource& source, const Operation& operation);

}  // namespace tessera
