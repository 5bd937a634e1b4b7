// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/draft_model.h"

#include "core/base/format.h"
#include "core/base/platform/paths.h"
#include "core/base/quote.h"

#include <algorithm>

namespace tessera {

Result<void> checkSameVocabulary(const Tokenizer& model, const Tokenizer& draft) {
    const std::size_t both = std::min(model.vocabularySize(), draft.vocabularySize());
    for (std::size_t i = 0; i < both; ++i) {
        const TokenId token{static_cast<std::int32_t>(i)};
        const std::string here = model.piece(token, true), there = draft.piece(token, true);
        if (here == there && model.isEndOfGeneration(token) == draft.isEndOfGeneration(token)) continue;
        return fail(ErrorKind::InvalidArgument,
                    format("it has another vocabulary than the model that it shall guess for: token {} is {} there and {} here; choose a smaller model of the same family",
                           i, inQuotes(there), inQuotes(here)));
    }
    return {};
}

Result<std::unique_ptr<LoadedModel>> loadDraftModel(const std::filesystem::path& set, const LoadedModel& model, const LoadOptions& options,
                                                    const Operation& operation) {
    LoadOptions here = options;
    here.nodes = {};
    here.row_nodes = {};
    here.engine_options.rpc_workers.clear();
    here.chat_template = false;
    TESSERA_TRY(auto draft, loadModel(set, here, operation));
    const auto same = checkSameVocabulary(*model.tokenizer, *draft->tokenizer);
    if (!same) return fail(same.error().kind, format("draft model {}: {}", toUtf8(set), same.error().message));
    return draft;
}

}  // namespace tessera
