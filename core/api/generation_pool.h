// SPDX-License-Identifier: GPL-3.0-or-later
// Answers several requests at once over one model: each of a few slots has a thread, a session, and what it remembers of
// earlier turns. What the slots decode at the same time the engine computes together.
#pragma once

#include "core/chat/generator.h"
#include "core/engine/engine.h"
#include "core/tokenizer/tokenizer.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <stop_token>
#include <vector>

namespace tessera {

/// More than this many requests do not wait for a slot.
inline constexpr std::size_t kMaxWaitingRequests = 256;

/// One request. The callbacks come on a slot's thread.
struct GenerationJob {
    std::vector<TokenId> prompt;
    GenerateOptions options;
    std::stop_token stop;                                 // ends it: with StopReason::Cancelled, or, while it waits, with an error
    TextCallback on_text;
    std::function<void(Result<GenerateResult>)> on_end;   // once
};

struct GenerationCounts {
    std::size_t running = 0;
    std::size_t waiting = 0;
};

/// Any thread may call any method.
class GenerationPool {
public:
    /// Engine and tokenizer must outlive the pool, and so must `draft`, a model that guesses where jobs speculate (null: none).
    /// Sessions are made when they are first needed.
    GenerationPool(Engine& engine, const Tokenizer& tokenizer, SessionOptions session, std::size_t slots, Engine* draft = nullptr);
    /// Stops what runs and ends what waits as cancelled.
    ~GenerationPool();
    GenerationPool(const GenerationPool&) = delete;
    GenerationPool& operator=(const GenerationPool&) = delete;

    /// First come, first served. A free slot that remembers the longest beginning of the prompt takes it. false: as many as
    /// kMaxWaitingRequests wait already.
    bool submit(GenerationJob job);
    GenerationCounts counts() const;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace tessera
