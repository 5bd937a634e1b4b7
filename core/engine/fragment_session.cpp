// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/fragment_session.h"

#include "core/base/format.h"
#include "core/engine/batch_plan.h"
#include "core/engine/model_facts.h"

namespace tessera {
namespace {

class FragmentSession final : public Session {
public:
    FragmentSession(std::vector<std::unique_ptr<LayerRunner>> runners, const SessionOptions& options)
        : m_runners(std::move(runners)), m_options(options) {}

    std::uint32_t contextTokens() const override { return m_options.context_tokens; }
    std::uint32_t length() const override { return m_length; }

    Result<Rows> evaluate(std::span<const TokenId> tokens, Wanted wanted, const Operation& operation) override {
        TESSERA_CHECK(checkRoom(tokens.size()));
        Rows out;
        std::size_t done = 0;
        for (const auto rows : planBatches(static_cast<std::uint32_t>(tokens.size()), m_options.micro_batch, m_options.exact)) {
            const bool last = done + rows == tokens.size();
            const auto asked = wanted == Wanted::Last && !last ? Wanted::None : wanted;
            TESSERA_TRY(auto part, computeBatch(tokens.subspan(done, rows), asked, operation));
            done += rows;
            append(out, std::move(part));
            if (operation.progress) operation.progress({done, tokens.size(), "evaluating"});
        }
        return out;
    }

    Result<void> truncate(std::uint32_t length) override {
        if (length > m_length)
            return fail(ErrorKind::InvalidArgument, format("cannot truncate to {}: the session has {} tokens", length, m_length));
        for (auto& runner : m_runners) TESSERA_CHECK(runner->truncate(length));
        m_length = length;
        return {};
    }

private:
    Result<void> checkRoom(std::size_t tokens) const {
        if (tokens == 0) return fail(ErrorKind::InvalidArgument, "there are no tokens to evaluate");
        return checkFits(m_length, tokens, m_options.context_tokens);
    }

    Result<Rows> computeBatch(std::span<const TokenId> tokens, Wanted wanted, const Operation& operation) {
        TESSERA_CHECK(operation.checkStop());
        auto rows = passThrough(tokens, wanted, operation);
        if (rows) {
            m_length += static_cast<std::uint32_t>(tokens.size());
            return rows;
        }
        // Spans before the one that failed have these positions already.
        for (auto& runner : m_runners)
            if (runner->length() > m_length) TESSERA_CHECK(runner->truncate(m_length));
        return rows;
    }

    Result<Rows> passThrough(std::span<const TokenId> tokens, Wanted wanted, const Operation& operation) {
        Step step;
        step.first_position = m_length;
        step.tokens.assign(tokens.begin(), tokens.end());
        step.wanted = wanted;
        Rows rows;
        for (auto& runner : m_runners) {
            if (runner != m_runners.front()) {
                step.tokens.clear();
                step.hidden = std::move(rows);
            }
            TESSERA_TRY(const auto ticket, runner->submit(std::move(step)));
            TESSERA_TRY(rows, runner->wait(ticket, LayerRunner::Deadline::max(), operation.stop));
            step = {};
            step.first_position = m_length;
            step.wanted = wanted;
        }
        return rows;
    }

    static void append(Rows& out, Rows part) {
        out.columns = part.columns;
        if (out.rows == 0) {
            out = std::move(part);
            return;
        }
        out.rows += part.rows;
        out.values.insert(out.values.end(), part.values.begin(), part.values.end());
    }

    std::vector<std::unique_ptr<LayerRunner>> m_runners;
    SessionOptions m_options;
    std::uint32_t m_length = 0;
};

}  // namespace

std::unique_ptr<Session> createFragmentSession(std::vector<std::unique_ptr<LayerRunner>> runners,
                                               const SessionOptions& options) {
    return std::make_unique<FragmentSession>(std::move(runners), options);
}

}  // namespace tessera
