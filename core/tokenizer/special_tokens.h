// SPDX-License-Identifier: GPL-3.0-or-later
// The tokens that are found in a text before it is tokenized: control tokens ("<|im_end|>") and the words that a
// vocabulary's maker added. Found as libllama finds them: the longest token first, each from left to right.
#pragma once

#include "core/base/ids.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace tessera {

struct SpecialToken {
    TokenId id{};
    std::string text;           // not empty
    bool control = false;       // control or unknown: found only when asked. false: found in any text
    bool strips_left = false;   // white space before it belongs to it
    bool strips_right = false;  // white space after it belongs to it
};

/// Immutable; any thread may call any method.
class SpecialTokens {
public:
    SpecialTokens() = default;
    explicit SpecialTokens(std::vector<SpecialToken> tokens);

    /// A place of a special token in a text: bytes [begin, end), with the white space that it strips.
    struct Match {
        std::size_t begin = 0;
        std::size_t end = 0;
        const SpecialToken* token = nullptr;
    };
    /// Whether the token may be taken at text[begin, end).
    using Filter = std::function<bool(const SpecialToken& token, std::size_t begin, std::size_t end)>;

    /// In the order of the text, not overlapping.
    std::vector<Match> find(std::string_view text, const Filter& accept) const;
    /// Every accepted place where a token's text stands, overlapping ones too, in the order of their begin.
    std::vector<Match> findAll(std::string_view text, const Filter& accept) const;

private:
    std::vector<SpecialToken> m_tokens;          // longest first
    std::vector<std::uint32_t> m_sorted;         // indices into m_tokens, by text
    std::array<std::uint32_t, 257> m_first{};    // m_sorted[m_first[b], m_first[b + 1]) begin with byte b
};

}  // namespace tessera
