// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/validate/generated_checks.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace tessera {
namespace {

std::vector<std::string> inOrder(const GeneratedReport& report, std::string GeneratedCheck::* field) {
    std::vector<std::string> names;
    for (const GeneratedCheck& check : report.checks)
        if (std::ranges::find(names, check.*field) == names.end()) names.push_back(check.*field);
    return names;
}

const LayerDifference* firstDifference(const GeneratedCheck& check) {
    const auto found = std::ranges::find(check.layers, false, &LayerDifference::bit_identical);
    return found == check.layers.end() ? nullptr : &*found;
}

std::string cellText(const GeneratedReport& report, const std::string& form, const std::string& type) {
    const auto found = std::ranges::find_if(report.checks, [&](const GeneratedCheck& check) { return check.form == form && check.type == type; });
    if (found == report.checks.end()) return "–";
    if (found->passed()) return found->own_kernels ? format("equal, {:.2f}", found->own_kernels->part()) : "equal";
    if (found->own_kernels && !found->own_kernels->passed()) return format("**own kernels {:.2f}**", found->own_kernels->part());
    double largest = 0;
    for (const GeneratedWay& way : found->ways) largest = std::max(largest, way.difference.largest);
    return format("**{:.3g}**", largest);
}

std::string failureText(const GeneratedCheck& check) {
    std::string text = format("\n## {} as {}\n\n", check.form, check.type);
    for (const GeneratedWay& way : check.ways)
        text += format("- {}: {}; perplexity {:.6g}, llama.cpp's {:.6g}\n", way.name, way.difference.bit_identical
                                                  ? "bit-identical"
                                                  : format("largest difference {:.3g}, mean KL {:.3g}", way.difference.largest, way.difference.mean_kl),
                       way.perplexity, way.reference_perplexity);
    if (const auto& own = check.own_kernels)
        text += format("- own kernels: perplexity {:.6g}, llama.cpp's {:.6g}; tokens differ by {:.3g} and mean KL is {:.3g}, llama.cpp's own {:.3g} and {:.3g}\n",
                       own->perplexity, own->reference_perplexity, own->token_difference, own->difference.mean_kl, own->spread_tokens, own->spread_kl);
    if (const auto* layer = firstDifference(check))
        text += format("- first in layer {}: by {:.3g} at token {}, channel {}\n", toInt(layer->layer), layer->largest, layer->token, layer->channel);
    return text;
}

bool asksOwnKernels(const GeneratedCheck& check) { return check.own_kernels.has_value(); }

nlohmann::ordered_json number(double value) { return std::isfinite(value) ? nlohmann::ordered_json(value) : nlohmann::ordered_json(nullptr); }

}  // namespace

std::string reportMarkdown(const GeneratedReport& report) {
    const auto forms = inOrder(report, &GeneratedCheck::form);
    const auto types = inOrder(report, &GeneratedCheck::type);
    const auto passed = std::ranges::count_if(report.checks, &GeneratedCheck::passed);
    std::string text = format("# Generated models against llama.cpp: {} of {} {}\n\n", passed, report.checks.size(),
                              std::ranges::any_of(report.checks, asksOwnKernels) ? "passed" : "bit-identical");
    text += "Small models with random weights, computed whole, in chunks, one span a layer, and (without experts) with repacked weights: every bit of the "
            "logits, of the prompt's perplexity and of every layer's output must be llama.cpp's. A number is the largest difference of logits.\n\n";
    if (std::ranges::any_of(report.checks, asksOwnKernels))
        text += format("Beside it our own kernels, as a part of what is allowed: {} times what llama.cpp differs from itself in small batches or with repacked "
                       "weights, by the mean difference of tokens' −ln p (of which perplexity is the mean) and by mean KL.\n\n", kAllowedSpread);
    text += format("Took {:.1f} s.\n\n| |", report.seconds);
    for (const auto& type : types) text += format(" {} |", type);
    text += "\n|---|";
    for (std::size_t i = 0; i < types.size(); ++i) text += "---|";
    text += "\n";
    for (const auto& form : forms) {
        text += format("| {} |", form);
        for (const auto& type : types) text += format(" {} |", cellText(report, form, type));
        text += "\n";
    }
    for (const GeneratedCheck& check : report.checks)
        if (!check.passed()) text += failureText(check);
    return text;
}

std::string reportJson(const GeneratedReport& report, int indent) {
    auto checks = nlohmann::ordered_json::array();
    for (const GeneratedCheck& check : report.checks) {
        nlohmann::ordered_json ways = nlohmann::ordered_json::array();
        for (const GeneratedWay& way : check.ways)
            ways.push_back({{"name", way.name},
                            {"bit_identical", way.difference.bit_identical},
                            {"rows", way.difference.rows},
                            {"largest", number(way.difference.largest)},
                            {"mean_kl", number(way.difference.mean_kl)},
                            {"perplexity", number(way.perplexity)},
                            {"reference_perplexity", number(way.reference_perplexity)}});
        const auto* layer = firstDifference(check);
        checks.push_back({{"form", check.form},
                          {"architecture", check.architecture},
                          {"type", check.type},
                          {"passed", check.passed()},
                          {"first_different_layer", layer ? nlohmann::ordered_json(toInt(layer->layer)) : nlohmann::ordered_json(nullptr)},
                          {"ways", std::move(ways)}});
        if (const auto& own = check.own_kernels)
            checks.back()["own_kernels"] = {{"passed", own->passed()},
                                            {"part_of_allowed", number(own->part())},
                                            {"perplexity", number(own->perplexity)},
                                            {"reference_perplexity", number(own->reference_perplexity)},
                                            {"token_difference", number(own->token_difference)},
                                            {"mean_kl", number(own->difference.mean_kl)},
                                            {"spread_tokens", number(own->spread_tokens)},
                                            {"spread_kl", number(own->spread_kl)}};
    }
    return nlohmann::ordered_json{{"passed", report.passed()}, {"seconds", report.seconds}, {"checks", std::move(checks)}}.dump(indent);
}

}  // namespace tessera
