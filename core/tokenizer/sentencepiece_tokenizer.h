// SPDX-License-Identifier: GPL-3.0-or-later
// A SentencePiece `tokenizer.model`: sentencepiece segments the text; what surrounds that (special tokens, BOS and EOS,
// pieces back to text) follows the GGUF, so that ids are the same whether the file is there or not.
#pragma once

#include "core/tokenizer/gguf_tokenizer.h"

#include <sentencepiece_processor.h>

#include <filesystem>
#include <memory>

namespace tessera {

class SentencePieceTokenizer : public Tokenizer {
public:
    static Result<std::unique_ptr<SentencePieceTokenizer>> load(const std::filesystem::path& model, const TensorSource& source);

    std::string description() const override { return "sentencepiece"; }
    std::size_t vocabularySize() const override { return m_vocabulary->vocabularySize(); }
    Result<std::vector<TokenId>> encode(std::string_view text, const EncodeOptions& options) const override;
    std::string piece(TokenId token, bool special) const override { return m_vocabulary->piece(token, special); }
    std::string decode(std::span<const TokenId> tokens, bool special) const override {
        return m_vocabulary->decode(tokens, special);
    }
    bool isControl(TokenId token) const override { return m_vocabulary->isControl(token); }
    bool isEndOfGeneration(TokenId token) const override { return m_vocabulary->isEndOfGeneration(token); }
    std::optional<TokenId> bos() const override { return m_vocabulary->bos(); }
    std::optional<TokenId> eos() const override { return m_vocabulary->eos(); }
    bool addsBos() const override { return m_vocabulary->addsBos(); }
    const SpecialTokens* specialTokens() const override { return m_vocabulary->specialTokens(); }

private:
    using Processor = sentencepiece::SentencePieceProcessor;
    SentencePieceTokenizer(std::unique_ptr<GgufTokenizer> vocabulary, std::unique_ptr<Processor> processor);
    Result<void> encodeStretch(std::string_view text, std::vector<TokenId>& out) const;

    std::unique_ptr<GgufTokenizer> m_vocabulary;  // the same pieces, by id
    std::unique_ptr<Processor> m_processor;
};

}  // namespace tessera
