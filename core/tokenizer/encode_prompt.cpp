// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/base/quote.h"
#include "core/tokenizer/chat_template.h"
#include "core/tokenizer/special_tokens.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

namespace tessera {

namespace {

constexpr EncodeOptions kPlain{false, false};
constexpr EncodeOptions kSpecial{false, true};

/// The parts as one text, and which bytes of it a user typed.
struct Joined {
    std::string text;
    std::vector<std::pair<std::size_t, std::size_t>> typed;  // [begin, end), in order

    explicit Joined(const std::vector<PromptPart>& parts) {
        for (const PromptPart& part : parts) {
            if (part.typed && !part.text.empty()) typed.emplace_back(text.size(), text.size() + part.text.size());
            text += part.text;
        }
    }
    bool touchesTyped(std::size_t begin, std::size_t end) const {
        const auto range = std::upper_bound(typed.begin(), typed.end(), begin,
                                            [](std::size_t at, const auto& r) { return at < r.second; });
        return range != typed.end() && range->first < end;
    }
};

bool onlySpace(std::string_view text) { return text.find_first_not_of(" \t\n\v\f\r") == std::string_view::npos; }

/// Encodes a prompt in which somebody typed the text of a special token.
class GuardedEncoder {
public:
    GuardedEncoder(const Tokenizer& tokenizer, const SpecialTokens& special, const Joined& joined)
        : m_tokenizer(tokenizer), m_special(special), m_joined(joined) {}

    /// Places of special tokens' texts that are not to be obeyed: control tokens in typed text, and there too the
    /// words that the maker added when the template marks something with them ("<|start|>" is such a one in some models).
    bool findTyped() {
        for (const auto& match : m_special.findAll(m_joined.text, [&](const SpecialToken& token, std::size_t begin, std::size_t end) {
                 return !token.control && !onlySpace(token.text) && !m_joined.touchesTyped(begin, end);
             }))
            m_markers.insert(match.token->id);
        m_typed = m_special.findAll(m_joined.text, [&](const SpecialToken& token, std::size_t begin, std::size_t end) {
            return forbidden(token, begin, end);
        });
        return !m_typed.empty();
    }

    Result<std::vector<TokenId>> encode() {
        const auto obeyed = m_special.find(m_joined.text, [&](const SpecialToken& token, std::size_t begin, std::size_t end) {
            return !forbidden(token, begin, end);
        });
        std::size_t position = 0;
        for (const auto& match : obeyed) {
            TESSERA_CHECK(stretch(position, match.begin));
            m_out.push_back(match.token->id);
            position = match.end;
        }
        TESSERA_CHECK(stretch(position, m_joined.text.size()));
        return std::move(m_out);
    }

private:
    bool forbidden(const SpecialToken& token, std::size_t begin, std::size_t end) const {
        return (token.control || m_markers.contains(token.id)) && m_joined.touchesTyped(begin, end);
    }

    /// Where forbidden tokens' texts inside [begin, end) are to be cut, so that none comes back.
    std::vector<std::size_t> cutsIn(std::size_t begin, std::size_t end, bool control_too) const {
        std::vector<std::size_t> cuts;
        auto typed = std::lower_bound(m_typed.begin(), m_typed.end(), begin, [](const auto& match, std::size_t at) { return match.begin < at; });
        for (; typed != m_typed.end() && typed->begin < end; ++typed)
            if (typed->end <= end && (control_too || !typed->token->control)) cuts.push_back(afterFirst(typed->begin));
        cuts.push_back(end);
        return cuts;
    }

    /// Text without tokens to obey. Where a typed one would come back, it is cut after its first character.
    Result<void> stretch(std::size_t begin, std::size_t end) {
        TESSERA_TRY(auto tokens, encodeCut(begin, cutsIn(begin, end, false)));
        if (control(tokens)) {
            // A vocabulary whose words merge into a control token's text.
            TESSERA_TRY(tokens, encodeCut(begin, cutsIn(begin, end, true)));
        }
        if (const auto found = control(tokens))
            return fail(ErrorKind::InvalidArgument, format("a message contains {}, which this model's vocabulary cannot write as "
                                                           "plain text. Write it in another way.",
                                                           inQuotes(m_tokenizer.piece(*found, true), 60)));
        m_out.insert(m_out.end(), tokens.begin(), tokens.end());
        return {};
    }

    Result<std::vector<TokenId>> encodeCut(std::size_t begin, const std::vector<std::size_t>& cuts) const {
        std::vector<TokenId> out;
        for (const std::size_t cut : cuts) {
            if (cut <= begin) continue;
            TESSERA_TRY(const auto tokens, m_tokenizer.encode(std::string_view(m_joined.text).substr(begin, cut - begin), kPlain));
            out.insert(out.end(), tokens.begin(), tokens.end());
            begin = cut;
        }
        return out;
    }

    std::size_t afterFirst(std::size_t at) const {
        do ++at;
        while (at < m_joined.text.size() && (static_cast<unsigned char>(m_joined.text[at]) & 0xC0) == 0x80);
        return at;
    }

    std::optional<TokenId> control(const std::vector<TokenId>& tokens) const {
        const auto found = std::find_if(tokens.begin(), tokens.end(), [&](TokenId id) { return m_tokenizer.isControl(id); });
        return found == tokens.end() ? std::nullopt : std::optional(*found);
    }

    const Tokenizer& m_tokenizer;
    const SpecialTokens& m_special;
    const Joined& m_joined;
    std::set<TokenId> m_markers;                 // added words that the template itself uses
    std::vector<SpecialTokens::Match> m_typed;   // in order of their begin
    std::vector<TokenId> m_out;
};

/// For a tokenizer that does not tell its special tokens: each part alone.
Result<std::vector<TokenId>> encodeParts(const Tokenizer& tokenizer, const std::vector<PromptPart>& parts) {
    std::vector<TokenId> out;
    for (const PromptPart& part : parts) {
        TESSERA_TRY(const auto tokens, tokenizer.encode(part.text, part.typed ? kPlain : kSpecial));
        out.insert(out.end(), tokens.begin(), tokens.end());
    }
    return out;
}

Result<std::vector<TokenId>> encodeWithoutBos(const Tokenizer& tokenizer, const std::vector<PromptPart>& parts) {
    const SpecialTokens* special = tokenizer.specialTokens();
    if (!special) return encodeParts(tokenizer, parts);
    const Joined joined(parts);
    GuardedEncoder encoder(tokenizer, *special, joined);
    if (encoder.findTyped()) return encoder.encode();
    return tokenizer.encode(joined.text, kSpecial);
}

}  // namespace

Result<std::vector<TokenId>> encodePrompt(const Tokenizer& tokenizer, const std::vector<PromptPart>& parts) {
    TESSERA_TRY(auto tokens, encodeWithoutBos(tokenizer, parts));
    const auto bos = tokenizer.bos();
    if (tokenizer.addsBos() && bos && (tokens.empty() || tokens.front() != *bos)) tokens.insert(tokens.begin(), *bos);
    return tokens;
}

}  // namespace tessera
