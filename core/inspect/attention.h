// SPDX-License-Identifier: GPL-3.0-or-later
// Attention weights of single heads: softmax(q·k / √head size) over the positions up to the query's own
// (Vaswani et al. 2017, arXiv:1706.03762), with grouped keys (Ainslie et al. 2023, arXiv:2305.13245).
#pragma once

#include "core/inspect/inspection.h"

#include <cstdint>
#include <vector>

namespace tessera {

/// How much position q (row) looks at position k (column): [tokens × tokens], every row sums to one, zero above the
/// diagonal. Precondition: head < layer.heads. Any thread; a millisecond or so per head at 512 tokens.
Rows attentionWeights(const AttentionLayer& layer, std::uint32_t head);

/// One row of it: what position `token` looks at in each head, [heads × tokens].
Rows attentionOfToken(const AttentionLayer& layer, std::uint32_t token);

/// For thumbnails: the head's weights averaged over squares of positions, [side × side] with side = min(tokens,
/// at_most).
Rows attentionThumbnail(const AttentionLayer& layer, std::uint32_t head, std::uint32_t at_most);

/// What kind of head it is, from averages over the query positions, 0 … 1.
struct HeadSummary {
    float first = 0;     // weight on position 0 (attention sink)
    float previous = 0;  // on the position before
    float own = 0;       // on the position itself
    float entropy = 0;   // nats
};
HeadSummary summarizeHead(const AttentionLayer& layer, std::uint32_t head);

}  // namespace tessera
