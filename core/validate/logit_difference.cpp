// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/validate/comparison.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace tessera {

namespace {

/// ln of the sum of exp(logits), without overflow.
double logSumExp(std::span<const float> logits) {
    const double largest = *std::max_element(logits.begin(), logits.end());
    double sum = 0;
    for (const float logit : logits) sum += std::exp(static_cast<double>(logit) - largest);
    return largest + std::log(sum);
}

/// KL(reference ‖ other) in nats: Σ p (ln p − ln q).
double klDivergence(std::span<const float> other, std::span<const float> reference) {
    const double other_norm = logSumExp(other);
    const double reference_norm = logSumExp(reference);
    double sum = 0;
    for (std::size_t i = 0; i < reference.size(); ++i) {
        const double ln_p = reference[i] - reference_norm;
        sum += std::exp(ln_p) * (ln_p - (other[i] - other_norm));
    }
    return std::max(sum, 0.0);  // rounding
}

std::ptrdiff_t mostLikely(std::span<const float> logits) {
    return std::max_element(logits.begin(), logits.end()) - logits.begin();
}

bool areNumbers(std::span<const float> values) {
    return std::all_of(values.begin(), values.end(), [](float value) { return !std::isnan(value); });
}

LogitDifference infinitelyDifferent() {
    constexpr double kInfinite = std::numeric_limits<double>::infinity();
    return {.rows = 1,
            .bit_identical = false,
            .largest = kInfinite,
            .mean = kInfinite,
            .mean_kl = kInfinite,
            .top1_agreement = 0};
}

LogitDifference compareRow(std::span<const float> other, std::span<const float> reference) {
    if (!areNumbers(other) || !areNumbers(reference)) return infinitelyDifferent();
    LogitDifference difference{.rows = 1};
    difference.bit_identical = std::memcmp(other.data(), reference.data(), other.size_bytes()) == 0;
    if (difference.bit_identical) return difference;
    double sum = 0;
    for (std::size_t i = 0; i < other.size(); ++i) {
        const double distance = std::abs(static_cast<double>(other[i]) - reference[i]);
        difference.largest = std::max(difference.largest, distance);
        sum += distance;
    }
    difference.mean = sum / static_cast<double>(other.size());
    difference.mean_kl = klDivergence(other, reference);
    difference.top1_agreement = mostLikely(other) == mostLikely(reference) ? 1 : 0;
    return difference;
}

}  // namespace

LogitDifference LogitDifference::joinedWith(const LogitDifference& other) const {
    if (rows == 0) return other;
    if (other.rows == 0) return *this;
    const auto weighted = [&](double mine, double theirs) {
        const auto total = static_cast<double>(rows + other.rows);
        return (mine * static_cast<double>(rows) + theirs * static_cast<double>(other.rows)) / total;
    };
    return {.rows = rows + other.rows,
            .bit_identical = bit_identical && other.bit_identical,
            .largest = std::max(largest, other.largest),
            .mean = weighted(mean, other.mean),
            .mean_kl = weighted(mean_kl, other.mean_kl),
            .top1_agreement = weighted(top1_agreement, other.top1_agreement)};
}

Result<LogitDifference> compareLogits(const Rows& other, const Rows& reference) {
    if (other.rows != reference.rows || other.columns != reference.columns) {
        return fail(ErrorKind::InvalidArgument,
                    format("logits of {} × {} cannot be compared with {} × {}: the models have different vocabularies",
                           other.rows, other.columns, reference.rows, reference.columns));
    }
    LogitDifference total;
    if (reference.columns == 0) return total;
    for (std::size_t row = 0; row < reference.rows; ++row)
        total = total.joinedWith(compareRow(other.row(row), reference.row(row)));
    return total;
}

}  // namespace tessera
