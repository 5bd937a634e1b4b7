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
    if (found->passed()) return "equal";
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
    if (const auto* layer = firstDifference(check))
        text += format("- first in layer {}: by {:.3g} at token {}, channel {}\n", toInt(layer->layer), layer->largest, layer->token, layer->channel);
    return text;
}

nlohmann::ordered_json number(double value) { return std::isfinite(value) ? nlohmann::ordered_json(value) : nlohmann::ordered_json(nullptr); }

}  // namespace

std::string reportMarkdown(const GeneratedReport& report) {
    const auto forms = inOrder(report, &GeneratedCheck::form);
    const auto types = inOrder(report, &GeneratedCheck::type);
    const auto passed = std::ranges::count_if(report.checks, &GeneratedCheck::passed);
    std::string text = format("# Generated models against llama.cpp: {} of {} bit-identical\n\n", passed, report.checks.size());
    text += "Small models with random weights, computed whole, in chunks, one span a layer, and (without experts) with repacked weights: every bit of the "
            "logits, of the prompt's perplexity and of every layer's output must be llama.cpp's. A number is the largest difference of logits.\n\n";
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
    }
    return nlohmann::ordered_json{{"passed", report.passed()}, {"seconds", report.seconds}, {"checks", std::move(checks)}}.dump(indent);
}

}  // namespace tessera
