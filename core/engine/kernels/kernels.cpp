// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/kernels/packed.h"

#include <initializer_list>

namespace tessera::kernels {

ActivationType activationTypeFor(WeightType type) {
    switch (type) {
        case WeightType::Q4_0:
        case WeightType::Q4_1:
        case WeightType::Q8_0: return ActivationType::Blocks32;
        case WeightType::Q4_K:
        case WeightType::Q5_K:
        case WeightType::Q6_K: return ActivationType::Blocks256;
    }
    return ActivationType::Blocks32;
}

std::size_t packedBytes(ActivationType type, std::int64_t rows, std::int64_t columns) {
    const std::size_t group = type == ActivationType::Blocks32 ? sizeof(Group32) : sizeof(Group256);
    return static_cast<std::size_t>(groupsOf(rows) * (columns / blockSize(type))) * group;
}

const Kernels* fastest() {
    for (const auto get : {&avx512Vnni, &avx2, &neonDotProduct})
        if (const Kernels* kernels = get()) return kernels;
    return nullptr;
}

}  // namespace tessera::kernels
