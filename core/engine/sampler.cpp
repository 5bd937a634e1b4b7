// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/sampler.h"

#include "core/base/format.h"

#include <llama.h>

#include <cmath>
#include <random>

namespace tessera {
namespace {

using Chain = std::unique_ptr<llama_sampler, decltype(&llama_sampler_free)>;

Result<void> checkRange(std::string_view name, double value, double lowest, double highest) {
    if (value >= lowest && value <= highest) return {};
    return fail(ErrorKind::InvalidArgument, format("{} is {}; choose {} to {}", name, value, lowest, highest));
}

Result<void> checkOptions(const SamplerOptions& o, std::uint32_t vocabulary) {
    constexpr double kMany = 1'000'000;
    TESSERA_CHECK(checkRange("temperature", o.temperature, 0, 100));
    TESSERA_CHECK(checkRange("top-k", o.top_k, 0, INT32_MAX));
    TESSERA_CHECK(checkRange("top-p", o.top_p, 0, 1));
    TESSERA_CHECK(checkRange("min-p", o.min_p, 0, 1));
    TESSERA_CHECK(checkRange("repeat penalty", o.repeat_penalty, 0.01, 100));
    TESSERA_CHECK(checkRange("repeat last n", o.repeat_last_n, 0, kMany));
    TESSERA_CHECK(checkRange("presence penalty", o.presence_penalty, -100, 100));
    TESSERA_CHECK(checkRange("frequency penalty", o.frequency_penalty, -100, 100));
    if (vocabulary == 0 || vocabulary > INT32_MAX)
        return fail(ErrorKind::InvalidArgument, format("a vocabulary of {} tokens cannot be sampled from", vocabulary));
    for (const auto& [token, bias] : o.logit_bias) {
        if (toInt(token) < 0 || static_cast<std::uint32_t>(toInt(token)) >= vocabulary)
            return fail(ErrorKind::InvalidArgument, format("logit bias for token {}: the vocabulary has {} tokens",
                                                           toInt(token), vocabulary));
        // −infinity forbids a token; NaN and +infinity have no meaning.
        if (std::isnan(bias) || bias == INFINITY)
            return fail(ErrorKind::InvalidArgument, format("logit bias of token {} is {}", toInt(token), bias));
    }
    return {};
}

// llama.cpp's default order: bias, penalties, top-k, top-p, min-p, temperature, then the draw.
Chain makeChain(const SamplerOptions& o, std::uint32_t vocabulary, std::uint32_t seed) {
    auto params = llama_sampler_chain_default_params();
    params.no_perf = true;
    Chain chain(llama_sampler_chain_init(params), &llama_sampler_free);
    const auto add = [&](llama_sampler* sampler) { llama_sampler_chain_add(chain.get(), sampler); };

    std::vector<llama_logit_bias> biases;
    for (const auto& [token, bias] : o.logit_bias) biases.push_back({toInt(token), bias});
    if (!biases.empty())
        add(llama_sampler_init_logit_bias(static_cast<std::int32_t>(vocabulary), static_cast<std::int32_t>(biases.size()),
                                          biases.data()));
    if (o.repeat_penalty != 1.0f || o.presence_penalty != 0.0f || o.frequency_penalty != 0.0f)
        add(llama_sampler_init_penalties(static_cast<std::int32_t>(vocabulary), o.repeat_last_n, o.repeat_penalty, o.frequency_penalty, o.presence_penalty));
    if (o.temperature <= 0.0f) {
        add(llama_sampler_init_greedy());
        return chain;
    }
    if (o.top_k > 0) add(llama_sampler_init_top_k(o.top_k));
    if (o.top_p < 1.0f) add(llama_sampler_init_top_p(o.top_p, 0));
    if (o.min_p > 0.0f) add(llama_sampler_init_min_p(o.min_p, 0));
    add(llama_sampler_init_temp(o.temperature));
    add(llama_sampler_init_dist(seed));
    return chain;
}

}  // namespace

struct Sampler::Impl {
    Chain chain{nullptr, &llama_sampler_free};
    std::vector<llama_token_data> candidates;
    std::uint32_t seed = 0;
};

Sampler::Sampler(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
Sampler::Sampler(Sampler&&) noexcept = default;
Sampler& Sampler::operator=(Sampler&&) noexcept = default;
Sampler::~Sampler() = default;

Result<Sampler> Sampler::create(const SamplerOptions& options, std::uint32_t vocabulary) {
    TESSERA_CHECK(checkOptions(options, vocabulary));
    auto impl = std::make_unique<Impl>();
    // LLAMA_DEFAULT_SEED asks llama.cpp for a random one, which could not be told to the user.
    std::uint32_t seed = options.seed.value_or(std::random_device{}());
    if (seed == LLAMA_DEFAULT_SEED) --seed;
    impl->seed = seed;
    impl->chain = makeChain(options, vocabulary, seed);
    impl->candidates.resize(vocabulary);
    return Sampler(std::move(impl));
}

TokenId Sampler::sample(std::span<const float> logits) {
    const TokenId token = choose(logits);
    accept(token);
    return token;
}

TokenId Sampler::choose(std::span<const float> logits) {
    auto& candidates = m_impl->candidates;
    candidates.resize(logits.size());
    for (std::size_t i = 0; i < logits.size(); ++i) candidates[i] = {static_cast<llama_token>(i), logits[i], 0.0f};
    llama_token_data_array array{candidates.data(), candidates.size(), -1, false};
    llama_sampler_apply(m_impl->chain.get(), &array);
    return TokenId{array.data[array.selected].id};
}

void Sampler::accept(TokenId token) { llama_sampler_accept(m_impl->chain.get(), toInt(token)); }

std::uint32_t Sampler::seed() const { return m_impl->seed; }

}  // namespace tessera
