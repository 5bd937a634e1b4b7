// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/validate/unit_checks.h"

#include "core/base/format.h"
#include "core/engine/operation_probe.h"
#include "core/validate/dequantize_checks.h"
#include "core/validate/reference_dequantize.h"
#include "core/validate/reference_math.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <random>

namespace tessera {

namespace {

std::vector<float> randomValues(std::size_t count, std::uint32_t seed, float size = 1) {
    std::mt19937 engine(seed);
    std::vector<float> values(count);
    for (float& value : values) value = size * (static_cast<float>(engine()) / 2147483648.0f - 1.0f);
    return values;
}

/// Numbers that float16 holds exactly, so that a float16 cache adds no error of its own.
std::vector<float> roundedToHalf(std::vector<float> values) {
    for (float& value : values) {
        int exponent = 0;
        const float mantissa = std::frexp(value, &exponent);
        value = std::ldexp(std::nearbyint(std::ldexp(mantissa, 11)), exponent - 11);
    }
    return values;
}

Result<UnitCheck> checkRmsNorm() {
    constexpr std::size_t kColumns = 576;
    const auto rows = randomValues(7 * kColumns, 1, 4);
    const auto weight = randomValues(kColumns, 2);
    TESSERA_TRY(const auto computed, probe::rmsNorm(rows, weight, 1e-5f));
    return checkValues("RMSNorm", "7 rows of 576, epsilon 1e-5", computed, reference::rmsNorm(rows, weight, 1e-5f),
                       2e-6, "a float sum of squares and three roundings");
}

Result<UnitCheck> checkSoftmax() {
    constexpr std::size_t kColumns = 96;
    const auto rows = randomValues(5 * kColumns, 3, 30);
    std::vector<float> mask(rows.size(), 0.0f);
    for (std::size_t i = 0; i < mask.size(); i += 3) mask[i] = -std::numeric_limits<float>::infinity();
    TESSERA_TRY(const auto computed, probe::softmax(rows, kColumns, mask, 0.125f));
    return checkValues("softmax", "5 rows of 96, scaled by 1/8, a third masked", computed,
                       reference::softmax(rows, kColumns, mask, 0.125), 2e-6,
                       "exp by ggml's polynomial, 2 ulp, and a float sum");
}

Result<UnitCheck> checkSwiGlu() {
    const auto gate = randomValues(4 * 1536, 4, 12);
    const auto up = randomValues(4 * 1536, 5, 3);
    TESSERA_TRY(const auto computed, probe::swiGlu(gate, up, 1536));
    return checkValues("SwiGLU", "4 rows of 1536", computed, reference::swiGlu(gate, up), 2e-6,
                       "exp by ggml's polynomial, 2 ulp");
}

struct RopeCase {
    const char* name;
    const char* detail;
    probe::RopePairs pairs;
    bool factors;
    float frequency_scale;
};

Result<UnitCheck> checkRope(const RopeCase& rope_case) {
    constexpr std::int64_t kHeads = 3;
    constexpr std::int64_t kHeadSize = 64;
    const std::vector<std::int32_t> positions{0, 1, 2, 17, 100, 511};
    const auto rows = randomValues(positions.size() * kHeads * kHeadSize, 6);
    std::vector<float> factors;
    if (rope_case.factors) {
        for (const float value : randomValues(kHeadSize / 2, 7)) factors.push_back(4.5f + 3.5f * value);
    }
    TESSERA_TRY(const auto computed, probe::rope(rows, positions, factors,
                                                 {.head_size = kHeadSize,
                                                  .heads = kHeads,
                                                  .frequency_scale = rope_case.frequency_scale,
                                                  .pairs = rope_case.pairs}));
    const auto expected = reference::rope(rows, positions, factors,
                                          {.head_size = kHeadSize,
                                           .heads = kHeads,
                                           .frequency_scale = rope_case.frequency_scale,
                                           .neox_halves = rope_case.pairs == probe::RopePairs::NeoxHalves});
    return checkValues(
        rope_case.name, rope_case.detail, computed, expected, 1e-4,
        "ggml multiplies the angle up in float: at position 511 and pair 31 that is 32 roundings of angles up to 511");
}

Result<UnitCheck> checkAttention(std::int64_t kv_heads, bool flash) {
    const probe::AttentionShape shape{.tokens = 33, .heads = 6, .kv_heads = kv_heads, .head_size = 64, .flash = flash};
    const auto query =
        roundedToHalf(randomValues(static_cast<std::size_t>(shape.tokens * shape.heads * shape.head_size), 8, 2));
    const auto key =
        roundedToHalf(randomValues(static_cast<std::size_t>(shape.tokens * kv_heads * shape.head_size), 9, 2));
    const auto value =
        roundedToHalf(randomValues(static_cast<std::size_t>(shape.tokens * kv_heads * shape.head_size), 10));
    TESSERA_TRY(const auto computed, probe::attention(query, key, value, shape));
    const auto expected = reference::attention(
        query, key, value, {.tokens = 33, .heads = 6, .kv_heads = static_cast<std::size_t>(kv_heads), .head_size = 64});
    const std::string name =
        format("attention, {} query heads on {} key-value heads{}", shape.heads, kv_heads, flash ? ", flash" : "");
    return checkValues(
        name, "33 positions, head size 64, causal", computed, expected, flash ? 2e-3 : 5e-6,
        flash ? "the weighted sum of values is kept in float16: eleven bits" : "float sums over 64 and 33 terms");
}

Result<UnitCheck> checkType(TensorType type) {
    // Enough for every point of the largest codebook (2048, four octets in each of eight runs) to come several times.
    constexpr std::size_t kBlocks = 256;
    const auto blocks = reference::randomBlocks(type, kBlocks, 11 + static_cast<std::uint32_t>(type));
    std::vector<float> computed(kBlocks * static_cast<std::size_t>(traits(type).block_elements));
    TESSERA_CHECK(dequantize(type, blocks, computed));
    return checkDequantized(type, blocks, computed);
}

using Check = std::function<Result<UnitCheck>()>;

std::vector<Check> allChecks() {
    static constexpr RopeCase kRopeCases[] = {
        {"RoPE (adjacent pairs)", "6 positions up to 511, 3 heads of 64, base 10000", probe::RopePairs::Adjacent, false,
         1},
        {"RoPE (NeoX halves)", "6 positions up to 511, 3 heads of 64, base 10000", probe::RopePairs::NeoxHalves, false,
         1},
        {"RoPE (frequency factors)", "as above, each frequency divided by 1 to 8", probe::RopePairs::Adjacent, true, 1},
        {"RoPE (linear scaling)", "as above, positions divided by 4", probe::RopePairs::Adjacent, false, 0.25f},
    };
    std::vector<Check> checks{checkRmsNorm, checkSoftmax, checkSwiGlu};
    for (const RopeCase& rope_case : kRopeCases) checks.push_back([&rope_case] { return checkRope(rope_case); });
    for (const std::int64_t kv_heads : {6, 2, 1}) {
        checks.push_back([kv_heads] { return checkAttention(kv_heads, false); });
        checks.push_back([kv_heads] { return checkAttention(kv_heads, true); });
    }
    for (const TensorType type : allTensorTypes()) {
        if (traits(type).dequantizable) checks.push_back([type] { return checkType(type); });
    }
    return checks;
}

}  // namespace

UnitCheck checkValues(std::string name, std::string detail, std::span<const float> computed,
                      std::span<const double> expected, double tolerance, std::string reason) {
    UnitCheck check{.name = std::move(name),
                    .detail = std::move(detail),
                    .tolerance = tolerance,
                    .reason = std::move(reason),
                    .failure = {}};
    if (computed.size() != expected.size() || computed.empty()) {
        check.failure = format("{} values, expected {}", computed.size(), expected.size());
        return check;
    }
    for (std::size_t i = 0; i < computed.size(); ++i) {
        const double error = std::abs(computed[i] - expected[i]) / (1 + std::abs(expected[i]));
        if (error <= check.largest_error) continue;
        check.largest_error = std::isnan(error) ? std::numeric_limits<double>::infinity() : error;
        if (error <= tolerance) continue;
        check.failure = format("value {} is {}, expected {}", i, computed[i], expected[i]);
        if (!std::isfinite(check.largest_error)) break;
    }
    return check;
}

Result<std::vector<UnitCheck>> runUnitChecks(const Operation& operation,
                                             const std::function<void(const std::vector<UnitCheck>&)>& tell) {
    const std::vector<Check> checks = allChecks();
    std::vector<UnitCheck> results;
    for (const Check& run : checks) {
        TESSERA_CHECK(operation.checkStop());
        TESSERA_TRY(UnitCheck result, run());
        results.push_back(std::move(result));
        if (tell) tell(results);
        if (operation.progress) operation.progress({results.size(), checks.size(), "unit checks"});
    }
    return results;
}

}  // namespace tessera
