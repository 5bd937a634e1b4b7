// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/load_tokenizer.h"

namespace tessera {

Result<std::unique_ptr<Tokenizer>> loadTokenizer(const TensorSource& source, const std::filesystem::path& tokenizer_model) {
    if (tokenizer_model.empty()) return loadGgufTokenizer(source);
    return loadSentencePieceTokenizer(tokenizer_model, source);
}

}  // namespace tessera
