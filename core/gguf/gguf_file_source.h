// SPDX-License-Identifier: GPL-3.0-or-later
// A plain GGUF on disk as a TensorSource: nothing to verify against, everything mapped.
#pragma once

#include "core/gguf/tensor_source.h"

#include <filesystem>
#include <memory>

namespace tessera {

/// Opens and maps the file(s) of a model.
Result<std::unique_ptr<TensorSource>> openGgufSource(const std::filesystem::path& path);

}  // namespace tessera
