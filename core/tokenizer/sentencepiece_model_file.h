// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/gguf/metadata.h"

#include <filesystem>
#include <memory>

namespace sentencepiece {
class ModelProto;
}

namespace tessera {

/// Reads a `tokenizer.model` and holds it against the GGUF's vocabulary: every piece with its type and score must be the
/// same; tokens that the GGUF has beyond them must be special ones. Errors as loadSentencePieceTokenizer says.
Result<std::unique_ptr<sentencepiece::ModelProto>> readSentencePieceModel(const std::filesystem::path& path,
                                                                          const Metadata& metadata);

}  // namespace tessera
