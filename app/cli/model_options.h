// SPDX-License-Identifier: GPL-3.0-or-later
// The options of every verb that runs a model.
#pragma once

#include "app/cli/verb.h"
#include "app/cli/verb_operation.h"
#include "core/model/loaded_model.h"

#include <memory>
#include <optional>
#include <string>

namespace tessera::cli {

/// Auto: our engine, and llama.cpp for what that one does not know.
enum class WantedEngine { Auto, Fragments, Llama };

struct ModelOptions {
    std::optional<std::string> set;
    WantedEngine engine = WantedEngine::Auto;  // `load` follows it once the command line is parsed
    LoadOptions load;
    SessionOptions session;
};

enum class EngineChoice {
    Any,         // --engine and the fragment engine's own options
    LlamaOnly,   // llama.cpp, without a choice
};

/// "--threads", "--kernels" and "--verify", for verbs that have no more of these options.
void addThreadsOption(Verb& verb, int& threads);
void addKernelsOption(Verb& verb, KernelPolicy& kernels);
void addVerifyOption(Verb& verb, VerifyPolicy& policy);

/// SET and the group "Model". `context` is false for verbs that set the context length themselves.
void addModelOptions(Verb& verb, ModelOptions& options, EngineChoice engine = EngineChoice::Any, bool context = true);

/// --nodes alone, and --row-nodes.
void addNodesOption(Verb& verb, NodesOptions& options);
void addRowNodesOption(Verb& verb, RowNodesOptions& options);

/// Which engine a model came to be loaded with.
EngineKind engineOf(const LoadedModel& model);

/// Loads what the options name, with a bar in bytes.
Result<std::unique_ptr<LoadedModel>> load(const ModelOptions& options, Output& output, VerbOperation& running);

}  // namespace tessera::cli
