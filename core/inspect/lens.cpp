// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/inspect/lens.h"

#include "core/base/format.h"
#include "core/inspect/logit_row.h"

#include <algorithm>
#include <cmath>

namespace tessera {

LensRange wholeLens(const Inspection& inspection) {
    return {0, static_cast<std::uint32_t>(inspection.residual.layers), inspection.residual.tokens};
}

LensGrid::LensGrid(const LensRange& range, LensOptions options) : m_range(range), m_options(std::move(options)) {
    const auto cells = static_cast<std::size_t>(range.layers) * range.tokens.count;
    m_top.resize(cells * m_options.top_k);
    m_entropy.resize(cells);
    m_followed.resize(cells * m_options.follow.size());
}

bool LensGrid::contains(std::uint32_t layer, std::uint32_t token) const {
    return layer >= m_range.first_layer && layer - m_range.first_layer < m_range.layers &&
           token >= m_range.tokens.first && token < m_range.tokens.end();
}

std::span<const LensCandidate> LensGrid::top(std::uint32_t layer, std::uint32_t token) const {
    return std::span(m_top).subspan(cell(layer, token) * m_options.top_k, m_options.top_k);
}

float LensGrid::entropy(std::uint32_t layer, std::uint32_t token) const { return m_entropy[cell(layer, token)]; }

std::span<const LensFollowed> LensGrid::followed(std::uint32_t layer, std::uint32_t token) const {
    return std::span(m_followed).subspan(cell(layer, token) * m_options.follow.size(), m_options.follow.size());
}

namespace {

Result<void> checkRange(const Inspection& inspection, const LensRange& range) {
    const auto& residual = inspection.residual;
    if (residual.empty())
        return fail(ErrorKind::InvalidArgument, "this inspection kept no residual rows; run it again with the lens");
    if (range.layers == 0 || range.first_layer >= residual.layers || range.layers > residual.layers - range.first_layer)
        return fail(ErrorKind::InvalidArgument, format("the lens has layers 0–{}, asked were {} from layer {}",
                                                       residual.layers - 1, range.layers, range.first_layer));
    const auto first = range.tokens.first;
    if (range.tokens.count == 0 || first < residual.tokens.first || first >= residual.tokens.end() ||
        range.tokens.count > residual.tokens.end() - first)
        return fail(ErrorKind::InvalidArgument,
                    format("the lens has positions {}–{}, asked were {} from position {}", residual.tokens.first,
                           residual.tokens.end() - 1, range.tokens.count, first));
    return {};
}

Result<void> checkOptions(const LensOptions& options, std::size_t vocabulary) {
    if (options.top_k < 1 || options.top_k > std::min<std::size_t>(100, vocabulary))
        return fail(ErrorKind::InvalidArgument,
                    format("top_k is {}, expected 1–{}", options.top_k, std::min<std::size_t>(100, vocabulary)));
    for (const TokenId token : options.follow)
        if (toInt(token) < 0 || static_cast<std::size_t>(toInt(token)) >= vocabulary)
            return fail(ErrorKind::InvalidArgument,
                        format("token {} is not in the vocabulary of {}", toInt(token), vocabulary));
    return {};
}

/// The rows of the range, in the order of the cells.
std::vector<float> gatherRows(const ResidualRows& residual, const LensRange& range) {
    std::vector<float> rows;
    const auto width = range.tokens.count * residual.columns;
    rows.reserve(range.layers * width);
    for (std::size_t i = 0; i < range.layers; ++i) {
        const auto first = residual.row(range.first_layer + i, range.tokens.first);
        rows.insert(rows.end(), first.data(), first.data() + width);
    }
    return rows;
}

}  // namespace

class LensComputer {
public:
    static Result<LensGrid> compute(OutputHead& head, const Inspection& inspection, const LensRange& range,
                                    const LensOptions& options, const Operation& operation) {
        TESSERA_CHECK(checkRange(inspection, range));
        TESSERA_CHECK(checkOptions(options, head.vocabulary()));
        LensGrid grid(range, options);
        const auto visit = [&](std::size_t cell, std::span<const float> logits) {
            const auto top = std::span(grid.m_top).subspan(cell * options.top_k, options.top_k);
            const auto followed =
                std::span(grid.m_followed).subspan(cell * options.follow.size(), options.follow.size());
            grid.m_entropy[cell] = summarizeLogits(logits, top, options.follow, followed);
        };
        TESSERA_CHECK(head.project(gatherRows(inspection.residual, range), visit, operation));
        return grid;
    }
};

Result<LensGrid> computeLens(OutputHead& head, const Inspection& inspection, const LensRange& range,
                             const LensOptions& options, const Operation& operation) {
    return LensComputer::compute(head, inspection, range, options, operation);
}

Result<std::vector<float>> lensLogits(OutputHead& head, const Inspection& inspection, std::uint32_t layer,
                                      std::uint32_t token, const Operation& operation) {
    const LensRange range{layer, 1, {token, 1}};
    TESSERA_CHECK(checkRange(inspection, range));
    std::vector<float> out;
    const auto visit = [&out](std::size_t, std::span<const float> logits) { out.assign(logits.begin(), logits.end()); };
    TESSERA_CHECK(head.project(gatherRows(inspection.residual, range), visit, operation));
    return out;
}

Result<float> lensDeviation(OutputHead& head, const Inspection& inspection, const Operation& operation) {
    const auto last_layer = static_cast<std::uint32_t>(inspection.residual.layers) - 1;
    const auto last_token = static_cast<std::uint32_t>(inspection.tokens.size()) - 1;
    TESSERA_TRY(const auto logits, lensLogits(head, inspection, last_layer, last_token, operation));
    if (logits.size() != inspection.logits.size())
        return fail(ErrorKind::InvalidArgument,
                    format("the lens gives {} logits, the engine gave {}", logits.size(), inspection.logits.size()));
    float largest = 0;
    for (std::size_t i = 0; i < logits.size(); ++i) {
        const float difference = std::fabs(logits[i] - inspection.logits[i]);
        if (!(difference <= largest)) largest = difference;  // NaN counts
    }
    return largest;
}

}  // namespace tessera
