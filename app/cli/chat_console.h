// SPDX-License-Identifier: GPL-3.0-or-later
// A conversation at a terminal or through a pipe: turns, commands, what is shown.
#pragma once

#include "app/cli/answer_printer.h"
#include "app/cli/line_editor.h"
#include "app/cli/output.h"
#include "core/chat/conversation.h"
#include "core/model/loaded_model.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>

namespace tessera::cli {

/// One thread; borrows everything it is given.
class ChatConsole {
public:
    ChatConsole(LoadedModel& model, Session& session, std::string system_prompt, GenerateOptions generate, AnswerOptions answers, Output& output);

    /// A person's lines: commands begin with "/", Ctrl-C stops an answer, an error leaves the conversation going.
    Result<int> talk(LineEditor& editor);
    /// A program's lines: each one is a turn, whatever it begins with. The first error or Ctrl-C ends it; with --json
    /// the turns before an error are told with it.
    Result<int> answerAll(LineEditor& lines);

private:
    enum class Turn { Say, Retry };

    Result<GenerateResult> answer(Turn turn, const std::string& text);
    void showAnswer(const Result<GenerateResult>& answer);
    /// False when the conversation is over.
    bool command(const std::string& line);
    void save(const std::string& path) const;
    void showStatistics() const;
    void remark(std::string_view text) const;

    LoadedModel& m_model;
    Output& m_output;
    GenerateOptions m_generate;
    AnswerOptions m_answers;
    Conversation m_conversation;
    std::optional<GenerateResult> m_last;
    std::uint32_t m_retries = 0;
};

}  // namespace tessera::cli
