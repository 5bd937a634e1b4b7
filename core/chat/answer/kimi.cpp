// SPDX-License-Identifier: GPL-3.0-or-later
// Kimi K2: a section of calls, each "functions.name:index", a separator and its arguments in JSON.
#include "core/chat/answer/call_json.h"
#include "core/chat/answer/families.h"

namespace tessera::answer {

namespace {

constexpr std::string_view kSection = "<|tool_calls_section_begin|>";
constexpr std::string_view kSectionEnd = "<|tool_calls_section_end|>";
constexpr std::string_view kCall = "<|tool_call_begin|>";
constexpr std::string_view kArguments = "<|tool_call_argument_begin|>";
constexpr std::string_view kCallEnd = "<|tool_call_end|>";

/// "functions.get_weather:0" → "get_weather".
std::string nameOf(std::string_view id) {
    while (!id.empty() && isBlank(id.back())) id.remove_suffix(1);
    constexpr std::string_view kFunctions = "functions.";
    if (id.starts_with(kFunctions)) id.remove_prefix(kFunctions.size());
    const std::size_t colon = id.rfind(':');
    if (colon != std::string_view::npos && id.find_first_not_of("0123456789", colon + 1) == std::string_view::npos) id = id.substr(0, colon);
    return std::string(id);
}

class KimiCalls : public AnswerSpan {
public:
    Step character(char c, std::size_t at, EventSink& out) override {
        switch (m_phase) {
            case Phase::Between:
                if (isBlank(c)) return Step::Go;
                return m_any ? Step::DoneBefore : Step::NotThis;
            case Phase::Id:
                if (m_id.empty() && isBlank(c)) return Step::Go;
                if (m_id.empty()) m_begin = at;
                m_id += c;
                return m_id.size() <= kLongestName ? Step::Go : m_any ? Step::DoneBefore : Step::NotThis;
            case Phase::Arguments: break;
            case Phase::Rest: return Step::Go;
        }
        if (!m_value_begun && c != '{') return Step::Go;
        m_value_begun = true;
        const JsonValue::State state = m_value.take(c);
        out.arguments(std::string(1, c), at, at + 1);
        if (state != JsonValue::State::Going) tellEnd(at + 1, out);
        return Step::Go;
    }
    std::optional<Step> marker(std::string_view marker, std::size_t at, EventSink& out) override {
        if (marker == kSectionEnd && m_phase != Phase::Id) {
            if (m_phase == Phase::Arguments) tellEnd(at, out);
            return m_any ? Step::Done : Step::NotThis;
        }
        if (marker == kCall && m_phase == Phase::Between) {
            m_phase = Phase::Id;
            m_id.clear();
            return Step::Go;
        }
        if (marker == kArguments && m_phase == Phase::Id && !nameOf(m_id).empty()) {
            m_any = true;
            m_value = JsonValue();
            m_value_begun = false;
            m_phase = Phase::Arguments;
            out.call(nameOf(m_id), m_begin, at);
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
    enum class Phase { Between, Id, Arguments, Rest };

    void tellEnd(std::size_t at, EventSink& out) {
        if (!m_value_begun) out.arguments("{}", at, at);
        out.callEnd(at);
        m_phase = Phase::Rest;
    }

    Phase m_phase = Phase::Between;
    std::string m_id;
    std::size_t m_begin = 0;
    JsonValue m_value;
    bool m_value_begun = false;
    bool m_any = false;
};

AnswerFormat kimi(std::string_view) {
    return {.name = "Kimi",
            .openers = {{.marker = kSection, .make = [](std::span<const Tool>) { return std::make_unique<KimiCalls>(); }, .call = true}},
            .markers = {kSectionEnd, kCall, kArguments, kCallEnd},
            .form = {"<|tool_calls_section_begin|><|tool_call_begin|>functions.", ":0<|tool_call_argument_begin|>", "<|tool_call_end|><|tool_calls_section_end|>",
                     "<|tool_call_end|><|tool_call_begin|>functions."},
            .calls_by_id = true};
}

}  // namespace

const Family kKimi{[](std::string_view source) { return source.find(kSection) != std::string_view::npos; }, kimi};

}  // namespace tessera::answer
