// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/arch/architecture.h"

#include <array>

namespace tessera {

const Architecture& llamaArchitecture();  // llama.cpp

namespace {
const std::array kArchitectures{&llamaArchitecture};
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
