// SPDX-License-Identifier: GPL-3.0-or-later
// The engine against llama.cpp on generated models: every architecture that it knows, in every kind of weights.
#pragma once

#include "core/validate/comparison.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace tessera {

/// One way in which both engines computed the same tokens.
struct GeneratedWay {
    std::string name;  // "whole", "in chunks of 13", "one span a layer", "weights repacked"
    LogitDifference difference;
    double perplexity = 0;            // of the prompt, each token after the first scored
    double reference_perplexity = 0;  // llama.cpp's

    bool isEqual() const { return difference.bit_identical && perplexity == reference_perplexity; }
};

/// One generated model.
struct GeneratedCheck {
    std::string form;          // "gemma3, sliding only"
    std::string architecture;
    std::string type;          // "q4_k_m"
    std::vector<GeneratedWay> ways;
    std::vector<LayerDifference> layers;  // of the whole prompt

    bool passed() const;  // every bit, of logits, of layers' outputs and of perplexities
};

struct GeneratedReport {
    std::vector<GeneratedCheck> checks;
    double seconds = 0;

    bool passed() const;
};

struct GeneratedOptions {
    std::vector<std::string> architectures = {};  // empty: all
    std::vector<std::string> types = {};          // empty: generatedTypes()
    int threads = 0;                         // 0: all cores
};

/// Told on the validating thread after each model.
using GeneratedCallback = std::function<void(const GeneratedCheck& check)>;

/// Models are written into a folder of the system's for temporary files, one at a time, a few megabytes each. A difference is
/// part of the report; an error is what kept a model from being written or loaded, with the form's name. InvalidArgument for
/// an architecture that is not among the generated ones, Unsupported for an unknown type. Progress counts models.
Result<GeneratedReport> validateGenerated(const GeneratedOptions& options, const Operation& operation, const GeneratedCallback& tell = {});

/// One model with the engine, `reference` (the same file but in tests) with llama.cpp.
Result<GeneratedCheck> checkGeneratedModel(const std::filesystem::path& model, const std::filesystem::path& reference, int threads,
                                           const Operation& operation);

std::string reportMarkdown(const GeneratedReport& report);
/// One object, UTF-8.
std::string reportJson(const GeneratedReport& report, int indent = 2);

}  // namespace tessera
