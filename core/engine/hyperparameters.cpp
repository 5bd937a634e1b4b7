// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/hyperparameters.h"

#include "core/base/format.h"
#include "core/base/limits.h"
#include "core/base/quote.h"

#include <cmath>
#include <optional>

namespace tessera {
namespace {

/// Metadata access under "<architecture>.".
class Keys {
public:
    explicit Keys(const GgufModel& model) : m_metadata(model.metadata), m_prefix(model.architecture() + ".") {}

    std::string full(std::string_view key) const { return m_prefix + std::string(key); }
    bool has(std::string_view key) const { return m_metadata.find(full(key)) != nullptr; }

    /// An integer in [lowest, highest]; some writers give one per layer, which must then be equal.
    Result<std::int32_t> integer(std::string_view key, std::int64_t lowest, std::int64_t highest) const {
        const auto* found = m_metadata.find(full(key));
        if (found && found->type == MetadataType::Array) return uniform(key, lowest, highest);
        TESSERA_TRY(const auto value, m_metadata.integer(full(key)));
        return checked(key, value, lowest, highest);
    }
    Result<std::int32_t> integerOr(std::string_view key, std::int64_t lowest, std::int64_t highest,
                                   std::int32_t fallback) const {
        if (!has(key)) return fallback;
        return integer(key, lowest, highest);
    }
    Result<float> numberOr(std::string_view key, float fallback) const {
        if (!has(key)) return fallback;
        TESSERA_TRY(const auto value, m_metadata.number(full(key)));
        if (!std::isfinite(value)) return fail(ErrorKind::Corrupt, full(key) + " is not a finite number");
        return static_cast<float>(value);
    }
    Result<float> number(std::string_view key) const {
        if (!has(key)) return fail(ErrorKind::NotFound, "the model has no metadata key " + full(key));
        return numberOr(key, 0.0f);
    }
    Result<std::string> stringOr(std::string_view key, std::string_view fallback) const {
        if (!has(key)) return std::string(fallback);
        TESSERA_TRY(const auto value, m_metadata.string(full(key)));
        return std::string(value);
    }

    /// Who slides: a list of the layers, or a period whose last layer does not (0: all slide).
    Result<std::vector<bool>> slidingLayers(std::string_view key, std::int32_t layers, std::int32_t period) const {
        std::vector<bool> sliding(static_cast<std::size_t>(layers));
        const auto* found = m_metadata.find(full(key));
        if (found && found->type == MetadataType::Array) {
            TESSERA_TRY(const auto* values, m_metadata.array(full(key)));
            const bool numbers = values->element_type != MetadataType::String && values->element_type != MetadataType::Array;
            if (!numbers || values->count < sliding.size())
                return fail(ErrorKind::Corrupt, format("{} is not a list of {} numbers", full(key), layers));
            for (std::size_t i = 0; i < sliding.size(); ++i) sliding[i] = values->integerAt(i) != 0;
            return sliding;
        }
        TESSERA_TRY(period, integerOr(key, 0, limits::kMaxLayers, period));
        for (std::int32_t i = 0; i < layers; ++i) sliding[static_cast<std::size_t>(i)] = period == 0 || i % period < period - 1;
        return sliding;
    }

private:
    Result<std::int32_t> checked(std::string_view key, std::int64_t value, std::int64_t lowest,
                                 std::int64_t highest) const {
        if (value < lowest || value > highest)
            return fail(ErrorKind::Corrupt,
                        format("{} is {}, which is outside {}…{}", full(key), value, lowest, highest));
        return static_cast<std::int32_t>(value);
    }
    Result<std::int32_t> uniform(std::string_view key, std::int64_t lowest, std::int64_t highest) const {
        TESSERA_TRY(const auto* values, m_metadata.array(full(key)));
        const bool numbers = values->element_type != MetadataType::String && values->element_type != MetadataType::Array;
        if (!numbers || values->count == 0) return fail(ErrorKind::Corrupt, full(key) + " is not a list of numbers");
        const auto first = values->integerAt(0);
        for (std::uint64_t i = 1; i < values->count; ++i)
            if (values->integerAt(i) != first)
                return fail(ErrorKind::Unsupported,
                            format("{} differs between layers ({} and {}); this engine needs equal layers; use the "
                                   "llama.cpp engine",
                                   full(key), first, values->integerAt(i)));
        return checked(key, first, lowest, highest);
    }

