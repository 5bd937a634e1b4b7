// SPDX-License-Identifier: GPL-3.0-or-later
// A second, smaller model guesses what the large one will say: whatever it holds likeliest, as long as it is fairly sure.
#pragma once

#include "core/chat/draft.h"
#include "core/chat/guess_length.h"
#include "core/engine/engine.h"

#include <memory>
#include <vector>

namespace tessera {

/// Keeps what it has read from one answer to the next: one per conversation. It reads the text when it first guesses, not
/// before. Its own context may be the smaller one: when that is full, it goes on from the last half of it, read again.
/// Where its session fails or cannot forget a part (recurrent models), it says so in the log and guesses no more.
class ModelDraft : public Draft {
public:
    /// Below, a guess is refused too often to be worth its row beside the others.
    static constexpr float kLeastProbability = 0.4f;

    /// A session of `engine`, whose tokens must be the large model's (sameVocabulary), and which must outlive it.
    /// `context_tokens` and `vocabulary` (columns of logits) are the large model's. `most`: tokens guessed at once.
    static Result<std::unique_ptr<ModelDraft>> create(Engine& engine, std::uint32_t context_tokens, std::size_t vocabulary, std::size_t most);
    ModelDraft(std::unique_ptr<Session> session, std::size_t vocabulary, std::size_t most, float least_probability = kLeastProbability)
        : m_session(std::move(session)), m_vocabulary(vocabulary), m_length(most), m_least_probability(least_probability) {}

    void begin(std::span<const TokenId> prompt) override { m_text.assign(prompt.begin(), prompt.end()); }
    void add(TokenId token) override;
    std::vector<TokenId> guess(std::size_t room, const std::stop_token& stop) override;
    void learn(std::size_t guessed, std::size_t came) override { m_length.learn(guessed, came); }

private:
    struct Likeliest {
        TokenId token;
        float probability;
    };
    Likeliest likeliest(std::span<const float> logits) const;
    Result<std::vector<TokenId>> lookAhead(std::size_t length, const Operation& operation);
    Result<Rows> readText(const Operation& operation);
    Result<Rows> evaluate(std::span<const TokenId> tokens, const Operation& operation);

    std::unique_ptr<Session> m_session;
    std::size_t m_vocabulary;
    GuessLength m_length;
    float m_least_probability;
    std::vector<TokenId> m_text;    // as much of its end as guesses are made from
    std::vector<TokenId> m_cached;  // what the session holds
    bool m_failed = false;
};

}  // namespace tessera
