// SPDX-License-Identifier: GPL-3.0-or-later
// What a user names as SET: a fragment folder (version 1 or 2), a manifest, a GGUF with a manifest beside it, or a plain
// GGUF (planned in memory, nothing to verify against).
#pragma once

#include "core/fragment/fragment_store.h"

#include <filesystem>
#include <memory>
#include <vector>

namespace tessera {

struct FragmentSet {
    std::filesystem::path path;             // what the user named, made absolute
    std::unique_ptr<FragmentStore> store;
    bool verifiable = true;                 // false for a plain GGUF without a manifest
    std::filesystem::path gguf;             // the model's file where one exists whole, else empty
};

/// Opens what `path` names. NotFound says what was looked for; Unsupported for other files.
Result<FragmentSet> openFragmentSet(const std::filesystem::path& path, const Operation& operation);

/// Sets in the places where they are looked for when none is named: models/, the working folder, its parent, the user's
/// data folder; best first.
std::vector<std::filesystem::path> findFragmentSets();

/// The first of findFragmentSets(); NotFound names the places and how to get the default model.
Result<std::filesystem::path> defaultFragmentSet();

/// `tokenizer.model` of a set: in its folder, then the parent, then the working folder. Empty when there is none.
std::filesystem::path findTokenizerModel(const FragmentSet& set);

}  // namespace tessera
