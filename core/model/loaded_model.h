// SPDX-License-Identifier: GPL-3.0-or-later
// Joins a fragment set, a loader, a tokenizer and an engine into a model that is ready to run. The command line, the
// window and the servers all load models through this.
#pragma once

#include "core/engine/engine.h"
#include "core/loader/fragment_set.h"
#include "core/loader/fragment_tensor_source.h"
#include "core/tokenizer/chat_template.h"
#include "core/tokenizer/tokenizer.h"

#include <filesystem>
#include <memory>

namespace tessera {

enum class EngineKind { Fragments, Llama };

struct LoadOptions {
    EngineKind engine = EngineKind::Fragments;
    EngineOptions engine_options;
    VerifyPolicy verify = VerifyPolicy::FirstUse;
};

/// Owns everything; members are listed so that each is destroyed before what it borrows.
struct LoadedModel {
    FragmentSet set;
    std::unique_ptr<FragmentLoader> loader;
    std::unique_ptr<TensorSource> source;
    std::unique_ptr<Tokenizer> tokenizer;
    std::unique_ptr<ChatTemplate> chat_template;
    std::unique_ptr<Engine> engine;
    double load_seconds = 0;
};

/// Stages of progress: "opening", "verifying", "loading".
Result<std::unique_ptr<LoadedModel>> loadModel(const std::filesystem::path& set, const LoadOptions& options,
                                               const Operation& operation);

}  // namespace tessera
