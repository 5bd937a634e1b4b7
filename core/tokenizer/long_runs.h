// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string_view>

namespace tessera {

/// libllama splits texts of many BPE vocabularies by std::regex, which in libstdc++ recurses once a matched character:
/// some 26000 "=" in a row exhaust a stack of 8 MB and end the process. Matches hold
/// a run of spaces or a run of other characters, or one after the other, so runs are what has to be bounded.
inline constexpr std::size_t kLongestRun = 4096;  // characters; about 1.3 MB of stack

/// Bytes at the start of `text` that hold no longer run; all of it when there is none.
std::size_t withoutLongRun(std::string_view text);

/// True for the pre-tokenizers (`tokenizer.ggml.pre`) that libllama has written without std::regex, or whose pattern
/// matches single characters only: texts need no bounds there.
bool splitsWithoutRegex(std::string_view pre_tokenizer);

}  // namespace tessera
