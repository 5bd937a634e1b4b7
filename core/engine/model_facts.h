// SPDX-License-Identifier: GPL-3.0-or-later
// The model's shape from its metadata, and what follows from it for memory. Both engines report the same facts.
#pragma once

#include "core/base/result.h"
#include "core/engine/engine.h"
#include "core/gguf/model.h"

#include <cstdint>

namespace tessera {

/// Keys: docs/gguf.md of ggml, "LLM". Per-layer arrays give their largest element. Corrupt names the key that is
/// missing or out of range (layers, embedding and heads are required).
Result<ModelFacts> readModelFacts(const GgufModel& model);

/// What a context of `tokens` needs at most: keys and values of every layer. Bytes.
std::uint64_t kvCacheBytes(const ModelFacts& facts, std::uint32_t tokens, KvType type);

/// The context a session gets: `options.context_tokens`, or when that is 0 the training context, at most 4096.
/// InvalidArgument above limits::kMaxContextTokens; OutOfMemory (with the numbers) when the KV cache cannot fit into
/// this machine's memory, which the system would find out only by killing the process.
Result<std::uint32_t> chooseContextTokens(const ModelFacts& facts, const SessionOptions& options);

/// The engine's thread count from its options: 0 means all processors. InvalidArgument outside 0…limits::kMaxThreads.
Result<int> chooseThreads(const EngineOptions& options);

/// InvalidArgument when `count` more tokens do not fit, with all the numbers and what to do.
Result<void> checkFits(std::uint32_t length, std::size_t count, std::uint32_t context);
/// InvalidArgument when a token is not in the vocabulary.
Result<void> checkTokens(std::span<const TokenId> tokens, std::uint32_t vocabulary);

}  // namespace tessera
