// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/inspect/logit_row.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

namespace tessera {
namespace {

constexpr std::size_t kLanes = 16;
constexpr std::size_t kChunk = 256;  // logits that share a maximum, so that the search for the top passes them over

/// exp(x) for x ≤ 0, relative error below 3e-7, and 0 below 2^-126: 2^n · e^r with |r| ≤ ln 2 / 2 (Cephes' polynomial).
/// Without branches, so that compilers make vector instructions of a loop of it.
float expNegative(float x) {
    constexpr float kRound = 12582912.0f;  // 1.5 · 2^23: adding it rounds to a whole number
    const float shifted = x * 1.44269504f + kRound;
    const float n = shifted - kRound;
    const float r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
    float p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * r * r + r + 1.0f;
    const std::int32_t exponent = std::bit_cast<std::int32_t>(shifted) - std::bit_cast<std::int32_t>(kRound);
    const std::uint32_t bits = std::bit_cast<std::uint32_t>(p) + (static_cast<std::uint32_t>(exponent) << 23);
    const std::int32_t keep = (-126 - exponent) >> 31;  // all ones or zero
    return std::bit_cast<float>(bits & static_cast<std::uint32_t>(keep));
}

float largestOf(std::span<const float> values) {
    std::array<float, kLanes> lanes;
    lanes.fill(-std::numeric_limits<float>::infinity());
    std::size_t i = 0;
    for (; i + kLanes <= values.size(); i += kLanes)
        for (std::size_t j = 0; j < kLanes; ++j) lanes[j] = values[i + j] > lanes[j] ? values[i + j] : lanes[j];
    float largest = *std::max_element(lanes.begin(), lanes.end());
    for (; i < values.size(); ++i) largest = std::max(largest, values[i]);
    return largest;
}

double laneSum(std::span<const float> values) {
    std::array<float, kLanes> lanes{};
    std::size_t i = 0;
    for (; i + kLanes <= values.size(); i += kLanes)
        for (std::size_t j = 0; j < kLanes; ++j) lanes[j] += values[i + j];
    double sum = 0;
    for (const float lane : lanes) sum += static_cast<double>(lane);
    for (; i < values.size(); ++i) sum += static_cast<double>(values[i]);
    return sum;
}

struct Sums {
    double exp = 0;       // Σ exp(x − largest)
    double weighted = 0;  // Σ (x − largest) · exp(x − largest)
};

/// Precondition: at most kChunk values.
Sums sumsOf(std::span<const float> chunk, float largest) {
    std::array<float, kChunk> exps;
    std::array<float, kChunk> weighted;
    const auto count = chunk.size();
    for (std::size_t i = 0; i < count; ++i) {
        const float x = chunk[i] - largest;
        exps[i] = expNegative(x);
        weighted[i] = exps[i] * x;
    }
    return {laneSum(std::span(exps).first(count)), laneSum(std::span(weighted).first(count))};
}

std::uint32_t countLarger(std::span<const float> values, float than) {
    std::uint32_t count = 0;
    for (const float value : values) count += value > than ? 1u : 0u;
    return count;
}

/// The best so far, sorted: `logits` beside `top`, whose probability field stays unset until the sum is known.
void findTop(std::span<const float> logits, std::span<const float> maxima, std::span<LensCandidate> top) {
    std::size_t have = 0;
    for (std::size_t chunk = 0; chunk < maxima.size(); ++chunk) {
        if (have == top.size() && maxima[chunk] <= top[have - 1].probability) continue;
        const auto begin = chunk * kChunk;
        const auto end = std::min(begin + kChunk, logits.size());
        for (std::size_t i = begin; i < end; ++i) {
            if (have == top.size() && logits[i] <= top[have - 1].probability) continue;
            auto place = have < top.size() ? have++ : have - 1;
            for (; place > 0 && top[place - 1].probability < logits[i]; --place) top[place] = top[place - 1];
            top[place] = {TokenId{static_cast<std::int32_t>(i)}, logits[i]};
        }
    }
}

}  // namespace

float summarizeLogits(std::span<const float> logits, std::span<LensCandidate> top, std::span<const TokenId> follow,
                      std::span<LensFollowed> followed) {
    const auto chunks = (logits.size() + kChunk - 1) / kChunk;
    static thread_local std::vector<float> maxima;
    maxima.resize(chunks);
    const auto chunkAt = [&](std::size_t chunk) {
        const auto begin = chunk * kChunk;
        return logits.subspan(begin, std::min(kChunk, logits.size() - begin));
    };
    for (std::size_t chunk = 0; chunk < chunks; ++chunk) maxima[chunk] = largestOf(chunkAt(chunk));
    const float largest = *std::max_element(maxima.begin(), maxima.end());
    Sums sums;
    for (std::size_t chunk = 0; chunk < chunks; ++chunk) {
        const Sums part = sumsOf(chunkAt(chunk), largest);
        sums.exp += part.exp;
        sums.weighted += part.weighted;
    }
    const auto probability = [&](float logit) {
        return static_cast<float>(std::exp(static_cast<double>(logit) - static_cast<double>(largest)) / sums.exp);
    };
    if (!top.empty()) findTop(logits, maxima, top);
    for (auto& candidate : top) candidate.probability = probability(candidate.probability);
    for (std::size_t i = 0; i < follow.size(); ++i) {
        const float logit = logits[static_cast<std::size_t>(toInt(follow[i]))];
        followed[i] = {probability(logit), countLarger(logits, logit)};
    }
    // −Σ p ln p = ln Σ e^x − Σ p x
    return static_cast<float>(std::log(sums.exp) - sums.weighted / sums.exp);
}

double logSumExp(std::span<const float> logits) {
    const auto largest = static_cast<double>(largestOf(logits));
    double sum = 0;
    for (const float logit : logits) sum += std::exp(static_cast<double>(logit) - largest);
    return largest + std::log(sum);
}

}  // namespace tessera
