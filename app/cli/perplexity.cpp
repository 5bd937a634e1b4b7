// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/model_options.h"
#include "app/cli/prompt_source.h"
#include "app/cli/verb_operation.h"
#include "app/cli/verbs.h"
#include "core/base/format.h"
#include "core/validate/perplexity.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <memory>

namespace tessera::cli {

namespace {

struct Options {
    ModelOptions model;
    PerplexityOptions perplexity;
    std::optional<std::string> file;
};

Result<int> act(const Options& options, Output& output) {
    TESSERA_TRY(const std::string text, textFrom(std::nullopt, options.file, "text"));
    VerbOperation running(output, ProgressUnit::Bytes);
    TESSERA_TRY(const auto model, load(options.model, output, running));
    running.bar().setUnit(ProgressUnit::Tokens);
    PerplexityOptions perplexity = options.perplexity;
    perplexity.session = options.model.session;
    const auto on_chunk = [&](std::size_t chunk, std::size_t chunks, double value) {
        if (output.quiet()) return;
        running.bar().wipe();
        output.line(format("chunk {} of {}: {:.4f}", chunk, chunks, value));
        std::fflush(stdout);
    };
    TESSERA_TRY(const PerplexityResult result, measurePerplexity(*model->engine, *model->tokenizer, text, perplexity, on_chunk, running.operation()));
    running.bar().finish();
    output.line(format("perplexity {:.4f} ± {:.5f} over {} tokens in {} chunks of {} ({:.1f} s)", result.perplexity, result.uncertainty,
                       result.scored_tokens, result.chunks, perplexity.context, result.seconds));
    output.result({{"perplexity", result.perplexity},
                   {"uncertainty", result.uncertainty},
                   {"mean_nll", result.mean_nll},
                   {"tokens", result.tokens},
                   {"chunks", result.chunks},
                   {"scored_tokens", result.scored_tokens},
                   {"context", perplexity.context},
                   {"running", result.running},
                   {"seconds", result.seconds},
                   {"engine", model->engine->kind()},
                   {"threads", model->engine->threads()},
                   {"model", model->engine->facts().name}});
    return kExitFine;
}

}  // namespace

void addPerplexityVerb(CommandLine& line) {
    const auto options = std::make_shared<Options>();
    Verb& verb = line.addVerb("perplexity", "Measure how well the model predicts a text");
    verb.details("As llama-perplexity computes it: the text is cut into chunks of --ctx tokens and the second half of each is scored.");
    addModelOptions(verb, options->model, EngineChoice::Any, false);
    verb.group("Text");
    verb.text("-f,--file", "FILE", options->file, "The text, - is standard input");
    verb.number<std::uint32_t>("--ctx", options->perplexity.context, {4, limits::kMaxContextTokens}, "Tokens in a chunk");
    verb.number<int>("--chunks", options->perplexity.max_chunks, {-1, 1 << 20}, "Most chunks to score; -1 means all", "all");
    verb.outputOptions(line.outputOptions());
    verb.example("tessera perplexity --file wiki.test.raw", "perplexity of the default model on a text");
    verb.example("tessera perplexity model.gguf --file book.txt --chunks 8 --engine llama.cpp", "llama.cpp's, on the first eight chunks");
    verb.check([options] { return checkTextGiven(std::nullopt, options->file, "text"); });
    verb.action([options](Output& output) { return act(*options, output); });
}

}  // namespace tessera::cli
