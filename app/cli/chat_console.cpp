// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/chat_console.h"

#include "app/cli/verb_operation.h"
#include "core/base/format.h"
#include "core/base/platform/file.h"
#include "core/base/platform/paths.h"
#include "core/base/quote.h"

#include <algorithm>
#include <cstdio>

namespace tessera::cli {

namespace {

constexpr const char* kHelp =
    "/help            this list\n"
    "/system [TEXT]   show the system message, or set it for the answers to come; - takes it away\n"
    "/reset           begin anew\n"
    "/undo            take back the last message and its answer\n"
    "/retry           answer the last message anew\n"
    "/save FILE       write the conversation: JSON for a name that ends in .json, else Markdown\n"
    "/stats           tokens, speed and how full the context is\n"
    "/quit            leave (also Ctrl-D)\n"
    "Ctrl-C stops an answer, and on an empty line leaves. A line that ends in \\ goes on in the next.";

std::string promptText() {
    // \001 and \002 tell the line editor that what is between them takes no room.
    return mayColor(stderr) ? "\001\x1b[1;32m\002>\001\x1b[0m\002 " : "> ";
}

std::string trimmed(const std::string& text) {
    const std::size_t begin = text.find_first_not_of(" \t");
    return begin == std::string::npos ? "" : text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

/// A message may go over several lines, each but the last ending in a backslash.
LineInput readMessage(LineEditor& editor) {
    LineInput input = editor.read(promptText());
    while (input.kind == LineInput::Kind::Line && input.text.ends_with('\\')) {
        const LineInput next = editor.read(". ");
        input.text.back() = '\n';
        input.text += next.text;
        if (next.kind != LineInput::Kind::Line) return next;
    }
    return input;
}

nlohmann::ordered_json messagesObject(const Conversation& conversation) {
    nlohmann::ordered_json messages = nlohmann::ordered_json::array();
    if (!conversation.systemPrompt().empty()) messages.push_back({{"role", "system"}, {"content", conversation.systemPrompt()}});
    for (const ChatMessage& message : conversation.messages()) messages.push_back({{"role", message.role}, {"content", message.content}});
    return messages;
}

std::string markdown(const Conversation& conversation, const std::string& model) {
    std::string text = format("# Conversation with {}\n", model);
    if (!conversation.systemPrompt().empty()) text += format("\n**system**\n\n{}\n", conversation.systemPrompt());
    for (const ChatMessage& message : conversation.messages()) text += format("\n**{}**\n\n{}\n", message.role, message.content);
    return text;
}

nlohmann::ordered_json turnObject(const std::string& question, const GenerateResult& answer) {
    return {{"user", question},
            {"answer", answer.text},
            {"prompt_tokens", answer.prompt_tokens},
            {"reused_tokens", answer.reused_tokens},
            {"forgotten_tokens", answer.forgotten_tokens},
            {"guessed_tokens", answer.guessed_tokens},
            {"right_guesses", answer.right_guesses},
            {"generated_tokens", answer.tokens.size()},
            {"stop_reason", stopReasonName(answer.reason)},
            {"seed", answer.seed},
            {"ttft_s", answer.first_token_seconds},
            {"prefill_tps", answer.prefillTokensPerSecond()},
            {"decode_tps", answer.decodeTokensPerSecond()}};
}

}  // namespace

ChatConsole::ChatConsole(LoadedModel& model, Session& session, std::string system_prompt, GenerateOptions generate, AnswerOptions answers, Output& output)
    : m_model(model),
      m_output(output),
      m_generate(std::move(generate)),
      m_answers(answers),
      m_conversation(session, *model.tokenizer, *model.chat_template, std::move(system_prompt)) {
    m_conversation.setThinking(answers.thinking);
}

void ChatConsole::remark(std::string_view text) const {
    const bool color = mayColor(stderr);
    const std::string line = format("{}{}{}\n", color ? "\x1b[2m" : "", printable(text), color ? "\x1b[0m" : "");
    std::fputs(line.c_str(), stderr);
}

Result<GenerateResult> ChatConsole::answer(Turn turn, const std::string& text) {
    VerbOperation running(m_output, ProgressUnit::Tokens);
    AnswerPrinter printer(m_output, *m_model.chat_template, true, m_answers);
    const TextCallback on_text = [&](std::string_view piece) {
        running.bar().finish();
        printer.print(piece);
    };
    GenerateOptions options = m_generate;
    if (turn == Turn::Say) m_retries = 0;
    else ++m_retries;
    if (options.sampler.seed) *options.sampler.seed += m_retries;  // a retry with the same seed would repeat the answer
    auto answered = turn == Turn::Say ? m_conversation.say(text, options, on_text, running.operation())
                                      : m_conversation.regenerate(options, on_text, running.operation());
    printer.finish();
    return answered;
}

void ChatConsole::showAnswer(const Result<GenerateResult>& answer) {
    if (!answer) {
        if (answer.error().kind == ErrorKind::Cancelled) remark("[stopped]");
        else m_output.error(answer.error());
        return;
    }
    m_last = *answer;
    if (answer->forgotten_tokens > 0) remark(format("[the context was full: its oldest {} tokens were forgotten meanwhile]", answer->forgotten_tokens));
    switch (answer->reason) {
        case StopReason::Cancelled: return remark("[stopped]");
        case StopReason::ContextFull: return remark("[the context is full: /undo or /reset, or start with a larger --ctx or --context-shift]");
        case StopReason::MaxTokens: return remark(format("[stopped after {} tokens]", answer->tokens.size()));
        case StopReason::EndOfGeneration:
        case StopReason::StopString: return;
    }
}

Result<int> ChatConsole::talk(LineEditor& editor) {
    const ModelFacts& facts = m_model.engine->facts();
    if (!m_output.quiet()) {
        remark(format("{}, {} tokens of context, engine {}. /help shows the commands.", facts.name,
                      m_conversation.contextUse().total, m_model.engine->kind()));
    }
    while (true) {
        const LineInput input = readMessage(editor);
        if (input.kind != LineInput::Kind::Line) return kExitFine;
        const std::string text = trimmed(input.text);
        if (text.empty()) continue;
        if (text.front() != '/') showAnswer(answer(Turn::Say, input.text));
        else if (!command(text)) return kExitFine;
    }
}

Result<int> ChatConsole::answerAll(LineEditor& lines) {
    nlohmann::ordered_json turns = nlohmann::ordered_json::array();
    bool interrupted = false;
    std::optional<Error> error;
    while (!interrupted) {
        const LineInput input = lines.read({});
        if (input.kind != LineInput::Kind::Line) break;
        if (trimmed(input.text).empty()) continue;
        if (!turns.empty()) m_output.text("\n");  // an empty line between answers
        const auto answered = answer(Turn::Say, input.text);
        if (!answered) {
            error = answered.error();
            break;
        }
        turns.push_back(turnObject(input.text, *answered));
        addAnswerParts(turns.back(), "answer", answered->text, *m_model.chat_template);
        interrupted = answered->reason == StopReason::Cancelled;
    }
    nlohmann::ordered_json result{{"turns", turns},
                                  {"load_s", m_model.load_seconds},
                                  {"engine", m_model.engine->kind()},
                                  {"threads", m_model.engine->threads()},
                                  {"model", m_model.engine->facts().name},
                                  {"set", toUtf8(m_model.set.path)}};
    // The answers that were given are not lost with the one that failed.
    if (error) result["error"] = errorValue(*error);
    m_output.result(result);
    if (error) return tl::unexpected(*std::move(error));
    return interrupted ? kExitInterrupted : kExitFine;
}

bool ChatConsole::command(const std::string& line) {
    const std::size_t space = std::min(line.find(' '), line.size());
    const std::string name = line.substr(0, space);
    const std::string argument = trimmed(line.substr(space));
    if (name == "/quit" || name == "/exit") return false;
    if (name == "/help") {
        remark(kHelp);
    } else if (name == "/system") {
        if (!argument.empty()) m_conversation.setSystemPrompt(argument == "-" ? std::string() : argument);
        remark(m_conversation.systemPrompt().empty() ? "no system message" : "system: " + m_conversation.systemPrompt());
    } else if (name == "/reset") {
        m_conversation.clear();
        remark("[begun anew]");
    } else if (name == "/undo") {
        remark(m_conversation.undo() ? "[taken back]" : "there is nothing to take back");
    } else if (name == "/retry") {
        showAnswer(answer(Turn::Retry, {}));
    } else if (name == "/save") {
        save(argument);
    } else if (name == "/stats") {
        showStatistics();
    } else {
        remark(format("there is no command {}; /help lists them (to say it to the model, begin with a space and a word)", name));
    }
    return true;
}

void ChatConsole::save(const std::string& path) const {
    if (path.empty()) return remark("/save needs a file name");
    std::error_code code;
    if (std::filesystem::exists(fromUtf8(path), code)) return remark(format("{} exists already; choose another name", path));
    const std::string model = m_model.engine->facts().name;
    const std::string text = path.ends_with(".json")
                                 ? jsonLine({{"model", model}, {"messages", messagesObject(m_conversation)}}) + "\n"
                                 : markdown(m_conversation, model);
    const auto written = writeFileAtomically(std::filesystem::absolute(fromUtf8(path), code), std::as_bytes(std::span(text)));
    if (written) remark(format("[written to {}]", path));
    else m_output.error(written.error());
}

void ChatConsole::showStatistics() const {
    const ContextUse use = m_conversation.contextUse();
    std::string text = format("context   {} of {} tokens\nmemory    {} at most\nengine    {}, {} threads", use.used, use.total,
                              formatBytes(peakResidentBytes()), m_model.engine->kind(), m_model.engine->threads());
    if (m_last) {
        text += format("\nprompt    {} tokens, {} of them still in the cache, {:.1f} tokens/s\nanswer    {} tokens, {:.1f} tokens/s, first after {:.2f} s\nseed      {}",
                       m_last->prompt_tokens, m_last->reused_tokens, m_last->prefillTokensPerSecond(), m_last->tokens.size(),
                       m_last->decodeTokensPerSecond(), m_last->first_token_seconds, m_last->seed);
        if (m_last->guessed_tokens > 0) text += format("\nguesses   {} tokens, {} of them right", m_last->guessed_tokens, m_last->right_guesses);
    }
    remark(text);
}

}  // namespace tessera::cli
