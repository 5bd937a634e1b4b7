// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/validation/check_view.h"

#include "ui/widgets/text_format.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <cmath>

namespace tessera::ui {
namespace {

class Words {
    Q_DECLARE_TR_FUNCTIONS(tessera::ui::CheckView)
};

const ConditionComparison& conditionOf(const ReportView& view, CheckRef check) { return view.report.comparison->conditions.at(check.first); }
const PromptComparison& promptOf(const ReportView& view, CheckRef check) { return conditionOf(view, check).prompts.at(check.second); }
const UnitCheck& operationOf(const ReportView& view, CheckRef check) { return view.report.unit_checks.at(check.first); }

bool spreadIsKnown(const ReportView& view) { return view.report.comparison && view.report.comparison->spread.micro_batch.rows > 0; }

CheckState waiting(const ReportView& view, bool its_turn) { return view.running && its_turn ? CheckState::Running : CheckState::Waiting; }

/// A group fails as soon as one of its checks does.
CheckState stateOf(const ReportView& view, const std::vector<CheckRef>& children, bool complete) {
    bool all = complete;
    for (const CheckRef& child : children) {
        const CheckState state = checkState(view, child);
        if (state == CheckState::Failed) return CheckState::Failed;
        all = all && state != CheckState::Waiting && state != CheckState::Running;
    }
    return all ? CheckState::Passed : waiting(view, true);
}

CheckState conditionState(const ReportView& view, CheckRef check) {
    const ConditionComparison& condition = conditionOf(view, check);
    if (!condition.verdict.empty()) return condition.passed ? CheckState::Passed : CheckState::Failed;
    const bool before = check.first == 0 || !view.report.comparison->conditions[check.first - 1].verdict.empty();
    return waiting(view, (spreadIsKnown(view) || !view.report.comparison->usesSpread()) && before);
}

CheckState promptState(const ReportView& view, CheckRef check) {
    const ConditionComparison& condition = conditionOf(view, check);
    const PromptComparison& prompt = promptOf(view, check);
    if (prompt.prefill.rows == 0) {
        const bool before = check.second == 0 || condition.prompts[check.second - 1].prefill.rows > 0;
        return before && conditionState(view, check) == CheckState::Running ? CheckState::Running : CheckState::Waiting;
    }
    if (!condition.equal_conditions) return CheckState::Measured;
    return prompt.prefill.bit_identical && prompt.decode.bit_identical ? CheckState::Passed : CheckState::Failed;
}

QString differenceText(const LogitDifference& difference) {
    if (difference.rows == 0) return {};
    if (difference.bit_identical) return Words::tr("equal bits");
    return Words::tr("KL %1").arg(formatError(difference.mean_kl));
}

QString conditionName(const ConditionComparison& condition) {
    if (!condition.equal_conditions) return Words::tr("Each with its own defaults");
    const QString threads = Words::tr("%n thread(s)", nullptr, static_cast<int>(condition.threads));
    const QString rows = Words::tr("batches of %1").arg(condition.micro_batch);
    const QString weights = condition.repacked ? Words::tr("repacked") : Words::tr("in place");
    return Words::tr("%1, %2, %3").arg(threads, rows, weights);
}

QString attentionName(const QString& name) {
    const QStringList words = name.split(QLatin1Char(' '));  // "attention, 6 query heads on 2 key-value heads, flash"
    if (words.size() < 6) return name;
    const QString text = Words::tr("Attention, %1 heads on %2").arg(words[1], words[5]);
    return name.endsWith(QLatin1String("flash")) ? Words::tr("%1, fused").arg(text) : text;
}

QString operationName(const std::string& core_name) {
    const QString name = QString::fromStdString(core_name);
    if (name.startsWith(QLatin1String("attention, "))) return attentionName(name);
    if (name.startsWith(QLatin1String("dequantise "))) return Words::tr("Dequantise %1").arg(name.mid(11));
    return checkWords(core_name);
}

std::size_t passedChildren(const ReportView& view, CheckRef group) {
    const auto children = checkChildren(view, group);
    return static_cast<std::size_t>(std::count_if(children.begin(), children.end(), [&](const CheckRef& child) { return checkState(view, child) == CheckState::Passed; }));
}

}  // namespace

std::vector<CheckRef> checkChildren(const ReportView& view, std::optional<CheckRef> parent) {
    std::vector<CheckRef> children;
    const auto add = [&](CheckKind kind, std::size_t first, std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) children.push_back(kind == CheckKind::Prompt ? CheckRef{kind, first, i} : CheckRef{kind, i, 0});
    };
    if (!parent) {
        add(CheckKind::Operations, 0, 1);
        if (!view.operations_only) add(CheckKind::Comparison, 0, 1);
    } else if (parent->kind == CheckKind::Operations) {
        add(CheckKind::Operation, 0, view.report.unit_checks.size());
    } else if (parent->kind == CheckKind::Comparison && view.report.comparison) {
        if (view.report.comparison->usesSpread()) add(CheckKind::Spread, 0, 1);
        add(CheckKind::Condition, 0, view.report.comparison->conditions.size());
    } else if (parent->kind == CheckKind::Condition) {
        add(CheckKind::Prompt, parent->first, conditionOf(view, *parent).prompts.size());
    }
    return children;
}

