// SPDX-License-Identifier: GPL-3.0-or-later
// A part of an answer that a marker begins: how a family of models writes its thoughts, or a call.
#pragma once

#include "core/chat/answer/answer_event.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tessera {

/// Gathers events; what goes on with the one before is joined to it.
class EventSink {
public:
    explicit EventSink(const std::string& answer) : m_answer(answer) {}

    void text(std::size_t begin, std::size_t end) { add(AnswerEvent::Kind::Text, m_answer.substr(begin, end - begin), begin, end); }
    void reasoning(std::size_t begin, std::size_t end) { add(AnswerEvent::Kind::Reasoning, m_answer.substr(begin, end - begin), begin, end); }
    void reasoningEnd(std::size_t at) { add(AnswerEvent::Kind::ReasoningEnd, {}, at, at); }
    void call(std::string name, std::size_t begin, std::size_t end) { add(AnswerEvent::Kind::Call, std::move(name), begin, end); }
    /// `json` is what the bytes say, mostly themselves.
    void arguments(std::string json, std::size_t begin, std::size_t end) { add(AnswerEvent::Kind::Arguments, std::move(json), begin, end); }
    void callEnd(std::size_t at) { add(AnswerEvent::Kind::CallEnd, {}, at, at); }

    std::vector<AnswerEvent> take() { return std::exchange(m_events, {}); }

private:
    void add(AnswerEvent::Kind kind, std::string text, std::size_t begin, std::size_t end) {
        const bool grows = kind == AnswerEvent::Kind::Text || kind == AnswerEvent::Kind::Reasoning || kind == AnswerEvent::Kind::Arguments;
        if (grows && !m_events.empty() && m_events.back().kind == kind && m_events.back().end == begin) {
            m_events.back().text += text;
            m_events.back().end = end;
        } else {
            m_events.push_back({kind, std::move(text), begin, end});
        }
    }

    const std::string& m_answer;
    std::vector<AnswerEvent> m_events;
};

/// Sees what follows its opening marker, character by character, with the byte `at` which it stands; decides by what it has
/// seen alone, so that it does not matter in which pieces an answer comes.
class AnswerSpan {
public:
    enum class Step {
        Go,
        Done,       // this was its last
        DoneBefore, // this is not its any more
        NotThis,    // it is no such thing: all since the marker is text, this included. Only before any event
    };
    virtual ~AnswerSpan() = default;

    virtual Step character(char c, std::size_t at, EventSink& out) = 0;
    /// One of the format's markers. nullopt: to be seen as characters.
    virtual std::optional<Step> marker(std::string_view, std::size_t, EventSink&) { return std::nullopt; }
    /// No more comes: NotThis, or anything.
    virtual Step end(std::size_t, EventSink&) { return Step::Done; }
    virtual bool isReasoning() const { return false; }
};

inline constexpr std::size_t kLongestName = 256;  // of a tool, or what stands in its place

inline bool isBlank(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

}  // namespace tessera
