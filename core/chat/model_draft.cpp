// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/chat/model_draft.h"

#include "core/base/format.h"
#include "core/base/log.h"
#include "core/chat/common_beginning.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace tessera {

Result<std::unique_ptr<ModelDraft>> ModelDraft::create(Engine& engine, std::uint32_t context_tokens, std::size_t vocabulary, std::size_t most) {
    const std::uint32_t trained = engine.facts().training_context;
    SessionOptions options;
    options.context_tokens = trained > 0 ? std::min(context_tokens, trained) : context_tokens;
    TESSERA_TRY(auto session, engine.createSession(options));
    return std::make_unique<ModelDraft>(std::move(session), vocabulary, most);
}

void ModelDraft::add(TokenId token) {
    m_text.push_back(token);
    m_length.tokenCame();
}

std::vector<TokenId> ModelDraft::guess(std::size_t room, const std::stop_token& stop) {
    const std::size_t length = std::min({m_length.next(), room, std::size_t{m_session->contextTokens() / 2}});
    if (m_failed || length == 0 || m_text.empty()) return {};
    auto guessed = lookAhead(length, {.stop = stop});
    if (guessed) return *std::move(guessed);
    if (guessed.error().kind == ErrorKind::Cancelled) return {};
    m_failed = true;
    logWarning(format("the draft model guesses no more: {}", guessed.error().message));
    return {};
}

Result<std::vector<TokenId>> ModelDraft::lookAhead(std::size_t length, const Operation& operation) {
    const std::size_t context = m_session->contextTokens();
    if (m_text.size() + length > context) m_text.erase(m_text.begin(), m_text.end() - static_cast<std::ptrdiff_t>(context / 2));
    TESSERA_TRY(Rows logits, readText(operation));
    std::vector<TokenId> guessed;
    while (true) {
        const Likeliest next = likeliest(logits.row(0));
        if (!(next.probability >= m_least_probability)) return guessed;  // also what is not a number
        guessed.push_back(next.token);
        if (guessed.size() == length) return guessed;
        TESSERA_TRY(logits, evaluate(std::span(&next.token, 1), operation));
    }
}

/// Forgets the guesses that did not come, and reads what came instead.
Result<Rows> ModelDraft::readText(const Operation& operation) {
    const std::size_t common = std::min(commonBeginning(m_text, m_cached), m_text.size() - 1);
    TESSERA_CHECK(m_session->truncate(static_cast<std::uint32_t>(common)));
    m_cached.resize(common);
    return evaluate(std::span(m_text).subspan(common), operation);
}

Result<Rows> ModelDraft::evaluate(std::span<const TokenId> tokens, const Operation& operation) {
    auto logits = m_session->evaluate(tokens, Wanted::Last, operation);
    const std::size_t done = std::min<std::size_t>(m_session->length() - m_cached.size(), tokens.size());
    m_cached.insert(m_cached.end(), tokens.begin(), tokens.begin() + static_cast<std::ptrdiff_t>(done));
    return logits;
}

ModelDraft::Likeliest ModelDraft::likeliest(std::span<const float> logits) const {
    const auto known = logits.first(std::min(logits.size(), m_vocabulary));
    const auto best = std::ranges::max_element(known);
    float sum = 0;
    for (const float logit : known) sum += std::exp(logit - *best);
    return {TokenId{static_cast<std::int32_t>(best - known.begin())}, 1 / sum};
}

}  // namespace tessera
