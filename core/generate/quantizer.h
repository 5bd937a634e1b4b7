// SPDX-License-Identifier: GPL-3.0-or-later
// llama.cpp's own quantiser, without a measure of importance.
#pragma once

#include "core/base/operation.h"

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace tessera {

/// Everything that llama.cpp's quantiser makes.
std::vector<std::string> quantizerTypes();

struct QuantizeOptions {
    bool requantize = false;  // also tensors that are quantised already, which lose more than if they came from F16
    int threads = 0;          // 0: all cores
};

/// A model of one of quantizerTypes() by llama.cpp's own quantiser; of a split model `from` is the first part, and `to`
/// is one file. InvalidArgument for an unknown name, Unsupported or Io with libllama's words. Progress counts tensors;
/// Cancelled between two of them. What stands at `to` after an error is of no use.
Result<void> quantizeModel(const std::filesystem::path& from, const std::filesystem::path& to, std::string_view type,
                           const QuantizeOptions& options = {}, const Operation& operation = {});
/// The same of a model that `write` puts into a file beside `to`, which goes again. Errors of both.
Result<void> quantizeMixture(const std::filesystem::path& to, std::string_view type, const std::function<Result<void>(const std::filesystem::path& full)>& write);
/// Whether the name is of a mixture ("q4_k_m"): its tensors have several types.
bool isQuantizerMixture(std::string_view type);

}  // namespace tessera
