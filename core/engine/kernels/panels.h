// SPDX-License-Identifier: GPL-3.0-or-later
// What all vector implementations share: sixteen or eight rows of a matrix unpacked side by side into a panel, so that
// every lane of a vector sums up a row of its own, and the loops over panels and groups. Internal linkage.
//
// An instruction set `Isa` has
//   kLanes                          rows of a panel
//   interleave(rows, values)        bytes [kLanes][32] → [8][kLanes][4]
//   addTile<Format>(panels, blocks, groups, tile)   adds `blocks` blocks of products to a tile of the result
#pragma once

#include "core/engine/kernels/formats.h"
#include "core/engine/kernels/packed.h"

namespace tessera::kernels {
namespace {

template <int kLanes>
struct alignas(64) Panel32 {
    std::uint8_t values[8][kLanes][4];
    float scale[kLanes];
    float offset[kLanes];
};

template <int kLanes, int kSub>
struct alignas(64) Panel256 {
    std::uint8_t values[64][kLanes][4];
    std::int32_t scales[256 / kSub][kLanes];
    float scale[kLanes];
    float min_scale[kLanes];
    std::int16_t mins[4][kLanes][2];
};

template <class Isa, class Format, int kBlock = Format::kBlock>
struct PanelOf {
    using Panel = Panel32<Isa::kLanes>;
    using Group = Group32;
};
template <class Isa, class Format>
struct PanelOf<Isa, Format, 256> {
    using Panel = Panel256<Isa::kLanes, Format::kSub>;
    using Group = Group256;
};

/// A part of the result: out[n * stride + lane] for the first `rows` rows of a group and the first `lanes` lanes.
struct Tile {
    float* out;
    std::size_t stride;
    int rows;
    int lanes;
    bool begins;  // there is nothing yet to add to
};

template <class Isa, class Format>
[[maybe_unused]] void unpackPanel(const std::byte* const* rows, std::size_t offset, Panel32<Isa::kLanes>& panel) {
    alignas(64) std::uint8_t values[Isa::kLanes][32];
    for (int lane = 0; lane < Isa::kLanes; ++lane)
        Format::unpack(rows[lane] + offset, values[lane], panel.scale[lane], panel.offset[lane]);
    Isa::interleave(values[0], 32, panel.values);
}

template <class Isa, class Format>
[[maybe_unused]] void unpackPanel(const std::byte* const* rows, std::size_t offset, Panel256<Isa::kLanes, Format::kSub>& panel) {
    alignas(64) std::uint8_t values[Isa::kLanes][256];
    for (int lane = 0; lane < Isa::kLanes; ++lane) {
        BlockScales<Format::kSub> scales;
        Format::unpack(rows[lane] + offset, values[lane], scales);
        for (int i = 0; i < 256 / Format::kSub; ++i) panel.scales[i][lane] = scales.scales[i];
        panel.scale[lane] = scales.scale;
        if constexpr (!Format::kBiased) {
            panel.min_scale[lane] = scales.min_scale;
            for (int i = 0; i < 8; ++i) panel.mins[i / 2][lane][i % 2] = scales.mins[i];
        }
    }
    for (int i = 0; i < 8; ++i) Isa::interleave(values[0] + 32 * i, 256, panel.values + 8 * i);
}

/// kUnitRows rows of the matrix, a stretch of columns at a time whose panels and activations stay in the nearest caches.
template <class Isa, class Format>
[[maybe_unused]] void multiplyUnit(const Matrix& matrix, std::int64_t first, std::int64_t last, const std::byte* packed,
                                   std::int64_t count, float* out, std::size_t stride) {
    using Panel = typename PanelOf<Isa, Format>::Panel;
    using Group = typename PanelOf<Isa, Format>::Group;
    constexpr int kPanels = static_cast<int>(kUnitRows) / Isa::kLanes;
    constexpr std::int64_t kStretch = 1024 / Format::kBlock;
    Panel panels[kPanels][kStretch];

    const std::int64_t blocks = matrix.columns / Format::kBlock;
    const auto* groups = reinterpret_cast<const Group*>(packed);
    for (std::int64_t begin = 0; begin < blocks; begin += kStretch) {
        const std::int64_t width = blocks - begin < kStretch ? blocks - begin : kStretch;
        for (int p = 0; p < kPanels && first + p * Isa::kLanes < last; ++p) {
            const std::byte* rows[Isa::kLanes];
            for (int lane = 0; lane < Isa::kLanes; ++lane) {
                const std::int64_t row = first + p * Isa::kLanes + lane;
                rows[lane] = matrix.data + static_cast<std::size_t>(row < last ? row : last - 1) * matrix.row_bytes;
            }
            for (std::int64_t b = 0; b < width; ++b)
                unpackPanel<Isa, Format>(rows, static_cast<std::size_t>(begin + b) * Format::kBytes, panels[p][b]);
        }
        for (std::int64_t n = 0; n < count; n += kGroupRows) {
            for (int p = 0; p < kPanels && first + p * Isa::kLanes < last; ++p) {
                const std::int64_t row = first + p * Isa::kLanes;
                const Tile tile{out + static_cast<std::size_t>(n) * stride + static_cast<std::size_t>(row), stride,
                                static_cast<int>(count - n < kGroupRows ? count - n : kGroupRows),
                                static_cast<int>(last - row < Isa::kLanes ? last - row : Isa::kLanes), begin == 0};
                Isa::template addTile<Format>(panels[p], static_cast<int>(width), groups + n / kGroupRows * blocks + begin, tile);
            }
        }
    }
}

template <class Isa>
[[maybe_unused]] void multiplyRows(const Matrix& matrix, std::int64_t first, std::int64_t last, const std::byte* packed,
                                   std::int64_t count, float* out, std::size_t stride) {
    withFormat(matrix.type, [&]<class Format>(Format) {
        for (; first < last; first += kUnitRows)
            multiplyUnit<Isa, Format>(matrix, first, last - first < kUnitRows ? last : first + kUnitRows, packed, count, out, stride);
    });
}

/// Isa::quantize32(x, group, row), Isa::quantize256(…).
template <class Isa>
[[maybe_unused]] void quantizeRows(ActivationType type, const Activations& rows, std::int64_t first, std::int64_t last,
                                   std::byte* packed) {
    const auto visit = [&]<class Group>(Group* groups, std::int64_t block, void (*quantizeBlock)(const float*, Group&, std::int64_t)) {
        const auto blocks = rows.columns / block;
        for (std::int64_t group = first; group < last; ++group) {
            const std::int64_t begin = group * kGroupRows;
            const std::int64_t present = rows.rows - begin < kGroupRows ? rows.rows - begin : kGroupRows;
            for (std::int64_t row = 0; row < present; ++row) {
                const float* x = rows.data + static_cast<std::size_t>(begin + row) * rows.stride;
                for (std::int64_t b = 0; b < blocks; ++b) quantizeBlock(x + b * block, groups[group * blocks + b], row);
            }
        }
    };
    if (type == ActivationType::Blocks32) return visit(reinterpret_cast<Group32*>(packed), 32, &Isa::quantize32);
    visit(reinterpret_cast<Group256*>(packed), 256, &Isa::quantize256);
}

}  // namespace
}  // namespace tessera::kernels
