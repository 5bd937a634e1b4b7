// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/validation/explanation.h"

#include "ui/widgets/text_format.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>

namespace tessera::ui {
namespace {

class Words {
    Q_DECLARE_TR_FUNCTIONS(tessera::ui::Explanation)
};

QString percent(double part) { return Words::tr("%1 %").arg(formatNumber(100 * part, 2)); }

QString textOf(const std::string& text) { return QString::fromStdString(text).simplified(); }

void addDifference(Explanation& out, const LogitDifference& difference) {
    if (difference.rows == 0) return;
    out.facts.emplace_back(Words::tr("Rows of logits"), formatCount(difference.rows));
    out.facts.emplace_back(Words::tr("Largest difference"), formatError(difference.largest));
    out.facts.emplace_back(Words::tr("Mean difference"), formatError(difference.mean));
    out.facts.emplace_back(Words::tr("Mean KL divergence"), formatError(difference.mean_kl));
    out.facts.emplace_back(Words::tr("Same likeliest token"), percent(difference.top1_agreement));
}

QString howFarOff(const UnitCheck& check) {
    if (!std::isfinite(check.largest_error)) return Words::tr("The result holds values that are not numbers, or far too large.");
    if (check.largest_error <= check.tolerance) return Words::tr("The result has the wrong shape, or two results that must differ are the same.");
    if (check.tolerance <= 0) return Words::tr("The result differs where no difference is allowed.");
    return Words::tr("The largest error is %1 times what rounding explains: this is a mistake in the computation, not noise.").arg(formatNumber(check.largest_error / check.tolerance, 1));
}

void explainOperation(Explanation& out, const UnitCheck& check) {
    if (!check.detail.empty()) out.facts.emplace_back(Words::tr("Computed"), checkWords(check.detail));
    out.facts.emplace_back(Words::tr("Largest error"), formatError(check.largest_error));
    out.facts.emplace_back(Words::tr("Allowed"), formatError(check.tolerance));
    if (!check.reason.empty()) out.facts.emplace_back(Words::tr("Because of"), checkWords(check.reason));
    if (check.passed()) {
        out.meaning << Words::tr("ggml's result on this processor agrees with plain code in double precision, as closely as rounding allows.");
        return;
    }
    out.meaning << howFarOff(check) << Words::tr("Where: %1.").arg(checkWords(check.failure));
    const QString name = QString::fromStdString(check.name);
    out.meaning << (name.startsWith(QLatin1String("dequantise "))
                        ? Words::tr("Every model with weights of type %1 would answer wrongly on this machine. Models of other types are not touched.").arg(name.mid(11))
                        : Words::tr("Every model uses this operation: do not trust answers before this passes."));
    out.advice << Words::tr("Run the operations once more: an error that comes and goes points to unstable memory or an overclocked processor.")
               << Words::tr("If it stays, build the pinned libraries anew (scripts/deps) without compiler flags of your own.")
               << Words::tr("If it still stays, save this report as JSON and send it to the developers with the name of the processor.");
}

/// Which of the equal conditions fail says where the fault sits.
QString patternOf(const EngineComparison& comparison) {
    std::size_t equal = 0, failed = 0, repacked_failed = 0, small_failed = 0;
    std::uint32_t widest = 0;
    for (const ConditionComparison& condition : comparison.conditions) widest = std::max(widest, condition.micro_batch);
    for (const ConditionComparison& condition : comparison.conditions) {
        if (!condition.equal_conditions || condition.verdict.empty()) continue;
        ++equal;
        if (condition.passed) continue;
        ++failed;
        repacked_failed += condition.repacked;
        small_failed += condition.micro_batch < widest;
    }
    if (failed == 0 || equal < 2) return {};
    if (failed == equal) return Words::tr("It fails under every condition, so threads, batches and the layout of weights are not the cause: the weights or the computation itself differ.");
    if (failed == repacked_failed) return Words::tr("Only repacked weights differ: the fault is in how weights are laid out for the processor.");
    if (failed == small_failed) return Words::tr("Only small batches differ: the fault is in how a prompt is split.");
    return Words::tr("It depends on the conditions: compare which of them pass.");
}

void explainWhere(Explanation& out, const ConditionComparison& condition) {
    const PromptComparison* inspected = condition.inspected();
    if (!inspected) return;
    const LayerDifference* first = inspected->firstDifference();
    if (!first) {
        out.meaning << Words::tr("All layers agree, so the difference arises behind the last one: in the output norm or the output matrix.");
        out.advice << Words::tr("Verify the fragments of the output tensors on the Fragments tab.");
        return;
    }
    const int layer = toInt(first->layer);
    out.layer = layer;
    out.facts.emplace_back(Words::tr("First layer that differs"), QString::number(layer));
    const QString by = Words::tr("by up to %1 at token %2, channel %3").arg(formatError(first->largest)).arg(first->token).arg(first->channel);
    out.meaning << (layer == 0 ? Words::tr("Already the first layer differs, %1: its weights, the embedding, or what every layer does.").arg(by)
                               : Words::tr("Up to layer %1 both engines have the same bits. Layer %2 is the first that differs, %3: the fault is in its weights or in what only it does.").arg(layer - 1).arg(layer).arg(by));
    out.advice << Words::tr("Verify the set on the Fragments tab: a damaged fragment of layer %1 would show there, and can be repaired from the model's file.").arg(layer);
}

void explainEqual(Explanation& out, const ReportView& view, const ConditionComparison& condition) {
    if (condition.passed) {
        out.meaning << Words::tr("Under these conditions both engines must give the same bits, and they do: every logit of every prompt.");
        return;
    }
    if (!std::isfinite(condition.total.largest)) out.meaning << Words::tr("One of the engines gives values that are not numbers.");
    else out.meaning << Words::tr("Under these conditions both engines must give the same bits, but they differ.");
    if (condition.total.top1_agreement < 0.5)
        out.meaning << Words::tr("They agree on the likeliest token in only %1 of the positions: these are hardly the same weights.").arg(percent(condition.total.top1_agreement));
    else if (condition.total.top1_agreement > 0.99)
        out.meaning << Words::tr("Answers would seldom change: the likeliest token is the same in %1 of the positions.").arg(percent(condition.total.top1_agreement));
    if (const QString pattern = patternOf(*view.report.comparison); !pattern.isEmpty()) out.meaning << pattern;
    explainWhere(out, condition);
    out.advice << Words::tr("If you compared with a reference file of your own, make sure that it is the same model, quantised the same way.")
               << Words::tr("If the fragments are fine, save this report as JSON and send it to the developers.");
}

void explainDefaults(Explanation& out, const ReportView& view, const ConditionComparison& condition) {
    const double allowed = kAllowedSpread * view.report.comparison->spread.meanKl();
    out.facts.emplace_back(Words::tr("Allowed KL"), formatError(allowed));
    out.meaning << Words::tr("Here each engine runs as it does by itself, so bits may differ. The measure is llama.cpp's own spread: how far it is from itself when the number of threads or the batch changes. %1 times that is allowed.").arg(formatNumber(kAllowedSpread, 1));
    if (condition.passed) return;
    out.meaning << (allowed > 0 ? Words::tr("The difference is %1 times what is allowed.").arg(formatNumber(condition.total.mean_kl / allowed, 1))
                                : Words::tr("llama.cpp does not differ from itself on these prompts, so no difference is allowed."));
    explainWhere(out, condition);
    out.advice << Words::tr("Look at the conditions above first: when one of them fails, its cause is this one's too.")
               << Words::tr("If only this one fails, save this report as JSON and send it to the developers.");
}

void explainCondition(Explanation& out, const ReportView& view, const ConditionComparison& condition) {
    addDifference(out, condition.total);
    if (condition.verdict.empty()) {
        out.meaning << Words::tr("This condition has not been judged yet.");
        return;
    }
    condition.equal_conditions ? explainEqual(out, view, condition) : explainDefaults(out, view, condition);
}

void explainPrompt(Explanation& out, const ConditionComparison& condition, const PromptComparison& prompt) {
    out.facts.emplace_back(Words::tr("Tokens read"), formatCount(prompt.prompt_tokens));
    out.facts.emplace_back(Words::tr("Tokens decoded"), formatCount(prompt.decoded_tokens));
    addDifference(out, prompt.prefill.joinedWith(prompt.decode));
    if (prompt.prefill.rows == 0) return;
    if (prompt.prefill.bit_identical && prompt.decode.bit_identical) out.meaning << Words::tr("Every logit of this prompt and of the tokens decoded after it has the same bits in both engines.");
    else if (prompt.prefill.bit_identical) out.meaning << Words::tr("Reading the prompt gives the same bits; the tokens decoded after it differ. The fault is in single steps or in the KV cache.");
    else out.meaning << Words::tr("The engines already differ while they read the prompt.");
    if (condition.equal_conditions && !prompt.prefill.bit_identical) explainWhere(out, condition);
}

void explainSpread(Explanation& out, const ReportView& view) {
    out.meaning << Words::tr("llama.cpp gives slightly different logits when the number of threads or the size of its batches changes. This spread is the measure for the comparison with each engine's own defaults.");
    if (checkState(view, {CheckKind::Spread}) != CheckState::Measured) return;
    const ReferenceSpread& spread = view.report.comparison->spread;
    out.facts.emplace_back(Words::tr("1 against 2 threads"), Words::tr("KL %1").arg(formatError(spread.threads.mean_kl)));
    out.facts.emplace_back(Words::tr("Batches of 32 against 512"), Words::tr("KL %1").arg(formatError(spread.micro_batch.mean_kl)));
}

void explainGroup(Explanation& out, CheckKind kind) {
    if (kind == CheckKind::Operations)
        out.meaning << Words::tr("The operations that a transformer is made of, computed by ggml on this processor, against plain code in double precision. They need no model.");
    else
        out.meaning << Words::tr("Several texts go through this engine and through llama.cpp: all logits are compared, then the output of every layer of one text.")
                    << Words::tr("Choose a condition to see how far each layer is from llama.cpp's.");
}

}  // namespace

Explanation explainCheck(const ReportView& view, CheckRef check) {
    Explanation out;
    out.title = checkName(view, check);
    out.state = checkState(view, check);
    switch (check.kind) {
        case CheckKind::Operations:
        case CheckKind::Comparison: explainGroup(out, check.kind); break;
        case CheckKind::Operation: explainOperation(out, view.report.unit_checks.at(check.first)); break;
        case CheckKind::Spread: explainSpread(out, view); break;
        case CheckKind::Condition: explainCondition(out, view, view.report.comparison->conditions.at(check.first)); break;
        case CheckKind::Prompt: {
            const ConditionComparison& condition = view.report.comparison->conditions.at(check.first);
            explainPrompt(out, condition, condition.prompts.at(check.second));
            break;
        }
    }
    return out;
}

Explanation explainLayer(const ConditionComparison& condition, const LayerDifference& layer) {
    Explanation out;
    out.title = Words::tr("Layer %1").arg(toInt(layer.layer));
    out.layer = toInt(layer.layer);
    if (const PromptComparison* prompt = condition.inspected()) out.facts.emplace_back(Words::tr("Text"), textOf(prompt->prompt));
    out.facts.emplace_back(Words::tr("Largest difference"), formatError(layer.largest));
    out.facts.emplace_back(Words::tr("Mean difference"), formatError(layer.mean));
    out.facts.emplace_back(Words::tr("Size of the values"), formatError(layer.reference_rms));
    if (layer.bit_identical) {
        out.meaning << Words::tr("The output of this layer has the same bits in both engines, for every token of the text.");
        return out;
    }
    out.facts.emplace_back(Words::tr("Largest at"), Words::tr("token %1, channel %2").arg(layer.token).arg(layer.channel));
    out.meaning << Words::tr("The output of this layer differs. “Size of the values” is the root mean square of llama.cpp's output there: hold the differences against it.");
    if (!condition.equal_conditions) out.meaning << Words::tr("Small differences are expected here: the engines run under different conditions.");
    return out;
}

}  // namespace tessera::ui
