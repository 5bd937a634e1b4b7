// SPDX-License-Identifier: GPL-3.0-or-later
// The GGUF's own vocabulary through libllama.
#pragma once

#include "core/gguf/tensor_source.h"
#include "core/tokenizer/special_tokens.h"
#include "core/tokenizer/tokenizer.h"

#include <llama.h>

#include <memory>

namespace tessera {

class GgufTokenizer : public Tokenizer {
public:
    static Result<std::unique_ptr<GgufTokenizer>> load(const TensorSource& source);

    std::string description() const override;
    std::size_t vocabularySize() const override { return m_size; }
    Result<std::vector<TokenId>> encode(std::string_view text, const EncodeOptions& options) const override;
    std::string piece(TokenId token, bool special) const override;
    std::string decode(std::span<const TokenId> tokens, bool special) const override;
    bool isControl(TokenId token) const override;
    bool isEndOfGeneration(TokenId token) const override;
    std::optional<TokenId> bos() const override;
    std::optional<TokenId> eos() const override;
    bool addsBos() const override { return m_begin.has_value(); }
    const SpecialTokens* specialTokens() const override { return &m_special; }
    const llama_vocab* vocabulary() const { return m_vocab; }

    /// A space goes before the first word of every stretch between special tokens.
    bool addsSpacePrefix() const { return m_space_prefix; }
    /// What encode() puts around the text when asked to add special tokens.
    std::optional<TokenId> beginToken() const { return m_begin; }
    std::optional<TokenId> endToken() const { return m_end; }

private:
    struct FreeModel {
        void operator()(llama_model* model) const { llama_model_free(model); }
    };
    using ModelPointer = std::unique_ptr<llama_model, FreeModel>;

    GgufTokenizer(ModelPointer model, const Metadata& metadata);
    Result<void> readBeginAndEnd();
    void findClosingTag();
    void collectSpecialTokens();
    /// The whole text in one go, as llama_tokenize; appends.
    Result<void> tokenize(std::string_view text, bool parse_special, std::vector<TokenId>& out) const;
    /// The same, special tokens found by us and long runs cut.
    Result<void> tokenizeInParts(std::string_view text, bool parse_special, std::vector<TokenId>& out) const;
    bool contains(TokenId token) const;
    unsigned attributes(TokenId token) const;

    ModelPointer m_model;
    const llama_vocab* m_vocab;
    std::size_t m_size;
    bool m_space_prefix;
    bool m_bounds_runs;  // see long_runs.h
    /// "</s>" where it is a word of HTML, as "<s>" is (Gemma 3): libllama takes every token of this text for an end.
    std::optional<TokenId> m_closing_tag;
    std::optional<TokenId> m_begin;
    std::optional<TokenId> m_end;
    SpecialTokens m_special;
};

}  // namespace tessera
