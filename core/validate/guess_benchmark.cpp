// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/validate/guess_benchmark.h"

#include "core/base/format.h"
#include "core/chat/generator.h"

namespace tessera {
namespace {

/// From an empty KV cache, since a prompt that is read in other pieces gives other bits.
Result<GenerateResult> answer(Session& session, const Tokenizer& tokenizer, std::span<const TokenId> prompt, const GenerateOptions& how,
                              const Operation& operation) {
    TESSERA_CHECK(session.truncate(0));
    std::vector<TokenId> cached;
    TESSERA_TRY(GenerateResult result, generate(session, tokenizer, cached, prompt, how, {}, {.stop = operation.stop}));
    TESSERA_CHECK(operation.checkStop());
    if (result.tokens.size() < 2)
        return fail(ErrorKind::InvalidArgument, format("the answer has {} tokens, too few to measure: the context is full (--ctx)", result.tokens.size()));
    return result;
}

}  // namespace

double GuessBenchmark::ratio() const { return plain.median() > 0 ? guessing.median() / plain.median() : 0; }

double GuessBenchmark::acceptance() const { return guessed == 0 ? 0 : static_cast<double>(right) / static_cast<double>(guessed); }

Result<GuessBenchmark> benchmarkGuessing(Session& session, const Tokenizer& tokenizer, std::span<const TokenId> prompt,
                                         const GuessBenchmarkOptions& options, const Operation& operation) {
    if (options.tokens < 2) return fail(ErrorKind::InvalidArgument, format("{} tokens (-n) are too few to measure guesses; decode at least 2", options.tokens));
    if (options.speculate < 1 || options.repetitions < 1) return fail(ErrorKind::InvalidArgument, "nothing to measure: guess and repeat at least once");
    GenerateOptions plain;
    plain.max_tokens = static_cast<int>(options.tokens);
    plain.sampler.temperature = 0;
    plain.ignore_end = true;
    GenerateOptions guessing = plain;
    guessing.speculate = options.speculate;
    guessing.draft = options.draft;

    GuessBenchmark found{.plain = {.tokens = options.tokens}, .guessing = {.tokens = options.tokens}};
    const auto total = static_cast<std::uint64_t>(options.repetitions) * 2 * options.tokens;
    std::uint64_t done = 0;
    const auto progress = [&] {
        if (operation.progress) operation.progress({done, total, "benchmark"});
    };
    progress();
    for (int i = 0; i < options.repetitions; ++i) {
        std::vector<TokenId> texts[2];
        for (const bool first : {true, false}) {
            const bool guesses = first == (i % 2 == 1);  // whoever comes first after a pause has an advantage
            TESSERA_TRY(GenerateResult result, answer(session, tokenizer, prompt, guesses ? guessing : plain, operation));
            (guesses ? found.guessing : found.plain).tokens_per_second.push_back(result.decodeTokensPerSecond());
            found.guessed += result.guessed_tokens;
            found.right += result.right_guesses;
            texts[guesses] = std::move(result.tokens);
            done += options.tokens;
            progress();
        }
        found.same_text = found.same_text && texts[0] == texts[1];
    }
    return found;
}

std::string_view guessBenchmarkText() {
    return "def area_of_square(side):\n    return side * side\n\n"
           "def area_of_rectangle(width, height):\n    return width * height\n\n"
           "def area_of_triangle(base, height):\n    return base * height / 2\n\n"
           "def area_of_square(side):\n    return side * side\n\n"
           "def area_of_rectangle(width, height):\n    return width * height\n\n"
           "def area_of_triangle(base, height):\n    return base * height / 2\n\n";
}

}  // namespace tessera
