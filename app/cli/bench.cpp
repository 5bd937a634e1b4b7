// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/expert_report.h"
#include "app/cli/guess_options.h"
#include "app/cli/model_options.h"
#include "app/cli/table.h"
#include "app/cli/verb_operation.h"
#include "app/cli/verbs.h"
#include "core/base/format.h"
#include "core/validate/guess_benchmark.h"

#include <nlohmann/json.hpp>

#include <memory>

namespace tessera::cli {

namespace {

struct Options {
    ModelOptions model;
    BenchmarkOptions benchmark;
    int speculate = 0;
    DraftOptions draft;
    std::optional<std::string> text;  // that guesses are measured on
};

void addRow(Table& table, const std::string& name, const std::optional<BenchmarkSeries>& series) {
    if (!series) return;
    table.add({name, std::to_string(series->tokens), format("{:.2f}", series->median()), format("{:.2f}", series->smallest()),
               format("{:.2f}", series->largest()), format("{:.2f}", series->standardDeviation())});
}

nlohmann::ordered_json seriesObject(const std::optional<BenchmarkSeries>& series) {
    if (!series) return {};
    nlohmann::ordered_json object{{"tokens", series->tokens},           {"median_tps", series->median()},   {"mean_tps", series->mean()},
                                  {"smallest_tps", series->smallest()}, {"largest_tps", series->largest()}, {"stddev_tps", series->standardDeviation()},
                                  {"tps", series->tokens_per_second}};
    if (!series->token_seconds.empty()) {
        object["token_ms"] = {{"median", 1e3 * series->tokenSecondsPercentile(50)}, {"p95", 1e3 * series->tokenSecondsPercentile(95)},
                              {"largest", 1e3 * series->tokenSecondsPercentile(100)}};
    }
    return object;
}

nlohmann::ordered_json guessObject(const std::optional<GuessBenchmark>& guesses) {
    if (!guesses) return {};
    return {{"plain", seriesObject(guesses->plain)},   {"guessing", seriesObject(guesses->guessing)}, {"ratio", guesses->ratio()},
            {"guessed_tokens", guesses->guessed},      {"right_guesses", guesses->right},             {"acceptance", guesses->acceptance()},
            {"same_text", guesses->same_text}};
}

/// Decode of one text with and without guesses, when they are asked for.
Result<std::optional<GuessBenchmark>> measureGuesses(const Options& options, const LoadedModel& model, Output& output, VerbOperation& running) {
    if (options.speculate == 0) return std::nullopt;
    TESSERA_TRY(const auto prompt, model.tokenizer->encode(options.text ? std::string_view(*options.text) : guessBenchmarkText(), {}));
    SessionOptions session_options = options.model.session;
    if (session_options.context_tokens == 0)
        session_options.context_tokens = static_cast<std::uint32_t>(prompt.size()) + options.benchmark.decode_tokens + static_cast<std::uint32_t>(options.speculate) + 1;
    TESSERA_TRY(const auto session, model.engine->createSession(session_options));
    TESSERA_TRY(const LoadedDraft draft, openDraft(options.draft, options.speculate, model, options.model.load, session->contextTokens(), output, running));
    running.bar().setUnit(ProgressUnit::Tokens);
    const GuessBenchmarkOptions how{.tokens = options.benchmark.decode_tokens, .repetitions = options.benchmark.repetitions, .speculate = options.speculate, .draft = draft.draft.get()};
    TESSERA_TRY(auto found, benchmarkGuessing(*session, *model.tokenizer, prompt, how, running.operation()));
    return found;
}

Result<int> act(const Options& options, Output& output) {
    VerbOperation running(output, ProgressUnit::Bytes);
    TESSERA_TRY(const auto model, load(options.model, output, running));
    running.bar().setUnit(ProgressUnit::Tokens);
    BenchmarkOptions benchmark = options.benchmark;
    benchmark.session = options.model.session;
    TESSERA_TRY(const BenchmarkResult result, runBenchmark(*model->engine, model->tokenizer->bos(), benchmark, running.operation()));
    TESSERA_TRY(const auto guesses, measureGuesses(options, *model, output, running));
    running.bar().finish();
    const ModelFacts& facts = model->engine->facts();
    output.line(format("{}, {}, engine {}, {} threads, {} repetitions", facts.name, formatBytes(facts.weight_bytes), model->engine->kind(),
                       model->engine->threads(), benchmark.repetitions));
    Table table({{"tokens/s"}, {"tokens", true}, {"median", true}, {"smallest", true}, {"largest", true}, {"deviation", true}});
    addRow(table, "prefill", result.prefill);
    addRow(table, "decode", result.decode);
    addRow(table, format("decode × {}", benchmark.sessions), result.decode_together);
    if (guesses) {
        addRow(table, "a text without guesses", guesses->plain);
        addRow(table, "… with guesses", guesses->guessing);
    }
    output.text(table.text());
    if (guesses) {
        output.line(format("guessing: {:.2f} times the speed, {} of {} guesses right ({:.1f} %)", guesses->ratio(), guesses->right, guesses->guessed,
                           100 * guesses->acceptance()));
        if (!guesses->same_text) output.note("with guesses the text was another one: tokens that are computed together have other last bits here than alone");
    }
    output.result({{"model", facts.name},
                   {"engine", model->engine->kind()},
                   {"threads", model->engine->threads()},
                   {"repetitions", benchmark.repetitions},
                   {"load_s", model->load_seconds},
                   {"peak_bytes", peakResidentBytes()},
                   {"experts", expertObject(model->engine->expertStatistics(), false)},
                   {"prefill", seriesObject(result.prefill)},
                   {"decode", seriesObject(result.decode)},
                   {"sessions", benchmark.sessions},
                   {"decode_together", seriesObject(result.decode_together)},
                   {"guessing", guessObject(guesses)}});
    return kExitFine;
}

}  // namespace

void addBenchVerb(CommandLine& line) {
    const auto options = std::make_shared<Options>();
    Verb& verb = line.addVerb("bench", "Measure prefill and decode speed");
    verb.details("As llama-bench does: random tokens, a warm-up, an empty KV cache before every repetition. "
                 "With --speculate or --draft also the decoding of a text, with and without guesses in turns, and how many of them were right.");
    addModelOptions(verb, options->model);
    verb.group("Measurement");
    verb.number<std::uint32_t>("-p,--prompt-tokens", options->benchmark.prompt_tokens, {0, limits::kMaxContextTokens}, "Tokens to prefill; 0 leaves it out");
    verb.number<std::uint32_t>("-n,--tokens", options->benchmark.decode_tokens, {0, limits::kMaxContextTokens}, "Tokens to decode; 0 leaves it out");
    verb.number<int>("-r,--repetitions", options->benchmark.repetitions, {1, 1000}, "How often each is measured");
    verb.number<int>("--sessions", options->benchmark.sessions, {1, limits::kMaxBenchSessions}, "Decode also in so many sessions at once; the speed is that of all together");
    addGuessOptions(verb, options->speculate, options->draft);
    verb.text("--text", "TEXT", options->text, "Measure guesses where this text is continued, instead of some lines of code that repeat themselves");
    verb.exclude("--memory", "--draft");
    verb.outputOptions(line.outputOptions());
    verb.example("tessera bench", "speed of the default model");
    verb.example("tessera bench model.gguf -p 512 -n 64 --threads 2 -r 5 --json", "for a table of one's own");
    verb.example("tessera bench --sessions 16 -p 0", "how much is won by serving sixteen at once");
    verb.example("tessera bench --speculate 16 --kernels own -p 0", "what guessed tokens are worth");
    verb.check([options]() -> Result<void> {
        if (options->text && options->speculate == 0) return fail(ErrorKind::InvalidArgument, "--text is what guesses are measured on: add --speculate or --draft");
        if (options->speculate > 0 && options->benchmark.decode_tokens < 2) return fail(ErrorKind::InvalidArgument, "guesses are measured by decoding: -n at least 2");
        if (options->benchmark.prompt_tokens > 0 || options->benchmark.decode_tokens > 0) return {};
        return fail(ErrorKind::InvalidArgument, "-p 0 and -n 0 together leave nothing to measure");
    });
    verb.action([options](Output& output) { return act(*options, output); });
}

}  // namespace tessera::cli
