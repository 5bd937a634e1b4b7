// SPDX-License-Identifier: GPL-3.0-or-later
// Mistral: [TOOL_CALLS][{"name": …, "arguments": …, "id": …}] up to Nemo, [TOOL_CALLS]name[ARGS]{…} since, for a while
// with [CALL_ID]… between. Thoughts between [THINK] and [/THINK].
#include "core/chat/answer/call_json.h"
#include "core/chat/answer/families.h"

namespace tessera::answer {

namespace {

constexpr std::string_view kCalls = "[TOOL_CALLS]";
constexpr std::string_view kId = "[CALL_ID]";
constexpr std::string_view kArguments = "[ARGS]";

class MistralCall : public AnswerSpan {
public:
    Step character(char c, std::size_t at, EventSink& out) override {
        switch (m_phase) {
            case Phase::Begin:
                if (isBlank(c)) return Step::Go;
                m_phase = c == '[' || c == '{' ? Phase::List : Phase::Name;
                m_begin = at;
                return character(c, at, out);
            case Phase::List:
                switch (m_list.take(c, at, out)) {
                    case CallList::State::Going: return Step::Go;
                    case CallList::State::Ended: return Step::Done;
                    case CallList::State::Broken: return m_list.isNamed() ? Step::DoneBefore : Step::NotThis;
                }
                return Step::NotThis;
            case Phase::Name:
                // Vocabularies without the token write the arguments right behind the name.
                if (c == '{' && !m_name.empty()) {
                    beginArguments(at, out);
                    return character(c, at, out);
                }
                m_name += c;
                return isBlank(c) || m_name.size() > kLongestName ? Step::NotThis : Step::Go;
            case Phase::Id: return Step::Go;
            case Phase::Arguments: break;
        }
        if (!m_value_begun && isBlank(c)) return Step::Go;
        m_value_begun = true;
        const JsonValue::State state = m_value.take(c);
        if (state == JsonValue::State::EndedBefore || state == JsonValue::State::Broken) {
            out.callEnd(at);
            return Step::DoneBefore;
        }
        out.arguments(std::string(1, c), at, at + 1);
        if (state == JsonValue::State::Going) return Step::Go;
        out.callEnd(at + 1);
        return Step::Done;
    }
    std::optional<Step> marker(std::string_view marker, std::size_t at, EventSink& out) override {
        if (m_phase == Phase::Name && marker == kId) {
            m_phase = Phase::Id;
            return Step::Go;
        }
        if ((m_phase == Phase::Name || m_phase == Phase::Id) && marker == kArguments) {
            beginArguments(at, out);
            return Step::Go;
        }
        return std::nullopt;
    }
    Step end(std::size_t, EventSink&) override {
        return m_phase == Phase::Arguments || (m_phase == Phase::List && m_list.isNamed()) ? Step::Done : Step::NotThis;
    }

private:
    enum class Phase { Begin, List, Name, Id, Arguments };

    void beginArguments(std::size_t at, EventSink& out) {
        m_phase = Phase::Arguments;
        out.call(m_name, m_begin, at);
    }

    Phase m_phase = Phase::Begin;
    CallList m_list;
    std::string m_name;
    std::size_t m_begin = 0;
    JsonValue m_value;
    bool m_value_begun = false;
};

AnswerFormat mistral(std::string_view source) {
    const bool by_name = source.find(kArguments) != std::string_view::npos;
    AnswerFormat format{.name = "Mistral",
                        .openers = {{.marker = kCalls, .make = [](std::span<const Tool>) { return std::make_unique<MistralCall>(); }, .call = true}},
                        .markers = {kId, kArguments},
                        .form = {"[TOOL_CALLS][{\"name\": \"", "\", \"arguments\": ", "}]", "}, {\"name\": \""},
                        .short_call_ids = true};
    if (by_name) format.form = {"[TOOL_CALLS]", "[ARGS]", "", "[TOOL_CALLS]"};
    return format;
}

}  // namespace

const Family kMistral{[](std::string_view source) { return source.find(kCalls) != std::string_view::npos; }, mistral};

}  // namespace tessera::answer
