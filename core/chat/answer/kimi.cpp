// SPDX-License-Identifier: GPL-3.0-or-later
// Kimi K2: a section of calls, each "functions.name:index", a separator and its arguments in JSON.
#include "core/chat/answer/families.h"
#include "core/chat/answer/section_calls.h"

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

class KimiCalls : public SectionCalls {
public:
    KimiCalls() : SectionCalls({kSectionEnd, kCall, kCallEnd}) {}

private:
    Step nameCharacter(char c, std::size_t at, EventSink& out) override { return m_word.empty() && isBlank(c) ? Step::Go : SectionCalls::nameCharacter(c, at, out); }
    bool separator(std::string_view marker, std::size_t at, EventSink& out) override {
        const std::string name = nameOf(m_word);
        if (marker != kArguments || name.empty()) return false;
        tellCall(name, at, out);
        return true;
    }
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
