// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/chat/store/sampling.h"

#include "core/base/format.h"
#include "core/chat/store/json_reader.h"

#include <array>
#include <cmath>

namespace tessera {

namespace {

using chat_json::Json;

/// One adjustable number: its name in JSON and what it may be.
struct Real {
    std::string_view name;
    float SamplerOptions::*member;
    double least, most;
};
struct Whole {
    std::string_view name;
    int SamplerOptions::*member;
    int least, most;
};
constexpr std::array kReals{
    Real{"temperature", &SamplerOptions::temperature, 0, 10},
    Real{"top_p", &SamplerOptions::top_p, 0, 1},
    Real{"min_p", &SamplerOptions::min_p, 0, 1},
    Real{"repeat_penalty", &SamplerOptions::repeat_penalty, 0.1, 10},
    Real{"presence_penalty", &SamplerOptions::presence_penalty, -10, 10},
    Real{"frequency_penalty", &SamplerOptions::frequency_penalty, -10, 10},
};
constexpr std::array kWholes{
    Whole{"top_k", &SamplerOptions::top_k, 0, 1'000'000},
    Whole{"repeat_last_n", &SamplerOptions::repeat_last_n, 0, 1'000'000},
};

SamplingSettings preset(std::string name, float temperature, int top_k, float top_p, float min_p) {
    SamplingSettings settings;
    settings.preset = std::move(name);
    settings.sampler.temperature = temperature;
    settings.sampler.top_k = top_k;
    settings.sampler.top_p = top_p;
    settings.sampler.min_p = min_p;
    return settings;
}

template <class Number>
Result<void> readNumber(const Json& json, std::string_view name, double least, double most, Number& out) {
    const Json& value = chat_json::at(json, name);
    if (!value.is_number()) return {};
    const double number = value.get<double>();
    if (!std::isfinite(number) || number < least || number > most)
        return fail(ErrorKind::InvalidArgument, format("{} is {}, it must be from {} to {}", name, number, least, most));
    out = static_cast<Number>(number);
    return {};
}

}  // namespace

bool SamplingSettings::operator==(const SamplingSettings& other) const {
    const auto same = [&](const auto& table) {
        for (const auto& entry : table)
            if (sampler.*entry.member != other.sampler.*entry.member) return false;
        return true;
    };
    return preset == other.preset && max_tokens == other.max_tokens && stop_strings == other.stop_strings && sampler.seed == other.sampler.seed &&
           same(kReals) && same(kWholes);
}

const std::vector<SamplingSettings>& builtInPresets() {
    static const std::vector<SamplingSettings> presets{
        preset("Precise", 0.0f, 40, 0.95f, 0.05f),
        preset("Balanced", SamplerOptions{}.temperature, SamplerOptions{}.top_k, SamplerOptions{}.top_p,
               SamplerOptions{}.min_p),
        preset("Creative", 1.1f, 0, 0.98f, 0.05f),
    };
    return presets;
}

const SamplingSettings& defaultSampling() { return builtInPresets()[1]; }

std::string samplingToJson(const SamplingSettings& settings) {
    Json json{{"preset", settings.preset}, {"max_tokens", settings.max_tokens}};
    // A float printed as a double would read 0.800000011920929.
    for (const Real& real : kReals)
        json[real.name] = std::round(double(settings.sampler.*real.member) * 1e6) / 1e6;
    for (const Whole& whole : kWholes) json[whole.name] = settings.sampler.*whole.member;
    if (settings.sampler.seed) json["seed"] = *settings.sampler.seed;
    if (!settings.stop_strings.empty()) json["stop"] = settings.stop_strings;
    return chat_json::dump(json);
}

Result<SamplingSettings> samplingFromJson(std::string_view text) {
    TESSERA_TRY(const Json json, chat_json::parse(text));
    if (!json.is_object()) return fail(ErrorKind::Corrupt, "sampling settings are not a JSON object");
    SamplingSettings settings = defaultSampling();
    settings.preset = chat_json::text(json, "preset").substr(0, 100);
    for (const Real& real : kReals)
        TESSERA_CHECK(readNumber(json, real.name, real.least, real.most, settings.sampler.*real.member));
    for (const Whole& whole : kWholes)
        TESSERA_CHECK(readNumber(json, whole.name, whole.least, whole.most, settings.sampler.*whole.member));
    TESSERA_CHECK(readNumber(json, "max_tokens", -1, 1e9, settings.max_tokens));
    std::uint32_t seed = 0;
    TESSERA_CHECK(readNumber(json, "seed", 0, 4294967295.0, seed));
    if (chat_json::at(json, "seed").is_number()) settings.sampler.seed = seed;
    for (const Json& stop : chat_json::at(json, "stop")) {
        if (!stop.is_string() || stop.get_ref<const std::string&>().empty()) continue;
        if (settings.stop_strings.size() == kMaxStopStrings || stop.get_ref<const std::string&>().size() > kMaxStopStringBytes)
            return fail(ErrorKind::InvalidArgument,
                        format("at most {} stop strings of at most {} bytes are kept", kMaxStopStrings, kMaxStopStringBytes));
        settings.stop_strings.push_back(stop.get<std::string>());
    }
    return settings;
}

}  // namespace tessera
