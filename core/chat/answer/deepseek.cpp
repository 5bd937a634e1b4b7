// SPDX-License-Identifier: GPL-3.0-or-later
// DeepSeek R1 and V3: a list of calls between control tokens, each "function<sep>name", a line end and a fenced block of
// JSON. V3.1 writes "name<sep>{…}".
#include "core/chat/answer/families.h"
#include "core/chat/answer/section_calls.h"

namespace tessera::answer {

namespace {

constexpr std::string_view kCallsBegin = "<｜tool▁calls▁begin｜>";
constexpr std::string_view kCallsEnd = "<｜tool▁calls▁end｜>";
constexpr std::string_view kCallBegin = "<｜tool▁call▁begin｜>";
constexpr std::string_view kCallEnd = "<｜tool▁call▁end｜>";
constexpr std::string_view kSeparator = "<｜tool▁sep｜>";

class DeepSeekCalls : public SectionCalls {
public:
    DeepSeekCalls() : SectionCalls({kCallsEnd, kCallBegin, kCallEnd}) {}

private:
    void beginName() override { m_is_function = false; }
    Step nameCharacter(char c, std::size_t at, EventSink& out) override {
        if (!m_is_function || c != '\n') return SectionCalls::nameCharacter(c, at, out);
        if (m_word.empty()) m_begin = at;
        tellCall(m_word, at, out);
        return Step::Go;
    }
    bool separator(std::string_view marker, std::size_t at, EventSink& out) override {
        if (marker != kSeparator || m_is_function) return false;
        m_is_function = m_word == "function";
        if (m_is_function) m_word.clear();
        else tellCall(m_word, at, out);
        return true;
    }

    bool m_is_function = false;  // the name comes next
};

AnswerFormat deepSeek(std::string_view source) {
    AnswerFormat format{.name = "DeepSeek",
                        .openers = {{.marker = kCallsBegin, .make = [](std::span<const Tool>) { return std::make_unique<DeepSeekCalls>(); }, .call = true}},
                        .markers = {kCallsEnd, kCallBegin, kCallEnd, kSeparator},
                        .form = {"<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>", "\n```json\n", "\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>",
                                 "\n```<｜tool▁call▁end｜>\n<｜tool▁call▁begin｜>function<｜tool▁sep｜>"}};
    if (source.find("```json") == std::string_view::npos)
        format.form = {"<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>", "<｜tool▁sep｜>", "<｜tool▁call▁end｜><｜tool▁calls▁end｜>", "<｜tool▁call▁end｜><｜tool▁call▁begin｜>"};
    return format;
}

}  // namespace

const Family kDeepSeek{[](std::string_view source) { return source.find(kCallBegin) != std::string_view::npos; }, deepSeek};

}  // namespace tessera::answer
