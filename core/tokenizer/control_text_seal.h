// SPDX-License-Identifier: GPL-3.0-or-later
// The jinja engine notes which text came from a message, but loses that note in some operations (join, tojson,
// split(…)[0]). Where a message holds the text of a control token, this does not rely on the engine's note.
#pragma once

#include "core/tokenizer/chat_template.h"
#include "core/tokenizer/special_tokens.h"

#include <string>
#include <vector>

namespace tessera {

/// Breaks control tokens' texts in messages with a character that no message has, and takes it out of the rendered
/// prompt again; what stood before it is typed, whatever the engine says. One object for one rendering.
class ControlTextSeal {
public:
    explicit ControlTextSeal(const SpecialTokens& special) : m_special(special) {}

    /// InvalidArgument when the messages use up all characters that could serve.
    Result<void> seal(std::vector<ChatMessage>& messages);
    void unseal(std::vector<PromptPart>& parts) const;

private:
    std::string sealed(const std::string& text) const;

    const SpecialTokens& m_special;
    std::string m_seal;  // "" when nothing had to be sealed
};

}  // namespace tessera
