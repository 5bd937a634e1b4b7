// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/validate/reference_math.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tessera::reference {

namespace {

/// In place; −∞ becomes 0.
void softmaxRow(std::span<double> row) {
    const double largest = *std::max_element(row.begin(), row.end());
    double sum = 0;
    for (double& value : row) sum += value = std::exp(value - largest);
    for (double& value : row) value /= sum;
}

/// One head of one position: its vector in a [tokens × heads × head_size] array.
std::span<const float> headOf(std::span<const float> values, std::size_t token, std::size_t head, std::size_t heads,
                              std::size_t head_size) {
    return values.subspan((token * heads + head) * head_size, head_size);
}

double dot(std::span<const float> a, std::span<const float> b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += static_cast<double>(a[i]) * b[i];
    return sum;
}

}  // namespace

Values rmsNorm(std::span<const float> rows, std::span<const float> weight, double epsilon) {
    Values out;
    for (std::size_t begin = 0; begin < rows.size(); begin += weight.size()) {
        const auto row = rows.subspan(begin, weight.size());
        const double root = std::sqrt(dot(row, row) / static_cast<double>(row.size()) + epsilon);
        for (std::size_t i = 0; i < row.size(); ++i) out.push_back(row[i] / root * weight[i]);
    }
    return out;
}

Values softmax(std::span<const float> rows, std::size_t columns, std::span<const float> mask, double scale) {
    Values out(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) out[i] = scale * rows[i] + mask[i];
    for (std::size_t begin = 0; begin < out.size(); begin += columns)
        softmaxRow(std::span(out).subspan(begin, columns));
    return out;
}

Values swiGlu(std::span<const float> gate, std::span<const float> up) {
    Values out(gate.size());
    for (std::size_t i = 0; i < gate.size(); ++i)
        out[i] = gate[i] / (1 + std::exp(-static_cast<double>(gate[i]))) * up[i];
    return out;
}

Values rope(std::span<const float> rows, std::span<const std::int32_t> positions, std::span<const float> factors,
            const RopeShape& shape) {
    Values out(rows.begin(), rows.end());
    const std::size_t half = shape.head_size / 2;
    for (std::size_t head = 0; head < positions.size() * shape.heads; ++head) {
        const double position = positions[head / shape.heads] * shape.frequency_scale;
        for (std::size_t pair = 0; pair < half; ++pair) {
            const double exponent = -2.0 * static_cast<double>(pair) / static_cast<double>(shape.head_size);
            const double angle = position * std::pow(shape.base, exponent) / (factors.empty() ? 1.0 : factors[pair]);
            const std::size_t first = head * shape.head_size + (shape.neox_halves ? pair : 2 * pair);
            const std::size_t second = first + (shape.neox_halves ? half : 1);
            out[first] = rows[first] * std::cos(angle) - rows[second] * std::sin(angle);
            out[second] = rows[first] * std::sin(angle) + rows[second] * std::cos(angle);
        }
    }
    return out;
}

Values attention(std::span<const float> query, std::span<const float> key, std::span<const float> value,
                 const AttentionShape& shape) {
    Values out(query.size(), 0.0);
    const std::size_t share = shape.heads / shape.kv_heads;
    for (std::size_t token = 0; token < shape.tokens; ++token) {
        for (std::size_t head = 0; head < shape.heads; ++head) {
            const auto q = headOf(query, token, head, shape.heads, shape.head_size);
            Values scores;
            for (std::size_t other = 0; other <= token; ++other) {
                const auto k = headOf(key, other, head / share, shape.kv_heads, shape.head_size);
                scores.push_back(dot(q, k) / std::sqrt(static_cast<double>(shape.head_size)));
            }
            softmaxRow(scores);
            for (std::size_t other = 0; other <= token; ++other) {
                const auto v = headOf(value, other, head / share, shape.kv_heads, shape.head_size);
                for (std::size_t i = 0; i < v.size(); ++i)
                    out[(token * shape.heads + head) * shape.head_size + i] += scores[other] * v[i];
            }
        }
    }
    return out;
}

}  // namespace tessera::reference
