// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/guess_options.h"

#include "app/cli/set_argument.h"
#include "core/base/format.h"
#include "core/base/platform/paths.h"
#include "core/engine/fragment_engine.h"

namespace tessera::cli {

namespace {

constexpr int kDraftGuesses = 16;  // with --draft; it stops earlier where it is not sure

}  // namespace

void addGuessOptions(Verb& verb, int& speculate, DraftOptions& draft) {
    verb.group("Guessing");
    verb.number<int>("--speculate", speculate, {0, 62},
                     "Guess up to N tokens from the text so far and compute them together: the same answer, sooner where "
                     "text repeats itself, most of all with --kernels own; 0 is off");
    verb.text("--draft", "SET", draft.set,
              format("Let this smaller model of the same family, loaded beside the other, guess the tokens: the same answer, sooner where it is much "
                     "faster and mostly right; up to {}, or what --speculate says", kDraftGuesses));
    verb.check([&speculate, &draft]() -> Result<void> {
        if (draft.set && speculate == 0) speculate = kDraftGuesses;
        return {};
    });
}

void remarkOnGuessing(const GenerateOptions& options, Engine& engine, Output& output) {
    if (options.speculate == 0) return;
    auto* fragments = dynamic_cast<FragmentEngine*>(&engine);
    if (fragments && fragments->hasIndependentRows()) return;
    output.note("with this engine and these weights, tokens that are computed together have other last bits than alone: guessing can change the answer");
}

Result<LoadedDraft> openDraft(const DraftOptions& options, int speculate, const LoadedModel& model, const LoadOptions& load,
                              std::uint32_t context_tokens, Output& output, VerbOperation& running) {
    LoadedDraft loaded;
    if (!options.set) return loaded;
    running.bar().setUnit(ProgressUnit::Bytes);
    TESSERA_TRY(const std::filesystem::path path, localSetPath(options.set, output, running.operation()));
    auto draft = loadDraftModel(path, model, load, running.operation());
    running.bar().wipe();
    if (!draft) return tl::unexpected(inSet(std::move(draft).error(), path));
    loaded.model = *std::move(draft);
    if (loaded.model->engine->facts().weight_bytes >= model.engine->facts().weight_bytes)
        output.note(format("the model that guesses ({}) is not smaller than the one that it guesses for: answers take longer", toUtf8(path)));
    TESSERA_TRY(loaded.draft, ModelDraft::create(*loaded.model->engine, context_tokens, model.engine->facts().vocabulary, static_cast<std::size_t>(speculate)));
    return loaded;
}

}  // namespace tessera::cli
