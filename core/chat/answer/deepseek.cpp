// SPDX-License-Identifier: GPL-3.0-or-later
// DeepSeek R1 and V3: a list of calls between control tokens, each "function<sep>name", a line end and a fenced block of
// JSON. V3.1 writes "name<sep>{…}".
#include "core/chat/answer/call_json.h"
#include "core/chat/answer/families.h"

namespace tessera::answer {

namespace {

constexpr std::string_view kCallsBegin = "<｜tool▁calls▁begin｜>";
constexpr std::string_view kCallsEnd = "<｜tool▁calls▁end｜>";
constexpr std::string_view kCallBegin = "<｜tool▁call▁begin｜>";
constexpr std::string_view kCallEnd = "<｜tool▁call▁end｜>";
constexpr std::string_view kSeparator = "<｜tool▁sep｜>";

class DeepSeekCalls : public AnswerSpan {
public:
    Step character(char c, std::size_t at, EventSink& out) override {
        switch (m_phase) {
            case Phase::Between:
                if (isBlank(c)) return Step::Go;
                return m_any ? Step::DoneBefore : Step::NotThis;
            case Phase::Kind:
            case Phase::Name:
                if (m_word.empty()) m_begin = at;
                if (m_phase == Phase::Name && c == '\n') {
                    tellCall(at, out);
                    return Step::Go;
                }
                m_word += c;
                return m_word.size() > kLongestName ? (m_any ? Step::DoneBefore : Step::NotThis) : Step::Go;
            case Phase::Arguments: break;
            case Phase::Rest: return Step::Go;
        }
        // "```json" goes before them, "```" after.
        if (!m_value_begun && c != '{') return Step::Go;
        m_value_begun = true;
        const JsonValue::State state = m_value.take(c);
        out.arguments(std::string(1, c), at, at + 1);
        if (state != JsonValue::State::Going) tellEnd(at + 1, out);
        return Step::Go;
    }
    std::optional<Step> marker(std::string_view marker, std::size_t at, EventSink& out) override {
        if (marker == kCallsEnd && m_phase != Phase::Kind && m_phase != Phase::Name) {
            if (m_phase == Phase::Arguments) tellEnd(at, out);
            return m_any ? Step::Done : Step::NotThis;
        }
        if (marker == kCallBegin && m_phase == Phase::Between) {
            m_phase = Phase::Kind;
            m_word.clear();
            return Step::Go;
        }
        if (marker == kSeparator && m_phase == Phase::Kind) {
            if (m_word == "function") {
                m_phase = Phase::Name;
                m_word.clear();
            } else {
                tellCall(at, out);
            }
            return Step::Go;
        }
        if (marker == kCallEnd && (m_phase == Phase::Arguments || m_phase == Phase::Rest)) {
            if (m_phase == Phase::Arguments) tellEnd(at, out);
            m_phase = Phase::Between;
            return Step::Go;
        }
        return std::nullopt;
    }
    Step end(std::size_t, EventSink&) override { return m_any ? Step::Done : Step::NotThis; }

private:
    enum class Phase { Between, Kind, Name, Arguments, Rest };

    void tellCall(std::size_t at, EventSink& out) {
        m_any = true;
        m_value = JsonValue();
        m_value_begun = false;
        m_phase = Phase::Arguments;
        out.call(std::exchange(m_word, {}), m_begin, at);
    }
    void tellEnd(std::size_t at, EventSink& out) {
        if (!m_value_begun) out.arguments("{}", at, at);
        out.callEnd(at);
        m_phase = Phase::Rest;
    }

    Phase m_phase = Phase::Between;
    std::string m_word;
    std::size_t m_begin = 0;
    JsonValue m_value;
    bool m_value_begun = false;
    bool m_any = false;
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
