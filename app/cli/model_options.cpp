// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/model_options.h"

#include "app/cli/layer_spans.h"
#include "app/cli/set_argument.h"
#include "core/base/format.h"
#include "core/base/limits.h"
#include "core/base/log.h"
#include "core/base/platform/paths.h"
#include "core/compute/joining.h"

#include <algorithm>

namespace tessera::cli {

namespace {

constexpr std::uint32_t kMaxMicroBatch = 16384;

void addEngine(Verb& verb, ModelOptions& options) {
    verb.choice<WantedEngine>("--engine", options.engine,
                              {{"auto", WantedEngine::Auto}, {"fragments", WantedEngine::Fragments}, {"llama.cpp", WantedEngine::Llama}},
                              "What computes: our engine over fragments, or llama.cpp over the rebuilt GGUF; auto takes llama.cpp for "
                              "models that ours does not know, and says so");
    verb.check([&options]() -> Result<void> {  // before the checks that look at what it decides
        options.load.engine = options.engine == WantedEngine::Llama ? EngineKind::Llama : EngineKind::Fragments;
        options.load.fallback = options.engine == WantedEngine::Auto && options.session.spans.empty();
        return {};
    });
}

void addSpans(Verb& verb, ModelOptions& options) {
    const auto parse = [&options](const std::string& text) -> Result<void> {
        TESSERA_TRY(options.session.spans, parseSpans(text));
        return {};
    };
    verb.parsed("--spans", "FIRST-LAST,…", parse, {}, "Compute the layers as these spans, one after the other");
    addNodesOption(verb, options.load.nodes);
    verb.flag("--other-class", options.load.nodes.other_class, "Also use nodes whose numbers differ in their last bits from this machine's");
    verb.number<std::uint32_t>("--check-rows", options.load.nodes.check_rows, {0, limits::kMaxContextTokens},
                               "First rows of a session, or of every matrix's products, that a second machine computes as well, to find out who sends wrong numbers");
    verb.exclude("--nodes", "--spans");
    addRowNodesOption(verb, options.load.row_nodes);
    verb.exclude("--row-nodes", "--nodes");
    verb.check([&options]() -> Result<void> {
        if (options.load.row_nodes.nodes.empty()) return {};
        if (options.load.engine != EngineKind::Fragments)
            return fail(ErrorKind::InvalidArgument, "--row-nodes is for --engine fragments; llama.cpp computes everything here");
        if (options.load.engine_options.repack == RepackPolicy::On)
            return fail(ErrorKind::InvalidArgument, "--row-nodes computes without repacked weights; leave --repack on out");
        if (options.load.engine_options.kernels == KernelPolicy::Own)
            return fail(ErrorKind::InvalidArgument, "--row-nodes computes with ggml's kernels, here and there; leave --kernels own out");
        if (options.session.micro_batch > limits::kMaxStepRows)
            return fail(ErrorKind::InvalidArgument, format("--row-nodes takes a --batch of at most {}", limits::kMaxStepRows));
        options.load.row_nodes.max_rows = mostRowsAtOnce(options.session.micro_batch);
        options.load.row_nodes.check_rows = options.load.nodes.check_rows;
        return {};
    });
    verb.check([&options]() -> Result<void> {
        if (options.load.nodes.nodes.empty() || options.load.engine == EngineKind::Fragments) return {};
        return fail(ErrorKind::InvalidArgument, "--nodes is for --engine fragments; llama.cpp computes all layers here");
    });
    verb.check([&options]() -> Result<void> {
        if (options.session.spans.empty() || options.load.engine == EngineKind::Fragments) return {};
        return fail(ErrorKind::InvalidArgument, "--spans is for --engine fragments; llama.cpp computes all layers at once");
    });
}

/// Before the first token leaves this machine.
Result<void> tellPlan(const NodesEngine& engine, Output& output) {
    const auto nodes = engine.nodes();
    if (std::ranges::none_of(nodes, &NodeState::available)) output.note("none of the known nodes can be used; this machine computes alone");
    TESSERA_TRY(const auto plan, engine.plan());
    for (const PlacedSpan& placed : plan) {
        output.note(format("layers {}–{}: {} ({})", placed.span.first, placed.span.last,
                           placed.node ? "node " + placed.node->shortText() : "this machine", placed.reason));
    }
    for (const NodeState& node : nodes) {
        const auto isIt = [&](const PlacedSpan& placed) { return placed.node == node.address; };
        if (node.available && std::ranges::none_of(plan, isIt))
            output.note(format("node {} with layers {}–{} stands by: with it an answer would take longer", node.address.shortText(), node.layers.first, node.layers.last));
    }
    return {};
}

void addKernels(Verb& verb, ModelOptions& options) {
    addKernelsOption(verb, options.load.engine_options.kernels);
    verb.check([&options]() -> Result<void> {
        if (options.load.engine_options.kernels == KernelPolicy::Ggml || options.load.engine == EngineKind::Fragments) return {};
        return fail(ErrorKind::InvalidArgument, "--kernels own is for --engine fragments; llama.cpp has its own");
    });
}

/// llama.cpp's own workers, for people who have some running.
void addRpcWorkers(Verb& verb, ModelOptions& options) {
    const auto parse = [&options](const std::string& text) -> Result<void> {
        for (std::size_t begin = 0; begin <= text.size();) {
            const std::size_t end = std::min(text.find(',', begin), text.size());
            const std::string endpoint = text.substr(begin, end - begin);
            TESSERA_CHECK(checkEndpoint(endpoint));
            options.load.engine_options.rpc_workers.push_back(endpoint);
            begin = end + 1;
        }
        return {};
    };
    verb.parsed("--rpc", "HOST:PORT,…", parse, {}, "Let these ggml-rpc-server workers of llama.cpp compute; neither encrypted nor authenticated");
    verb.check([&options]() -> Result<void> {
        if (options.load.engine_options.rpc_workers.empty() || options.load.engine == EngineKind::Llama) return {};
        return fail(ErrorKind::InvalidArgument, "--rpc is for --engine llama.cpp: its workers know nothing of fragments");
    });
}

void addMemory(Verb& verb, ModelOptions& options) {
    const auto parse = [&options](const std::string& text) -> Result<void> {
        TESSERA_TRY(options.load.engine_options.memory_bytes, parseBytes(text));
        return {};
    };
    verb.parsed("--memory", "SIZE", parse, "no limit",
                "What this program may take for the model: of a mixture of experts, those that were not used for longest leave memory");
    verb.exclude("--memory", "--nodes");
    verb.check([&options]() -> Result<void> {
        if (options.load.engine_options.memory_bytes == 0 || options.load.engine == EngineKind::Fragments) return {};
        return fail(ErrorKind::InvalidArgument, "--memory is for --engine fragments; llama.cpp takes what it needs");
    });
}

}  // namespace

void addNodesOption(Verb& verb, NodesOptions& options) {
    const auto parse_nodes = [&options](const std::string& text) -> Result<void> {
        TESSERA_TRY(options.nodes, text == "known" ? joinedNodes(PeerList(identityFolder())) : parseNodeAddresses(text));
        options.some_at_start = text != "known";
        return {};
    };
    verb.parsed("--nodes", "ID@HOST:PORT,…|known", parse_nodes, {},
                "Let these nodes compute the layers; every machine that computes a part can reconstruct what you write and the answer");
}

void addRowNodesOption(Verb& verb, RowNodesOptions& options) {
    const auto parse_nodes = [&options](const std::string& text) -> Result<void> {
        TESSERA_TRY(options.nodes, text == "known" ? joinedNodes(PeerList(identityFolder())) : parseNodeAddresses(text));
        options.all_at_start = text != "known";
        return {};
    };
    verb.parsed("--row-nodes", "ID@HOST:PORT,…|known", parse_nodes, {},
                "Let these nodes multiply equal parts of the rows of every matrix, in a fast local network; they see what --nodes see");
}

void addThreadsOption(Verb& verb, int& threads) {
    verb.number<int>("--threads", threads, {0, limits::kMaxThreads}, "Threads to compute with; 0 means all cores", "all cores");
}

void addKernelsOption(Verb& verb, KernelPolicy& kernels) {
    verb.choice<KernelPolicy>("--kernels", kernels, {{"ggml", KernelPolicy::Ggml}, {"own", KernelPolicy::Own}},
                              "Who multiplies: ggml, bit for bit as llama.cpp, or our own kernels, faster (most of all prompts and guessed tokens) and equal up to rounding; "
                              "nodes and whoever uses them choose the same");
}

void addVerifyOption(Verb& verb, VerifyPolicy& policy) {
    verb.choice<VerifyPolicy>("--verify", policy,
                              {{"first-use", VerifyPolicy::FirstUse}, {"load", VerifyPolicy::AtLoad}, {"never", VerifyPolicy::Never}},
                              "When fragments are held against their hashes");
}

void addModelOptions(Verb& verb, ModelOptions& options, EngineChoice engine, bool context) {
    addSetArgument(verb, options.set);
    verb.group("Model");
    if (engine == EngineChoice::LlamaOnly) {
        options.load.engine = EngineKind::Llama;
    } else {
        addEngine(verb, options);
    }
    addThreadsOption(verb, options.load.engine_options.threads);
    if (context) {
        verb.number<std::uint32_t>("--ctx", options.session.context_tokens, {0, limits::kMaxContextTokens},
                                   "Tokens that the context holds; 0 means the model's own length, at most 4096", "the model's, at most 4096");
    }
    verb.number<std::uint32_t>("--batch", options.session.micro_batch, {1, kMaxMicroBatch}, "Prompt tokens computed at once");
    verb.choice<KvType>("--kv-type", options.session.kv_type, {{"f16", KvType::F16}, {"f32", KvType::F32}, {"q8_0", KvType::Q8_0}},
                        "Number format of the KV cache");
    verb.choice<bool>("--flash-attention", options.session.flash_attention, {{"on", true}, {"off", false}}, "Compute attention in one fused step");
    verb.choice<RepackPolicy>("--repack", options.load.engine_options.repack,
                              {{"auto", RepackPolicy::Auto}, {"on", RepackPolicy::On}, {"off", RepackPolicy::Off}},
                              "Copy weights into a layout that some processors multiply faster; auto does it where that was measured to help");
    if (engine == EngineChoice::Any) {
        verb.choice<ExactPolicy>("--exact", options.session.exact,
                                 {{"auto", ExactPolicy::Auto}, {"on", ExactPolicy::On}, {"off", ExactPolicy::Off}},
                                 "Make the answer independent of how it was batched; auto does it where it costs nothing");
        addKernels(verb, options);
        addSpans(verb, options);
        addMemory(verb, options);
    }
    addRpcWorkers(verb, options);
    addVerifyOption(verb, options.load.verify);
}

EngineKind engineOf(const LoadedModel& model) {
    return model.engine->kind() == "llama.cpp" ? EngineKind::Llama : EngineKind::Fragments;
}

Result<std::unique_ptr<LoadedModel>> load(const ModelOptions& options, Output& output, VerbOperation& running) {
    if (!options.load.engine_options.rpc_workers.empty()) {
        output.note("llama.cpp's RPC workers read your text and the model unencrypted, and anybody who reaches their port can use them: "
                    "only for networks that you trust");
    }
    running.bar().setUnit(ProgressUnit::Bytes);
    TESSERA_TRY(const std::filesystem::path path, localSetPath(options.set, output, running.operation()));
    auto loaded = loadModel(path, options.load, running.operation());
    running.bar().wipe();
    if (!loaded) return tl::unexpected(inSet(std::move(loaded).error(), path));
    auto model = *std::move(loaded);
    if (!model->set.verifiable) {
        output.note(format("{} has no manifest, so there is nothing to verify its bytes against; 'tessera fragment' makes one",
                           toUtf8(path)));
    }
    if (!model->fallback_reason.empty()) output.note("llama.cpp computes this model: " + model->fallback_reason);
    const ModelFacts& facts = model->engine->facts();
    if (facts.training_context > 0 && options.session.context_tokens > facts.training_context) {
        output.note(format("the model was trained with {} tokens of context; beyond them its answers get worse", facts.training_context));
    }
    logInfo(format("loaded {} ({}, {} layers) in {:.2f} s: engine {}, {} threads, tokenizer {}", toUtf8(path), facts.architecture,
                   facts.layers, model->load_seconds, model->engine->kind(), model->engine->threads(), model->tokenizer->description()));
    if (!options.load.row_nodes.nodes.empty()) {
        output.note(format("this machine and {} {} multiply about equal parts of every matrix, without repacked weights", options.load.row_nodes.nodes.size(),
                           options.load.row_nodes.nodes.size() == 1 ? "node" : "nodes"));
    }
    if (!options.load.nodes.nodes.empty()) TESSERA_CHECK(tellPlan(static_cast<const NodesEngine&>(*model->engine), output));
    return model;
}

}  // namespace tessera::cli
