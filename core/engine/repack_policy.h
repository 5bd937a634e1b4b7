// SPDX-License-Identifier: GPL-3.0-or-later
// In which layouts a type's weights are kept.
#pragma once

#include "core/engine/engine.h"

struct ggml_tensor;
struct ggml_backend_buffer_type;

namespace tessera {

/// Both: few rows (decoding) take the repacked copy, many (prompts) the plain one. In place the plain one costs no memory
/// of our own, only pages of the file that the system may drop.
enum class WeightLayout { Plain, Repacked, Both };

struct LayoutChoice {
    WeightLayout layout = WeightLayout::Plain;
    ggml_backend_buffer_type* repacked_type = nullptr;  // unless Plain
};

/// For a weight of a matrix product. Deterministic: a type and a processor always give the same answer, or the same
/// seed would not give the same text.
LayoutChoice chooseLayout(ggml_tensor* weight, RepackPolicy policy);

}  // namespace tessera
