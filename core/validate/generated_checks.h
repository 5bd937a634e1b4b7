// SPDX-License-Identifier: GPL-3.0-or-later
// The engine against llama.cpp on generated models: every architecture that it knows, in every kind of weights.
#pragma once

#include "core/validate/comparison.h"

#include <filesystem>
#include <optional>
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

/// Our own kernels, whose sums have another order, against what llama.cpp differs from itself: computing the prompt in
/// small batches, or with repacked weights. What is compared with is llama.cpp over weights in place, the prompt whole.
struct GeneratedOwnKernels {
    LogitDifference difference;      // ours, over the prompt
    double perplexity = 0;
    double reference_perplexity = 0;
    double token_difference = 0;     // mean |difference of −ln p(token)|: what the logarithms of the perplexities differ at most
    double spread_kl = 0;            // llama.cpp's mean KL from itself
    double spread_tokens = 0;        // … and its token_difference

    /// Of what was allowed, 0 … 1 when it passes: the larger of both measures.
    double part() const;
    bool passed() const { return part() <= 1; }
};

/// One generated model.
struct GeneratedCheck {
    std::string form;          // "gemma3, sliding only"
    std::string architecture;
    std::string type;          // "q4_k_m"
    std::vector<GeneratedWay> ways;
    std::vector<LayerDifference> layers;  // of the whole prompt
    std::optional<GeneratedOwnKernels> own_kernels;  // when they were asked for

    bool passed() const;  // every bit, of logits, of layers' outputs and of perplexities; own kernels within the spread
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
    bool own_kernels = false;                // hold them, too
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

/// The same for our own kernels alone.
Result<GeneratedOwnKernels> checkOwnKernels(const std::filesystem::path& model, const std::filesystem::path& reference, int threads,
                                            const Operation& operation);

std::string reportMarkdown(const GeneratedReport& report);
/// One object, UTF-8.
std::string reportJson(const GeneratedReport& report, int indent = 2);

}  // namespace tessera
