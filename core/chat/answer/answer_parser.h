// SPDX-License-Identifier: GPL-3.0-or-later
// Takes an answer apart while it is written.
#pragma once

#include "core/chat/answer/answer_format.h"

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tessera {

struct AnswerParserOptions {
    bool calls = true;             // false: what looks like a call is text
    std::vector<Tool> tools = {};  // what calls may name; some forms are only calls when they do
};

/// One answer; one thread at a time. In which pieces the text comes makes no difference but to the pieces of the events.
/// What may be the beginning of a marker, and white space that may stand before one, is held back until it is decided.
class AnswerParser {
public:
    explicit AnswerParser(const AnswerFormat& format, AnswerParserOptions options = {});
    AnswerParser(const AnswerParser&) = delete;
    AnswerParser& operator=(const AnswerParser&) = delete;

    /// Before any text: the prompt has begun what the answer goes on with, if it ends so. `prompt`: its end is enough.
    void beginAfter(std::string_view prompt);
    std::vector<AnswerEvent> push(std::string_view text);
    /// No more text comes: everything that was held back. Thoughts and a call may be left without an end.
    std::vector<AnswerEvent> finish();

    bool isReasoning() const { return m_span && m_span->isReasoning(); }
    /// All text so far.
    const std::string& answer() const { return m_answer; }

private:
    struct Lexeme {
        std::string_view marker;  // "" : one character
        bool undecided = false;
    };
    Lexeme lexemeAt(std::size_t at) const;
    void run(bool final);
    void inSpan(std::string_view marker);
    void inText(std::string_view marker);
    const SpanOpener* openerAt(std::string_view marker) const;
    void open(const SpanOpener& opener);
    void leave();
    void giveBack();
    void textCharacter(std::size_t at);

    AnswerFormat m_format;
    AnswerParserOptions m_options;
    std::vector<std::string_view> m_markers;
    std::array<bool, 256> m_may_begin{};
    std::string m_answer;
    EventSink m_out{m_answer};
    std::size_t m_at = 0;
    std::unique_ptr<AnswerSpan> m_span;  // null: in text
    std::size_t m_span_begin = 0;

    // Of the text
    static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
    std::size_t m_blank = kNone;    // where white space that was not told yet begins
    std::string_view m_silent = {}; // the last marker that says nothing
    bool m_after_span = false;
    bool m_has_text = false;        // since the last span
    bool m_any_text = false;
    bool m_line_begins = true;
    char m_fence_character = 0;
    int m_fence_run = 0;
    bool m_in_code = false;
};

}  // namespace tessera
