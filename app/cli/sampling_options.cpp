// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/sampling_options.h"

#include "core/base/format.h"
#include "core/base/limits.h"

#include <charconv>
#include <cmath>
#include <memory>

namespace tessera::cli {

Result<std::pair<TokenId, float>> parseLogitBias(const std::string& text) {
    const auto wrong = [&] {
        return fail(ErrorKind::InvalidArgument, format("'{}' is no bias; write a token id and a number, for example 42=+1.5 or 42=-inf", text));
    };
    const char* const end = text.data() + text.size();
    std::int32_t token = 0;
    const auto [after_token, token_error] = std::from_chars(text.data(), end, token);
    if (token_error != std::errc() || token < 0 || after_token == end || *after_token != '=') return wrong();
    const char* number = after_token + 1;
    if (number != end && *number == '+') ++number;
    float bias = 0;
    const auto [after_bias, bias_error] = std::from_chars(number, end, bias);
    if (bias_error != std::errc() || after_bias != end || std::isnan(bias)) return wrong();
    return std::pair(TokenId{token}, bias);
}

void addSamplingOptions(Verb& verb, GenerateOptions& options) {
    SamplerOptions& sampler = options.sampler;
    verb.group("Sampling");
    verb.number<int>("-n,--tokens", options.max_tokens, {-1, static_cast<int>(limits::kMaxContextTokens)},
                     "Most tokens to generate; -1 goes on until the model ends or the context is full");
    verb.number("--temp", sampler.temperature, {0, 100}, "Temperature; 0 is greedy");
    verb.number<int>("--top-k", sampler.top_k, {0, 1'000'000}, "Choose among the K likeliest tokens only; 0 is off");
    verb.number("--top-p", sampler.top_p, {0, 1}, "Choose among the likeliest tokens that have this probability together; 1 is off");
    verb.number("--min-p", sampler.min_p, {0, 1}, "Leave out tokens less likely than this share of the likeliest; 0 is off");
    verb.number("--repeat-penalty", sampler.repeat_penalty, {0.01, 10}, "Make tokens that were there lately less likely; 1 is off");
    verb.number<int>("--repeat-last-n", sampler.repeat_last_n, {0, 1'000'000}, "How many tokens 'lately' is");
    verb.number("--presence-penalty", sampler.presence_penalty, {-10, 10}, "Taken from the logit of each token that was there lately");
    verb.number("--frequency-penalty", sampler.frequency_penalty, {-10, 10}, "The same for each time it was there");
    verb.number<std::uint32_t>("--seed", sampler.seed, {0, UINT32_MAX}, "Seed of the random numbers, to repeat an answer", "a random one");
    const auto greedy = std::make_shared<bool>(false);
    verb.flag("--greedy", *greedy, "Always take the likeliest token, as --temp 0");
    verb.exclude("--greedy", "--temp");
    const auto bias = [&sampler](const std::string& text) -> Result<void> {
        TESSERA_TRY(const auto parsed, parseLogitBias(text));
        sampler.logit_bias.push_back(parsed);
        return {};
    };
    verb.parsed("--logit-bias", "ID=X", bias, {}, "Add X to the logit of token ID, for example 42=+1.5 or 42=-inf", true);
    verb.flag("--context-shift", options.context_shift,
              "When the context is full, forget the older half of the conversation, but not the system message or the prompt of 'run', and go on");
    verb.texts("--stop", "TEXT", options.stop_strings, "Stop before this text");
    verb.check([greedy, &options]() -> Result<void> {
        if (*greedy) options.sampler.temperature = 0;
        for (const std::string& stop : options.stop_strings) {
            if (stop.empty()) return fail(ErrorKind::InvalidArgument, "--stop: an empty text would stop at once");
        }
        return {};
    });
}

}  // namespace tessera::cli
