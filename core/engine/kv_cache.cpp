// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/kv_cache.h"

#include "core/base/format.h"
#include "core/base/platform/zeroed_memory.h"
#include "core/engine/ggml_handles.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <optional>

namespace tessera {
namespace {

ggml_type ggmlType(KvType type) {
    switch (type) {
        case KvType::F16: return GGML_TYPE_F16;
        case KvType::F32: return GGML_TYPE_F32;
        case KvType::Q8_0: return GGML_TYPE_Q8_0;
    }
    return GGML_TYPE_F16;
}

constexpr std::size_t kTensorAlignment = 64;  // ggml asks for 32; a line of the processor's cache

// Keys take the largest power of two that divides the head, values the smallest that is used.
int largestRotation(int head_size) {
    int order = 64;
    while (head_size % (order * 2) == 0) order *= 2;
    return order;
}

}  // namespace

struct KvCache::Storage {
    // Zeroed, as masked cells are still multiplied and no NaN may be there; a cell takes memory when it is first written.
    std::optional<ZeroedMemory> memory;
    GgmlContext context;
    GgmlBuffer buffer;
};

Result<std::unique_ptr<KvCache>> KvCache::create(const Hyperparameters& parameters, LayerSpan span, KvType type,
                                                 std::uint32_t cells, bool flash_attention) {
    const ggml_type element = ggmlType(type);
    const auto width = parameters.keyValueWidth();
    const bool quantized = ggml_is_quantized(element);
    if (quantized && !flash_attention)
        return fail(ErrorKind::InvalidArgument, "a quantised KV cache needs flash attention: use it, or a KV type of F16 or F32");
    if (width % ggml_blck_size(element) != 0 || parameters.head_size % ggml_blck_size(element) != 0)
        return fail(ErrorKind::InvalidArgument, format("heads of {} elements cannot be kept as {}: use a KV type of F16 or F32",
                                                       parameters.head_size, ggml_type_name(element)));
    std::unique_ptr<KvCache> cache(new KvCache);
    cache->m_span = span;
    cache->m_cells = cells;
    cache->m_flash = flash_attention;
    const bool values = !parameters.latent;  // else they are a part of the keys
    if (quantized && values && parameters.head_size % 64 == 0) {
        cache->m_key_rotation = largestRotation(parameters.head_size);
        cache->m_value_rotation = 64;
    }
    const auto layers = static_cast<std::size_t>(span.layers());
    if (layers == 0) return cache;
    cache->m_storage = std::make_unique<Storage>();
    auto& storage = *cache->m_storage;
    storage.context = makeDescriptionContext(2 * layers);
    for (std::size_t i = 0; i < layers; ++i) {
        cache->m_keys.push_back(ggml_new_tensor_2d(storage.context.get(), element, width, cells));
        ggml_format_name(cache->m_keys.back(), "cache_k_l%d", static_cast<int>(i) + span.first);
        if (!values) continue;
        cache->m_values.push_back(ggml_new_tensor_2d(storage.context.get(), element, width, cells));
        ggml_format_name(cache->m_values.back(), "cache_v_l%d", static_cast<int>(i) + span.first);
    }
    const auto each = (ggml_row_size(element, width) * cells + kTensorAlignment - 1) / kTensorAlignment * kTensorAlignment;
    const auto total = (values ? 2 : 1) * layers * each;
    storage.memory = ZeroedMemory::reserve(total);
    if (storage.memory) storage.buffer.reset(ggml_backend_cpu_buffer_from_ptr(storage.memory->data(), storage.memory->size()));
    if (!storage.buffer) {
        return fail(ErrorKind::OutOfMemory, format("a context of {} tokens needs {} for its keys and values; choose a "
                                                   "smaller context", cells, formatBytes(total)));
    }
    auto* address = static_cast<std::byte*>(storage.memory->data());
    for (ggml_tensor* tensor = ggml_get_first_tensor(storage.context.get()); tensor != nullptr;
         tensor = ggml_get_next_tensor(storage.context.get(), tensor), address += each) {
        if (ggml_backend_tensor_alloc(storage.buffer.get(), tensor, address) != GGML_STATUS_SUCCESS)
            return fail(ErrorKind::OutOfMemory, format("no room for {}", ggml_get_name(tensor)));
    }
    return cache;
}

template <class Visit>
void KvCache::forEachRun(Visit&& visit) const {
    for (const auto* tensors : {&m_keys, &m_values}) {
        for (ggml_tensor* tensor : *tensors) {
            auto* data = static_cast<std::byte*>(tensor->data);
            if (tensors == &m_keys || m_flash) {
                visit(data, tensor->nb[1]);
                continue;
            }
            const auto element = ggml_type_size(tensor->type);  // transposed: a run of cells for each element of a row
            for (std::int64_t i = 0; i < tensor->ne[0]; ++i) visit(data + static_cast<std::size_t>(i) * m_cells * element, element);
        }
    }
}

std::uint64_t KvCache::stateBytes(std::uint32_t length) const {
    std::uint64_t sum = 0;
    forEachRun([&](std::byte*, std::size_t cell_bytes) { sum += cell_bytes * length; });
    return sum;
}

void KvCache::readState(std::uint32_t length, std::span<std::byte> out) const {
    forEachRun([&](std::byte* data, std::size_t cell_bytes) {
        std::memcpy(out.data(), data, cell_bytes * length);
        out = out.subspan(cell_bytes * length);
    });
}

void KvCache::writeState(std::uint32_t length, std::span<const std::byte> state) {
    forEachRun([&](std::byte* data, std::size_t cell_bytes) {
        std::memcpy(data, state.data(), cell_bytes * length);
        state = state.subspan(cell_bytes * length);
    });
}

void KvCache::moveCells(std::uint32_t begin, std::uint32_t end, std::uint32_t to) {
    forEachRun([&](std::byte* data, std::size_t cell_bytes) { std::memmove(data + to * cell_bytes, data + begin * cell_bytes, (end - begin) * cell_bytes); });
}

KvCache::KvCache() {
    static std::atomic<std::uint64_t> next{0};
    m_id = next++;
}

KvCache::~KvCache() = default;

std::vector<float> hadamardMatrix(int order) {
    const auto n = static_cast<std::size_t>(order);
    std::vector<float> matrix(n * n);
    matrix[0] = static_cast<float>(1.0 / sqrtf(static_cast<float>(order)));
    for (std::size_t size = 1; size < n; size *= 2) {
        for (std::size_t row = 0; row < size; ++row) {
            for (std::size_t column = 0; column < size; ++column) {
                const float value = matrix[row * n + column];
                matrix[(row + size) * n + column] = value;
                matrix[row * n + column + size] = value;
                matrix[(row + size) * n + column + size] = -value;
            }
        }
    }
    return matrix;
}

std::uint32_t visibleCells(std::uint32_t length, std::uint32_t cells) {
    const auto padded = (length + kCellPadding - 1) / kCellPadding * kCellPadding;
    return std::min(cells, std::max(kCellPadding, padded));
}

}  // namespace tessera