CheckState checkState(const ReportView& view, CheckRef check) {
    switch (check.kind) {
        case CheckKind::Operations: return stateOf(view, checkChildren(view, check), !view.running || view.report.comparison);
        case CheckKind::Operation: return operationOf(view, check).passed() ? CheckState::Passed : CheckState::Failed;
        case CheckKind::Comparison:
            return view.report.comparison ? stateOf(view, checkChildren(view, check), true) : CheckState::Waiting;
        case CheckKind::Spread: return spreadIsKnown(view) ? CheckState::Measured : waiting(view, true);
        case CheckKind::Condition: return conditionState(view, check);
        case CheckKind::Prompt: return promptState(view, check);
    }
    return CheckState::Waiting;
}

QString checkStateName(CheckState state) {
    switch (state) {
        case CheckState::Waiting: return Words::tr("not run");
        case CheckState::Running: return Words::tr("running");
        case CheckState::Measured: return Words::tr("measured");
        case CheckState::Passed: return Words::tr("passed");
        case CheckState::Failed: return Words::tr("failed");
    }
    return {};
}

QString checkName(const ReportView& view, CheckRef check) {
    switch (check.kind) {
        case CheckKind::Operations: return Words::tr("Operations against mathematics");
        case CheckKind::Operation: return operationName(operationOf(view, check).name);
        case CheckKind::Comparison: return Words::tr("Logits against llama.cpp");
        case CheckKind::Spread: return Words::tr("llama.cpp against itself");
        case CheckKind::Condition: return conditionName(conditionOf(view, check));
        case CheckKind::Prompt: return QString::fromStdString(promptOf(view, check).prompt).simplified();
    }
    return {};
}

QString checkFound(const ReportView& view, CheckRef check) {
    const auto groupText = [&](std::size_t passed, std::size_t total) {
        return total == 0 ? QString() : Words::tr("%1 of %2").arg(formatCount(passed), formatCount(total));
    };
    switch (check.kind) {
        case CheckKind::Operations: return groupText(passedChildren(view, check), view.report.unit_checks.size());
        case CheckKind::Operation: return formatError(operationOf(view, check).largest_error);
        case CheckKind::Comparison: return view.report.comparison ? groupText(passedChildren(view, check), view.report.comparison->conditions.size()) : QString();
        case CheckKind::Spread: return spreadIsKnown(view) ? Words::tr("KL %1").arg(formatError(view.report.comparison->spread.meanKl())) : QString();
        case CheckKind::Condition: return differenceText(conditionOf(view, check).total);
        case CheckKind::Prompt: return differenceText(promptOf(view, check).prefill.joinedWith(promptOf(view, check).decode));
    }
    return {};
}

QString checkAllowed(const ReportView& view, CheckRef check) {
    if (check.kind == CheckKind::Operation) return formatError(operationOf(view, check).tolerance);
    if (check.kind != CheckKind::Condition) return {};
    if (conditionOf(view, check).equal_conditions) return Words::tr("equal bits");
    return spreadIsKnown(view) ? Words::tr("KL %1").arg(formatError(kAllowedSpread * view.report.comparison->spread.meanKl())) : QString();
}

CheckCounts countChecks(const ReportView& view) {
    CheckCounts counts;
    const auto count = [&](CheckKind group) {
        for (const CheckRef& child : checkChildren(view, CheckRef{group})) {
            const CheckState state = checkState(view, child);
            if (state == CheckState::Passed) ++counts.passed;
            if (state != CheckState::Failed) continue;
            ++counts.failed;
            if (!counts.first_failed) counts.first_failed = child;
        }
    };
    count(CheckKind::Operations);
    count(CheckKind::Comparison);
    return counts;
}

QString verdictText(const ReportView& view) {
    const CheckCounts counts = countChecks(view);
    if (counts.failed > 0)
        return (counts.failed > 1 ? Words::tr("%1: %2…") : Words::tr("%1: %2."))
            .arg(Words::tr("%n of the checks failed", nullptr, static_cast<int>(counts.failed)), checkName(view, *counts.first_failed));
    if (!view.report.comparison)
        return Words::tr("All %n operation(s) agree with plain mathematics, within rounding.", nullptr, static_cast<int>(counts.passed));
    return Words::tr("All %n check(s) passed: this engine computes what llama.cpp computes, bit for bit under equal conditions.", nullptr, static_cast<int>(counts.passed));
}

QString formatError(double value) {
    if (!std::isfinite(value)) return QStringLiteral("∞");
    if (value == 0) return QStringLiteral("0");
    QString text = QLocale().toString(value, 'g', 3);
    // "3.1E-07" as people write it: "3.1e-7".
    const qsizetype mark = text.indexOf(QLatin1Char('e'), 0, Qt::CaseInsensitive);
    if (mark < 0) return text;
    return text.left(mark) + QLatin1Char('e') + QString::number(static_cast<int>(std::floor(std::log10(std::abs(value) * (1 + 1e-9)))));
}

}  // namespace tessera::ui
