// SPDX-License-Identifier: GPL-3.0-or-later
// Granite 3: <|tool_call|> and a list of calls in JSON, or one. Its thoughts stand between <think> tags, its words then
// between <response> tags. Granite 4 calls as Hermes does, and its template says so.
#include "core/chat/answer/call_json.h"
#include "core/chat/answer/families.h"

namespace tessera::answer {

namespace {

constexpr std::string_view kCall = "<|tool_call|>";
constexpr std::string_view kResponse = "<response>";
constexpr std::string_view kResponseEnd = "</response>";

class GraniteCalls : public AnswerSpan {
public:
    Step character(char c, std::size_t at, EventSink& out) override {
        switch (m_calls.take(c, at, out)) {
            case CallList::State::Going: return Step::Go;
            case CallList::State::Ended: return m_calls.isNamed() ? Step::Done : Step::NotThis;
            case CallList::State::Broken: break;
        }
        return m_calls.isNamed() ? Step::DoneBefore : Step::NotThis;
    }
    Step end(std::size_t, EventSink&) override { return m_calls.isNamed() ? Step::Done : Step::NotThis; }

private:
    CallList m_calls;
};

AnswerFormat granite3(std::string_view source) {
    AnswerFormat format{.name = "Granite 3",
                        .openers = {{.marker = kCall, .make = [](std::span<const Tool>) { return std::make_unique<GraniteCalls>(); }, .call = true}},
                        .form = {"<|tool_call|>[{\"name\": \"", "\", \"arguments\": ", "}]", "}, {\"name\": \""}};
    if (source.find(kResponse) != std::string_view::npos) {
        format.openers.push_back({.marker = kResponse, .place = SpanOpener::Place::AnswerStart});
        format.openers.push_back({.marker = kResponseEnd, .place = SpanOpener::Place::OutsideCode, .behind = kResponse});
    }
    return format;
}

}  // namespace

const Family kGranite3{[](std::string_view source) { return source.find("<|start_of_role|>") != std::string_view::npos; }, granite3};

}  // namespace tessera::answer
