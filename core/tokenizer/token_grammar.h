// SPDX-License-Identifier: GPL-3.0-or-later
// Which tokens may come next, so that an answer follows a grammar: libllama's grammar over the model's vocabulary.
#pragma once

#include "core/base/ids.h"
#include "core/base/result.h"
#include "core/tokenizer/tokenizer.h"

#include <memory>
#include <span>
#include <string>

namespace tessera {

/// The state of one answer; one thread at a time. The tokenizer must outlive it.
class TokenGrammar {
public:
    /// `gbnf`: rules in llama.cpp's notation, beginning at "root". InvalidArgument when they do not parse; Unsupported
    /// when the vocabulary is not the GGUF's own.
    static Result<TokenGrammar> create(const Tokenizer& tokenizer, const std::string& gbnf);
    TokenGrammar(TokenGrammar&&) noexcept;
    TokenGrammar& operator=(TokenGrammar&&) noexcept;
    ~TokenGrammar();

    /// The end of generation is allowed where the answer may end.
    bool allows(TokenId token) const;
    /// Sets what is not allowed to −infinity. [vocabulary]
    void restrict(std::span<float> logits) const;
    /// `token` must be allowed.
    void accept(TokenId token);

private:
    struct Impl;
    explicit TokenGrammar(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

}  // namespace tessera
