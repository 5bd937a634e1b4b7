// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/npy.h"
#include "core/engine/engine.h"

namespace tessera::cli {

/// A session that writes every row of logits it computes, in the order of the positions, and otherwise behaves as the
/// one it wraps. One thread at a time.
class LogitRecorder : public Session {
public:
    /// Both are borrowed. Rows are [vocabulary] float32. Prompts are evaluated in the pieces in which the session would
    /// have computed them with these options, so that memory stays small and the logits are those of the plain session.
    LogitRecorder(Session& session, NpyWriter& writer, std::uint32_t micro_batch, ExactPolicy exact)
        : m_session(session), m_writer(writer), m_micro_batch(micro_batch), m_exact(exact) {}

    std::uint32_t contextTokens() const override { return m_session.contextTokens(); }
    std::uint32_t length() const override { return m_session.length(); }
    Result<Rows> evaluate(std::span<const TokenId> tokens, Wanted wanted, const Operation& operation) override;
    /// Only to the length it has: rows that were written cannot be taken back.
    Result<void> truncate(std::uint32_t length) override;

private:
    Session& m_session;
    NpyWriter& m_writer;
    std::uint32_t m_micro_batch;
    ExactPolicy m_exact;
};

}  // namespace tessera::cli
