// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/chat/answer/families.h"

#include <utility>

namespace tessera::answer {

namespace {

/// White space at both ends is not told.
class ReasoningSpan : public AnswerSpan {
public:
    explicit ReasoningSpan(std::string_view close) : m_close(close) {}

    Step character(char c, std::size_t at, EventSink& out) override {
        if (isBlank(c)) return Step::Go;
        out.reasoning(m_begun ? m_told : at, at + 1);
        m_begun = true;
        m_told = at + 1;
        return Step::Go;
    }
    std::optional<Step> marker(std::string_view marker, std::size_t at, EventSink& out) override {
        if (marker != m_close) return std::nullopt;
        out.reasoningEnd(at);
        return Step::Done;
    }
    bool isReasoning() const override { return true; }

private:
    std::string_view m_close;
    bool m_begun = false;
    std::size_t m_told = 0;
};

}  // namespace

SpanOpener reasoningOpener(const TagPair& tags) {
    return {.marker = tags.open,
            .place = SpanOpener::Place::LineStart,
            .make = [close = tags.close](std::span<const Tool>) { return std::make_unique<ReasoningSpan>(close); },
            .prompt_end = tags.open,
            .close = tags.close};
}

}  // namespace tessera::answer
