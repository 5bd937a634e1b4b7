// SPDX-License-Identifier: GPL-3.0-or-later
// The jinja engine notes which text came from a message, but loses that note in some operations (join, tojson,
// split(…)[0]). Where a message or a tool holds the text of a control token, this does not rely on the engine's note.
#pragma once

#include "core/base/result.h"
#include "core/tokenizer/chat_template.h"
#include "core/tokenizer/special_tokens.h"

#include <string>
#include <string_view>
#include <vector>

namespace tessera {

/// Breaks control tokens' texts with a character that no text has, and takes it out of the rendered prompt again; what
/// stood before it is typed, whatever the engine says. One object for one rendering: look() at every text, choose(),
/// render with what sealed() gives, unseal().
class ControlTextSeal {
public:
    explicit ControlTextSeal(const SpecialTokens& special) : m_special(special) {}

    void look(std::string_view text);
    /// InvalidArgument when the texts use up all characters that could serve.
    Result<void> choose();
    /// The text as it is when none needs sealing.
    std::string sealed(const std::string& text) const;
    void unseal(std::vector<PromptPart>& parts) const;

private:
    const SpecialTokens& m_special;
    bool m_needed = false;
    std::uint64_t m_used = 0;  // which of the characters that could serve stand in a text
    std::string m_seal;        // "" when nothing has to be sealed
};

}  // namespace tessera
