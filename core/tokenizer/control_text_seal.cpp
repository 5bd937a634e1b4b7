// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/control_text_seal.h"

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
constexpr int kCharacters = 32;

std::string character(int index) { return {'\xEF', '\xB7', static_cast<char>('\x90' + index)}; }

void append(std::vector<PromptPart>& parts, std::string text, bool typed) {
    if (!text.empty()) parts.push_back({std::move(text), typed});
}

}  // namespace

void ControlTextSeal::look(std::string_view text) {
    m_needed = m_needed || !m_special.findAll(text, isControl).empty();
    if (text.find("\xEF\xB7") == std::string_view::npos) return;
    for (int i = 0; i < kCharacters; ++i)
        if (text.find(character(i)) != std::string_view::npos) m_used |= std::uint64_t{1} << i;
}

Result<void> ControlTextSeal::choose() {
    if (!m_needed) return {};
    for (int i = 0; i < kCharacters && m_seal.empty(); ++i)
        if (!(m_used >> i & 1)) m_seal = character(i);
    if (!m_seal.empty()) return {};
    return fail(ErrorKind::InvalidArgument, "the messages contain control tokens' texts and all of the characters U+FDD0 to U+FDEF; "
                                            "remove one of these");
}

std::string ControlTextSeal::sealed(const std::string& text) const {
    if (m_seal.empty()) return text;
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
