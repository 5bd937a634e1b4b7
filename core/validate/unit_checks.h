// SPDX-License-Identifier: GPL-3.0-or-later
// The operations a transformer is made of, computed by ggml as our graphs use them, against plain double-precision
// code written for this purpose (reference_math.h). Independent of any model.
#pragma once

#include "core/base/operation.h"

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace tessera {

struct UnitCheck {
    std::string name;          // "RMSNorm", "RoPE (NeoX halves)", "dequantise Q4_K"
    std::string detail;        // what was computed: shapes, parameters
    double largest_error = 0;  // |computed − expected| / (1 + |expected|), the largest of all values
    double tolerance = 0;
    std::string reason;   // why the tolerance is what it is
    std::string failure;  // empty, or why it failed
    bool passed() const { return failure.empty(); }
};

/// Holds values against their reference and fills in error and failure: a wrong size, a value that is not finite, an
/// error above the tolerance (says where).
UnitCheck checkValues(std::string name, std::string detail, std::span<const float> computed,
                      std::span<const double> expected, double tolerance, std::string reason);

/// All checks, in the order of the report. Only a stop or a lack of memory is an error. Progress counts checks; `tell`
/// gets those that are done, on the same thread.
Result<std::vector<UnitCheck>> runUnitChecks(const Operation& operation,
                                             const std::function<void(const std::vector<UnitCheck>&)>& tell = {});

}  // namespace tessera
