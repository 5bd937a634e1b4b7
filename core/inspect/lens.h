// SPDX-License-Identifier: GPL-3.0-or-later
// The logit lens: what the model would say next if it ended after this layer (nostalgebraist 2020).
#pragma once

#include "core/inspect/inspection.h"

#include <cstdint>
#include <span>
#include <vector>

namespace tessera {

/// A part of the grid. Layers are first_layer … first_layer + layers − 1.
struct LensRange {
    std::uint32_t first_layer = 0;
    std::uint32_t layers = 0;
    TokenRange tokens;
    bool operator==(const LensRange&) const = default;
};

/// Everything an inspection has residual rows for.
LensRange wholeLens(const Inspection& inspection);

struct LensOptions {
    std::uint32_t top_k = 5;           // likeliest tokens per cell, 1 … 100
    std::vector<TokenId> follow = {};  // tokens whose probability and rank are wanted in every cell
};

struct LensCandidate {
    TokenId token{0};
    float probability = 0;  // 0 … 1
};

struct LensFollowed {
    float probability = 0;
    std::uint32_t rank = 0;  // 0: the likeliest
};

/// Cells of a range, computed all at once: what a view asks for when it scrolls. Values only; copy and keep them.
class LensGrid {
public:
    LensGrid() = default;
    LensGrid(const LensRange& range, LensOptions options);

    const LensRange& range() const { return m_range; }
    const LensOptions& options() const { return m_options; }
    bool contains(std::uint32_t layer, std::uint32_t token) const;

    // Precondition of all: contains(layer, token).
    std::span<const LensCandidate> top(std::uint32_t layer, std::uint32_t token) const;  // likeliest first
    float entropy(std::uint32_t layer, std::uint32_t token) const;                       // nats, 0 … ln(vocabulary)
    std::span<const LensFollowed> followed(std::uint32_t layer, std::uint32_t token) const;

private:
    friend class LensComputer;
    std::size_t cell(std::uint32_t layer, std::uint32_t token) const {
        return static_cast<std::size_t>(layer - m_range.first_layer) * m_range.tokens.count +
               (token - m_range.tokens.first);
    }

    LensRange m_range;
    LensOptions m_options;
    std::vector<LensCandidate> m_top;
    std::vector<float> m_entropy;
    std::vector<LensFollowed> m_followed;
};

/// `head` is Engine::createOutputHead() of the engine that ran (keep it: its buffers are reused). InvalidArgument when
/// the inspection has no residual rows for the range. Progress counts cells; Cancelled within some ten milliseconds.
/// Computes on the engine's thread, in turns with other sessions.
Result<LensGrid> computeLens(OutputHead& head, const Inspection& inspection, const LensRange& range,
                             const LensOptions& options, const Operation& operation);

/// All logits of one cell, [vocabulary].
Result<std::vector<float>> lensLogits(OutputHead& head, const Inspection& inspection, std::uint32_t layer,
                                      std::uint32_t token, const Operation& operation);

/// How far the lens of the last layer and token is from the logits that the engine gave: largest absolute difference.
/// Some architectures end with more than a norm and a matrix; above 0.05 the lens must not be shown for them.
Result<float> lensDeviation(OutputHead& head, const Inspection& inspection, const Operation& operation);

}  // namespace tessera
