// SPDX-License-Identifier: GPL-3.0-or-later
// Chooses the next token, by llama.cpp's samplers.
#pragma once

#include "core/base/ids.h"
#include "core/base/result.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace tessera {

/// The defaults are llama.cpp's. temperature 0 is greedy.
struct SamplerOptions {
    float temperature = 0.8f;
    int top_k = 40;                  // 0: off
    float top_p = 0.95f;             // 1: off
    float min_p = 0.05f;             // 0: off
    float repeat_penalty = 1.0f;     // 1: off
    int repeat_last_n = 64;
    float presence_penalty = 0.0f;
    float frequency_penalty = 0.0f;
    std::optional<std::uint32_t> seed;  // nullopt: a random one
    std::vector<std::pair<TokenId, float>> logit_bias;
};

/// One per sequence; one thread at a time.
class Sampler {
public:
    /// InvalidArgument names the option that is out of range.
    static Result<Sampler> create(const SamplerOptions& options, std::uint32_t vocabulary);
    Sampler(Sampler&&) noexcept;
    Sampler& operator=(Sampler&&) noexcept;
    ~Sampler();

    /// The next token from one row of logits [vocabulary]; remembers it for the penalties.
    TokenId sample(std::span<const float> logits);
    /// The same without remembering it.
    TokenId choose(std::span<const float> logits);
    /// Remembers a token that was chosen, or was not sampled (the prompt).
    void accept(TokenId token);
    /// The seed in use, to repeat the run.
    std::uint32_t seed() const;

private:
    struct Impl;
    explicit Sampler(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

}  // namespace tessera
