// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/bridge/llama_precheck.h"

#include "core/base/format.h"
#include "core/gguf/reader.h"

#include <algorithm>
#include <array>
#include <string>
#include <unordered_set>
#include <vector>

namespace tessera {

namespace {

constexpr std::int64_t kMaxLayers = 512;    // LLAMA_MAX_LAYERS
constexpr std::int64_t kMaxExperts = 1024;  // LLAMA_MAX_EXPERTS

/// The integers of one model's metadata under "<architecture>."; arrays are per layer.
class Keys {
public:
    explicit Keys(const GgufModel& model) : m_metadata(model.metadata), m_prefix(model.architecture() + ".") {}

    std::string full(std::string_view key) const { return m_prefix + std::string(key); }

    Result<std::vector<std::int64_t>> integers(std::string_view key) const {
        const MetadataValue* value = m_metadata.find(full(key));
        if (!value) return std::vector<std::int64_t>{};
        if (value->type != MetadataType::Array) {
            TESSERA_TRY(const std::int64_t number, m_metadata.integer(full(key)));
            return std::vector<std::int64_t>{number};
        }
        TESSERA_TRY(const MetadataArray* array, m_metadata.array(full(key)));
        if (array->element_type == MetadataType::String || array->element_type == MetadataType::Array) {
            return fail(ErrorKind::Corrupt, format("metadata '{}' is not a list of numbers", full(key)));
        }
        std::vector<std::int64_t> numbers;
        for (std::uint64_t i = 0; i < array->count; ++i) numbers.push_back(array->integerAt(i));
        return numbers;
    }

    Result<std::int64_t> largest(std::string_view key, std::int64_t fallback = 0) const {
        TESSERA_TRY(const auto numbers, integers(key));
        return numbers.empty() ? fallback : *std::max_element(numbers.begin(), numbers.end());
    }

