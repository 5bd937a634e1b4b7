// SPDX-License-Identifier: GPL-3.0-or-later
// A second model that guesses tokens for a larger one (core/chat/model_draft.h).
#pragma once

#include "core/model/loaded_model.h"

namespace tessera {

/// Loads `set` to guess for `model`: on this machine, whole, with the threads, kernels and engine of `options`. InvalidArgument
/// when its vocabulary is another one, with the first token that differs.
Result<std::unique_ptr<LoadedModel>> loadDraftModel(const std::filesystem::path& set, const LoadedModel& model, const LoadOptions& options,
                                                    const Operation& operation);

/// Whether both know the same tokens by the same numbers. One may have more of them at its end, as padding.
Result<void> checkSameVocabulary(const Tokenizer& model, const Tokenizer& draft);

}  // namespace tessera
