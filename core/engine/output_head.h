// SPDX-License-Identifier: GPL-3.0-or-later
// The end of the model by itself: the final norm and the output matrix, over hidden rows of any layer. This is what a
// logit lens looks through (nostalgebraist 2020, "interpreting GPT: the logit lens").
#pragma once

#include "core/base/operation.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

namespace tessera {

/// Shares the weights of the engine that made it, which must outlive it. One thread at a time.
class OutputHead {
public:
    /// One row of logits [vocabulary], valid during the call. Rows are visited from all threads of the engine at once,
    /// each row by one of them, in no order: it must not throw and must not write to what another row writes to.
    using Visitor = std::function<void(std::size_t row, std::span<const float> logits)>;

    virtual ~OutputHead() = default;

    virtual std::size_t embedding() const = 0;
    virtual std::size_t vocabulary() const = 0;

    /// Visits the logits of `rows` [count × embedding] float32, some dozens at a time, so that little memory is needed
    /// and other sessions get their turns. Progress counts rows; Cancelled between such blocks.
    virtual Result<void> project(std::span<const float> rows, const Visitor& visit, const Operation& operation) = 0;
};

}  // namespace tessera
