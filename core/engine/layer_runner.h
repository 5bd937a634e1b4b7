// SPDX-License-Identifier: GPL-3.0-or-later
// Computes one span of layers for one session: the joint at which a machine can be put between two layers. Local
// computes on this machine; remote (network mode) sends the same steps to a node.
#pragma once

#include "core/engine/engine.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>
#include <vector>

namespace tessera {

/// One batch of consecutive positions of the sequence. A span that takes tokens gets their ids, every other one hidden
/// rows. The span of the last layer gives the wanted rows only: as logits, or hidden when it is bare; every other one
/// gives hidden rows of all positions. The empty span {layers, layers − 1} turns whatever rows it gets into logits.
struct Step {
    std::uint32_t first_position = 0;           // ≤ length(); smaller truncates
    std::vector<TokenId> tokens;                // [rows], or
    Rows hidden;                                // [rows × embedding] float32
    Wanted wanted = Wanted::Last;               // for the last span

    std::uint32_t rows() const { return static_cast<std::uint32_t>(tokens.empty() ? hidden.rows : tokens.size()); }
};

using StepTicket = std::uint64_t;

/// Steps are computed in the order of their submission, beginning at the latest with wait() or isReady(), or at once when
/// somebody listens; several may be under way, so spans can be pipelined. One
/// thread at a time.
class LayerRunner {
public:
    using Deadline = std::chrono::steady_clock::time_point;
    virtual ~LayerRunner() = default;

    virtual LayerSpan span() const = 0;
    virtual std::uint32_t length() const = 0;  // positions in this span's KV cache, counting submitted steps

    /// InvalidArgument when the step does not fit (context, first_position, columns).
    virtual Result<StepTicket> submit(Step step) = 0;
    /// The step's rows. Network when the deadline passed, Cancelled when stopped (the step is abandoned at once).
    virtual Result<Rows> wait(StepTicket ticket, Deadline deadline, std::stop_token stop) = 0;
    /// Whether wait() would return at once.
    virtual bool isReady(StepTicket ticket) = 0;
    /// Called on any thread, briefly, whenever a step may have become ready. Set before the first step.
    virtual void setListener(std::function<void()> listener) = 0;
    virtual Result<void> truncate(std::uint32_t length) = 0;
    /// As Session::remove(), save() and restore(), while no step is under way.
    virtual Result<void> remove(std::uint32_t first, std::uint32_t count);
    virtual Result<std::vector<std::byte>> save();
    virtual Result<void> restore(std::span<const std::byte> state, std::uint32_t length);
    /// Frees the KV cache; every later call fails with InvalidArgument.
    virtual void close() = 0;
};

}  // namespace tessera
