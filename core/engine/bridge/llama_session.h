// SPDX-License-Identifier: GPL-3.0-or-later
// A llama_context as a Session. Internal to core/engine/bridge.
#pragma once

#include "core/engine/engine.h"
#include "core/engine/tap_reader.h"

#include <memory>

struct llama_context;
struct llama_model;

namespace tessera {

struct LlamaContextFree {
    void operator()(llama_context* context) const;
};

class LlamaSession : public Session {
public:
    /// InvalidArgument or Unsupported with libllama's own words when it refuses the options.
    static Result<std::unique_ptr<Session>> create(llama_model* model, const ModelFacts& facts, int threads,
                                                   const SessionOptions& options);
    ~LlamaSession() override;

    std::uint32_t contextTokens() const override { return m_context_tokens; }
    std::uint32_t length() const override;
    Result<Rows> evaluate(std::span<const TokenId> tokens, Wanted wanted, const Operation& operation) override;
    Result<void> truncate(std::uint32_t length) override;
    Result<void> remove(std::uint32_t first, std::uint32_t count) override;
    Result<std::vector<std::byte>> save() override;
    Result<void> restore(std::span<const std::byte> state, std::uint32_t length) override;

private:
    LlamaSession(const ModelFacts& facts, std::uint32_t context_tokens, Tap* tap);
    bool tapWantsOutput() const;
    Result<void> decodeBatch(std::span<const TokenId> tokens, bool all_wanted, bool last_wanted,
                             const Operation& operation);
    void appendLogits(std::size_t batch_rows, std::size_t wanted_rows, Rows& out) const;

    const ModelFacts& m_facts;
    std::uint32_t m_context_tokens;
    Tap* m_tap;
    TapReader m_reader;
    const std::stop_token* m_stop = nullptr;  // of the step under way
    std::unique_ptr<llama_context, LlamaContextFree> m_context;
};

}  // namespace tessera