    const Metadata& m_metadata;
    std::string m_prefix;
};

constexpr std::int64_t kMaxWidth = 1 << 20;  // elements of any activation row but the logits

Result<void> readSizes(const Keys& keys, const GgufModel& model, Hyperparameters& out) {
    TESSERA_TRY(out.layers, keys.integer("block_count", 1, limits::kMaxLayers));
    TESSERA_TRY(out.embedding, keys.integer("embedding_length", 1, kMaxWidth));
    TESSERA_TRY(out.feed_forward, keys.integerOr("feed_forward_length", 1, kMaxWidth, 0));
    TESSERA_TRY(out.heads, keys.integer("attention.head_count", 1, kMaxWidth));
    TESSERA_TRY(out.kv_heads, keys.integerOr("attention.head_count_kv", 1, kMaxWidth, out.heads));
    TESSERA_TRY(out.training_context, keys.integer("context_length", 1, INT32_MAX));
    TESSERA_TRY(out.experts, keys.integerOr("expert_count", 0, 65536, 0));
    if (out.heads % out.kv_heads != 0)
        return fail(ErrorKind::Corrupt, format("{} is {}, which {} = {} does not divide", keys.full("attention.head_count"),
                                               out.heads, keys.full("attention.head_count_kv"), out.kv_heads));
    TESSERA_TRY(out.head_size, keys.integerOr("attention.key_length", 1, kMaxWidth, out.embedding / out.heads));
    TESSERA_TRY(const auto value_size,
                keys.integerOr("attention.value_length", 1, kMaxWidth, out.embedding / out.heads));
    if (out.head_size < 1)
        return fail(ErrorKind::Corrupt, format("{} heads do not fit into an embedding of {}", out.heads, out.embedding));
    if (value_size != out.head_size && !keys.has("attention.key_length_mla"))
        return fail(ErrorKind::Unsupported, format("heads have keys of {} and values of {} elements; this engine needs "
                                                   "equal sizes; use the llama.cpp engine",
                                                   out.head_size, value_size));
    if (out.queryWidth() > kMaxWidth)
        return fail(ErrorKind::Corrupt, format("{} heads of {} elements are too many", out.heads, out.head_size));
    const auto* embedding = model.findTensor("token_embd.weight");
    if (!embedding) return fail(ErrorKind::NotFound, "the model has no tensor token_embd.weight");
    if (embedding->shape[1] > INT32_MAX)
        return fail(ErrorKind::Corrupt, format("token_embd.weight has {} rows", embedding->shape[1]));
    out.vocabulary = static_cast<std::int32_t>(embedding->shape[1]);
    return {};
}

float yarnSharpness(float factor, float multiplier) {
    return factor <= 1.0f ? 1.0f : (0.1f * multiplier * logf(factor) + 1.0f);
}

// The magnitude follows libllama: YaRN's own 0.1·ln(s)+1 is divided by what ggml's rope multiplies in again.
float yarnMagnitude(float frequency_scale, float log_multiplier) {
    const float factor = 1.0f / frequency_scale;
    float wanted = yarnSharpness(factor, 1.0f);
    if (log_multiplier != 0.0f) wanted /= yarnSharpness(factor, log_multiplier);
    return wanted * (1.0f / (1.0f + 0.1f * logf(factor)));
}

Result<void> readRope(const Keys& keys, Hyperparameters& out) {
    auto& rope = out.rope;
    TESSERA_TRY(rope.dimensions, keys.integerOr("rope.dimension_count", 1, kMaxWidth, out.head_size));
    if (rope.dimensions > out.head_size || rope.dimensions % 2 != 0)
        return fail(ErrorKind::Corrupt, format("{} is {}: it must be even and at most the head size {}",
                                               keys.full("rope.dimension_count"), rope.dimensions, out.head_size));
    TESSERA_TRY(rope.frequency_base, keys.numberOr("rope.freq_base", 10000.0f));
    TESSERA_TRY(rope.original_context,
                keys.integerOr("rope.scaling.original_context_length", 1, INT32_MAX, out.training_context));
    const bool named = keys.has("rope.scaling.factor");
    TESSERA_TRY(const float factor, keys.numberOr(named ? "rope.scaling.factor" : "rope.scale_linear", 0.0f));
    TESSERA_TRY(const auto scaling, keys.stringOr("rope.scaling.type", "linear"));
    TESSERA_TRY(const float attention_factor, keys.numberOr("rope.scaling.attn_factor", 1.0f));
    if (rope.frequency_base <= 0.0f || factor < 0.0f)
        return fail(ErrorKind::Corrupt, format("RoPE base {} or scaling factor {} is not positive", rope.frequency_base, factor));
    if (scaling != "none" && scaling != "linear" && scaling != "yarn" && scaling != "longrope")
        return fail(ErrorKind::Unsupported, format("RoPE scaling {} is not known to this engine (none, linear, yarn and "
                                                   "longrope are); use the llama.cpp engine", inQuotes(scaling)));
    if (scaling != "none" && factor != 0.0f) rope.frequency_scale = 1.0f / factor;
    if (scaling == "yarn") {
        rope.extrapolation = 1.0f;
        rope.magnitude = yarnMagnitude(rope.frequency_scale, 0.0f);
    }
    rope.magnitude *= attention_factor;
    return {};
}

}  // namespace

Result<Hyperparameters> readHyperparameters(const GgufModel& model) {
    const Keys keys(model);
    Hyperparameters out;
    out.architecture = model.architecture();
    TESSERA_CHECK(readSizes(keys, model, out));
    TESSERA_TRY(out.norm_epsilon, keys.number("attention.layer_norm_rms_epsilon"));
    if (out.norm_epsilon < 0.0f)
        return fail(ErrorKind::Corrupt, format("{} is {}: it must not be negative",
                                               keys.full("attention.layer_norm_rms_epsilon"), out.norm_epsilon));
    out.attention_scale = 1.0f / sqrtf(static_cast<float>(out.head_size));
    TESSERA_CHECK(readRope(keys, out));
    return out;
}

float QueryTemperature::at(std::int32_t position) const {
    const float step = std::floor(static_cast<float>(position) / static_cast<float>(floor));
    return static_cast<float>(std::log(static_cast<double>(step) + 1.0) * static_cast<double>(scale) + 1.0);
}

Result<float> readNumber(const GgufModel& model, std::string_view key, float fallback) {
    return Keys(model).numberOr(key, fallback);
}

Result<std::int32_t> readInteger(const GgufModel& model, std::string_view key, std::int32_t lowest, std::int32_t fallback) {
    return Keys(model).integerOr(key, lowest, INT32_MAX, fallback);
}

Result<void> readSlidingWindow(const GgufModel& model, std::int32_t positions, std::int32_t period, float rope_base,
                               Hyperparameters& out) {
    const Keys keys(model);
    SlidingWindow& window = out.window;
    TESSERA_TRY(window.positions, keys.integerOr("attention.sliding_window", 0, INT32_MAX, positions));
    if (window.positions == 0) return {};
    TESSERA_TRY(window.layers, keys.slidingLayers("attention.sliding_window_pattern", out.layers, period));
    window.rope = out.rope;
    TESSERA_TRY(window.rope.frequency_base, keys.numberOr("rope.freq_base_swa", rope_base));
    if (window.rope.frequency_base <= 0.0f)
        return fail(ErrorKind::Corrupt, format("{} is {}: it must be positive", keys.full("rope.freq_base_swa"), window.rope.frequency_base));
    for (const auto* key : {"attention.key_length_swa", "attention.value_length_swa"}) {
        TESSERA_TRY(const auto size, keys.integerOr(key, 1, kMaxWidth, out.head_size));
        if (size != out.head_size)
            return fail(ErrorKind::Unsupported, format("{} is {}, other heads have {} elements; this engine needs equal layers; "
                                                       "use the llama.cpp engine", keys.full(key), size, out.head_size));
    }
    return {};
}

Result<void> readYarn(const GgufModel& model, Hyperparameters& out) {
    const Keys keys(model);
    RopeParameters& rope = out.rope;
    TESSERA_TRY(rope.beta_fast, keys.numberOr("rope.scaling.yarn_beta_fast", rope.beta_fast));
    TESSERA_TRY(rope.beta_slow, keys.numberOr("rope.scaling.yarn_beta_slow", rope.beta_slow));
    TESSERA_TRY(const float log_multiplier, keys.numberOr("rope.scaling.yarn_log_multiplier", 0.0f));
    if (rope.extrapolation == 0.0f || log_multiplier == 0.0f) return {};
    TESSERA_TRY(const float attention_factor, keys.numberOr("rope.scaling.attn_factor", 1.0f));
    rope.magnitude = yarnMagnitude(rope.frequency_scale, log_multiplier) * attention_factor;
    return {};
}

Result<void> checkWholeHeadsTurn(const Hyperparameters& p) {
    if (p.rope.dimensions == p.head_size) return {};
    return fail(ErrorKind::Corrupt, format("{}.rope.dimension_count is {}, expected the head size {}", p.architecture,
                                           p.rope.dimensions, p.head_size));
}

Result<void> checkHeadsFillEmbedding(const Hyperparameters& p) {
    if (p.queryWidth() == p.embedding) return {};
    return fail(ErrorKind::Corrupt, format("{} heads of {} elements are not as wide as the embedding of {}, as {} needs them",
                                           p.heads, p.head_size, p.embedding, p.architecture));
}

}  // namespace tessera
