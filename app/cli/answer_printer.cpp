// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/answer_printer.h"

#include "core/chat/answer/answer_sections.h"

#include <algorithm>
#include <cstdio>
#include <iterator>

namespace tessera::cli {

namespace {

constexpr std::string_view kDim = "\x1b[2m";
constexpr std::string_view kPlain = "\x1b[0m";

AnswerFormat formatOf(const ChatTemplate& chat_template) { return answerFormat(chat_template.source(), chat_template.knowsTools()); }

}  // namespace

void addAnswerOptions(Verb& verb, AnswerOptions& options) {
    verb.group("Thinking");
    verb.flag("--hide-reasoning", options.hide_reasoning, "Leave out what the model thinks before it answers");
    verb.choice<std::optional<bool>>("--thinking", options.thinking, {{"auto", std::nullopt}, {"on", true}, {"off", false}},
                                     "Whether a model that can do both thinks first; auto is as its chat template has it");
}

AnswerPrinter::AnswerPrinter(Output& output, const ChatTemplate& chat_template, bool apart, const AnswerOptions& options)
    : m_output(output), m_apart(apart), m_options(options), m_color(mayColor(stdout)), m_parser(formatOf(chat_template)) {}

void AnswerPrinter::print(std::string_view text) {
    if (m_apart) print(m_parser.push(text));
    else write(text);
    std::fflush(stdout);
}

void AnswerPrinter::finish() {
    if (m_apart) print(m_parser.finish());
    leave();
    if (m_last != '\n' || !m_any) write("\n");
    std::fflush(stdout);
}

void AnswerPrinter::print(const std::vector<AnswerEvent>& events) {
    using Kind = AnswerEvent::Kind;
    for (const AnswerEvent& event : events) {
        switch (event.kind) {
            case Kind::Text: begin(Part::Text); break;
            case Kind::Reasoning:
                if (m_options.hide_reasoning) continue;
                begin(Part::Reasoning);
                break;
            case Kind::Call:
                leave();
                begin(Part::Call);
                write(event.text + " ");
                continue;
            case Kind::Arguments: break;
            case Kind::ReasoningEnd:
            case Kind::CallEnd: leave(); continue;
        }
        write(event.text);
    }
}

void AnswerPrinter::begin(Part part) {
    if (m_part == part) return;
    leave();
    m_part = part;
    if (part == Part::Call && m_last != '\n') write("\n");
    if (part == Part::Reasoning && m_color) style(kDim);
    else if (part == Part::Reasoning) write("<think>\n");
    else if (part == Part::Call) write("[call] ");
}

void AnswerPrinter::leave() {
    const Part left = std::exchange(m_part, Part::None);
    if (left == Part::Reasoning) {
        if (m_color) style(kPlain);
        else write("\n</think>");
        write("\n\n");
    }
    if (left == Part::Call) write("\n");
}

void AnswerPrinter::write(std::string_view text) {
    if (text.empty()) return;
    m_any = true;
    m_last = text.back();
    m_output.text(text);
}

/// The output takes escapes out of what models write; these are ours.
void AnswerPrinter::style(std::string_view escape) {
    if (!m_output.json()) std::fwrite(escape.data(), 1, escape.size(), stdout);
}

void addAnswerParts(nlohmann::ordered_json& object, const char* key, const std::string& text, const ChatTemplate& chat_template) {
    AnswerParser parser(formatOf(chat_template));
    std::vector<AnswerEvent> events = parser.push(text);
    std::ranges::move(parser.finish(), std::back_inserter(events));
    const ChatMessage message = messageOf(events);
    object[key] = message.content;
    if (!message.reasoning.empty()) object["reasoning"] = message.reasoning;
    for (const ToolCall& call : message.tool_calls) object["tool_calls"].push_back({{"name", call.name}, {"arguments", call.arguments}});
}

}  // namespace tessera::cli
