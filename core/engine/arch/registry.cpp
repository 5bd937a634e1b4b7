// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/arch/architecture.h"

#include <array>

namespace tessera {

// Each in the file of its name.
const Architecture& llamaArchitecture();
const Architecture& qwen2Architecture();
const Architecture& qwen3Architecture();
const Architecture& smollm3Architecture();
const Architecture& mistral3Architecture();
const Architecture& gemma2Architecture();
const Architecture& gemma3Architecture();
const Architecture& phi3Architecture();
const Architecture& qwen3MoeArchitecture();
const Architecture& gptOssArchitecture();
const Architecture& deepSeek2Architecture();

namespace {
const std::array kArchitectures{&llamaArchitecture,
                                &qwen2Architecture,
                                &qwen3Architecture,
                                &smollm3Architecture,
                                &mistral3Architecture,
                                &gemma2Architecture,
                                &gemma3Architecture,
                                &phi3Architecture,
                                &qwen3MoeArchitecture,
                                &gptOssArchitecture,
                                &deepSeek2Architecture};
}

const Architecture* findArchitecture(std::string_view name) {
    for (const auto get : kArchitectures)
        if (get().name() == name) return &get();
    return nullptr;
}

std::vector<std::string> architectureNames() {
    std::vector<std::string> names;
    for (const auto get : kArchitectures) names.emplace_back(get().name());
    return names;
}

}  // namespace tessera
