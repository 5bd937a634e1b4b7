// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/fuzz/fuzz_targets.h"
#include "tests/fuzz/require.h"

#include "core/chat/answer/answer_sections.h"
#include "tests/chat/answer_templates.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace tessera::fuzz {

namespace {

const std::vector<AnswerFormat>& formats() {
    static const std::vector<AnswerFormat> all = [] {
        std::vector<AnswerFormat> made{anyAnswerFormat()};
        for (const char* source : {test::kQwen3, test::kQwenCoder, test::kLlama31, test::kMistralNemo, test::kMistralSmall, test::kGptOss, test::kDeepSeekR1, test::kGemma3})
            made.push_back(answerFormat(source, true));
        return made;
    }();
    return all;
}

std::vector<AnswerEvent> parse(const AnswerFormat& format, std::string_view text, std::size_t piece) {
    AnswerParser parser(format, {.calls = true, .tools = {{"a", {}, {}}, {"python", {}, {}}}});
    std::vector<AnswerEvent> events;
    for (std::size_t at = 0; at < text.size(); at += piece) std::ranges::move(parser.push(text.substr(at, piece)), std::back_inserter(events));
    std::ranges::move(parser.finish(), std::back_inserter(events));
    return events;
}

/// Events as one text, whatever pieces they came in.
std::string joined(const std::vector<AnswerEvent>& events) {
    std::string text;
    const AnswerEvent* before = nullptr;
    for (const AnswerEvent& event : events) {
        const bool goes_on = before && before->kind == event.kind && event.kind != AnswerEvent::Kind::Call;
        if (!goes_on) text += '\0' + std::to_string(static_cast<int>(event.kind)) + ':';
        text += event.text;
        before = &event;
    }
    return text;
}

}  // namespace

void answer(std::span<const std::byte> bytes) {
    if (bytes.size() < 2) return;
    const AnswerFormat& format = formats()[std::to_integer<std::size_t>(bytes[0]) % formats().size()];
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()) + 2, bytes.size() - 2);
    const auto whole = parse(format, text, std::max<std::size_t>(text.size(), 1));
    require(joined(parse(format, text, 1 + std::to_integer<std::size_t>(bytes[1]) % 64)) == joined(whole));
    std::size_t end = 0;
    for (const AnswerEvent& event : whole) {
        require(event.begin <= event.end && event.end <= text.size());
        if (event.kind != AnswerEvent::Kind::Text && event.kind != AnswerEvent::Kind::Reasoning) continue;
        require(event.begin >= end && text.substr(event.begin, event.end - event.begin) == event.text);
        end = event.end;
    }
    std::size_t shown = 0;
    for (const AnswerSection& section : splitAnswer(text)) {
        require(section.begin >= shown && section.end >= section.begin && section.end <= text.size());
        shown = section.end;
    }
}

}  // namespace tessera::fuzz
