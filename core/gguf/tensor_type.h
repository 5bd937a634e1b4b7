// SPDX-License-Identifier: GPL-3.0-or-later
// Element types of tensors. Numbers, names and block sizes are ggml's own (ggml.h, enum ggml_type), asked at run time,
// so a type that ggml learns needs no change here.
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace tessera {

/// The type number of the GGUF file. Only values for which isKnown() holds reach a TensorInfo.
enum class TensorType : std::uint32_t { F32 = 0, F16 = 1, BF16 = 30 };

struct TensorTypeTraits {
    std::string_view name;        // "Q4_1", upper case as in model names
    std::string_view dtype;       // manifest's dtype: "float32", "float16", …, "uint8" for quantised blocks
    std::int64_t block_elements;  // elements per block, 1 when not quantised
    std::size_t block_bytes;
    bool quantized;
    bool dequantizable;           // dequantizeRows works
};

/// False for numbers that ggml does not know or has removed.
bool isKnown(TensorType type);
/// Precondition: isKnown(type).
const TensorTypeTraits& traits(TensorType type);
/// Accepts the names of TensorTypeTraits, any case.
Result<TensorType> tensorTypeFromName(std::string_view name);
/// Every known type, in the order of the numbers.
std::span<const TensorType> allTensorTypes();

/// Bytes of a row of `elements` elements; fails (Corrupt) when that is no whole number of blocks or overflows.
Result<std::uint64_t> rowBytes(TensorType type, std::int64_t elements);

/// Native rows to float32 through ggml's own functions. `out` has as many elements as `bytes` holds.
Result<void> dequantize(TensorType type, std::span<const std::byte> bytes, std::span<float> out);

}  // namespace tessera
