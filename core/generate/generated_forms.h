// SPDX-License-Identifier: GPL-3.0-or-later
// Every architecture that the engine computes by itself, in small: what validation and tests go through.
#pragma once

#include "core/generate/generated_model.h"

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace tessera {

/// A dense architecture, or what is particular of it: "phi3", "phi3, long context".
struct DenseForm {
    std::string name;
    GeneratedModelOptions options;
};

/// Each in the forms that take other ways through the graph.
std::vector<DenseForm> denseForms();

/// Of any kind.
struct GeneratedForm {
    std::string name;
    std::string architecture;
    /// Writes the model with weights of a type ("q8_0") or a mixture ("q4_k_m").
    std::function<Result<void>(const std::filesystem::path& path, std::string_view type)> write;
};
std::vector<GeneratedForm> generatedForms();

/// The types that every form is validated in.
std::vector<std::string> generatedTypes();

}  // namespace tessera
