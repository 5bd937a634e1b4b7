// SPDX-License-Identifier: GPL-3.0-or-later
// What validation found, for people (Markdown) and for programs (JSON).
#pragma once

#include "core/engine/engine.h"
#include "core/validate/comparison.h"
#include "core/validate/unit_checks.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tessera {

struct ValidationReport {
    std::string model;                // name as the user sees it
    std::optional<ModelFacts> facts;  // of the model under test
    std::vector<UnitCheck> unit_checks;
    std::optional<EngineComparison> comparison;  // nullopt: unit checks only
    double seconds = 0;

    bool passed() const;
};

std::string reportMarkdown(const ValidationReport& report);
/// One object, UTF-8; infinite or undefined numbers are null.
std::string reportJson(const ValidationReport& report, int indent = 2);
/// Reads what reportJson wrote. Corrupt names the field.
Result<ValidationReport> parseReportJson(std::string_view json);

}  // namespace tessera
