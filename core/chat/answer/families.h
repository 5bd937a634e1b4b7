// SPDX-License-Identifier: GPL-3.0-or-later
// The families, one file each. A format lists what may begin in an answer, except thoughts between tags (reasoning.cpp),
// which every family may have.
#pragma once

#include "core/chat/answer/answer_format.h"

#include <array>

namespace tessera::answer {

struct TagPair {
    std::string_view open, close;
};
/// Tags that reasoning models think between.
inline constexpr std::array kReasoningTags{
    TagPair{"<think>", "</think>"},         TagPair{"<thinking>", "</thinking>"},
    TagPair{"<thought>", "</thought>"},     TagPair{"<reasoning>", "</reasoning>"},
    TagPair{"[THINK]", "[/THINK]"},         TagPair{"<seed:think>", "</seed:think>"},
    TagPair{"<|START_THINKING|>", "<|END_THINKING|>"},
    TagPair{"\u25C1think\u25B7", "\u25C1/think\u25B7"},
};
SpanOpener reasoningOpener(const TagPair& tags);

// Each says whether a template is of its family.
struct Family {
    bool (*recognises)(std::string_view template_source);
    AnswerFormat (*format)(std::string_view template_source);
};
extern const Family kHarmony, kDeepSeek, kKimi, kMistral, kGlm, kQwenCoder, kSmolLm3, kHermes, kGranite3, kLlama3;
/// <tool_call>…</tool_call>, whatever stands between: JSON, <function=…>, or GLM's names and values.
AnswerFormat taggedCalls(std::string_view name);
/// How a model calls that was told to in words.
AnswerFormat toldInWords();

}  // namespace tessera::answer
