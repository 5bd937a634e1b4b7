// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/chat/answer/answer_parser.h"

#include <algorithm>

namespace tessera {

AnswerParser::AnswerParser(const AnswerFormat& format, AnswerParserOptions options) : m_format(format), m_options(std::move(options)) {
    for (const SpanOpener& opener : m_format.openers) m_markers.push_back(opener.marker);
    m_markers.insert(m_markers.end(), m_format.markers.begin(), m_format.markers.end());
    for (const std::string_view marker : m_markers) m_may_begin[static_cast<unsigned char>(marker.front())] = true;
}

void AnswerParser::beginAfter(std::string_view prompt) {
    const std::string_view begun = begunByPrompt(m_format, prompt);
    if (begun.empty()) return;
    for (const SpanOpener& opener : m_format.openers)
        if (!opener.prompt_end.empty() && begun.starts_with(opener.prompt_end)) return open(opener);
}

std::vector<AnswerEvent> AnswerParser::push(std::string_view text) {
    m_answer += text;
    run(false);
    return m_out.take();
}

std::vector<AnswerEvent> AnswerParser::finish() {
    run(true);
    if (m_span && m_span->end(m_at, m_out) == AnswerSpan::Step::NotThis) giveBack();
    if (!m_span && m_blank != kNone && (m_has_text || !m_after_span)) m_out.text(m_blank, m_at);
    m_blank = kNone;
    return m_out.take();
}

AnswerParser::Lexeme AnswerParser::lexemeAt(std::size_t at) const {
    if (!m_may_begin[static_cast<unsigned char>(m_answer[at])]) return {};
    const std::string_view rest = std::string_view(m_answer).substr(at);
    bool undecided = false;
    for (const std::string_view marker : m_markers) {
        if (rest.starts_with(marker)) return {marker, false};
        undecided = undecided || marker.starts_with(rest);
    }
    return {{}, undecided};
}

void AnswerParser::run(bool final) {
    while (m_at < m_answer.size()) {
        const Lexeme lexeme = lexemeAt(m_at);
        if (lexeme.undecided && !final) return;
        if (m_span) inSpan(lexeme.marker);
        else inText(lexeme.marker);
    }
}

void AnswerParser::inSpan(std::string_view marker) {
    using Step = AnswerSpan::Step;
    std::optional<Step> step;
    if (!marker.empty()) step = m_span->marker(marker, m_at, m_out);
    const std::size_t size = step ? marker.size() : 1;
    if (!step) step = m_span->character(m_answer[m_at], m_at, m_out);
    switch (*step) {
        case Step::Go: m_at += size; return;
        case Step::Done: m_at += size; return leave();
        case Step::DoneBefore: return leave();
        case Step::NotThis: return giveBack();
    }
}

void AnswerParser::inText(std::string_view marker) {
    const SpanOpener* opener = marker.empty() ? nullptr : openerAt(marker);
    if (!opener) return textCharacter(m_at++);
    if (opener->make) open(*opener);
    if (!opener->takes_marker) m_at += marker.size();
    if (opener->make) return;
    m_silent = opener->marker;
    leave();
}

const SpanOpener* AnswerParser::openerAt(std::string_view marker) const {
    const auto opener = std::ranges::find(m_format.openers, marker, &SpanOpener::marker);
    if (opener == m_format.openers.end() || (opener->call && !m_options.calls) || (!opener->behind.empty() && opener->behind != m_silent)) return nullptr;
    const bool here = [&] {
        switch (opener->place) {
            case SpanOpener::Place::AnswerStart: return !m_any_text;
            case SpanOpener::Place::LineStart: return m_line_begins && !m_in_code;
            case SpanOpener::Place::OutsideCode: return !m_in_code;
            case SpanOpener::Place::Anywhere: break;
        }
        return true;
    }();
    return here ? &*opener : nullptr;
}

void AnswerParser::open(const SpanOpener& opener) {
    m_span = opener.make(m_options.tools);
    m_span_begin = m_at;
}

void AnswerParser::leave() {
    m_span.reset();
    m_blank = kNone;
    m_after_span = true;
    m_has_text = false;
    m_line_begins = true;
    m_fence_run = 0;
}

/// What began with a marker is text after all.
void AnswerParser::giveBack() {
    m_span.reset();
    for (std::size_t at = m_span_begin; at < m_at; ++at) textCharacter(at);
    // The marker itself must not begin the same again.
    if (m_at == m_span_begin && m_at < m_answer.size()) textCharacter(m_at++);
}

void AnswerParser::textCharacter(std::size_t at) {
    const char c = m_answer[at];
    if (c == '\n') {
        m_line_begins = true;
        m_fence_run = 0;
    } else if ((c == '`' || c == '~') && (m_line_begins || (m_fence_run > 0 && c == m_fence_character))) {
        m_fence_character = c;
        if (++m_fence_run == 3) m_in_code = !m_in_code;
        m_line_begins = false;
    } else if (!m_line_begins || !isBlank(c)) {
        m_line_begins = false;
        m_fence_run = 0;
    }
    if (isBlank(c)) {
        if (m_blank == kNone) m_blank = at;
        return;
    }
    const bool blank_counts = m_blank != kNone && (m_has_text || !m_after_span);
    m_out.text(blank_counts ? m_blank : at, at + 1);
    m_blank = kNone;
    m_has_text = m_any_text = true;
}

}  // namespace tessera
