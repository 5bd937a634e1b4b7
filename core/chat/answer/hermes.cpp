// SPDX-License-Identifier: GPL-3.0-or-later
// Hermes 2 Pro and 3, Qwen 2.5 and 3, SmolLM2: <tool_call>{"name": …, "arguments": …}</tool_call>. And SmolLM3, which is
// given its tools under another name; Qwen 3 Coder, which writes <function=…> between the same tags, and GLM (glm.h).
#include "core/chat/answer/call_json.h"
#include "core/chat/answer/families.h"
#include "core/chat/answer/function_xml.h"
#include "core/chat/answer/glm.h"

namespace tessera::answer {

namespace {

constexpr std::string_view kOpen = "<tool_call>";
constexpr std::string_view kClose = "</tool_call>";

class TaggedCall : public AnswerSpan {
public:
    explicit TaggedCall(std::span<const Tool> tools) : m_xml(tools), m_glm(tools) {}

    Step character(char c, std::size_t at, EventSink& out) override {
        if (m_form == Form::Unknown && !isBlank(c)) m_form = c == '<' ? Form::Xml : c == '{' || c == '[' ? Form::Json : Form::Glm;
        if (m_form == Form::Unknown) return Step::Go;
        if (m_form == Form::Glm) return m_glm.take(c, at) ? Step::Go : leaveGlm(at, out);
        if (m_form == Form::Xml) return m_xml.take(c, at, out) ? Step::Go : m_xml.isNamed() ? Step::DoneBefore : Step::NotThis;
        switch (m_json.take(c, at, out)) {
            case CallList::State::Going:
            case CallList::State::Ended: return Step::Go;
            case CallList::State::Broken: break;
        }
        if (!m_json.isNamed()) return Step::NotThis;
        return c == '}' ? Step::Go : Step::DoneBefore;  // small models close once too often
    }
    std::optional<Step> marker(std::string_view marker, std::size_t at, EventSink& out) override {
        if (m_form == Form::Glm) {
            if (marker == kClose && !m_glm.inValue()) return m_glm.end(at, out) ? Step::Done : Step::NotThis;
            if (m_glm.tag(marker, at, out)) return Step::Go;
            return std::nullopt;
        }
        if (marker != kClose || (m_form == Form::Json && m_json.inString())) return std::nullopt;
        if (!isNamed()) return Step::NotThis;
        if (m_form == Form::Xml) m_xml.end(at, out);
        else if (m_json.inNamedCall()) out.callEnd(at);
        return Step::Done;
    }
    Step end(std::size_t, EventSink&) override {
        return isNamed() ? Step::Done : Step::NotThis;
    }

private:
    bool isNamed() const { return m_form == Form::Xml ? m_xml.isNamed() : m_form == Form::Glm ? m_glm.isNamed() : m_json.isNamed(); }
    Step leaveGlm(std::size_t at, EventSink& out) {
        if (!m_glm.isNamed()) return Step::NotThis;
        m_glm.end(at, out);
        return Step::DoneBefore;
    }

    enum class Form { Unknown, Json, Xml, Glm };
    Form m_form = Form::Unknown;
    CallList m_json;
    FunctionXml m_xml;
    GlmCall m_glm;
};

}  // namespace

AnswerFormat taggedCalls(std::string_view name) {
    AnswerFormat format{.name = name,
            .openers = {{.marker = kOpen,
                         .place = SpanOpener::Place::OutsideCode,
                         .make = [](std::span<const Tool> tools) { return std::make_unique<TaggedCall>(tools); },
                         .call = true}},
            .markers = {kClose},
            .form = {"<tool_call>\n{\"name\": \"", "\", \"arguments\": ", "}\n</tool_call>", "}\n</tool_call>\n<tool_call>\n{\"name\": \""}};
    format.markers.insert(format.markers.end(), std::begin(kArgumentTags), std::end(kArgumentTags));
    return format;
}

AnswerFormat toldInWords() { return taggedCalls("told in words"); }

// Others put names and values of their own between these tags (MiniMax).
const Family kHermes{[](std::string_view source) {
                         if (source.find(kOpen) == std::string_view::npos) return false;
                         for (const std::string_view key : {"\"arguments\"", "\\\"arguments\\\"", "'arguments'"})
                             if (source.find(key) != std::string_view::npos) return true;
                         return false;
                     },
                     [](std::string_view) { return taggedCalls("Hermes"); }};
const Family kSmolLm3{[](std::string_view source) { return source.find("xml_tools") != std::string_view::npos; },
                      [](std::string_view) { return taggedCalls("SmolLM3"); }};
const Family kQwenCoder{[](std::string_view source) { return source.find(kOpen) != std::string_view::npos && source.find("<function=") != std::string_view::npos; },
                        [](std::string_view) { return taggedCalls("Qwen Coder"); }};

}  // namespace tessera::answer
