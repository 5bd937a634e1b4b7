// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/loaded_model.h"

#include "core/base/format.h"
#include "core/base/limits.h"
#include "core/base/platform/system.h"
#include "core/engine/bridge/llama_engine.h"
#include "core/engine/fragment_engine.h"
#include "core/engine/model_facts.h"
#include "core/gguf/reader.h"
#include "core/loader/local/local_loader.h"
#include "core/tokenizer/load_tokenizer.h"

#include <chrono>

namespace tessera {

namespace {

/// The same operation, its progress under another stage.
Operation staged(const Operation& operation, std::string_view stage) {
    if (!operation.progress) return operation;
    return {.stop = operation.stop, .progress = [&operation, stage](const Progress& progress) {
                operation.progress({progress.done, progress.total, stage});
            }};
}

/// llama.cpp maps the model's file itself, past the source that verifies: so every tensor is asked for once before.
Result<void> verifyTensors(const TensorSource& source, const Operation& operation) {
    std::uint64_t done = 0;
    std::uint64_t total = 0;
    for (const TensorInfo& tensor : source.model().tensors) total += tensor.size_bytes;
    for (const TensorInfo& tensor : source.model().tensors) {
        TESSERA_TRY(const auto mapped, source.map(tensor, {.stop = operation.stop}));
        if (!mapped) {
            std::vector<std::byte> bytes(tensor.size_bytes);
            TESSERA_CHECK(source.readRows(tensor, 0, tensor.rowCount(), bytes, {.stop = operation.stop}));
        }
        done += tensor.size_bytes;
        if (operation.progress) operation.progress({done, total, "verifying"});
    }
    return source.takeMappingFault();
}

/// What is left of the process's limit beside what opening took (manifest, vocabulary, the program itself). 0: no limit.
Result<std::uint64_t> memoryForEngine(std::uint64_t limit) {
    if (limit == 0) return limit;
    constexpr std::uint64_t kOther = 24 * limits::MiB;  // stacks, buffers that kernels work in, pages on their way from the disk
    const std::uint64_t taken = privateResidentBytes() + kOther;
    if (limit > taken) return limit - taken;
    return fail(ErrorKind::OutOfMemory, format("the program and the model's vocabulary take {} already; allow more than {} (--memory)",
                                               formatBytes(taken), formatBytes(limit)));
}

Result<std::unique_ptr<Engine>> makeBridge(const LoadedModel& model, const EngineOptions& options,
                                           const Operation& operation) {
    std::vector<std::filesystem::path> files;
    if (!model.set.gguf.empty()) {
        TESSERA_TRY(files, ggufModelFiles(model.set.gguf));
        TESSERA_CHECK(verifyTensors(*model.source, operation));
    }
    return loadLlamaEngine(*model.source, files, options, staged(operation, "loading"));
}

}  // namespace

Result<std::unique_ptr<LoadedModel>> openModel(const std::filesystem::path& set, const LoadOptions& options,
                                               const Operation& operation) {
    const auto start = std::chrono::steady_clock::now();
    auto model = std::make_unique<LoadedModel>();
    TESSERA_TRY(model->set, openFragmentSet(set, staged(operation, "opening")));
    model->loader = makeLocalLoader(*model->set.store, model->set.verifiable);
    const VerifyPolicy verify = model->set.verifiable ? options.verify : VerifyPolicy::Never;
    TESSERA_TRY(model->source,
                makeFragmentTensorSource(*model->set.store, *model->loader, verify, staged(operation, "verifying")));
    TESSERA_TRY(model->tokenizer, loadTokenizer(*model->source, findTokenizerModel(model->set)));
    if (options.chat_template) {
        TESSERA_TRY(model->chat_template,
                    ChatTemplate::fromMetadata(model->source->model().metadata, *model->tokenizer));
    }
    model->load_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return model;
}

Result<std::unique_ptr<Engine>> makeEngine(const LoadedModel& model, EngineKind kind, const EngineOptions& options,
                                           const Operation& operation) {
    releaseFreedMemory();  // opening parsed a manifest and a vocabulary: several times what is kept of them
    if (kind == EngineKind::Llama) {
        if (options.memory_bytes != 0) return fail(ErrorKind::InvalidArgument, "llama.cpp takes the memory that it needs; leave --memory out");
        return makeBridge(model, options, operation);
    }
    EngineOptions engine_options = options;
    TESSERA_TRY(engine_options.memory_bytes, memoryForEngine(options.memory_bytes));
    TESSERA_TRY(auto engine, loadFragmentEngine(*model.source, engine_options, staged(operation, "loading")));
    return engine;
}

std::vector<LayerSpan> layersPresent(const FragmentStore& store, std::int32_t layers) {
    std::vector<bool> here(static_cast<std::size_t>(layers), true);
    const auto& fragments = store.manifest().fragments;
    for (std::uint32_t i = 0; i < fragments.size(); ++i) {
        const FragmentState state = store.state(FragmentIndex{i});
        const auto layer = toInt(fragments[i].layer);
        const bool missing = state == FragmentState::Missing || state == FragmentState::Bad;
        if (missing && layer >= 0 && layer < layers) here[static_cast<std::size_t>(layer)] = false;
    }
    std::vector<LayerSpan> spans;
    for (std::int32_t layer = 0; layer < layers; ++layer) {
        if (!here[static_cast<std::size_t>(layer)]) continue;
        if (!spans.empty() && spans.back().last == layer - 1) {
            spans.back().last = layer;
        } else {
            spans.push_back({layer, layer});
        }
    }
    return spans;
}

Result<std::unique_ptr<NodesEngine>> makeNodesEngine(const LoadedModel& model, const LoadOptions& options, const Operation& operation) {
    if (!model.set.verifiable)
        return fail(ErrorKind::InvalidArgument, "nodes know a model by its manifest, which this one does not have; 'tessera fragment' makes it");
    TESSERA_TRY(const auto facts, readModelFacts(model.source->model()));
    const Manifest& manifest = model.set.store->manifest();
    return connectNodes(*model.source, manifest.set_id, layersPresent(*model.set.store, static_cast<std::int32_t>(facts.layers)),
                        options.engine_options, options.nodes, staged(operation, "loading"));
}

Result<SplitEngine> makeSplitEngine(const LoadedModel& model, const LoadOptions& options, const Operation& operation) {
    if (!model.set.verifiable)
        return fail(ErrorKind::InvalidArgument, "nodes know a model by its manifest, which this one does not have; 'tessera fragment' makes it");
    RowNodesOptions rows = options.row_nodes;
    rows.threads = options.engine_options.threads;
    rows.here = rows.here && options.engine_options.memory_bytes == 0;
    SplitEngine split;
    TESSERA_TRY(split.row_nodes, makeRowNodes(*model.source, model.set.store->manifest().set_id, rows));
    EngineOptions engine = options.engine_options;
    engine.row_workers = split.row_nodes;
    TESSERA_TRY(split.engine, makeEngine(model, EngineKind::Fragments, engine, operation));
    return split;
}

namespace {

/// The engine that was asked for, or llama.cpp where that one does not know the model.
Result<std::unique_ptr<Engine>> makeEngineOrFallBack(LoadedModel& model, const LoadOptions& options, const Operation& operation) {
    auto engine = makeEngine(model, options.engine, options.engine_options, operation);
    const bool unknown = !engine && engine.error().kind == ErrorKind::Unsupported;
    if (!unknown || options.engine == EngineKind::Llama || !options.fallback) return engine;
    constexpr std::string_view kAdvice = "; use the llama.cpp engine";  // which is what happens
    std::string reason = std::move(engine).error().message;
    if (reason.ends_with(kAdvice)) reason.resize(reason.size() - kAdvice.size());
    TESSERA_TRY(engine, makeEngine(model, EngineKind::Llama, options.engine_options, operation));
    model.fallback_reason = std::move(reason);
    return engine;
}

}  // namespace

Result<std::unique_ptr<LoadedModel>> loadModel(const std::filesystem::path& set, const LoadOptions& options,
                                               const Operation& operation) {
    const auto start = std::chrono::steady_clock::now();
    TESSERA_TRY(auto model, openModel(set, options, operation));
    if (!options.row_nodes.nodes.empty()) {
        TESSERA_TRY(SplitEngine split, makeSplitEngine(*model, options, operation));
        model->row_nodes = std::move(split.row_nodes);
        model->engine = std::move(split.engine);
    } else if (options.nodes.nodes.empty()) {
        TESSERA_TRY(model->engine, makeEngineOrFallBack(*model, options, operation));
    } else {
        TESSERA_TRY(model->engine, makeNodesEngine(*model, options, operation));
    }
    model->load_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return model;
}

}  // namespace tessera