    tl::unexpected<Error> wrong(std::string_view key, std::int64_t value, std::string_view why) const {
        return fail(ErrorKind::Corrupt, format("metadata '{}' is {}: {}", full(key), value, why));
    }

private:
    const Metadata& m_metadata;
    std::string m_prefix;
};

Result<void> checkLayers(const Keys& keys) {
    TESSERA_TRY(const std::int64_t layers, keys.largest("block_count"));
    if (layers < 1 || layers > kMaxLayers)
        return keys.wrong("block_count", layers, format("llama.cpp takes 1 to {}", kMaxLayers));
    TESSERA_TRY(const std::int64_t extra, keys.largest("nextn_predict_layers"));
    if (extra > layers) return keys.wrong("nextn_predict_layers", extra, format("there are {} layers", layers));
    return {};
}

Result<void> checkExpertGroups(const Keys& keys, std::int64_t experts) {
    TESSERA_TRY(const std::int64_t groups, keys.largest("expert_group_count"));
    TESSERA_TRY(const std::int64_t used, keys.largest("expert_group_used_count"));
    if (groups >= std::max<std::int64_t>(experts, 1)) {
        return keys.wrong("expert_group_count", groups, format("there are {} experts", experts));
    }
    if (groups <= 1) return {};
    if (experts % groups != 0)
        return keys.wrong("expert_group_count", groups, format("it does not divide {} experts", experts));
    if (used < 1 || used >= groups)
        return keys.wrong("expert_group_used_count", used, format("there are {} groups", groups));
    return {};
}

Result<void> checkExperts(const Keys& keys) {
    TESSERA_TRY(const std::int64_t experts, keys.largest("expert_count"));
    TESSERA_TRY(const std::int64_t used, keys.largest("expert_used_count"));
    if (experts < 0 || experts > kMaxExperts) {
        return keys.wrong("expert_count", experts, format("llama.cpp takes at most {}", kMaxExperts));
    }
    if (used < 0 || used > experts || (experts > 0 && used == 0)) {
        return keys.wrong("expert_used_count", used, format("there are {} experts", experts));
    }
    return checkExpertGroups(keys, experts);
}

/// Heads of one layer: the value at that layer, or the only one.
std::int64_t at(const std::vector<std::int64_t>& numbers, std::size_t layer) {
    return numbers.size() == 1 ? numbers.front() : numbers[layer];
}

Result<void> checkHeads(const Keys& keys, const std::string& architecture) {
    TESSERA_TRY(const auto heads, keys.integers("attention.head_count"));
    TESSERA_TRY(auto kv_heads, keys.integers("attention.head_count_kv"));
    if (kv_heads.empty()) kv_heads = heads;
    // Different lengths are refused by libllama itself.
    if (heads.size() != kv_heads.size() && heads.size() != 1 && kv_heads.size() != 1) return {};
    for (std::size_t layer = 0; layer < std::max(heads.size(), kv_heads.size()); ++layer) {
        const std::int64_t count = at(heads, layer);
        const std::int64_t kv = at(kv_heads, layer);
        if (count < 0 || kv < 0) return keys.wrong("attention.head_count_kv", kv, "a number of heads is not negative");
        if (kv > 0 && count % kv != 0)
            return keys.wrong("attention.head_count_kv", kv, format("it does not divide {} heads", count));
    }
    if (architecture != "llama" || heads.empty() || heads.front() < 1) return {};
    TESSERA_TRY(const std::int64_t embedding, keys.largest("embedding_length"));
    TESSERA_TRY(const std::int64_t key, keys.largest("attention.key_length", embedding / heads.front()));
    TESSERA_TRY(const std::int64_t value, keys.largest("attention.value_length", embedding / heads.front()));
    if (key != value) return keys.wrong("attention.value_length", value, format("keys have {} elements", key));
    return {};
}

Result<void> checkRopeScaling(const Metadata& metadata, const Keys& keys) {
    const auto type = metadata.string(keys.full("rope.scaling.type"));
    if (!type) return {};  // missing, or of a type that libllama refuses itself
    constexpr std::array<std::string_view, 4> kKnown{"none", "linear", "yarn", "longrope"};
    if (std::find(kKnown.begin(), kKnown.end(), *type) != kKnown.end()) return {};
    return fail(ErrorKind::Unsupported, format("metadata '{}' is '{}': llama.cpp knows none, linear, yarn and longrope",
                                               keys.full("rope.scaling.type"), *type));
}

Result<void> checkVocabulary(const Metadata& metadata) {
    const auto tokens = metadata.array("tokenizer.ggml.tokens");
    if (!tokens || (*tokens)->element_type != MetadataType::String) return {};
    std::unordered_set<std::string> seen;
    for (std::size_t i = 0; i < (*tokens)->strings.size(); ++i) {
        const std::string& text = (*tokens)->strings[i];
        // libllama gives empty tokens a name, which may be there already.
        if (!seen.insert(text.empty() ? format("[EMPTY_{}]", i) : text).second) {
            return fail(ErrorKind::Corrupt, format("tokenizer.ggml.tokens: token {} is there twice", i));
        }
    }
    return {};
}

/// libllama reads split.no as a 16-bit number whatever its type is.
Result<void> checkSplits(const TensorSource& source) {
    const auto& files = source.model().files;
    if (files.size() < 2) return {};
    for (std::uint32_t i = 0; i < files.size(); ++i) {
        TESSERA_TRY(const auto bytes, source.headerBytes(i));
        TESSERA_TRY(const GgufHeader header, parseGgufHeader(bytes, files[i].size_bytes, files[i].name));
        const MetadataValue* number = header.metadata.find("split.no");
        if (number && number->type == MetadataType::UInt16) continue;
        return fail(ErrorKind::Unsupported,
                    format("{}: metadata 'split.no' must be a 16-bit number for llama.cpp", files[i].name));
    }
    return {};
}

}  // namespace

Result<void> checkForLlama(const TensorSource& source) {
    const GgufModel& model = source.model();
    const Keys keys(model);
    TESSERA_CHECK(checkLayers(keys));
    TESSERA_CHECK(checkExperts(keys));
    TESSERA_CHECK(checkHeads(keys, model.architecture()));
    TESSERA_CHECK(checkRopeScaling(model.metadata, keys));
    TESSERA_CHECK(checkVocabulary(model.metadata));
    return checkSplits(source);
}

}  // namespace tessera
