// SPDX-License-Identifier: GPL-3.0-or-later
// How a family of models writes its answers. Which family a model is of, its chat template tells.
#pragma once

#include "core/chat/answer/answer_span.h"
#include "core/tokenizer/chat_template.h"
#include "core/tokenizer/tokenizer.h"

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tessera {

/// A marker that begins a part of an answer.
struct SpanOpener {
    enum class Place {
        AnswerStart,  // before any text
        LineStart,    // outside of code blocks, so that an answer may speak of the marker
        OutsideCode,
        Anywhere,     // control tokens
    };
    using Make = std::function<std::unique_ptr<AnswerSpan>(std::span<const Tool> tools)>;

    std::string_view marker;
    Place place = Place::Anywhere;
    Make make = {};                     // none: the marker says nothing
    std::string_view behind = {};       // only where this was the last marker that says nothing
    bool call = false;                  // looked for only where calls are wanted
    bool takes_marker = false;          // the marker is part of what the span reads
    std::string_view prompt_end = {};   // a prompt with this at its end has begun the span already
    std::string_view close = {};        // of thoughts: what ends them
};

/// The text of a call around its name and its arguments.
struct CallForm {
    std::string before_name, before_arguments, after;
    std::string between = {};  // a call's arguments and the next one's name; "": one call in an answer
};

struct AnswerFormat {
    std::string_view name;
    std::vector<SpanOpener> openers;
    std::vector<std::string_view> markers = {};  // those inside of spans
    CallForm form = {};
    bool told_in_words = false;                  // of tools, and in which form to call them (tool_prompt.h): not by the template
    std::string_view before_words = {};          // what the model has to write before words to the reader
    bool short_call_ids = false;                 // 9 letters and digits, which Mistral's templates insist on
    bool calls_by_id = false;                    // "functions.NAME:3": Kimi's templates write a call's id in place of its name
};

/// Of the model with this chat template: `template_source` is looked at, never run. A model whose template does not know
/// tools, or has calls in a form that is not known here, is told of them in words: to write <tool_call>{…}</tool_call>.
AnswerFormat answerFormat(std::string_view template_source, bool knows_tools);
/// What all families write, where it cannot be mistaken: for texts whose model is not known.
const AnswerFormat& anyAnswerFormat();

/// Control tokens that are markers of this format: answers are to be read with their texts.
std::vector<TokenId> markerTokens(const AnswerFormat& format, const Tokenizer& tokenizer);

/// The end of a prompt as far as the template wrote it.
std::string promptEnd(const std::vector<PromptPart>& parts);
/// What of the end of a prompt begins the answer already ("<think>" and white space): an opener's prompt_end and what
/// follows it; "" when it begins nothing.
std::string_view begunByPrompt(const AnswerFormat& format, std::string_view prompt);

}  // namespace tessera
