// SPDX-License-Identifier: GPL-3.0-or-later
// llama.cpp's own quantiser, without a measure of importance.
#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace tessera {

/// Everything that llama.cpp's quantiser makes.
std::vector<std::string> quantizerTypes();

/// A model of one of quantizerTypes() by llama.cpp's own quantiser. InvalidArgument for an unknown name.
Result<void> quantizeModel(const std::filesystem::path& from, const std::filesystem::path& to, std::string_view type);
/// Whether the name is of a mixture ("q4_k_m"): its tensors have several types.
bool isQuantizerMixture(std::string_view type);

}  // namespace tessera
