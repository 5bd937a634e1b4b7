// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/own_product.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace tessera {
namespace {

using kernels::ActivationType;

constexpr std::int64_t kFewestRows = 8;
constexpr int kMostProducts = 8;

/// The rows of a matrix are divided into so many shares at most, each a thread's own to begin with: a run that goes on is
/// read faster than pieces. Whoever is done with its share takes of the others', for a displaced thread must not hold them up.
constexpr std::int64_t kMostShares = 16;

/// Before the packed rows: how many units of each share of each product are taken. In this order the shares of one product
/// are in cache lines of their own.
struct Header {
    std::int64_t taken[kMostShares][kMostProducts];
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
    if (thread == 0) *reinterpret_cast<Header*>(bytes) = {};
    const ggml_tensor& rows = *packed->src[0];
    const kernels::Activations activations{static_cast<const float*>(rows.data), rows.nb[1] / sizeof(float), rows.ne[1], rows.ne[0]};
    const auto groups = kernels::groupsOf(rows.ne[1]);
    chosen().quantize(kType, activations, groups * thread / threads, groups * (thread + 1) / threads, bytes + sizeof(Header));
}

/// A matrix cut into units and these into shares.
struct Division {
    std::int64_t units;
    std::int64_t shares;

    Division(const ggml_tensor& matrix, int threads)
        : units((matrix.ne[1] + kernels::kUnitRows - 1) / kernels::kUnitRows), shares(std::min<std::int64_t>({threads, kMostShares, units})) {}
    std::int64_t begin(std::int64_t share) const { return units * share / shares; }
};

/// Where a thread begins to read a matrix; null: there is none.
const std::byte* beginningOf(const ggml_tensor* matrix, int thread, int threads) {
    if (!matrix) return nullptr;
    const Division division(*matrix, threads);
    return static_cast<const std::byte*>(matrix->data) + static_cast<std::size_t>(division.begin(thread % division.shares) * kernels::kUnitRows) * matrix->nb[1];
}

/// `data` is the product's number among those of the same rows; a third source is the matrix that is multiplied next.
void multiplyNode(ggml_tensor* product, int thread, int threads, void* data) {
    const ggml_tensor& weights = *product->src[0];
    auto* bytes = static_cast<std::byte*>(product->src[1]->data);
    const auto number = reinterpret_cast<std::uintptr_t>(data);
    auto& taken = reinterpret_cast<Header*>(bytes)->taken;
    kernels::Matrix matrix{*weightTypeOf(weights.type), static_cast<const std::byte*>(weights.data), weights.nb[1], weights.ne[0]};
    const auto* following = beginningOf(product->src[2], thread, threads);
    const Division division(weights, threads);
    for (std::int64_t i = 0; i < division.shares; ++i) {
        const auto share = (thread + i) % division.shares;
        const auto end = division.begin(share + 1);
        for (std::atomic_ref next(taken[share][number]);;) {
            const auto unit = division.begin(share) + next.fetch_add(1, std::memory_order_relaxed);
            if (unit >= end) break;
            const auto last = std::min((unit + 1) * kernels::kUnitRows, weights.ne[1]);
            matrix.then = unit + 1 == end ? following : matrix.data + static_cast<std::size_t>(last) * matrix.row_bytes;
            chosen().multiply(matrix, unit * kernels::kUnitRows, last, bytes + sizeof(Header), product->ne[1], static_cast<float*>(product->data),
                              product->nb[1] / sizeof(float));
        }
    }
}

}  // namespace

bool hasOwnKernel(ggml_type type) { return weightTypeOf(type).has_value(); }

bool ownKernelTakesFewRows(ggml_type type) {
    if (!available() || !hasOwnKernel(type)) return false;
    const bool small_blocks = kernels::activationTypeFor(*weightTypeOf(type)) == ActivationType::Blocks32;
    return (small_blocks ? available()->few_rows : available()->few_rows_256) > 0;
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
    ggml_tensor* product =
        ggml_custom_4d(context, GGML_TYPE_F32, matrix->ne[1], rows->ne[1], 1, 1, sources.data(), static_cast<int>(sources.size()), &multiplyNode,
                       GGML_N_TASKS_MAX, reinterpret_cast<void*>(static_cast<std::uintptr_t>(quantized.products++)));
    if (m_last) m_last->src[2] = matrix;
    m_last = product;
    return product;
}

}  // namespace tessera
