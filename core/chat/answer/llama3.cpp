// SPDX-License-Identifier: GPL-3.0-or-later
// Llama 3.1 to 3.3: the whole answer is {"name": …, "parameters": …}, or <|python_tag|> and the same, or and
// name.call(key="value"), or and a program when a tool that runs Python is offered.
#include "core/chat/answer/call_json.h"
#include "core/chat/answer/families.h"

#include <algorithm>
#include <array>

namespace tessera::answer {

namespace {

constexpr std::string_view kPythonTag = "<|python_tag|>";
constexpr std::string_view kBrace = "{";

/// JSON that is no call of an offered tool is an answer in JSON.
class BareCall : public AnswerSpan {
public:
    explicit BareCall(std::span<const Tool> tools) : m_tools(tools) {}

    Step character(char c, std::size_t at, EventSink& out) override {
        // Told here first: an unknown name makes it text again.
        m_seen += c;
        const CallJson::State state = m_json.take(c, at, m_known ? out : m_aside);
        if (!m_known && m_json.isNamed() && !(m_known = release(out))) return Step::NotThis;
        if (state == CallJson::State::Ended) return Step::Done;
        if (state == CallJson::State::Broken) return m_known ? Step::DoneBefore : Step::NotThis;
        return Step::Go;
    }
    Step end(std::size_t, EventSink&) override { return m_known ? Step::Done : Step::NotThis; }

private:
    /// Whether the name is one of a tool; if so what waited is told.
    bool release(EventSink& out) {
        const auto events = m_aside.take();
        const bool offered = std::ranges::any_of(m_tools, [&](const Tool& tool) { return tool.name == events.front().text; });
        if (!offered) return false;
        for (const AnswerEvent& event : events) {
            if (event.kind == AnswerEvent::Kind::Call) out.call(event.text, event.begin, event.end);
            else if (event.kind == AnswerEvent::Kind::Arguments) out.arguments(event.text, event.begin, event.end);
            else out.callEnd(event.end);
        }
        return true;
    }

    std::span<const Tool> m_tools;
    CallJson m_json;
    std::string m_seen;
    EventSink m_aside{m_seen};
    bool m_known = false;
};

/// key="value", key=3 → {"key": "value", "key": 3}; "" when it is nothing of the kind.
std::string keywordArguments(std::string_view text) {
    std::string json = "{";
    const auto skipBlank = [&text] { text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size())); };
    for (skipBlank(); !text.empty(); skipBlank()) {
        const std::size_t equals = text.find('=');
        if (equals == 0 || equals == std::string_view::npos) return {};
        std::string_view key = text.substr(0, equals);
        while (!key.empty() && isBlank(key.back())) key.remove_suffix(1);
        text.remove_prefix(equals + 1);
        skipBlank();
        JsonValue value;
        std::size_t size = 0;
        auto state = JsonValue::State::Going;
        while (size < text.size() && state == JsonValue::State::Going) state = value.take(text[size++]);
        if (state == JsonValue::State::Broken || (state == JsonValue::State::Going && value.inString())) return {};
        if (state == JsonValue::State::EndedBefore) --size;
        json += (json.size() > 1 ? ", " : "") + jsonQuoted(key) + ": " + std::string(text.substr(0, size));
        text.remove_prefix(size);
        skipBlank();
        if (text.empty()) break;
        if (text.front() != ',') return {};
        text.remove_prefix(1);
    }
    return json + '}';
}

class PythonTag : public AnswerSpan {
public:
    explicit PythonTag(std::span<const Tool> tools) : m_tools(tools) {}

    Step character(char c, std::size_t at, EventSink& out) override {
        if (m_code.empty() && !m_is_json && isBlank(c)) return Step::Go;
        if (m_code.empty() && !m_is_json) m_is_json = c == '{';
        if (!m_is_json) {
            if (m_code.empty()) m_begin = at;
            m_code += c;
            return Step::Go;
        }
        if (c == ';' && !m_json.inCall()) return Step::Go;
        if (m_json.take(c, at, out) != CallList::State::Broken) return Step::Go;
        return m_json.isNamed() ? Step::DoneBefore : Step::NotThis;
    }
    Step end(std::size_t at, EventSink& out) override {
        if (m_is_json) return m_json.isNamed() ? Step::Done : Step::NotThis;
        constexpr std::string_view kCall = ".call(";
        std::string_view code = m_code;
        while (!code.empty() && isBlank(code.back())) code.remove_suffix(1);
        std::string name, arguments;
        if (const std::size_t call = code.find(kCall); call != std::string_view::npos && call > 0 && code.ends_with(')') && code.substr(0, call).find_first_of(" \n(") == std::string_view::npos) {
            name = code.substr(0, call);
            code.remove_prefix(call + kCall.size());
            arguments = keywordArguments(code.substr(0, code.size() - 1));
        }
        if (arguments.empty()) {
            constexpr std::array<std::string_view, 3> kRunners{"python", "ipython", "code_interpreter"};
            const auto runner = std::ranges::find_if(m_tools, [&](const Tool& tool) { return std::ranges::find(kRunners, tool.name) != kRunners.end(); });
            if (runner == m_tools.end() || m_code.empty()) return Step::NotThis;
            name = runner->name;
            arguments = "{\"code\": " + jsonQuoted(m_code) + '}';
        }
        out.call(std::move(name), m_begin, m_begin);
        out.arguments(std::move(arguments), m_begin, at);
        out.callEnd(at);
        return Step::Done;
    }

private:
    std::span<const Tool> m_tools;
    bool m_is_json = false;
    CallList m_json;
    std::string m_code;
    std::size_t m_begin = 0;
};

AnswerFormat llama3(std::string_view) {
    return {.name = "Llama 3",
            .openers = {{.marker = kPythonTag, .make = [](std::span<const Tool> tools) { return std::make_unique<PythonTag>(tools); }, .call = true},
                        {.marker = kBrace,
                         .place = SpanOpener::Place::AnswerStart,
                         .make = [](std::span<const Tool> tools) { return std::make_unique<BareCall>(tools); },
                         .call = true,
                         .takes_marker = true}},
            .form = {"{\"name\": \"", "\", \"parameters\": ", "}"}};
}

}  // namespace

const Family kLlama3{[](std::string_view source) {
                         const auto has = [source](std::string_view text) { return source.find(text) != std::string_view::npos; };
                         // Functionary, on the same models, calls in tags.
                         return has("<|start_header_id|>") && (has(kPythonTag) || has("\"parameters\"")) && !has("<function=");
                     },
                     llama3};

}  // namespace tessera::answer
