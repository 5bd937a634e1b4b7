// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/repack_policy.h"

#include "core/engine/cpu_backend.h"

namespace tessera {
namespace {

WeightLayout measuredLayout(ggml_type type) {
    static const bool avx512 = CpuBackend::hasFeature("AVX512");
    if (!avx512) return WeightLayout::Repacked;  // llama.cpp's default
    (void)type;
    return WeightLayout::Repacked;
}

}  // namespace

LayoutChoice chooseLayout(ggml_tensor* weight, RepackPolicy policy) {
    if (policy == RepackPolicy::Off) return {};
    static const auto types = CpuBackend::extraBufferTypes();
    for (const auto type : types) {
        if (!CpuBackend::canMultiplyFrom(type, weight)) continue;
        const auto layout = policy == RepackPolicy::On ? WeightLayout::Repacked : measuredLayout(weight->type);
        if (layout == WeightLayout::Plain) return {};
        return {layout, type};
    }
    return {};
}

}  // namespace tessera
