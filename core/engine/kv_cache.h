// SPDX-License-Identifier: GPL-3.0-or-later
// Keys and values of one sequence for one span of layers. Cell i holds position i.
#pragma once

#include "core/base/result.h"
#include "core/engine/engine.h"
#include "core/engine/hyperparameters.h"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

struct ggml_tensor;

namespace tessera {

/// Cells are allocated and views of them are taken in multiples of this, as libllama does, so that a graph stays the
/// same for many tokens.
inline constexpr std::uint32_t kCellPadding = 256;

/// The tensors live as long as the cache. One sequence, so one thread at a time.
class KvCache {
public:
    /// `cells` is a multiple of kCellPadding. OutOfMemory says how much was asked for.
    static Result<std::unique_ptr<KvCache>> create(const Hyperparameters& parameters, LayerSpan span, KvType type,
                                                   std::uint32_t cells, bool flash_attention);
    ~KvCache();

    /// No other cache of this process has or had it.
    std::uint64_t id() const { return m_id; }
    std::uint32_t cells() const { return m_cells; }
    bool flashAttention() const { return m_flash; }
    /// [kv width × cells] of a layer of the span; there are no values where they are latent. Without flash attention values are stored transposed.
    ggml_tensor* keys(int layer) const { return m_keys[static_cast<std::size_t>(layer - m_span.first)]; }
    ggml_tensor* values(int layer) const { return m_values[static_cast<std::size_t>(layer - m_span.first)]; }
    /// Quantised caches of heads whose size is a multiple of 64 keep Hadamard-rotated rows: order of the matrix for
    /// keys and values, 0 when they are kept as they are. Same choice as libllama (llama-kv-cache.cpp).
    int keyRotation() const { return m_key_rotation; }
    int valueRotation() const { return m_value_rotation; }

    /// The first `length` cells of all layers, one behind the other: keys, then values of each tensor as they are kept.
    std::uint64_t stateBytes(std::uint32_t length) const;
    void readState(std::uint32_t length, std::span<std::byte> out) const;
    void writeState(std::uint32_t length, std::span<const std::byte> state);
    /// The cells [begin, end) to `to` < begin, bit for bit.
    void moveCells(std::uint32_t begin, std::uint32_t end, std::uint32_t to);

private:
    KvCache();
    /// Calls visit(data, bytes of a cell) for each run of memory that has a part of every cell, cell after cell.
    template <class Visit>
    void forEachRun(Visit&& visit) const;
    struct Storage;
    std::unique_ptr<Storage> m_storage;
    std::uint64_t m_id;
    LayerSpan m_span;
    std::uint32_t m_cells = 0;
    bool m_flash = true;
    int m_key_rotation = 0;
    int m_value_rotation = 0;
    std::vector<ggml_tensor*> m_keys;
    std::vector<ggml_tensor*> m_values;
};

/// Orthonormal Walsh-Hadamard matrix (Sylvester's construction), order × order, its own inverse.
std::vector<float> hadamardMatrix(int order);

/// Cells that a graph looks at when `length` of them are in use.
std::uint32_t visibleCells(std::uint32_t length, std::uint32_t cells);

}  // namespace tessera
