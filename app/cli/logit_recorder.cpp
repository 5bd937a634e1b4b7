// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/logit_recorder.h"

#include "core/engine/batch_plan.h"

namespace tessera::cli {

Result<Rows> LogitRecorder::evaluate(std::span<const TokenId> tokens, Wanted wanted, const Operation& operation) {
    Rows all;
    for (const std::uint32_t count : planBatches(static_cast<std::uint32_t>(tokens.size()), m_micro_batch, m_exact)) {
        TESSERA_TRY(Rows rows, m_session.evaluate(tokens.first(count), Wanted::All, operation));
        tokens = tokens.subspan(count);
        TESSERA_CHECK(m_writer.append(rows.values));
        all.columns = rows.columns;
        if (wanted == Wanted::All) {
            all.rows += rows.rows;
            all.values.insert(all.values.end(), rows.values.begin(), rows.values.end());
        } else if (wanted == Wanted::Last) {
            const auto last = rows.row(rows.rows - 1);
            all.rows = 1;
            all.values.assign(last.begin(), last.end());
        }
    }
    return all;
}

Result<void> LogitRecorder::truncate(std::uint32_t length) {
    if (length == m_session.length()) return {};
    return fail(ErrorKind::InvalidArgument, "logits that were written cannot be taken back");
}

}  // namespace tessera::cli
