// SPDX-License-Identifier: GPL-3.0-or-later
// A session that says what it is told: the token after a sequence comes from a function, with certainty.
#pragma once

#include "core/engine/engine.h"

#include <functional>
#include <string>

namespace tessera::test {

class ScriptedSession : public Session {
public:
    /// What follows the tokens in the context.
    using Script = std::function<TokenId(const std::vector<TokenId>& tokens)>;

    explicit ScriptedSession(Script script, std::uint32_t context = 1000)
        : m_script(std::move(script)), m_context(context) {}

    std::vector<TokenId> tokens;                   // in the KV cache
    std::vector<std::size_t> evaluated;            // tokens of each call of evaluate()
    bool can_truncate = true;                      // false: like a recurrent model
    bool can_remove = false;                       // positions in the middle
    std::function<void(std::size_t)> before_step;  // called with the number of tokens in the context
    std::function<void(Rows&, std::size_t)> spoil; // may change the logits after so many tokens

    std::uint32_t contextTokens() const override { return m_context; }
    std::uint32_t length() const override { return static_cast<std::uint32_t>(tokens.size()); }

    Result<Rows> evaluate(std::span<const TokenId> more, Wanted wanted, const Operation& operation) override {
        if (tokens.size() + more.size() > m_context) return fail(ErrorKind::InvalidArgument, "the context is full");
        evaluated.push_back(more.size());
        Rows rows{.rows = 0, .columns = kColumns, .values = {}};
        for (std::size_t i = 0; i < more.size(); ++i) {
            if (before_step) before_step(tokens.size());
            TESSERA_CHECK(operation.checkStop());
            tokens.push_back(more[i]);
            if (wanted == Wanted::None || (wanted == Wanted::Last && i + 1 < more.size())) continue;
            rows.values.resize(++rows.rows * kColumns);
            rows.values[(rows.rows - 1) * kColumns + static_cast<std::size_t>(toInt(m_script(tokens)))] = 100.0f;
        }
        if (spoil) spoil(rows, tokens.size());
        return rows;
    }

    Result<void> truncate(std::uint32_t length) override {
        if (length >= tokens.size()) return {};
        if (!can_truncate && length != 0) return fail(ErrorKind::Unsupported, "cannot forget a part");
        tokens.resize(length);
        return {};
    }

    Result<void> remove(std::uint32_t first, std::uint32_t count) override {
        if (!can_remove) return fail(ErrorKind::Unsupported, "cannot move positions");
        tokens.erase(tokens.begin() + first, tokens.begin() + first + count);
        return {};
    }

private:
    static constexpr std::size_t kColumns = 288;

    Script m_script;
    std::uint32_t m_context;
};

/// Says `text` after `prompt_tokens` tokens, then the end-of-generation token 256.
inline ScriptedSession::Script says(std::string text, std::size_t prompt_tokens) {
    return [text = std::move(text), prompt_tokens](const std::vector<TokenId>& tokens) {
        const std::size_t i = tokens.size() - prompt_tokens;
        return TokenId{i < text.size() ? static_cast<unsigned char>(text[i]) : 256};
    };
}

}  // namespace tessera::test
