// SPDX-License-Identifier: GPL-3.0-or-later
// NEON with dot products (Armv8.2): SDOT adds 16 products of signed bytes to 4 lanes, a matrix row each. Its bytes are
// signed: biased weights of 8 bits go without their bias, all others are below 128.
#include "core/engine/kernels/kernels.h"

#if defined(__aarch64__) && defined(__ARM_FEATURE_DOTPROD)

#include "core/engine/kernels/panels.h"
#include "core/engine/kernels/scalar_quantize.h"

#include <arm_neon.h>
#if defined(__linux__)
#include <sys/auxv.h>
#endif

namespace tessera::kernels {
namespace {

struct Neon {
    static constexpr int kLanes = 8;
    static constexpr int kVectors = kLanes / 4;

    static void interleave(const std::uint8_t* rows, std::size_t stride, std::uint8_t (*out)[kLanes][4]) {
        for (std::size_t lane = 0; lane < kLanes; ++lane)
            for (std::size_t j = 0; j < 8; ++j) std::memcpy(out[j][lane], rows + lane * stride + 4 * j, 4);
    }

    template <class Format, class Panel, class Group>
    static void addTile(const Panel* panels, int blocks, const Group* groups, const Tile& tile) {
        float sums[kGroupRows][kLanes] = {};
        for (int n = 0; n < tile.rows && !tile.begins; ++n)
            std::memcpy(sums[n], tile.out + static_cast<std::size_t>(n) * tile.stride, static_cast<std::size_t>(tile.lanes) * sizeof(float));
        for (int b = 0; b < blocks; ++b)
            for (int n = 0; n < tile.rows; ++n) addBlock<Format>(panels[b], groups[b], n, sums[n]);
        for (int n = 0; n < tile.rows; ++n)
            std::memcpy(tile.out + static_cast<std::size_t>(n) * tile.stride, sums[n], static_cast<std::size_t>(tile.lanes) * sizeof(float));
    }

private:
    /// Four lanes' products with four activations, number kFour of the sixteen in `values`.
    template <bool kBiased, int kFour>
    static int32x4_t addProducts(int32x4_t sum, const std::uint8_t* weights, int8x16_t values) {
        uint8x16_t bytes = vld1q_u8(weights);
        if (kBiased) bytes = veorq_u8(bytes, vdupq_n_u8(0x80));
        return vdotq_laneq_s32(sum, vreinterpretq_s8_u8(bytes), values, kFour);
    }

    /// Sums of the products of sixteen activations from `sums` on.
    template <bool kBiased>
    static void addSixteen(const std::uint8_t (*weights)[kLanes][4], const std::int8_t* values, int32x4_t* sums) {
        const int8x16_t sixteen = vld1q_s8(values);
        for (int v = 0; v < kVectors; ++v) {
            sums[v] = addProducts<kBiased, 0>(sums[v], weights[0][4 * v], sixteen);
            sums[v] = addProducts<kBiased, 1>(sums[v], weights[1][4 * v], sixteen);
            sums[v] = addProducts<kBiased, 2>(sums[v], weights[2][4 * v], sixteen);
            sums[v] = addProducts<kBiased, 3>(sums[v], weights[3][4 * v], sixteen);
        }
    }

    template <class Format>
    static void addBlock(const Panel32<kLanes>& panel, const Group32& group, int n, float* sums) {
        int32x4_t products[kVectors];
        for (auto& product : products) product = vdupq_n_s32(0);
        addSixteen<Format::kBiased>(panel.values, group.values[n], products);
        addSixteen<Format::kBiased>(panel.values + 4, group.values[n] + 16, products);
        for (int v = 0; v < kVectors; ++v) {
            const float32x4_t scale = vmulq_n_f32(vld1q_f32(panel.scale + 4 * v), group.scale[n]);
            float32x4_t sum = vfmaq_f32(vld1q_f32(sums + 4 * v), vcvtq_f32_s32(products[v]), scale);
            if (!Format::kBiased) sum = vfmaq_n_f32(sum, vld1q_f32(panel.offset + 4 * v), group.sum[n]);
            vst1q_f32(sums + 4 * v, sum);
        }
    }

    template <class Format>
    static void addBlock(const Panel256<kLanes, Format::kSub>& panel, const Group256& group, int n, float* sums) {
        int32x4_t parts[kVectors];
        for (auto& part : parts) part = vdupq_n_s32(0);
        for (int i = 0; i < 256 / Format::kSub; ++i) {
            const int column = i * Format::kSub;
            int32x4_t products[kVectors];
            for (auto& product : products) product = vdupq_n_s32(Format::kBiased ? group.bias[n][column / 16] : 0);
            for (int begin = column; begin < column + Format::kSub; begin += 16)
                addSixteen<false>(panel.values + begin / 4, group.values[begin / 32][n] + begin % 32, products);
            for (int v = 0; v < kVectors; ++v)
                parts[v] = vmlaq_s32(parts[v], products[v], vld1q_s32(panel.scales[i] + 4 * v));
        }
        for (int v = 0; v < kVectors; ++v) {
            float32x4_t sum = vfmaq_f32(vld1q_f32(sums + 4 * v), vcvtq_f32_s32(parts[v]), vmulq_n_f32(vld1q_f32(panel.scale + 4 * v), group.scale[n]));
            if constexpr (!Format::kBiased) {
                const float32x4_t scale = vmulq_n_f32(vld1q_f32(panel.min_scale + 4 * v), group.scale[n]);
                sum = vfmsq_f32(sum, vcvtq_f32_s32(minsOf(panel, group, n, v)), scale);
            }
            vst1q_f32(sums + 4 * v, sum);
        }
    }

    static int32x4_t minsOf(const Panel256<kLanes, 32>& panel, const Group256& group, int n, int v) {
        int32x4_t sum = vdupq_n_s32(0);
        for (int j = 0; j < 4; ++j) {
            std::int32_t pair = 0;
            std::memcpy(&pair, group.sums[n] + 2 * j, sizeof pair);
            const int16x8_t sums = vreinterpretq_s16_s32(vdupq_n_s32(pair));
            const int16x8_t mins = vld1q_s16(panel.mins[j][4 * v]);
            sum = vaddq_s32(sum, vpaddq_s32(vmull_s16(vget_low_s16(mins), vget_low_s16(sums)), vmull_high_s16(mins, sums)));
        }
        return sum;
    }
};

constexpr Kernels kKernels{"NEON with dot products", quantizeByScalars, multiplyRows<Neon>};

bool processorHasIt() {
#if defined(__APPLE__)
    return true;  // every one that runs macOS
#elif defined(__linux__)
    constexpr unsigned long kDotProducts = 1ul << 20;  // HWCAP_ASIMDDP
    return (getauxval(AT_HWCAP) & kDotProducts) != 0;
#else
    return false;
#endif
}

}  // namespace

const Kernels* neonDotProduct() { return processorHasIt() ? &kKernels : nullptr; }

}  // namespace tessera::kernels

#else

namespace tessera::kernels {
const Kernels* neonDotProduct() { return nullptr; }
}  // namespace tessera::kernels

#endif
