// SPDX-License-Identifier: GPL-3.0-or-later
// A LayerRunner that goes on when whoever computes its span dies, freezes, is too slow or sends nonsense: it finds a
// replacement, lets it compute the session's history again, and the answer has the same bits as an undisturbed one.
//
// Why the bits are equal: prompts of 64 and more rows are replayed in the pieces in which they were first computed, and
// shorter steps use attention row by row, which does not depend on neighbours (core/engine/batch_plan.h). They are put
// together only where the engine has tried that its matrix products do not depend on them either.
#pragma once

#include "core/engine/layer_runner.h"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace tessera {

/// Somebody's fresh session on a span.
struct PlacedRunner {
    std::unique_ptr<LayerRunner> runner = {};
    std::string name = {};           // for messages
    bool independent_rows = false;
    double seconds_per_row = 0;      // as measured by whoever computes; 0: unknown
    double seconds_per_tile = 0;     // 64 rows
};

/// Finds somebody for a span. Network when nobody is left, with the reasons of all.
using PlaceSpan = std::function<Result<PlacedRunner>(LayerSpan span, std::stop_token stop)>;

struct FailoverOptions {
    LayerSpan span;
    bool has_last_layer = false;                       // results then hold the wanted rows only
    std::size_t columns = 0;
    SessionOptions session;                            // context, exact
    std::chrono::duration<double> step_floor{5.0};     // no step is given up earlier
    double step_factor = 10.0;                         // … nor before so many times the expected time
    int max_attempts = 8;                              // replacements for one step
    std::size_t history_bytes = std::size_t{256} << 20;
    std::function<void(const std::string& what, double seconds)> on_failover = {};  // told after each recovery
};

/// Finds the first runner at once. Errors of wait() are those of `place`, never of a single failed node.
Result<std::unique_ptr<LayerRunner>> createFailoverRunner(PlaceSpan place, FailoverOptions options, std::stop_token stop);

}  // namespace tessera
