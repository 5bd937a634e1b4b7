// SPDX-License-Identifier: GPL-3.0-or-later
// What turns tokens into logits. Two implementations: the fragment engine (ours, on ggml) and the llama.cpp bridge.
#pragma once

#include "core/base/ids.h"
#include "core/base/operation.h"
#include "core/engine/ablation.h"
#include "core/engine/expert_statistics.h"
#include "core/engine/output_head.h"
#include "core/engine/tap.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace tessera {

class RowWorkers;

enum class KvType { F16, F32, Q8_0 };
enum class RepackPolicy { Auto, On, Off };
enum class ExactPolicy {
    Auto,  // where it costs nothing measurable: steps of fewer than 64 rows
    On,    // also prompts: the answer does not depend on how it was batched
    Off,   // exactly what libllama computes under the same conditions
};

enum class KernelPolicy {
    Ggml,  // ggml computes everything: what libllama computes, bit for bit
    Own,   // our kernels multiply (own_product.h): faster, and equal up to the order of additions
};

/// Run of consecutive layers [first, last], both included; {n, n − 1} is none. The span that begins with layer 0 takes
/// token ids, the one that ends with the last layer gives logits, unless it is `bare`: then the embedding and the output
/// matrix are computed elsewhere, as the empty spans {0, −1} and {layers, layers − 1}.
struct LayerSpan {
    std::int32_t first = 0;
    std::int32_t last = 0;
    bool bare = false;  // hidden rows in and out, whatever the layers
    std::int32_t layers() const { return last - first + 1; }
    bool contains(const LayerSpan& other) const { return first <= other.first && other.last <= last && (!bare || other.bare); }
    bool takesTokens() const { return first == 0 && !bare; }
    bool operator==(const LayerSpan&) const = default;
};

struct EngineOptions {
    int threads = 0;                        // 0: all cores
    RepackPolicy repack = RepackPolicy::Auto;
    KernelPolicy kernels = KernelPolicy::Ggml;  // fragment engine
    std::uint64_t memory_bytes = 0;         // fragment engine: weights, KV caches and graphs together; 0: no limit
    std::vector<std::string> rpc_workers = {};  // bridge: "HOST:PORT" of llama.cpp's workers that compute instead (rpc_workers.h)
    std::shared_ptr<RowWorkers> row_workers = {};  // fragment engine: multiply rows of the matrices, all as ggml does, not repacked
};

struct SessionOptions {
    std::uint32_t context_tokens = 0;       // 0: the model's training context, at most 4096
    KvType kv_type = KvType::F16;
    std::uint32_t micro_batch = 512;        // rows per graph while prefilling
    bool flash_attention = true;
    ExactPolicy exact = ExactPolicy::Auto;
    std::vector<LayerSpan> spans = {};      // fragment engine: computed as these spans one after the other; empty: one
    Tap* tap = nullptr;                     // borrowed for the session's life; asked at every node
    Ablation ablation = {};                 // fragment engine: parts that are left out
};

/// What the metadata says about the model's shape.
struct ModelFacts {
    std::string name;
    std::string architecture;
    std::uint32_t layers = 0;
    std::uint32_t embedding = 0;
    std::uint32_t heads = 0;
    std::uint32_t kv_heads = 0;
    std::uint32_t head_size = 0;
    std::uint32_t feed_forward = 0;
    std::uint32_t vocabulary = 0;
    std::uint32_t training_context = 0;
    std::uint32_t experts = 0;
    std::uint32_t experts_used = 0;  // per token and layer
    std::uint64_t parameters = 0;
    std::uint64_t weight_bytes = 0;
};

/// Which rows of a step the caller wants logits for.
enum class Wanted { None, Last, All };

/// Rows of float32: [rows × columns], row-major. Owned.
struct Rows {
    std::size_t rows = 0;
    std::size_t columns = 0;
    std::vector<float> values;
    std::span<const float> row(std::size_t index) const {
        return std::span(values).subspan(index * columns, columns);
    }
};

/// One sequence with its KV cache. One thread at a time; sessions of one engine may be used by different threads, and
/// their steps take turns on the engine's thread.
class Session {
public:
    virtual ~Session() = default;

    virtual std::uint32_t contextTokens() const = 0;
    /// Tokens in the KV cache.
    virtual std::uint32_t length() const = 0;

    /// Appends tokens at position length(); logits [wanted rows × vocabulary]. InvalidArgument when the context would
    /// overflow (says length, context, and how to raise it) or a token is outside the vocabulary; Cancelled within one
    /// token, then length() is what was completed. Progress counts tokens.
    virtual Result<Rows> evaluate(std::span<const TokenId> tokens, Wanted wanted, const Operation& operation) = 0;

    /// Forgets everything from position `length` on.
    virtual Result<void> truncate(std::uint32_t length) = 0;

    /// Forgets the positions [first, first + count); what is behind them moves to their place. It keeps what it knew of them, so
    /// this is no fresh evaluation. Unsupported where the KV cache cannot be moved; then nothing has changed.
    virtual Result<void> remove(std::uint32_t first, std::uint32_t count);

    /// What the KV cache holds, for restore() of a session of an equal engine with equal options. Unsupported where it is
    /// not in this process or in several parts.
    virtual Result<std::vector<std::byte>> save();
    /// Replaces what the KV cache holds by what save() gave after `length` tokens. Corrupt when it cannot be that; what the
    /// session holds then is not told. The bytes are trusted otherwise: whoever keeps them verifies them.
    virtual Result<void> restore(std::span<const std::byte> state, std::uint32_t length);
};

/// A loaded model: immutable, shared by its sessions, which must not outlive it.
class Engine {
public:
    virtual ~Engine() = default;

    virtual std::string_view kind() const = 0;  // "fragments" or "llama.cpp"
    virtual const ModelFacts& facts() const = 0;
    virtual int threads() const = 0;
    virtual Result<std::unique_ptr<Session>> createSession(const SessionOptions& options) = 0;
    /// Any thread.
    virtual ExpertStatistics expertStatistics() const { return {}; }
    /// The final norm and output matrix for rows of any layer. Unsupported where the engine cannot take them apart.
    virtual Result<std::unique_ptr<OutputHead>> createOutputHead(const Operation& operation);
};

}  // namespace tessera
