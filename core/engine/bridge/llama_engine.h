// SPDX-License-Identifier: GPL-3.0-or-later
// llama.cpp as the second engine and as the reference, fed from fragments.
#pragma once

#include "core/engine/engine.h"
#include "core/gguf/tensor_source.h"

#include <filesystem>
#include <memory>
#include <vector>

namespace tessera {

/// With `files` (the complete, checked GGUF or all parts of a split one) they are mapped as they are; empty: the GGUF
/// is rebuilt from the source into anonymous memory (a temporary file removed at once on Windows and macOS).
/// The source must outlive the engine.
Result<std::unique_ptr<Engine>> loadLlamaEngine(const TensorSource& source,
                                                const std::vector<std::filesystem::path>& files,
                                                const EngineOptions& options, const Operation& operation);

}  // namespace tessera
