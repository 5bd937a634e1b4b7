// SPDX-License-Identifier: GPL-3.0-or-later
// An answer as run and chat show it: thoughts in a quiet colour, calls of tools in a line of their own.
#pragma once

#include "app/cli/output.h"
#include "app/cli/verb.h"
#include "core/chat/answer/answer_parser.h"
#include "core/tokenizer/chat_template.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tessera::cli {

struct AnswerOptions {
    bool hide_reasoning = false;
    std::optional<bool> thinking = {};  // asked of the model; nullopt: as its template has it
};
void addAnswerOptions(Verb& verb, AnswerOptions& options);

/// On standard output, nothing with --json. Where that is no terminal, thoughts stand between <think> tags.
class AnswerPrinter {
public:
    /// `apart` false: the text as it comes.
    AnswerPrinter(Output& output, const ChatTemplate& chat_template, bool apart, const AnswerOptions& options);
    ~AnswerPrinter() { leave(); }  // the terminal's colours are as they were, also after an error
    AnswerPrinter(const AnswerPrinter&) = delete;
    AnswerPrinter& operator=(const AnswerPrinter&) = delete;

    void print(std::string_view text);
    /// Ends the line.
    void finish();

private:
    enum class Part { None, Text, Reasoning, Call };
    void print(const std::vector<AnswerEvent>& events);
    void begin(Part part);
    void leave();
    void write(std::string_view text);
    void style(std::string_view escape);

    Output& m_output;
    const bool m_apart;
    const AnswerOptions m_options;
    const bool m_color;
    AnswerParser m_parser;
    Part m_part = Part::None;
    bool m_any = false;
    char m_last = '\n';
};

/// Into an object that tells of a chat's answer: `key` becomes the words alone, "reasoning" and "tool_calls" are put in
/// where there are some.
void addAnswerParts(nlohmann::ordered_json& object, const char* key, const std::string& text, const ChatTemplate& chat_template);

}  // namespace tessera::cli
