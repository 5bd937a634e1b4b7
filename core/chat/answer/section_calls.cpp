// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/chat/answer/section_calls.h"

#include <utility>

namespace tessera::answer {

AnswerSpan::Step SectionCalls::character(char c, std::size_t at, EventSink& out) {
    switch (m_phase) {
        case Phase::Between:
            if (isBlank(c)) return Step::Go;
            return m_any ? Step::DoneBefore : Step::NotThis;
        case Phase::Name: return nameCharacter(c, at, out);
        case Phase::Arguments: break;
        case Phase::Rest: return Step::Go;
    }
    // A fence ("```json") may go before them, "```" after.
    if (!m_value_begun && c != '{') return Step::Go;
    m_value_begun = true;
    const JsonValue::State state = m_value.take(c);
    out.arguments(std::string(1, c), at, at + 1);
    if (state != JsonValue::State::Going) tellEnd(at + 1, out);
    return Step::Go;
}

std::optional<AnswerSpan::Step> SectionCalls::marker(std::string_view marker, std::size_t at, EventSink& out) {
    if (marker == m_markers.section_end && m_phase != Phase::Name) {
        if (m_phase == Phase::Arguments) tellEnd(at, out);
        return m_any ? Step::Done : Step::NotThis;
    }
    if (marker == m_markers.call && m_phase == Phase::Between) {
        m_phase = Phase::Name;
        m_word.clear();
        beginName();
        return Step::Go;
    }
    if (marker == m_markers.call_end && (m_phase == Phase::Arguments || m_phase == Phase::Rest)) {
        if (m_phase == Phase::Arguments) tellEnd(at, out);
        m_phase = Phase::Between;
        return Step::Go;
    }
    if (m_phase == Phase::Name && separator(marker, at, out)) return Step::Go;
    return std::nullopt;
}

AnswerSpan::Step SectionCalls::nameCharacter(char c, std::size_t at, EventSink&) {
    if (m_word.empty()) m_begin = at;
    m_word += c;
    if (m_word.size() <= kLongestName) return Step::Go;
    return m_any ? Step::DoneBefore : Step::NotThis;
}

void SectionCalls::tellCall(std::string name, std::size_t at, EventSink& out) {
    m_any = true;
    m_value = JsonValue();
    m_value_begun = false;
    m_phase = Phase::Arguments;
    out.call(std::move(name), m_begin, at);
}

void SectionCalls::tellEnd(std::size_t at, EventSink& out) {
    if (!m_value_begun) out.arguments("{}", at, at);
    out.callEnd(at);
    m_phase = Phase::Rest;
}

}  // namespace tessera::answer
