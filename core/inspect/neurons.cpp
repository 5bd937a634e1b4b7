// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/inspect/neurons.h"

#include "core/base/format.h"
#include "core/inspect/logit_row.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tessera {
namespace {

constexpr std::int64_t kRowsAtOnce = 64;

Result<const TensorInfo*> downProjection(const GgufModel& model, LayerIndex layer) {
    const auto name = format("blk.{}.ffn_down.weight", toInt(layer));
    const TensorInfo* info = model.findTensor(name);
    if (!info)
        return fail(ErrorKind::Unsupported,
                    format("layer {} has no single down projection ({}), so its neurons cannot be told apart",
                           toInt(layer), name));
    return info;
}

/// Columns of the matrix as rows, with the sign of the activation: [neurons × embedding].
Result<std::vector<float>> columnsOf(const TensorSource& source, const TensorInfo& info,
                                     std::span<const NeuronActivation> neurons, const Operation& operation) {
    const auto outputs = info.rowCount();
    std::vector<float> columns(neurons.size() * static_cast<std::size_t>(outputs));
    std::vector<std::byte> bytes;
    std::vector<float> values;
    for (std::int64_t row = 0; row < outputs; row += kRowsAtOnce) {
        TESSERA_CHECK(operation.checkStop());
        const auto count = std::min(kRowsAtOnce, outputs - row);
        bytes.resize(static_cast<std::size_t>(count) * info.row_bytes);
        values.resize(static_cast<std::size_t>(count * info.shape[0]));
        TESSERA_CHECK(source.readRows(info, row, count, bytes, operation));
        TESSERA_CHECK(dequantize(info.type, bytes, values));
        for (std::size_t n = 0; n < neurons.size(); ++n) {
            const float sign = neurons[n].activation < 0.0f ? -1.0f : 1.0f;
            for (std::int64_t r = 0; r < count; ++r)
                columns[n * static_cast<std::size_t>(outputs) + static_cast<std::size_t>(row + r)] =
                    sign * values[static_cast<std::size_t>(r * info.shape[0] + neurons[n].neuron)];
        }
    }
    return columns;
}

}  // namespace

std::vector<NeuronActivation> topNeurons(const NeuronLayer& layer, std::uint32_t token, std::uint32_t count) {
    const auto row = layer.activations.row(token);
    std::vector<std::uint32_t> order(row.size());
    std::iota(order.begin(), order.end(), 0u);
    const auto kept = std::min<std::size_t>(count, order.size());
    std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(kept), order.end(),
                      [row](std::uint32_t a, std::uint32_t b) {
                          const float x = std::fabs(row[a]);
                          const float y = std::fabs(row[b]);
                          return x > y || (x == y && a < b);
                      });
    std::vector<NeuronActivation> out;
    for (std::size_t i = 0; i < kept; ++i) out.push_back({order[i], row[order[i]]});
    return out;
}

Result<std::vector<std::vector<TokenChance>>> promotedTokens(OutputHead& head, const TensorSource& source,
                                                             const Tokenizer& tokenizer, LayerIndex layer,
                                                             std::span<const NeuronActivation> neurons,
                                                             std::uint32_t top_k, const Operation& operation) {
    TESSERA_TRY(const TensorInfo* info, downProjection(source.model(), layer));
    for (const auto& neuron : neurons)
        if (neuron.neuron >= static_cast<std::uint64_t>(info->shape[0]))
            return fail(ErrorKind::InvalidArgument, format("neuron {} is not in layer {}, which has {}", neuron.neuron,
                                                           toInt(layer), info->shape[0]));
    if (static_cast<std::size_t>(info->rowCount()) != head.embedding())
        return fail(ErrorKind::Unsupported,
                    format("the down projection of layer {} gives {} values, the output matrix takes {}", toInt(layer),
                           info->rowCount(), head.embedding()));
    TESSERA_TRY(const auto columns, columnsOf(source, *info, neurons, operation));
    // The final norm only changes a direction's length, so it leaves the order of the tokens.
    std::vector<std::vector<TokenChance>> out(neurons.size());
    const auto visit = [&](std::size_t row, std::span<const float> logits) {
        std::vector<LensCandidate> top(std::min<std::size_t>(top_k, logits.size()));
        if (!top.empty()) summarizeLogits(logits, top, {}, {});
        for (const auto& candidate : top)
            out[row].push_back({candidate.token, {}, logits[static_cast<std::size_t>(toInt(candidate.token))], 0.0f});
    };
    TESSERA_CHECK(head.project(columns, visit, operation));
    for (auto& list : out)
        for (auto& chance : list) chance.piece = tokenizer.piece(chance.token, true);
    return out;
}

Result<std::vector<TokenChance>> promotedTokens(OutputHead& head, const TensorSource& source,
                                                const Tokenizer& tokenizer, LayerIndex layer,
                                                const NeuronActivation& neuron, std::uint32_t top_k,
                                                const Operation& operation) {
    TESSERA_TRY(auto all, promotedTokens(head, source, tokenizer, layer, std::span(&neuron, 1), top_k, operation));
    return std::move(all.front());
}

}  // namespace tessera
