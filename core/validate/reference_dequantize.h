// SPDX-License-Identifier: GPL-3.0-or-later
// ggml's quantised blocks decoded element by element in double precision, from the layouts that ggml-common.h of the
// pinned llama.cpp documents.
#pragma once

#include "core/gguf/tensor_type.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace tessera::reference {

/// The values of whole blocks; nullopt for types that are not decoded here (codebook types have decodeCodebook).
std::optional<std::vector<double>> dequantize(TensorType type, std::span<const std::byte> blocks);

/// An element of a codebook type (IQ1, IQ2, IQ3): scale × (lane `lane` of point `point` + offset), the sign in the
/// scale. The points themselves are ggml's own tables.
struct CodebookElement {
    double scale = 0;
    double offset = 0;
    std::uint32_t point = 0;
    std::uint32_t lane = 0;
};
/// nullopt for types without a codebook.
std::optional<std::vector<CodebookElement>> decodeCodebook(TensorType type, std::span<const std::byte> blocks);
/// The numbers that lanes of the type's points consist of.
std::span<const double> codebookNumbers(TensorType type);

/// Random blocks whose scales are finite and moderate. The same for the same seed.
std::vector<std::byte> randomBlocks(TensorType type, std::size_t count, std::uint32_t seed);

}  // namespace tessera::reference
