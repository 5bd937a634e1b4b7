// SPDX-License-Identifier: GPL-3.0-or-later
// A validation report as the window shows it: a tree of checks, also while it grows. Words are in the window's language.
#pragma once

#include "core/validate/report.h"

#include <QString>

#include <optional>
#include <vector>

namespace tessera::ui {

enum class CheckKind {
    Operations,  // all operations against plain mathematics
    Operation,   // `first`: index of the unit check
    Comparison,  // all logits against llama.cpp
    Spread,      // llama.cpp against itself
    Condition,   // `first`: index of the condition
    Prompt,      // `first`: condition, `second`: prompt
};

enum class CheckState {
    Waiting,
    Running,
    Measured,  // a number to judge others by, or one part of a sum
    Passed,
    Failed,
};

struct CheckRef {
    CheckKind kind = CheckKind::Operations;
    std::size_t first = 0, second = 0;
    bool operator==(const CheckRef&) const = default;
};

struct ReportView {
    ValidationReport report;
    bool running = false;
    bool operations_only = false;  // no comparison will come
};

/// `parent` nullopt: the top rows.
std::vector<CheckRef> checkChildren(const ReportView& view, std::optional<CheckRef> parent);
CheckState checkState(const ReportView& view, CheckRef check);
QString checkStateName(CheckState state);

QString checkName(const ReportView& view, CheckRef check);
/// What was found, in numbers: "1.2e-7", "equal bits", "38 of 38".
QString checkFound(const ReportView& view, CheckRef check);
/// What is allowed: "2e-6", "equal bits".
QString checkAllowed(const ReportView& view, CheckRef check);

struct CheckCounts {
    std::size_t passed = 0, failed = 0;  // unit checks and conditions
    std::optional<CheckRef> first_failed;
    std::size_t total() const { return passed + failed; }
};
CheckCounts countChecks(const ReportView& view);
/// The result in one or two sentences; for a report that is complete.
QString verdictText(const ReportView& view);

/// "1.5e-7", "0", "∞".
QString formatError(double value);
/// Text of core/validate in the language of the window, where it has a translation.
QString checkWords(const std::string& text);

}  // namespace tessera::ui
