// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/chat_console.h"
#include "app/cli/guess_options.h"
#include "app/cli/model_options.h"
#include "app/cli/prompt_cache_option.h"
#include "app/cli/sampling_options.h"
#include "app/cli/verb_operation.h"
#include "app/cli/verbs.h"
#include "core/base/platform/paths.h"

#include <memory>

namespace tessera::cli {

namespace {

struct Options {
    ModelOptions model;
    GenerateOptions generate;
    PromptCacheOptions prompt_cache;
    DraftOptions draft;
    AnswerOptions answer;
    std::string system;
};

Result<std::unique_ptr<LoadedModel>> loadForChat(const Options& options, Output& output) {
    VerbOperation running(output, ProgressUnit::Bytes);
    return load(options.model, output, running);
}

Result<LoadedDraft> loadDraft(const Options& options, const LoadedModel& model, const Session& session, Output& output) {
    VerbOperation running(output, ProgressUnit::Bytes);
    return openDraft(options.draft, options.generate.speculate, model, options.model.load, session.contextTokens(), output, running);
}

Result<int> act(const Options& options, Output& output) {
    TESSERA_TRY(const auto model, loadForChat(options, output));
    if (model->chat_template->isFallback()) {
        output.note("this model has no chat template, so a common one is used; it may have been trained on another");
    }
    remarkOnGuessing(options.generate, *model->engine, output);
    TESSERA_TRY(const auto session, model->engine->createSession(options.model.session));
    TESSERA_TRY(const auto prompt_cache, openPromptCache(options.prompt_cache, *model, options.model.session));
    TESSERA_TRY(const LoadedDraft draft, loadDraft(options, *model, *session, output));
    GenerateOptions how = options.generate;
    how.draft = draft.draft.get();
    how.prompt_cache = prompt_cache.get();
    ChatConsole console(*model, *session, options.system, how, options.answer, output);
    if (!isTerminal(stdin)) return console.answerAll(*makePipeReader());
    return console.talk(*makeTerminalReader(dataFolder() / "chat_history"));
}

}  // namespace

void addChatVerb(CommandLine& line) {
    const auto options = std::make_shared<Options>();
    Verb& verb = line.addVerb("chat", "Talk with a model");
    verb.details("At a terminal: type a message, read the answer; /help lists the commands, Ctrl-C stops an answer. What was typed is kept "
                 "in the user's data folder, for this user only, to be called back with the arrow keys. Without a terminal each line of "
                 "standard input is one message and the answers go to standard output, with an empty line between them.");
    addModelOptions(verb, options->model);
    verb.group("Conversation");
    verb.text("--system", "TEXT", options->system, "System message");
    addPromptCacheOption(verb, options->prompt_cache);
    addAnswerOptions(verb, options->answer);
    addSamplingOptions(verb, options->generate);
    addGuessOptions(verb, options->generate.speculate, options->draft);
    verb.exclude("--memory", "--draft");
    verb.outputOptions(line.outputOptions());
    verb.example("tessera chat", "talk with the default model");
    verb.example("tessera chat model.gguf --system \"Answer in verse.\" --temp 1", "with a system message");
    verb.example("printf 'Hello\\nWhat did I say?\\n' | tessera chat --json", "two turns from a script");
    verb.check([&line]() -> Result<void> {
        if (!line.outputOptions().json || !isTerminal(stdin)) return {};
        return fail(ErrorKind::InvalidArgument, "--json needs the messages on standard input, one per line");
    });
    verb.action([options](Output& output) { return act(*options, output); });
}

}  // namespace tessera::cli
