// SPDX-License-Identifier: GPL-3.0-or-later
// What an answer says, as it comes: thoughts, words to the reader, calls of tools.
#pragma once

#include <cstddef>
#include <string>

namespace tessera {

/// Events are in the order of the text and do not overlap. What none of them covers are markers, the white space around
/// them, and the frame of a call.
struct AnswerEvent {
    enum class Kind {
        Text,
        Reasoning,
        ReasoningEnd,
        Call,       // `text` is the function's name; Arguments follow, until CallEnd
        Arguments,  // more of the arguments' JSON
        CallEnd,
    };
    Kind kind = Kind::Text;
    std::string text;
    std::size_t begin = 0;  // bytes of the answer. Of Text and Reasoning these bytes are the text
    std::size_t end = 0;
    bool operator==(const AnswerEvent&) const = default;
};

}  // namespace tessera
