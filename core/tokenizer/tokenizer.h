// SPDX-License-Identifier: GPL-3.0-or-later
// Text to token ids and back.
#pragma once

#include "core/base/ids.h"
#include "core/base/result.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tessera {

class SpecialTokens;

struct EncodeOptions {
    bool add_special = true;     // BOS and EOS where the model asks for them
    bool parse_special = false;  // "<|im_end|>" in the text becomes the control token; never for what a user typed
};

/// Immutable after loading; any thread may call any method.
class Tokenizer {
public:
    virtual ~Tokenizer() = default;

    /// For people: "sentencepiece", "llama.cpp (BPE)", …
    virtual std::string description() const = 0;
    virtual std::size_t vocabularySize() const = 0;

    /// InvalidArgument when the text is longer than limits::kMaxPromptBytes, Corrupt when the vocabulary has no token
    /// for a byte of it. Invalid UTF-8 is encoded as the vocabulary's byte tokens allow. Where libllama would exhaust the stack, text without a space is
    /// tokenized in stretches of 4096 characters (core/tokenizer/long_runs.h).
    virtual Result<std::vector<TokenId>> encode(std::string_view text, const EncodeOptions& options) const = 0;

    /// Text of one token as bytes: may be part of a UTF-8 character. Control tokens give "" unless `special`.
    /// "" for ids outside the vocabulary.
    virtual std::string piece(TokenId token, bool special = false) const = 0;
    /// Text of a sequence: its pieces joined, without the space that encoding puts before the first word (SPM).
    virtual std::string decode(std::span<const TokenId> tokens, bool special = false) const = 0;

    /// "<|im_end|>" and the like: stands in a text only when special tokens are parsed, and decodes to nothing.
    virtual bool isControl(TokenId token) const = 0;
    /// EOS, EOT and the like: the model has finished its turn.
    virtual bool isEndOfGeneration(TokenId token) const = 0;
    virtual std::optional<TokenId> bos() const = 0;
    virtual std::optional<TokenId> eos() const = 0;
    /// encode() puts bos() before the text when asked to add special tokens.
    virtual bool addsBos() const { return false; }

    /// What is looked for in a text before it is tokenized; null when the tokenizer has no such table. Lives as long as
    /// the tokenizer.
    virtual const SpecialTokens* specialTokens() const { return nullptr; }
};

/// Turns tokens into text as they come, never half a UTF-8 character. One thread at a time.
class StreamDecoder {
public:
    explicit StreamDecoder(const Tokenizer& tokenizer, bool special = false)
        : m_tokenizer(tokenizer), m_special(special) {}
    /// Without the texts of control tokens, but for these.
    StreamDecoder(const Tokenizer& tokenizer, std::vector<TokenId> shown)
        : m_tokenizer(tokenizer), m_special(false), m_shown(std::move(shown)) {}

    /// The text that became complete with this token (may be empty). Bytes that can never become valid UTF-8 turn
    /// into U+FFFD.
    std::string push(TokenId token);
    /// What is left at the end, replaced by U+FFFD when incomplete.
    std::string flush();

private:
    const Tokenizer& m_tokenizer;
    bool m_special;
    std::vector<TokenId> m_shown;
    std::string m_pending;
};

}  // namespace tessera
