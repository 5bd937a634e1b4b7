// SPDX-License-Identifier: GPL-3.0-or-later
// Joins a fragment set, a loader, a tokenizer and an engine into a model that is ready to run. The command line, the
// window and the servers all load models through this.
#pragma once

#include "core/compute/nodes_engine.h"
#include "core/compute/row_nodes.h"
#include "core/engine/engine.h"
#include "core/loader/fragment_set.h"
#include "core/loader/fragment_tensor_source.h"
#include "core/tokenizer/chat_template.h"
#include "core/tokenizer/tokenizer.h"

#include <filesystem>
#include <memory>
#include <vector>

namespace tessera {

enum class EngineKind { Fragments, Llama };

struct LoadOptions {
    EngineKind engine = EngineKind::Fragments;
    bool fallback = true;       // llama.cpp computes a model that the fragment engine cannot, when all of it runs here
    EngineOptions engine_options = {};  // its memory_bytes is for the whole process here
    VerifyPolicy verify = VerifyPolicy::FirstUse;
    NodesOptions nodes = {};    // with addresses: the layers are computed by these nodes
    RowNodesOptions row_nodes = {};  // with addresses: rows of every matrix are multiplied by these nodes
    bool chat_template = true;  // false: not needed, so one that does not parse is no error (raw prompts)
};

/// Owns everything; members are listed so that each is destroyed before what it borrows.
struct LoadedModel {
    FragmentSet set;
    std::unique_ptr<FragmentLoader> loader;
    std::unique_ptr<TensorSource> source;
    std::unique_ptr<Tokenizer> tokenizer;
    std::unique_ptr<ChatTemplate> chat_template;  // null when LoadOptions did not ask for it
    std::shared_ptr<RowNodes> row_nodes;          // null unless LoadOptions named some
    std::unique_ptr<Engine> engine;               // null after openModel
    std::string fallback_reason;                  // why llama.cpp computes although it was not asked for; else empty
    double load_seconds = 0;
};

/// Stages of progress: "opening", "verifying", "loading".
Result<std::unique_ptr<LoadedModel>> loadModel(const std::filesystem::path& set, const LoadOptions& options,
                                               const Operation& operation);

/// Everything but the engine.
Result<std::unique_ptr<LoadedModel>> openModel(const std::filesystem::path& set, const LoadOptions& options,
                                               const Operation& operation);

/// Runs of layers whose fragments are all in the store, verified or not.
std::vector<LayerSpan> layersPresent(const FragmentStore& store, std::int32_t layers);

/// An engine over an opened model whose layers are computed by `options.nodes`, and here where no node has them. The
/// set needs hashes, by which all sides know that they have the same model (InvalidArgument).
Result<std::unique_ptr<NodesEngine>> makeNodesEngine(const LoadedModel& model, const LoadOptions& options, const Operation& operation);

struct SplitEngine {
    std::shared_ptr<RowNodes> row_nodes;
    std::unique_ptr<Engine> engine;
};

/// The fragment engine over an opened model, with rows of its matrices multiplied by `options.row_nodes`. The set needs
/// hashes (InvalidArgument), and here the fragments of this machine's own rows. This machine multiplies a failed node's
/// rows, too, unless its memory has a limit.
Result<SplitEngine> makeSplitEngine(const LoadedModel& model, const LoadOptions& options, const Operation& operation);

/// An engine over an opened model, which must outlive it. Every byte it computes with has met its hash where the set
/// has hashes and was not opened with VerifyPolicy::Never.
Result<std::unique_ptr<Engine>> makeEngine(const LoadedModel& model, EngineKind kind, const EngineOptions& options,
                                           const Operation& operation);

}  // namespace tessera
