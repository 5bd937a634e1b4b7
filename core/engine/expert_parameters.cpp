// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/expert_parameters.h"

#include "core/base/format.h"
#include "core/base/limits.h"

#include <cmath>
#include <string>
#include <string_view>

namespace tessera {
namespace {

constexpr std::int64_t kMaxWidth = 1 << 20;  // elements of any activation row

class Keys {
public:
    explicit Keys(const GgufModel& model) : m_metadata(model.metadata), m_prefix(model.architecture() + ".") {}

    std::string full(std::string_view key) const { return m_prefix + std::string(key); }

    /// 0 when the key is missing; of a list, whose elements must be equal, the first.
    Result<std::int32_t> integer(std::string_view key, std::int64_t highest) const {
        const auto* found = m_metadata.find(full(key));
        if (!found) return 0;
        std::int64_t value = 0;
        if (found->type == MetadataType::Array) {
            TESSERA_TRY(value, uniform(key));
        } else {
            TESSERA_TRY(value, m_metadata.integer(full(key)));
        }
        if (value < 0 || value > highest)
            return fail(ErrorKind::Corrupt, format("{} is {}, which is outside 0…{}", full(key), value, highest));
        return static_cast<std::int32_t>(value);
    }

    Result<float> number(std::string_view key) const {
        if (!m_metadata.find(full(key))) return 0.0f;
        TESSERA_TRY(const auto value, m_metadata.number(full(key)));
        if (!std::isfinite(value)) return fail(ErrorKind::Corrupt, full(key) + " is not a finite number");
        return static_cast<float>(value);
    }

    Result<bool> boolean(std::string_view key) const {
        if (!m_metadata.find(full(key))) return false;
        return m_metadata.boolean(full(key));
    }

private:
    Result<std::int64_t> uniform(std::string_view key) const {
        TESSERA_TRY(const auto* values, m_metadata.array(full(key)));
        const bool numbers = values->element_type != MetadataType::String && values->element_type != MetadataType::Array;
        if (!numbers || values->count == 0) return fail(ErrorKind::Corrupt, full(key) + " is not a list of numbers");
        for (std::uint64_t i = 1; i < values->count; ++i)
            if (values->integerAt(i) != values->integerAt(0))
                return fail(ErrorKind::Unsupported, format("{} differs between layers ({} and {}); this engine needs equal layers, "
                                                           "use the llama.cpp engine", full(key), values->integerAt(0), values->integerAt(i)));
        return values->integerAt(0);
    }

    const Metadata& m_metadata;
    std::string m_prefix;
};

Result<void> check(const Keys& keys, const ExpertParameters& p) {
    if (p.used < 1 || p.used > p.count)
        return fail(ErrorKind::Corrupt, format("{} is {}: of {} experts at least one is used", keys.full("expert_used_count"), p.used, p.count));
    if (p.groups <= 1) return {};
    if (p.count % p.groups != 0 || p.count / p.groups < 2)
        return fail(ErrorKind::Corrupt, format("{} is {}: {} experts cannot be divided so", keys.full("expert_group_count"), p.groups, p.count));
    if (p.groups_used < 1 || p.groups_used >= p.groups || p.count / p.groups * p.groups_used < p.used)
        return fail(ErrorKind::Corrupt, format("{} is {}: of {} groups of {} experts {} experts are to be chosen",
                                               keys.full("expert_group_used_count"), p.groups_used, p.groups, p.count / p.groups, p.used));
    return {};
}

}  // namespace

Result<ExpertParameters> readExpertParameters(const GgufModel& model) {
    const Keys keys(model);
    ExpertParameters out;
    TESSERA_TRY(out.count, keys.integer("expert_count", limits::kMaxExperts));
    if (out.count == 0) return out;
    TESSERA_TRY(out.used, keys.integer("expert_used_count", out.count));
    TESSERA_TRY(out.shared, keys.integer("expert_shared_count", limits::kMaxExperts));
    TESSERA_TRY(out.feed_forward, keys.integer("expert_feed_forward_length", kMaxWidth));
    TESSERA_TRY(out.dense_layers, keys.integer("leading_dense_block_count", limits::kMaxLayers));
    TESSERA_TRY(out.groups, keys.integer("expert_group_count", out.count));
    TESSERA_TRY(out.groups_used, keys.integer("expert_group_used_count", out.count));
    TESSERA_TRY(out.normalised, keys.boolean("expert_weights_norm"));
    TESSERA_TRY(out.weight_scale, keys.number("expert_weights_scale"));
    TESSERA_TRY(const auto gating, keys.integer("expert_gating_func", 255));
    if (gating > static_cast<std::int32_t>(ExpertGating::SoftmaxOfChosen))
        return fail(ErrorKind::Unsupported, format("{} is {}, which is not known to this engine; use the llama.cpp engine",
                                                   keys.full("expert_gating_func"), gating));
    if (gating != 0) out.gating = static_cast<ExpertGating>(gating);
    TESSERA_CHECK(check(keys, out));
    return out;
}

}  // namespace tessera
