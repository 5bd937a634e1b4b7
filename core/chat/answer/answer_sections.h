// SPDX-License-Identifier: GPL-3.0-or-later
// A whole answer taken apart: for showing it, and for giving it back to the model.
#pragma once

#include "core/chat/answer/answer_parser.h"

#include <string>
#include <string_view>
#include <vector>

namespace tessera {

/// A part of an answer, in bytes of it, without markers.
struct AnswerSection {
    enum class Kind { Text, Reasoning, Call };
    Kind kind = Kind::Text;
    std::size_t begin = 0;
    std::size_t end = 0;
    bool closed = true;          // false: thoughts or a call without an end; still being written, or stopped
    std::string name = {};       // of a call
    std::string arguments = {};  // of a call
    bool operator==(const AnswerSection&) const = default;
};

/// In order. Of whichever family: for texts of which only the text is known. A first closing tag without an opening one
/// closes what stands before it (templates that put the opening tag into the prompt). Pure.
std::vector<AnswerSection> splitAnswer(std::string_view answer);

/// What one parser, from beginning to end, made of an answer. Reasoning in several parts is joined by empty lines.
ChatMessage messageOf(const std::vector<AnswerEvent>& events);

/// Messages of a conversation as the model's template wants them: answers taken apart into words, thoughts and calls.
std::vector<ChatMessage> withAnswersApart(std::vector<ChatMessage> messages, const AnswerFormat& format);

}  // namespace tessera
