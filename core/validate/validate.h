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
    NodesOptions nodes = {};          // with addresses: what they compute is held against this machine, too
    RowNodesOptions row_nodes = {};   // with addresses: held against llama.cpp, too
};

/// Told on the validating thread what is known so far, after each check, prompt and condition and before the progress
/// of the same step. What a comparison without numbers means: ComparisonCallback.
using ReportCallback = std::function<void(const ValidationReport& so_far)>;

/// A check that fails is part of the report, not an error. Stages of progress: "unit checks", "opening", "comparing".
Result<ValidationReport> validateModel(const std::filesystem::path& set, const ValidateOptions& options,
                                       const Operation& operation, const ReportCallback& tell = {});
/// The same over a model that is open already, beside whoever else uses it.
Result<ValidationReport> validateModel(const LoadedModel& model, const ValidateOptions& options,
                                       const Operation& operation, const ReportCallback& tell = {});

}  // namespace tessera
