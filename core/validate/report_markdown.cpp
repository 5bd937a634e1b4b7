// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/base/utf8.h"
#include "core/validate/report.h"

#include <algorithm>

namespace tessera {

namespace {

/// Text in a table cell: no line ends, no column marks.
std::string cell(std::string_view text) {
    std::string out;
    for (const char c : toValidUtf8(text)) {
        if (c == '|') out += '\\';
        out += c == '\n' || c == '\r' ? ' ' : c;
    }
    return out;
}

std::string_view mark(bool passed) { return passed ? "passed" : "**FAILED**"; }

std::string factsText(const ModelFacts& facts) {
    return format(
        "{} · {} layers · embedding {} · {} heads on {} key-value heads of {} · feed-forward {} · vocabulary {} · "
        "{:.1f} M parameters · {}\n\n",
        facts.architecture, facts.layers, facts.embedding, facts.heads, facts.kv_heads, facts.head_size,
        facts.feed_forward, facts.vocabulary, static_cast<double>(facts.parameters) / 1e6,
        formatBytes(facts.weight_bytes));
}

std::string unitChecksText(const std::vector<UnitCheck>& checks) {
    const auto passed =
        std::count_if(checks.begin(), checks.end(), [](const UnitCheck& check) { return check.passed(); });
    std::string text = format("## Unit checks: {} of {} passed\n\n", passed, checks.size());
    text += "| check | | largest error | allowed | because | result |\n|---|---|---|---|---|---|\n";
    for (const UnitCheck& check : checks) {
        text += format("| {} | {} | {:.2e} | {:.0e} | {} | {}{} |\n", cell(check.name), cell(check.detail),
                       check.largest_error, check.tolerance, cell(check.reason), mark(check.passed()),
                       check.passed() ? "" : ": " + cell(check.failure));
    }
    return text + "\n";
}

std::string differenceCells(const LogitDifference& difference) {
    if (difference.rows == 0) return "– | – | – | –";
    if (difference.bit_identical) return "0 (bits equal) | 0 | 0 | 100 %";
    return format("{:.3g} | {:.3g} | {:.3g} | {:.2f} %", difference.largest, difference.mean, difference.mean_kl,
                  100 * difference.top1_agreement);
}

/// Where the engines part, and how far they are from each other in every layer from there on.
std::string layersText(const PromptComparison& prompt) {
    if (prompt.layers.empty()) return "";
    const LayerDifference* first = prompt.firstDifference();
    if (!first) return format("\nAll {} layers of \"{}\" are bit-identical.\n", prompt.layers.size(), cell(prompt.prompt));
    std::string text = format("\nFirst difference for \"{}\": layer {}, by {:.3g} at token {}, channel {}.\n\n", cell(prompt.prompt),
                              toInt(first->layer), first->largest, first->token, first->channel);
    text += "| layer | largest difference | mean | root mean square of llama.cpp |\n|---|---|---|---|\n";
    for (const LayerDifference& layer : prompt.layers) {
        if (toInt(layer.layer) < toInt(first->layer)) continue;
        text += format("| {} | {:.3g} | {:.3g} | {:.3g} |\n", toInt(layer.layer), layer.largest, layer.mean, layer.reference_rms);
    }
    return text;
}

std::string conditionText(const ConditionComparison& condition) {
    std::string text = format("### {}: {}\n\n{}\n\n", condition.name, mark(condition.passed), condition.verdict);
    text += "| prompt | tokens | largest difference | mean | mean KL | top-1 agreement |\n|---|---|---|---|---|---|\n";
    for (const PromptComparison& prompt : condition.prompts) {
        text += format("| {} | {} read | {} |\n", cell(prompt.prompt), prompt.prompt_tokens,
                       differenceCells(prompt.prefill));
        text += format("| | {} decoded | {} |\n", prompt.decoded_tokens, differenceCells(prompt.decode));
    }
    for (const PromptComparison& prompt : condition.prompts) text += layersText(prompt);
    return text + "\n";
}

std::string spreadText(const ReferenceSpread& spread) {
    std::string text = "llama.cpp against itself, the measure for unequal conditions:\n\n";
    text += "| | largest difference | mean | mean KL | top-1 agreement |\n|---|---|---|---|---|\n";
    text += format("| 1 against 2 threads | {} |\n", differenceCells(spread.threads));
    return text + format("| micro-batch 32 against 512 | {} |\n\n", differenceCells(spread.micro_batch));
}

std::string comparisonText(const EngineComparison& comparison) {
    std::string text = format("## Logits against llama.cpp: {}\n\n", mark(comparison.passed()));
    if (comparison.usesSpread()) text += spreadText(comparison.spread);
    for (const ConditionComparison& condition : comparison.conditions) text += conditionText(condition);
    return text;
}

}  // namespace

bool ValidationReport::passed() const {
    const bool units =
        std::all_of(unit_checks.begin(), unit_checks.end(), [](const UnitCheck& check) { return check.passed(); });
    return units && (!comparison || comparison->passed());
}

std::string reportMarkdown(const ValidationReport& report) {
    std::string text = format("# Validation of {}: {}\n\n",
                              cell(report.model.empty() ? "the operations" : report.model), mark(report.passed()));
    if (report.facts) text += factsText(*report.facts);
    text += format("Took {:.1f} s.\n\n", report.seconds);
    text += unitChecksText(report.unit_checks);
    if (report.comparison) text += comparisonText(*report.comparison);
    return text;
}

}  // namespace tessera
