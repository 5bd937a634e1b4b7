// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/own_product.h"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <optional>

namespace tessera {
namespace {

using kernels::ActivationType;

constexpr std::int64_t kFewestRows = 8;
constexpr int kMostProducts = 8;

/// Before the packed rows: where each product's threads are, for a thread that was displaced must not hold up the others.
struct Header {
    std::int64_t next_unit[kMostProducts];
};

/// Null: none. Asked for at every matrix of every graph, so the processor is asked once.
const kernels::Kernels* available() {
    static const kernels::Kernels* const kernels = kernels::fastest();
    return kernels;
}
const kernels::Kernels& chosen() { return *available(); }

std::optional<kernels::WeightType> weightTypeOf(ggml_type type) {
    switch (type) {
        case GGML_TYPE_Q4_0: return kernels::WeightType::Q4_0;
        case GGML_TYPE_Q4_1: return kernels::WeightType::Q4_1;
        case GGML_TYPE_Q8_0: return kernels::WeightType::Q8_0;
        case GGML_TYPE_Q4_K: return kernels::WeightType::Q4_K;
        case GGML_TYPE_Q5_K: return kernels::WeightType::Q5_K;
        case GGML_TYPE_Q6_K: return kernels::WeightType::Q6_K;
        default: return std::nullopt;
    }
}

// All of these are called by every thread of ggml's team, through C.
template <ActivationType kType>
void quantizeNode(ggml_tensor* packed, int thread, int threads, void*) {
    auto* bytes = static_cast<std::byte*>(packed->data);
    if (thread == 0) std::ranges::fill(reinterpret_cast<Header*>(bytes)->next_unit, 0);
    const ggml_tensor& rows = *packed->src[0];
    const kernels::Activations activations{static_cast<const float*>(rows.data), rows.nb[1] / sizeof(float), rows.ne[1], rows.ne[0]};
    const auto groups = kernels::groupsOf(rows.ne[1]);
    chosen().quantize(kType, activations, groups * thread / threads, groups * (thread + 1) / threads, bytes + sizeof(Header));
}

/// Units that a thread takes at once: many rows of activations take long enough for one. With few, a run of the matrix is
/// read faster than its pieces.
std::int64_t unitsAtOnce(std::int64_t units, std::int64_t rows, int threads) {
    constexpr std::int64_t kTurns = 6;  // of each thread
    return rows > chosen().few_rows ? 1 : std::max<std::int64_t>(1, units / (threads * kTurns));
}

/// `data` is the product's number among those of the same rows.
void multiplyNode(ggml_tensor* product, int, int threads, void* data) {
    const ggml_tensor& weights = *product->src[0];
    auto* bytes = static_cast<std::byte*>(product->src[1]->data);
    const kernels::Matrix matrix{*weightTypeOf(weights.type), static_cast<const std::byte*>(weights.data), weights.nb[1], weights.ne[0]};
    std::atomic_ref next(reinterpret_cast<Header*>(bytes)->next_unit[reinterpret_cast<std::uintptr_t>(data)]);
    const auto units = (weights.ne[1] + kernels::kUnitRows - 1) / kernels::kUnitRows;
    const auto at_once = unitsAtOnce(units, product->ne[1], threads);
    for (;;) {
        const std::int64_t first = next.fetch_add(at_once, std::memory_order_relaxed) * kernels::kUnitRows;
        if (first >= weights.ne[1]) return;
        chosen().multiply(matrix, first, std::min(first + at_once * kernels::kUnitRows, weights.ne[1]), bytes + sizeof(Header), product->ne[1],
                          static_cast<float*>(product->data), product->nb[1] / sizeof(float));
    }
}

}  // namespace

bool hasOwnKernel(ggml_type type) { return weightTypeOf(type).has_value(); }

bool ownKernelTakesFewRows(ggml_type type) {
    return available() && available()->few_rows > 0 && hasOwnKernel(type) && kernels::activationTypeFor(*weightTypeOf(type)) == ActivationType::Blocks32;
}

bool OwnProducts::canAdd(OwnKernelUse use, const ggml_tensor* matrix, const ggml_tensor* rows) {
    const bool takes_few = ownKernelTakesFewRows(matrix->type);
    if (use == OwnKernelUse::None || (use == OwnKernelUse::FewRowTypes && !takes_few)) return false;
    return hasOwnKernel(matrix->type) && ggml_is_matrix(matrix) && rows->type == GGML_TYPE_F32 && ggml_is_matrix(rows) &&
           ggml_is_contiguous(rows) && rows->ne[1] >= (takes_few ? 1 : kFewestRows);
}

ggml_tensor* OwnProducts::add(ggml_context* context, ggml_tensor* matrix, ggml_tensor* rows) {
    const auto type = kernels::activationTypeFor(*weightTypeOf(matrix->type));
    Quantized& quantized = m_latest[static_cast<std::size_t>(type)];
    if (quantized.rows != rows || quantized.products == kMostProducts) {
        const auto bytes = static_cast<std::int64_t>(sizeof(Header) + kernels::packedBytes(type, rows->ne[1], rows->ne[0]));
        const auto node = type == ActivationType::Blocks32 ? &quantizeNode<ActivationType::Blocks32> : &quantizeNode<ActivationType::Blocks256>;
        quantized = {rows, ggml_custom_4d(context, GGML_TYPE_I8, bytes, 1, 1, 1, &rows, 1, node, GGML_N_TASKS_MAX, nullptr)};
    }
    std::array sources{matrix, quantized.packed};
    return ggml_custom_4d(context, GGML_TYPE_F32, matrix->ne[1], rows->ne[1], 1, 1, sources.data(), static_cast<int>(sources.size()), &multiplyNode,
                          GGML_N_TASKS_MAX, reinterpret_cast<void*>(static_cast<std::uintptr_t>(quantized.products++)));
}

}  // namespace tessera
