// SPDX-License-Identifier: GPL-3.0-or-later
// A tokenizer for models with 288 tokens: one token per byte, 256 ends the answer, 257 begins a text.
#pragma once

#include "core/tokenizer/tokenizer.h"

namespace tessera::test {

class ByteTokenizer : public Tokenizer {
public:
    static constexpr TokenId kEnd{256};
    static constexpr TokenId kBegin{257};

    explicit ByteTokenizer(bool with_bos = false) : m_with_bos(with_bos) {}

    std::string description() const override { return "bytes"; }
    std::size_t vocabularySize() const override { return 288; }

    Result<std::vector<TokenId>> encode(std::string_view text, const EncodeOptions& options) const override {
        std::vector<TokenId> tokens;
        if (m_with_bos && options.add_special) tokens.push_back(kBegin);
        for (const char c : text) tokens.push_back(TokenId{static_cast<unsigned char>(c)});
        return tokens;
    }
    std::string piece(TokenId token, bool special) const override {
        if (toInt(token) >= 0 && toInt(token) < 256) return std::string(1, static_cast<char>(toInt(token)));
        return special ? "<" + std::to_string(toInt(token)) + ">" : std::string();
    }
    std::string decode(std::span<const TokenId> tokens, bool special) const override {
        std::string text;
        for (const TokenId token : tokens) text += piece(token, special);
        return text;
    }
    bool isControl(TokenId token) const override { return toInt(token) > 255; }
    bool isEndOfGeneration(TokenId token) const override { return token == kEnd; }
    std::optional<TokenId> bos() const override { return kBegin; }
    std::optional<TokenId> eos() const override { return kEnd; }

private:
    bool m_with_bos;
};

}  // namespace tessera::test
