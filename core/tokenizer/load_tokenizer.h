// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gguf/tensor_source.h"
#include "core/tokenizer/tokenizer.h"

#include <filesystem>
#include <memory>

namespace tessera {

/// The GGUF's own vocabulary through libllama, from the header bytes alone.
Result<std::unique_ptr<Tokenizer>> loadGgufTokenizer(const TensorSource& source);

/// A SentencePiece `tokenizer.model`. Its pieces must equal the GGUF's (`source`): otherwise Corrupt, saying which
/// piece differs first and how to go on (remove the file, and the GGUF's vocabulary is used).
Result<std::unique_ptr<Tokenizer>> loadSentencePieceTokenizer(const std::filesystem::path& model, const TensorSource& source);

/// `tokenizer_model` when not empty, otherwise the GGUF's.
Result<std::unique_ptr<Tokenizer>> loadTokenizer(const TensorSource& source, const std::filesystem::path& tokenizer_model);

}  // namespace tessera
