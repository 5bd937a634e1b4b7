// SPDX-License-Identifier: GPL-3.0-or-later
// "--speculate" and "--draft": tokens that are guessed and computed together (core/chat/draft.h).
#pragma once

#include "app/cli/model_options.h"
#include "core/chat/generator.h"
#include "core/chat/model_draft.h"
#include "core/model/draft_model.h"

#include <memory>
#include <optional>
#include <string>

namespace tessera::cli {

struct DraftOptions {
    std::optional<std::string> set;  // a smaller model's; nullopt: guesses come from the text so far
};

/// The group "Guessing". With --draft alone, `speculate` becomes a number that suits it.
void addGuessOptions(Verb& verb, int& speculate, DraftOptions& draft);

/// Whoever guesses tokens is told where that could change the answer.
void remarkOnGuessing(const GenerateOptions& options, Engine& engine, Output& output);

/// A model and its session that guess. Members are listed so that each is destroyed before what it borrows.
struct LoadedDraft {
    std::unique_ptr<LoadedModel> model;
    std::unique_ptr<ModelDraft> draft;  // null: none was asked for
};

/// Loads what --draft names, for one session of `context_tokens`.
Result<LoadedDraft> openDraft(const DraftOptions& options, int speculate, const LoadedModel& model, const LoadOptions& load,
                              std::uint32_t context_tokens, Output& output, VerbOperation& running);

}  // namespace tessera::cli
