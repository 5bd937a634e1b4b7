// SPDX-License-Identifier: GPL-3.0-or-later
// Named sampling settings, and their JSON.
#pragma once

#include "core/base/result.h"
#include "core/engine/sampler.h"

#include <string>
#include <string_view>
#include <vector>

namespace tessera {

inline constexpr std::size_t kMaxStopStrings = 16, kMaxStopStringBytes = 200;

/// How the next answers are sampled. `preset` is the name it was taken from, empty when changed by hand.
struct SamplingSettings {
    std::string preset;
    SamplerOptions sampler;
    int max_tokens = -1;  // −1: until the model ends or the context is full
    std::vector<std::string> stop_strings;  // at most kMaxStopStrings of kMaxStopStringBytes
    bool operator==(const SamplingSettings& other) const;
};

/// "Precise", "Balanced" (llama.cpp's defaults) and "Creative".
const std::vector<SamplingSettings>& builtInPresets();
/// "Balanced".
const SamplingSettings& defaultSampling();

std::string samplingToJson(const SamplingSettings& settings);
/// Unknown keys are ignored, missing ones keep their defaults; Corrupt for other JSON, InvalidArgument names a value
/// out of range.
Result<SamplingSettings> samplingFromJson(std::string_view json);

}  // namespace tessera
