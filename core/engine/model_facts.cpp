// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/model_facts.h"

#include "core/base/format.h"
#include "core/base/limits.h"
#include "core/base/platform/system.h"

#include <algorithm>
#include <limits>

namespace tessera {

namespace {

constexpr std::uint32_t kDefaultContext = 4096;

/// A scalar, or the largest element of a per-layer array. `fallback` when the key is missing.
Result<std::uint32_t> largestOf(const Metadata& metadata, const std::string& key, std::uint32_t fallback) {
    const MetadataValue* value = metadata.find(key);
    if (!value) return fallback;
    std::uint64_t largest = 0;
    if (value->type == MetadataType::Array) {
        TESSERA_TRY(const MetadataArray* array, metadata.array(key));
        if (array->element_type == MetadataType::String || array->element_type == MetadataType::Array) {
            return fail(ErrorKind::Corrupt, format("metadata '{}': expected numbers, found {}", key, value->display()));
        }
        for (std::uint64_t i = 0; i < array->count; ++i) {
            largest = std::max(largest, static_cast<std::uint64_t>(std::max<std::int64_t>(array->integerAt(i), 0)));
        }
    } else {
        TESSERA_TRY(largest, metadata.unsignedInteger(key));
    }
    if (largest > std::numeric_limits<std::uint32_t>::max()) {
        return fail(ErrorKind::Corrupt, format("metadata '{}': {} is too large", key, largest));
    }
    return static_cast<std::uint32_t>(largest);
}

Result<std::uint32_t> required(const Metadata& metadata, const std::string& key, std::uint32_t limit) {
    TESSERA_TRY(const std::uint32_t value, largestOf(metadata, key, 0));
    if (value == 0) return fail(ErrorKind::Corrupt, format("metadata '{}' is missing or 0", key));
    if (value > limit)
        return fail(ErrorKind::Corrupt, format("metadata '{}': {} exceeds the limit of {}", key, value, limit));
    return value;
}

std::uint32_t vocabularySize(const GgufModel& model) {
    if (const TensorInfo* embedding = model.findTensor("token_embd.weight")) {
        return static_cast<std::uint32_t>(
            std::min<std::int64_t>(embedding->shape[1], std::numeric_limits<std::int32_t>::max()));
    }
    const auto tokens = model.metadata.array("tokenizer.ggml.tokens");
    return tokens ? static_cast<std::uint32_t>((*tokens)->count) : 0;
}

std::uint64_t bytesPerElement(KvType type, std::uint64_t elements) {
    switch (type) {
        case KvType::F16: return elements * 2;
        case KvType::F32: return elements * 4;
        case KvType::Q8_0: return elements / 32 * 34;
    }
    return elements * 4;
}

}  // namespace

Result<ModelFacts> readModelFacts(const GgufModel& model) {
    ModelFacts facts;
    facts.architecture = model.architecture();
    if (facts.architecture.empty()) return fail(ErrorKind::Corrupt, "metadata 'general.architecture' is missing");
    const Metadata& metadata = model.metadata;
    const std::string prefix = facts.architecture + ".";
    if (const auto name = metadata.string("general.name")) facts.name = *name;

    TESSERA_TRY(facts.layers, required(metadata, prefix + "block_count", limits::kMaxLayers));
    TESSERA_TRY(facts.embedding, required(metadata, prefix + "embedding_length", 1u << 20));
    TESSERA_TRY(facts.heads, required(metadata, prefix + "attention.head_count", 1u << 16));
    TESSERA_TRY(facts.kv_heads, largestOf(metadata, prefix + "attention.head_count_kv", facts.heads));
    TESSERA_TRY(facts.head_size, largestOf(metadata, prefix + "attention.key_length", facts.embedding / facts.heads));
    TESSERA_TRY(facts.feed_forward, largestOf(metadata, prefix + "feed_forward_length", 0));
    TESSERA_TRY(facts.training_context, largestOf(metadata, prefix + "context_length", 0));
    TESSERA_TRY(facts.experts, largestOf(metadata, prefix + "expert_count", 0));
    TESSERA_TRY(facts.experts_used, largestOf(metadata, prefix + "expert_used_count", 0));
    facts.vocabulary = vocabularySize(model);
    for (const TensorInfo& tensor : model.tensors) {
        facts.parameters += static_cast<std::uint64_t>(tensor.elementCount());
        facts.weight_bytes += tensor.size_bytes;
    }
    return facts;
}

std::uint64_t kvCacheBytes(const ModelFacts& facts, std::uint32_t tokens, KvType type) {
    const std::uint64_t row = std::uint64_t{facts.kv_heads} * facts.head_size;
    return 2 * std::uint64_t{facts.layers} * tokens * bytesPerElement(type, row);
}

Result<std::uint32_t> chooseContextTokens(const ModelFacts& facts, const SessionOptions& options) {
    std::uint32_t tokens = options.context_tokens;
    if (tokens == 0)
        tokens = facts.training_context == 0 ? kDefaultContext : std::min(facts.training_context, kDefaultContext);
    if (tokens > limits::kMaxContextTokens) {
        return fail(ErrorKind::InvalidArgument,
                    format("a context of {} tokens exceeds the limit of {}", tokens, limits::kMaxContextTokens));
    }
    const std::uint64_t needed = kvCacheBytes(facts, tokens, options.kv_type);
    const std::uint64_t available = availableMemoryBytes();
    if (available != 0 && needed > available) {  // 0: unknown
        return fail(
            ErrorKind::OutOfMemory,
            format("the KV cache of {} tokens needs {}, and {} of memory are free; choose a smaller context (--ctx)",
                   tokens, formatBytes(needed), formatBytes(available)));
    }
    return tokens;
}

Result<int> chooseThreads(const EngineOptions& options) {
    if (options.threads < 0 || options.threads > limits::kMaxThreads) {
        return fail(ErrorKind::InvalidArgument,
                    format("{} threads; choose 0 (all processors) to {}", options.threads, limits::kMaxThreads));
    }
    return options.threads == 0 ? processorCount() : options.threads;
}

Result<void> checkFits(std::uint32_t length, std::size_t count, std::uint32_t context) {
    if (count <= context - std::min(length, context)) return {};
    return fail(
        ErrorKind::InvalidArgument,
        format("the context is full: it holds {} tokens, {} are used, and {} more do not fit; raise the context size "
               "(--ctx) or begin anew",
               context, length, count));
}

Result<void> checkTokens(std::span<const TokenId> tokens, std::uint32_t vocabulary) {
    for (const TokenId token : tokens) {
        if (toInt(token) >= 0 && static_cast<std::uint32_t>(toInt(token)) < vocabulary) continue;
        return fail(ErrorKind::InvalidArgument,
                    format("token {} is outside the vocabulary of {} tokens", toInt(token), vocabulary));
    }
    return {};
}

}  // namespace tessera
