// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/long_runs.h"

#include <algorithm>
#include <array>

namespace tessera {

std::size_t withoutLongRun(std::string_view text) {
    std::size_t spaces = 0;
    std::size_t others = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if ((byte & 0xC0) == 0x80) continue;  // inside a character
        const bool space = byte == ' ' || (byte >= '\t' && byte <= '\r');
        const bool either = byte >= 0x80;  // Unicode has spaces of its own
        spaces = space || either ? spaces + 1 : 0;
        others = space ? 0 : others + 1;
        if (std::max(spaces, others) > kLongestRun) return i;
    }
    return text.size();
}

bool splitsWithoutRegex(std::string_view pre_tokenizer) {
    constexpr std::array<std::string_view, 9> kNames{"gpt-2",    "smollm",   "llama3", "llama-v3", "llama-bpe",
                                                     "falcon3", "qwen2", "qwen35", "deepseek-r1-qwen"};
    return std::find(kNames.begin(), kNames.end(), pre_tokenizer) != kNames.end();
}

}  // namespace tessera
