// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/control_text_seal.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace tessera {

namespace {

bool isControl(const SpecialToken& token, std::size_t, std::size_t) { return token.control; }

std::size_t characterEnd(const std::string& text, std::size_t at) {
    do ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80);
    return at;
}

/// U+FDD0…U+FDEF, which Unicode keeps free of meaning for uses inside a program.
std::string unusedCharacter(const std::vector<ChatMessage>& messages) {
    for (char last = '\x90'; last <= '\xAF'; ++last) {
        const std::string character{'\xEF', '\xB7', last};
        const bool used = std::any_of(messages.begin(), messages.end(), [&](const ChatMessage& message) {
            return message.content.find(character) != std::string::npos;
        });
        if (!used) return character;
    }
    return {};
}

void append(std::vector<PromptPart>& parts, std::string text, bool typed) {
    if (!text.empty()) parts.push_back({std::move(text), typed});
}

}  // namespace

std::string ControlTextSeal::sealed(const std::string& text) const {
    std::string out;
    std::size_t copied = 0;
    for (const auto& match : m_special.findAll(text, isControl)) {
        const std::size_t cut = characterEnd(text, match.begin);
        if (cut <= copied) continue;  // another token's text begins at the same place
        out.append(text, copied, cut - copied).append(m_seal);
        copied = cut;
    }
    return out.append(text, copied);
}

Result<void> ControlTextSeal::seal(std::vector<ChatMessage>& messages) {
    const bool needed = std::any_of(messages.begin(), messages.end(), [&](const ChatMessage& message) {
        return !m_special.findAll(message.content, isControl).empty();
    });
    if (!needed) return {};
    m_seal = unusedCharacter(messages);
    if (m_seal.empty())
        return fail(ErrorKind::InvalidArgument, "the messages contain control tokens' texts and all of the characters U+FDD0 to U+FDEF; "
                                                "remove one of these");
    for (ChatMessage& message : messages) message.content = sealed(message.content);
    return {};
}

void ControlTextSeal::unseal(std::vector<PromptPart>& parts) const {
    if (m_seal.empty()) return;
    std::vector<PromptPart> out;
    for (const PromptPart& part : parts) {
        std::size_t begin = 0;
        for (std::size_t seal; (seal = part.text.find(m_seal, begin)) != std::string::npos; begin = seal + m_seal.size()) {
            std::size_t last = seal;  // the character before the seal
            while (last > begin && (static_cast<unsigned char>(part.text[--last]) & 0xC0) == 0x80);
            append(out, part.text.substr(begin, last - begin), part.typed);
            append(out, part.text.substr(last, seal - last), true);
        }
        append(out, part.text.substr(begin), part.typed);
    }
    parts.clear();
    for (PromptPart& part : out) {
        if (!parts.empty() && parts.back().typed == part.typed) parts.back().text += part.text;
        else parts.push_back(std::move(part));
    }
}

}  // namespace tessera
