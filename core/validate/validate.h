// SPDX-License-Identifier: GPL-3.0-or-later
// The whole validation of a fragment set: unit checks, then its engine against llama.cpp. Used by `tessera validate`
// and the window.
#pragma once

#include "core/model/loaded_model.h"
#include "core/validate/report.h"

#include <filesystem>

namespace tessera {

struct ValidateOptions {
    bool units_only = false;          // needs no model
    std::filesystem::path reference;  // a GGUF for llama.cpp; empty: rebuilt from the set itself
    ComparisonOptions comparison;
    VerifyPolicy verify = VerifyPolicy::FirstUse;
};

/// A check that fails is part of the report, not an error. Stages of progress: "unit checks", "opening", "comparing".
Result<ValidationReport> validateModel(const std::filesystem::path& set, const ValidateOptions& options,
                                       const Operation& operation);

}  // namespace tessera
