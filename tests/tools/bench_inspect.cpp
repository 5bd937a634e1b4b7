// SPDX-License-Identifier: GPL-3.0-or-later
// What looking inside costs, beside a plain run of the same prompt in the same process. Prints one JSON object.
//
//   bench_inspect MODEL.gguf [--tokens 512] [--threads 2] [--rounds 5] [--engine fragments|llama.cpp]
#include "core/inspect/inspect.h"
#include "core/inspect/lens.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

using namespace tessera;

namespace {

template <class T>
T need(Result<T> result) {
    if (!result) throw std::runtime_error(result.error().message);
    return std::move(*result);
}

std::vector<TokenId> somePrompt(std::size_t count, std::uint32_t vocabulary) {
    std::vector<TokenId> tokens;
    for (std::uint32_t state = 12345; tokens.size() < count;) {
        state = state * 1664525u + 1013904223u;
        tokens.push_back(TokenId{static_cast<std::int32_t>((state >> 8) % vocabulary)});
    }
    return tokens;
}

double secondsOf(const std::function<void()>& work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double median(std::vector<double> values) {
    std::ranges::sort(values);
    const auto middle = values.size() / 2;
    return values.size() % 2 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

struct Settings {
    std::string model;
    std::size_t tokens = 512;
    int threads = 2;
    int rounds = 5;
    EngineKind engine = EngineKind::Fragments;
};

Settings readArguments(int argc, char** argv) {
    Settings settings;
    for (int i = 1; i < argc; ++i) {
        const std::string name = argv[i];
        const auto value = [&] {
            if (++i == argc) throw std::runtime_error(name + " needs a value");
            return std::string(argv[i]);
        };
        if (name == "--tokens")
            settings.tokens = std::stoul(value());
        else if (name == "--threads")
            settings.threads = std::stoi(value());
        else if (name == "--rounds")
            settings.rounds = std::stoi(value());
        else if (name == "--engine")
            settings.engine = value() == "llama.cpp" ? EngineKind::Llama : EngineKind::Fragments;
        else
            settings.model = name;
    }
    if (settings.model.empty())
        throw std::runtime_error(
            "usage: bench_inspect MODEL.gguf [--tokens N] [--threads N] [--rounds N] [--engine NAME]");
    return settings;
}

nlohmann::ordered_json measure(const Settings& settings) {
    LoadOptions load;
    load.engine = settings.engine;
    load.engine_options.threads = settings.threads;
    const auto model = need(loadModel(settings.model, load, {}));
    Engine& engine = *model->engine;
    const auto head = need(engine.createOutputHead({}));
    const auto tokens = somePrompt(settings.tokens, engine.facts().vocabulary);
    const auto count = static_cast<std::uint32_t>(tokens.size());
    const LensRange visible{0, engine.facts().layers, {count - std::min(count, 32u), std::min(count, 32u)}};

    InspectRequest norms;
    norms.tokens = tokens;
    InspectRequest lens;
    lens.tokens = tokens;
    lens.norms = false;
    lens.lens = true;
    InspectRequest both = lens;
    both.norms = true;
    Inspection seen;
    const auto plain = [&] {
        SessionOptions options = InspectRequest::sessionDefaults();
        options.context_tokens = (count + 255) / 256 * 256;
        need(need(engine.createSession(options))->evaluate(tokens, Wanted::Last, {}));
    };
    const auto run = [&](const InspectRequest& request) {
        seen = need(inspect(engine, *model->tokenizer, request, {}));
    };
    const auto grid = [&] { need(computeLens(*head, seen, visible, {}, {})); };

    std::map<std::string, std::vector<double>> times;
    for (int round = -1; round < settings.rounds; ++round) {  // the first warms up
        std::map<std::string, double> now;
        now["plain"] = secondsOf(plain);
        now["norms"] = secondsOf([&] { run(norms); });
        now["residual"] = secondsOf([&] { run(lens); });
        now["grid"] = secondsOf(grid);
        now["eager"] = now["residual"] + now["grid"];
        now["norms_and_residual"] = secondsOf([&] { run(both); });
        if (round < 0) continue;
        for (const auto& [name, seconds] : now) {
            times[name].push_back(seconds);
            times[name + "_ratio"].push_back(seconds / now["plain"]);
        }
    }
    nlohmann::ordered_json out{{"model", engine.facts().name}, {"engine", engine.kind()},
                               {"threads", engine.threads()},  {"tokens", count},
                               {"rounds", settings.rounds},    {"lens_cells", visible.layers * visible.tokens.count}};
    for (const auto& [name, values] : times) out[name + (name.ends_with("_ratio") ? "" : "_s")] = median(values);
    return out;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        std::puts(measure(readArguments(argc, argv)).dump(2).c_str());
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "error: %s\n", error.what());
        return 1;
    }
}
