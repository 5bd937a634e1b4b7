// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/token_grammar.h"

#include "core/base/format.h"
#include "core/base/quote.h"
#include "core/tokenizer/gguf_tokenizer.h"
#include "core/tokenizer/llama_log_capture.h"

#include <llama.h>

#include <cmath>
#include <exception>
#include <vector>

namespace tessera {

struct TokenGrammar::Impl {
    std::unique_ptr<llama_sampler, decltype(&llama_sampler_free)> sampler{nullptr, &llama_sampler_free};
};

TokenGrammar::TokenGrammar(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
TokenGrammar::TokenGrammar(TokenGrammar&&) noexcept = default;
TokenGrammar& TokenGrammar::operator=(TokenGrammar&&) noexcept = default;
TokenGrammar::~TokenGrammar() = default;

Result<TokenGrammar> TokenGrammar::create(const Tokenizer& tokenizer, const std::string& gbnf) {
    const auto* own = dynamic_cast<const GgufTokenizer*>(&tokenizer);
    if (!own) return fail(ErrorKind::Unsupported, "answers of a fixed form need the vocabulary of the GGUF itself");
    auto impl = std::make_unique<Impl>();
    const LlamaLogCapture log;
    try {
        impl->sampler.reset(llama_sampler_init_grammar(own->vocabulary(), gbnf.c_str(), "root"));
    } catch (const std::exception& error) {
        return fail(ErrorKind::InvalidArgument, format("the grammar cannot be used: {}", oneLine(error.what(), 200)));
    }
    if (!impl->sampler) return fail(ErrorKind::InvalidArgument, format("the grammar cannot be used: {}", oneLine(log.firstError(), 200)));
    return TokenGrammar(std::move(impl));
}

bool TokenGrammar::allows(TokenId token) const {
    llama_token_data one{toInt(token), 1.0f, 0.0f};
    llama_token_data_array array{&one, 1, -1, false};
    llama_sampler_apply(m_impl->sampler.get(), &array);
    return !std::isinf(one.logit);
}

void TokenGrammar::restrict(std::span<float> logits) const {
    std::vector<llama_token_data> candidates(logits.size());
    for (std::size_t i = 0; i < logits.size(); ++i) candidates[i] = {static_cast<llama_token>(i), 0.0f, 0.0f};
    llama_token_data_array array{candidates.data(), candidates.size(), -1, false};
    llama_sampler_apply(m_impl->sampler.get(), &array);
    for (std::size_t i = 0; i < array.size; ++i)
        if (std::isinf(array.data[i].logit)) logits[static_cast<std::size_t>(array.data[i].id)] = -INFINITY;
}

void TokenGrammar::accept(TokenId token) { llama_sampler_accept(m_impl->sampler.get(), toInt(token)); }

}  // namespace tessera
