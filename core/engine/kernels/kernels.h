// SPDX-License-Identifier: GPL-3.0-or-later
// Our own matrix products for many rows of activations: weights stay where they are, in ggml's block formats, and are
// unpacked into small panels on the way. One implementation for each instruction set, chosen at run time.
//
// What holds for every implementation:
// - All give the same bits as portable(): what a block gives is an integer (with the small integer scales inside blocks of
//   256), and these are added up in float32 in the order of the blocks, with fused multiply-adds where the definition in portable.cpp has them.
// - A row's bits do not depend on the rows beside it, nor on how the work is cut among threads.
// - Activations are quantized as ggml quantizes them (Q8_0, Q8_1, Q8_K), so that results differ from ggml's only by the
//   order of the float additions.
// Pure functions over memory of the caller; any thread. Nothing of ggml or the standard library's containers in here:
// the files beside this one are compiled for instruction sets that not every processor has.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tessera::kernels {

enum class WeightType : std::uint8_t { Q4_0, Q4_1, Q8_0, Q4_K, Q5_K, Q6_K };

/// How activations are quantized: in blocks of 32 or of 256 with a scale each.
enum class ActivationType : std::uint8_t { Blocks32, Blocks256 };

/// [rows × columns], each row `row_bytes` of whole blocks.
struct Matrix {
    WeightType type;
    const std::byte* data;
    std::size_t row_bytes;
    std::int64_t columns;
    /// What is read after the rows that multiply() is given, to be fetched meanwhile. Only a hint; null: nothing known.
    const std::byte* then = nullptr;
};

/// [rows × columns] of float32, `stride` floats from row to row.
struct Activations {
    const float* data;
    std::size_t stride;
    std::int64_t rows;
    std::int64_t columns;
};

/// Activations are packed in groups of so many rows: the unit in which quantizing is divided among threads.
inline constexpr std::int64_t kGroupRows = 16;
/// … and the matrix's rows that multiply() should be given at once, or a multiple.
inline constexpr std::int64_t kUnitRows = 32;

constexpr std::int64_t groupsOf(std::int64_t rows) { return (rows + kGroupRows - 1) / kGroupRows; }
constexpr std::int64_t blockSize(ActivationType type) { return type == ActivationType::Blocks32 ? 32 : 256; }
ActivationType activationTypeFor(WeightType type);
/// Bytes of the packed activations. `columns` is a multiple of the block size.
std::size_t packedBytes(ActivationType type, std::int64_t rows, std::int64_t columns);

/// One implementation.
struct Kernels {
    const char* name;  // "AVX512-VNNI"
    /// Quantizes the rows, finite numbers, of the groups [first, last) into their place in `packed`, which is aligned to 4.
    void (*quantize)(ActivationType type, const Activations& rows, std::int64_t first, std::int64_t last, std::byte* packed);
    /// Products of the matrix's rows [first, last) with `count` packed rows: out[n * stride + row]. `first` is a multiple
    /// of kUnitRows.
    void (*multiply)(const Matrix& matrix, std::int64_t first, std::int64_t last, const std::byte* packed, std::int64_t count,
                     float* out, std::size_t stride);
    /// With matrices of blocks of 32: up to so many rows are multiplied in little more than the time of reading the matrix, also
    /// a single one; 0 where multiply() is for many rows only.
    std::int64_t few_rows = 0;
    /// The same with matrices of blocks of 256.
    std::int64_t few_rows_256 = 0;
};

/// The definition, slow.
const Kernels& portable();
/// The fastest that this processor has; null when it has none that is worth using.
const Kernels* fastest();

/// Implementations for instruction sets; null where they are not compiled in or the processor lacks them.
const Kernels* avx512Vnni();
const Kernels* avx2();
const Kernels* neonDotProduct();

/// Part of what the bits depend on: another number for another definition, or another choice of the products they compute.
inline constexpr int kDefinition = 5;

}  // namespace tessera::kernels
