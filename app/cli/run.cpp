// SPDX-License-Identifier: GPL-3.0-or-later
// `run` and `bridge`: one prompt, one answer.
#include "app/cli/answer_printer.h"
#include "app/cli/expert_report.h"
#include "app/cli/guess_options.h"
#include "app/cli/logit_recorder.h"
#include "app/cli/model_options.h"
#include "app/cli/prompt_cache_option.h"
#include "app/cli/prompt_source.h"
#include "app/cli/sampling_options.h"
#include "app/cli/verb_operation.h"
#include "app/cli/verbs.h"
#include "core/base/format.h"
#include "core/chat/answer_prompt.h"
#include "core/base/log.h"
#include "core/base/platform/paths.h"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <memory>

namespace tessera::cli {

namespace {

struct Options {
    ModelOptions model;
    GenerateOptions generate;
    PromptCacheOptions prompt_cache;
    DraftOptions draft;
    AnswerOptions answer;
    std::optional<std::string> prompt;
    std::optional<std::string> file;
    std::optional<std::string> system;
    std::optional<std::string> logits;
    bool chat = false;
    bool raw = false;
    bool special = false;
    bool expert_stats = false;
};

bool asChat(const Options& options, const ChatTemplate& chat_template) {
    return options.chat || (!options.raw && !chat_template.isFallback());
}

Result<AnswerPrompt> promptOf(const Options& options, const LoadedModel& model, const std::string& prompt) {
    if (!asChat(options, *model.chat_template)) {
        if (options.system) {
            return fail(ErrorKind::InvalidArgument, "--system is for chats, and this model has no chat template; --chat uses a common one");
        }
        AnswerPrompt raw;
        TESSERA_TRY(raw.tokens, model.tokenizer->encode(prompt, {.add_special = true, .parse_special = options.special}));
        return raw;
    }
    std::vector<ChatMessage> messages;
    if (options.system) messages.push_back({"system", *options.system});
    messages.push_back({"user", prompt});
    TemplateInputs inputs;
    inputs.thinking = options.answer.thinking;
    return answerPrompt(*model.tokenizer, *model.chat_template, messages, inputs);
}

Result<std::unique_ptr<NpyWriter>> openLogits(const Options& options, const Engine& engine) {
    if (!options.logits) return std::unique_ptr<NpyWriter>();
    TESSERA_TRY(NpyWriter writer, NpyWriter::create(fromUtf8(*options.logits), {engine.facts().vocabulary}));
    return std::make_unique<NpyWriter>(std::move(writer));
}

/// The last token was sampled but not yet computed: its row completes [prompt + generated × vocabulary].
Result<void> finishLogits(NpyWriter& writer, LogitRecorder& recorder, std::span<const TokenId> prompt, const GenerateResult& answer) {
    std::vector<TokenId> tokens(prompt.begin(), prompt.end());
    tokens.insert(tokens.end(), answer.tokens.begin(), answer.tokens.end());
    if (recorder.length() < tokens.size() && tokens.size() <= recorder.contextTokens() && answer.reason != StopReason::Cancelled) {
        TESSERA_CHECK(recorder.evaluate(std::span(tokens).subspan(recorder.length()), Wanted::Last, {}));
    }
    return writer.finish();
}

nlohmann::ordered_json resultObject(const Options& options, const LoadedModel& model, const GenerateResult& answer) {
    nlohmann::ordered_json ids = nlohmann::ordered_json::array();
    for (const TokenId token : answer.tokens) ids.push_back(toInt(token));
    nlohmann::ordered_json object{
            {"text", answer.text},
            {"token_ids", ids},
            {"prompt_tokens", answer.prompt_tokens},
            {"reused_tokens", answer.reused_tokens},
            {"generated_tokens", answer.tokens.size()},
            {"stop_reason", stopReasonName(answer.reason)},
            {"seed", answer.seed},
            {"load_s", model.load_seconds},
            {"ttft_s", answer.first_token_seconds},
            {"prefill_tps", answer.prefillTokensPerSecond()},
            {"decode_tps", answer.decodeTokensPerSecond()},
            {"forgotten_tokens", answer.forgotten_tokens},
            {"guessed_tokens", answer.guessed_tokens},
            {"right_guesses", answer.right_guesses},
            {"engine", model.engine->kind()},
            {"threads", model.engine->threads()},
            {"model", model.engine->facts().name},
            {"set", toUtf8(model.set.path)},
            {"verifiable", model.set.verifiable},
            {"experts", expertObject(model.engine->expertStatistics(), options.expert_stats)}};
    if (asChat(options, *model.chat_template)) addAnswerParts(object, "text", answer.text, *model.chat_template);
    return object;
}

/// The line break that ends a file or a line of `echo` is no part of the question (llama.cpp takes it off, too).
Result<std::string> promptFrom(const Options& options) {
    TESSERA_TRY(std::string prompt, textFrom(options.prompt, options.file, "prompt"));
    if (options.prompt || !prompt.ends_with('\n')) return prompt;
    prompt.pop_back();
    if (prompt.ends_with('\r')) prompt.pop_back();
    if (prompt.empty()) return fail(ErrorKind::InvalidArgument, "the prompt is empty");
    return prompt;
}

Result<int> act(const Options& options, Output& output) {
    TESSERA_TRY(const std::string prompt, promptFrom(options));
    VerbOperation running(output, ProgressUnit::Bytes);
    TESSERA_TRY(const auto model, load(options.model, output, running));
    TESSERA_TRY(const AnswerPrompt asked, promptOf(options, *model, prompt));
    const std::vector<TokenId>& tokens = asked.tokens;
    if (tokens.empty()) return fail(ErrorKind::InvalidArgument, "the prompt is empty");
    remarkOnGuessing(options.generate, *model->engine, output);
    TESSERA_TRY(const auto session, model->engine->createSession(options.model.session));
    TESSERA_TRY(const auto logits, openLogits(options, *model->engine));
    std::optional<LogitRecorder> recorder;
    if (logits) {
        recorder.emplace(*session, *logits, options.model.session.micro_batch,
                                 engineOf(*model) == EngineKind::Llama ? ExactPolicy::Off : options.model.session.exact);
    }
    Session& used = recorder ? static_cast<Session&>(*recorder) : *session;

    TESSERA_TRY(const LoadedDraft draft, openDraft(options.draft, options.generate.speculate, *model, options.model.load, session->contextTokens(), output, running));
    TESSERA_TRY(const auto prompt_cache, openPromptCache(options.prompt_cache, *model, options.model.session));
    GenerateOptions how = options.generate;
    how.prompt_cache = prompt_cache.get();
    how.draft = draft.draft.get();
    how.keep_tokens = tokens.size();
    running.bar().setUnit(ProgressUnit::Tokens);
    std::vector<TokenId> cached;
    AnswerPrinter printer(output, *model->chat_template, asChat(options, *model->chat_template), options.answer);
    const auto print = [&](std::string_view text) {
        running.bar().finish();
        printer.print(text);
    };
    TESSERA_TRY(const GenerateResult answer, generate(used, *model->tokenizer, cached, tokens, forAnswer(how, asked), print, running.operation()));
    running.bar().finish();
    printer.finish();
    if (recorder) TESSERA_CHECK(finishLogits(*logits, *recorder, tokens, answer));
    logInfo(format("{} prompt tokens at {:.1f} tokens/s, {} generated at {:.1f} tokens/s, first after {:.2f} s, seed {}, stopped by: {}",
                   answer.prompt_tokens, answer.prefillTokensPerSecond(), answer.tokens.size(), answer.decodeTokensPerSecond(),
                   answer.first_token_seconds, answer.seed, stopReasonName(answer.reason)));
    if (answer.reason == StopReason::ContextFull) output.note("the answer ends here because the context is full: a larger --ctx, or --context-shift");
    if (options.expert_stats && !output.json()) output.note(expertText(model->engine->expertStatistics()));
    output.result(resultObject(options, *model, answer));
    return answer.reason == StopReason::Cancelled ? kExitInterrupted : kExitFine;
}

Result<void> check(const Options& options) {
    TESSERA_CHECK(checkTextGiven(options.prompt, options.file, "prompt"));
    if (options.raw && options.system) return fail(ErrorKind::InvalidArgument, "--system cannot be used together with --raw");
    if (options.special && options.chat) return fail(ErrorKind::InvalidArgument, "--special is for --raw prompts: what stands in a chat message is never obeyed");
    return {};
}

void addVerb(CommandLine& line, Verb& verb, EngineChoice engine) {
    const auto options = std::make_shared<Options>();
    addModelOptions(verb, options->model, engine);
    verb.group("Prompt");
    verb.text("-p,--prompt", "TEXT", options->prompt, "The prompt");
    verb.text("-f,--file", "FILE", options->file, "Read the prompt from a file, - is standard input");
    verb.exclude("--prompt", "--file");
    verb.flag("--chat", options->chat, "Give the prompt as a user's message (the default when the model has a chat template)");
    verb.flag("--raw", options->raw, "Give the prompt as it is, to be continued");
    verb.exclude("--chat", "--raw");
    verb.text("--system", "TEXT", options->system, "System message before the user's");
    verb.flag("--special", options->special, "Obey special tokens written in a --raw prompt");
    addPromptCacheOption(verb, options->prompt_cache);
    addAnswerOptions(verb, options->answer);
    addSamplingOptions(verb, options->generate);
    addGuessOptions(verb, options->generate.speculate, options->draft);
    verb.outputOptions(line.outputOptions());
    verb.text("--logits", "FILE.npy", options->logits, "Write all logits as a NumPy array, float32 [prompt + generated × vocabulary]");
    verb.exclude("--logits", "--speculate");
    verb.exclude("--logits", "--draft");
    if (engine == EngineChoice::Any) verb.exclude("--memory", "--draft");
    verb.exclude("--logits", "--prompt-cache");
    verb.exclude("--logits", "--context-shift");
    if (engine == EngineChoice::Any)
        verb.flag("--expert-stats", options->expert_stats, "Tell at the end how often which experts were chosen, and how many came into memory and left it");
    verb.check([options] { return check(*options); });
    verb.action([options](Output& output) { return act(*options, output); });
}

}  // namespace

void addRunVerb(CommandLine& line) {
    Verb& verb = line.addVerb("run", "Answer a prompt");
    verb.details("The prompt is -p TEXT, -f FILE, or standard input when something is piped in; a line break at the end of the latter two "
                 "is not part of it. The answer appears on standard output as it "
                 "comes. Ctrl-C ends it within one token.");
    addVerb(line, verb, EngineChoice::Any);
    verb.example("tessera run -p \"What is the capital of France?\"", "one answer from the default model");
    verb.example("tessera run model.gguf -f letter.txt --system \"Summarise.\" -n 200", "at most 200 tokens about a file");
    verb.example("tessera run --raw -p \"Once upon a time\" --seed 7 --temp 1", "go on with a text, repeatably");
    verb.example("git diff | tessera run --system \"Write a commit message.\" --greedy --json", "for a script");
}

void addBridgeVerb(CommandLine& line) {
    Verb& verb = line.addVerb("bridge", "Answer a prompt with llama.cpp, fed from fragments");
    verb.details("The same as 'tessera run --engine llama.cpp': the GGUF is given to llama.cpp as it is, or rebuilt in memory from its fragments.");
    addVerb(line, verb, EngineChoice::LlamaOnly);
    verb.example("tessera bridge fragments/ -p \"What is the capital of France?\"", "llama.cpp's answer");
}

}  // namespace tessera::cli
