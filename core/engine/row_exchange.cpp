// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/row_exchange.h"

#include <ggml.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <exception>

namespace tessera {

void RowExchange::beginStep(bool reference, const std::atomic<bool>& cancel) {
    m_cancel = &cancel;
    m_reference = reference;
    m_last_input = nullptr;
    m_failed = false;
    m_error.reset();
}

Result<void> RowExchange::endStep() {
    m_cancel = nullptr;
    if (m_under_way > 0) m_workers->abandon();
    m_under_way = 0;
    if (m_error) return tl::unexpected(*m_error);
    return {};
}

ggml_tensor* RowExchange::addProduct(ggml_context* context, ggml_cgraph* graph, const SplitRows& split, ggml_tensor* matrix,
                                     ggml_tensor* input) {
    if (!ggml_is_contiguous(input)) input = ggml_cont(context, input);
    void* data = const_cast<SplitRows*>(&split);  // read only
    ggml_tensor* mark = ggml_custom_4d(context, GGML_TYPE_F32, 1, 1, 1, 1, &input, 1, &RowExchange::beginNode, 1, data);
    ggml_build_forward_expand(graph, mark);
    ggml_tensor* here = ggml_mul_mat(context, matrix, input);
    ggml_build_forward_expand(graph, here);
    // Added when it is needed: products of the same input are then all under way before the first one is waited for.
    std::array parts{here, mark};
    return ggml_custom_4d(context, GGML_TYPE_F32, split.rows, input->ne[1], input->ne[2], input->ne[3], parts.data(),
                          static_cast<int>(parts.size()), &RowExchange::finishNode, GGML_N_TASKS_MAX, data);
}

// Both are called by every thread of ggml's team, through C.
void RowExchange::beginNode(ggml_tensor* mark, int thread, int, void* data) {
    if (thread != 0) return;
    *static_cast<float*>(mark->data) = 0.0f;
    const auto& split = *static_cast<const SplitRows*>(data);
    split.exchange->begin(split, *mark->src[0]);
}

void RowExchange::finishNode(ggml_tensor* joined, int thread, int threads, void* data) {
    const ggml_tensor& here = *joined->src[0];
    for (std::int64_t row = thread; row < ggml_nrows(joined); row += threads) {
        std::memcpy(static_cast<float*>(joined->data) + row * joined->ne[0], static_cast<const float*>(here.data) + row * here.ne[0],
                    static_cast<std::size_t>(here.ne[0]) * sizeof(float));
    }
    if (thread != 0) return;
    const auto& split = *static_cast<const SplitRows*>(data);
    split.exchange->finish(split, *joined);
}

void RowExchange::begin(const SplitRows& split, const ggml_tensor& input) {
    if (m_failed) return;
    try {
        ProductInput product;
        product.values = {static_cast<const float*>(input.data), static_cast<std::size_t>(ggml_nelements(&input))};
        product.rows = static_cast<std::uint32_t>(ggml_nrows(&input));
        product.reference = m_reference;
        product.same = m_last_input == &input;
        m_last_input = &input;
        ++m_under_way;
        if (auto begun = m_workers->begin(split.matrix, product); !begun) fail(begun.error());
    } catch (const std::exception& problem) {
        fail({ErrorKind::OutOfMemory, problem.what()});
    }
}

void RowExchange::finish(const SplitRows& split, ggml_tensor& joined) {
    if (m_failed) return;
    try {
        const std::span values(static_cast<float*>(joined.data), static_cast<std::size_t>(ggml_nelements(&joined)));
        auto finished = m_workers->finish(split.matrix, values, *m_cancel);
        if (!finished) return fail(finished.error());
        --m_under_way;
    } catch (const std::exception& problem) {
        fail({ErrorKind::OutOfMemory, problem.what()});
    }
}

void RowExchange::fail(Error error) {
    if (!m_error) m_error = std::move(error);
    m_failed = true;
}

}  // namespace tessera
