// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/chat/answer/answer_sections.h"

#include "core/chat/answer/families.h"

#include <algorithm>

namespace tessera {

namespace {

using Kind = AnswerEvent::Kind;

class SectionBuilder {
public:
    void add(const std::vector<AnswerEvent>& events) {
        for (const AnswerEvent& event : events) add(event);
    }
    std::vector<AnswerSection> take(bool reasoning, std::size_t end) {
        const bool is_told = !m_sections.empty() && m_sections.back().kind == AnswerSection::Kind::Reasoning && !m_sections.back().closed;
        if (reasoning && !is_told) m_sections.push_back({AnswerSection::Kind::Reasoning, end, end, false});
        return std::move(m_sections);
    }

private:
    void add(const AnswerEvent& event) {
        AnswerSection* last = m_sections.empty() ? nullptr : &m_sections.back();
        switch (event.kind) {
            case Kind::Text:
                if (last && last->kind == AnswerSection::Kind::Text && last->end == event.begin) last->end = event.end;
                else m_sections.push_back({AnswerSection::Kind::Text, event.begin, event.end});
                return;
            case Kind::Reasoning:
                if (last && last->kind == AnswerSection::Kind::Reasoning && !last->closed) last->end = event.end;
                else m_sections.push_back({AnswerSection::Kind::Reasoning, event.begin, event.end, false});
                return;
            case Kind::ReasoningEnd:
                if (last && last->kind == AnswerSection::Kind::Reasoning) last->closed = true;
                return;
            case Kind::Call:
                m_sections.push_back({AnswerSection::Kind::Call, event.begin, event.end, false, event.text});
                return;
            case Kind::Arguments:
                last->arguments += event.text;
                last->end = std::max(last->end, event.end);
                return;
            case Kind::CallEnd: last->closed = true; return;
        }
    }

    std::vector<AnswerSection> m_sections;
};

/// The opening tag whose closing one stands before any other, at the beginning or the end of a line; "" : none does.
std::string_view leftOutOpening(std::string_view answer) {
    std::size_t first_opening = answer.size();
    for (const answer::TagPair& tags : answer::kReasoningTags) first_opening = std::min(first_opening, answer.find(tags.open));
    for (const answer::TagPair& tags : answer::kReasoningTags) {
        const std::size_t at = answer.substr(0, first_opening).find(tags.close);
        if (at == std::string_view::npos) continue;
        const std::size_t end = at + tags.close.size();
        if (at == 0 || answer[at - 1] == '\n' || end >= answer.size() || answer[end] == '\n') return tags.open;
    }
    return {};
}

}  // namespace

std::vector<AnswerSection> splitAnswer(std::string_view answer) {
    AnswerParser parser(anyAnswerFormat());
    parser.beginAfter(leftOutOpening(answer));
    SectionBuilder sections;
    sections.add(parser.push(answer));
    sections.add(parser.finish());
    return sections.take(parser.isReasoning(), answer.size());
}

ChatMessage messageOf(const std::vector<AnswerEvent>& events) {
    ChatMessage message{"assistant", {}};
    bool again = false;
    for (const AnswerEvent& event : events) {
        switch (event.kind) {
            case Kind::Text: message.content += event.text; break;
            case Kind::Reasoning:
                message.reasoning += (std::exchange(again, false) ? "\n\n" : "") + event.text;
                break;
            case Kind::ReasoningEnd: again = !message.reasoning.empty(); break;
            case Kind::Call: message.tool_calls.push_back({{}, event.text, {}}); break;
            case Kind::Arguments: message.tool_calls.back().arguments += event.text; break;
            case Kind::CallEnd: break;
        }
    }
    return message;
}

std::vector<ChatMessage> withAnswersApart(std::vector<ChatMessage> messages, const AnswerFormat& format) {
    for (ChatMessage& message : messages) {
        if (message.role != "assistant") continue;
        AnswerParser parser(format, {.calls = false});
        parser.beginAfter(leftOutOpening(message.content));
        std::vector<AnswerEvent> events = parser.push(message.content);
        std::ranges::move(parser.finish(), std::back_inserter(events));
        message = messageOf(events);
    }
    return messages;
}

}  // namespace tessera
