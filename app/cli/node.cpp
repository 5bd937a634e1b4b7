// SPDX-License-Identifier: GPL-3.0-or-later
// `node`: compute some layers of a model for others, until interrupted.
#include "core/model/layer_offer.h"

#include "app/cli/layer_spans.h"
#include "app/cli/model_options.h"
#include "app/cli/set_argument.h"
#include "app/cli/verb_operation.h"
#include "app/cli/verbs.h"
#include "core/base/endpoint.h"
#include "core/base/format.h"

#include <nlohmann/json.hpp>

#include <memory>

namespace tessera::cli {

namespace {

constexpr LayerSpan kNoLayers{0, -1};

struct Options {
    std::optional<std::string> set;
    std::optional<LayerSpan> layers;  // auto
    LoadOptions load;
    NodeOptions node;
};

Result<int> act(const Options& options, Output& output) {
    TESSERA_TRY(const auto path, setPath(options.set, output));
    const OfferOptions wish{.layers = options.layers, .load = options.load, .node = options.node};
    VerbOperation running(output, ProgressUnit::Bytes);
    auto offered = offerLayers(path, wish, running.operation());
    if (!offered) return tl::unexpected(inSet(std::move(offered).error(), path));
    const auto offer = *std::move(offered);
    running.bar().wipe();
    const std::string address = offer->address().text();
    const LayerSpan span = offer->span();
    const NodeSpeed speed = offer->speed();
    const std::uint64_t memory = offer->status().memory_budget;
    const bool has_layers = span.layers() > 0;
    output.line(has_layers ? format("layers {}–{} at {}", span.first, span.last, address) : format("rows of matrices at {}", address));
    std::fflush(stdout);
    if (options.load.engine_options.kernels == KernelPolicy::Own) output.note("with our own kernels: for callers that choose --kernels own, too");
    if (has_layers) output.note(format("{:.2f} ms a row, {:.0f} rows/s in prompts", 1e3 * speed.seconds_per_row, 64 / speed.seconds_per_tile));
    output.note(format("{} threads, {} for keys and values, and for rows; Ctrl-C ends it", offer->engine().threads(), formatBytes(memory)));
    if (!isLoopback(options.node.listen)) output.note("only keys that 'tessera peers' lists may compute here");
    output.result({{"address", address},
                   {"first_layer", span.first},
                   {"last_layer", span.last},
                   {"numerics", offer->engine().numericsClass()},
                   {"seconds_per_row", speed.seconds_per_row},
                   {"seconds_per_tile", speed.seconds_per_tile},
                   {"threads", offer->engine().threads()},
                   {"memory_budget", memory}});
    std::fflush(stdout);
    running.waitForStop();
    const NodeStatus status = offer->status();
    output.note(format("computed {} rows, refused {} calls", status.rows, status.refused));
    return kExitFine;
}

}  // namespace

void addNodeVerb(CommandLine& line) {
    const auto options = std::make_shared<Options>();
    const Endpoint usual{"127.0.0.1", 7420};
    options->node.listen = usual.text();
    Verb& verb = line.addVerb("node", "Compute some layers of a model for others");
    verb.details("Serves a span of layers until Ctrl-C, over mutual TLS. Only this machine reaches it until --listen says otherwise, and only "
                 "keys that 'tessera peers' lists may use it, beside this user's own. It needs the fragments of its own layers and the model's "
                 "header, nothing else. The address that it prints goes into --nodes of run, chat, bench and perplexity, or into --row-nodes, which "
                 "has rows of the matrices of all layers multiplied here, as far as their fragments are here.");
    addSetArgument(verb, options->set);
    verb.group("Node");
    const auto layers = [options](const std::string& text) -> Result<void> {
        options->layers.reset();
        if (text == "auto") return {};
        if (text == "none") {
            options->layers = kNoLayers;
            return {};
        }
        TESSERA_TRY(options->layers, parseSpan(text));
        return {};
    };
    verb.parsed("--layers", "FIRST-LAST|auto|none", layers, "auto",
              "The layers to compute; auto takes the longest run whose fragments are here, none serves --row-nodes alone");
    const auto listen = [options, usual](const std::string& text) -> Result<void> {
        TESSERA_TRY(const Endpoint endpoint, parseEndpoint(text, usual));
        options->node.listen = endpoint.text();
        return {};
    };
    verb.parsed("--listen", "ADDR:PORT", listen, usual.text(), "Where to listen; 0.0.0.0 is every network, port 0 any free one");
    const auto memory = [options](const std::string& text) -> Result<void> {
        TESSERA_TRY(options->node.memory_budget, parseBytes(text));
        return {};
    };
    verb.parsed("--memory", "SIZE", memory, "half of what is free", "Memory for the keys and values of all sessions together, and for rows of matrices");
    verb.number<std::uint32_t>("--sessions", options->node.max_sessions, {1, 4096}, "Most sessions at once");
    addThreadsOption(verb, options->load.engine_options.threads);
    verb.choice<RepackPolicy>("--repack", options->load.engine_options.repack,
                              {{"auto", RepackPolicy::Auto}, {"on", RepackPolicy::On}, {"off", RepackPolicy::Off}},
                              "Copy weights into a layout that some processors multiply faster; it is part of the numerics class");
    addKernelsOption(verb, options->load.engine_options.kernels);
    verb.check([options]() -> Result<void> {
        if (options->layers != kNoLayers || options->load.engine_options.kernels == KernelPolicy::Ggml) return {};
        return fail(ErrorKind::InvalidArgument, "--kernels own is for layers: rows of matrices are multiplied by ggml's kernels; leave it out with --layers none");
    });
    addVerifyOption(verb, options->load.verify);
    verb.outputOptions(line.outputOptions());
    verb.example("tessera node model.gguf --layers 0-14", "the lower half, for programs on this machine");
    verb.example("tessera node fragments/ --listen 0.0.0.0:7420", "all layers that are here, for listed peers");
    verb.action([options](Output& output) { return act(*options, output); });
}

}  // namespace tessera::cli
