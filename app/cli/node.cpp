// SPDX-License-Identifier: GPL-3.0-or-later
// `node`: compute some layers of a model for others, until interrupted.
#include "core/compute/node_server.h"

#include "app/cli/layer_spans.h"
#include "app/cli/model_options.h"
#include "app/cli/set_argument.h"
#include "app/cli/verb_operation.h"
#include "app/cli/verbs.h"
#include "core/base/format.h"
#include "core/base/platform/paths.h"
#include "core/engine/model_facts.h"
#include "core/model/loaded_model.h"

#include <nlohmann/json.hpp>

#include <memory>

namespace tessera::cli {

namespace {

constexpr const char* kDefaultListen = "127.0.0.1:7420";

struct Options {
    std::optional<std::string> set;
    std::string layers = "auto";
    LoadOptions load;
    NodeOptions node;
};

/// The longest run of layers that is here, or the one that was asked for.
Result<LayerSpan> chooseSpan(const Options& options, const LoadedModel& model) {
    TESSERA_TRY(const auto facts, readModelFacts(model.source->model()));
    const auto here = layersPresent(*model.set.store, static_cast<std::int32_t>(facts.layers));
    LayerSpan best{0, -1, true};
    if (options.layers == "auto") {
        for (const LayerSpan& span : here)
            if (span.layers() > best.layers()) best = {span.first, span.last, true};
        if (best.layers() == 0) return fail(ErrorKind::NotFound, "no layer's fragments are complete on this machine; 'tessera fetch' gets them");
        return best;
    }
    TESSERA_TRY(best, parseSpan(options.layers));
    best.bare = true;
    for (const LayerSpan& span : here)
        if (span.first <= best.first && best.last <= span.last) return best;
    return fail(ErrorKind::NotFound, format("fragments of layers {}–{} are missing on this machine; 'tessera fetch' gets them", best.first, best.last));
}

Result<int> act(const Options& options, Output& output) {
    TESSERA_TRY(const auto path, setPath(options.set));
    VerbOperation running(output, ProgressUnit::Bytes);
    auto opened = openModel(path, options.load, running.operation());
    if (!opened) return tl::unexpected(inSet(std::move(opened).error(), path));
    const auto model = *std::move(opened);
    if (!model->set.verifiable)
        return fail(ErrorKind::InvalidArgument, "callers know a model by its manifest, which this one does not have; 'tessera fragment' makes it");
    TESSERA_TRY(const LayerSpan span, chooseSpan(options, *model));
    TESSERA_TRY(const auto engine, loadFragmentEngine(*model->source, options.load.engine_options, running.operation(), span));
    running.bar().wipe();
    TESSERA_TRY(const auto identity, loadOrCreateIdentity(identityFolder()));
    TESSERA_TRY(const NodeSpeed speed, measureSpeed(*engine));
    PeerList peers(identityFolder());
    NodeOptions node = options.node;
    node.set_id = model->set.store->manifest().set_id;
    TESSERA_TRY(const auto server, NodeServer::start(*engine, identity, peers, node, speed));

    const std::string address = server->address().text();
    output.line(format("layers {}–{} at {}", span.first, span.last, address));
    std::fflush(stdout);
    output.note(format("{:.2f} ms a row, {:.0f} rows/s in prompts, {} threads, {} for keys and values; Ctrl-C ends it", 1e3 * speed.seconds_per_row,
                       64 / speed.seconds_per_tile, engine->threads(), formatBytes(server->status().memory_budget)));
    if (!isLoopback(node.listen)) output.note("only keys that 'tessera peers' lists may compute here");
    output.result({{"address", address},
                   {"first_layer", span.first},
                   {"last_layer", span.last},
                   {"numerics", engine->numericsClass()},
                   {"seconds_per_row", speed.seconds_per_row},
                   {"seconds_per_tile", speed.seconds_per_tile},
                   {"threads", engine->threads()},
                   {"memory_budget", server->status().memory_budget}});
    std::fflush(stdout);
    running.waitForStop();
    const NodeStatus status = server->status();
    output.note(format("computed {} rows, refused {} calls", status.rows, status.refused));
    return kExitFine;
}

}  // namespace

void addNodeVerb(CommandLine& line) {
    const auto options = std::make_shared<Options>();
    options->load.chat_template = false;
    options->node.listen = kDefaultListen;
    Verb& verb = line.addVerb("node", "Compute some layers of a model for others");
    verb.details("Serves a span of layers until Ctrl-C, over mutual TLS. Only this machine reaches it until --listen says otherwise, and only "
                 "keys that 'tessera peers' lists may use it, beside this user's own. It needs the fragments of its own layers and the model's "
                 "header, nothing else. The address that it prints goes into --nodes of run, chat, bench and perplexity.");
    addSetArgument(verb, options->set);
    verb.group("Node");
    verb.text("--layers", "FIRST-LAST|auto", options->layers, "The layers to compute; auto takes the longest run whose fragments are here");
    verb.text("--listen", "ADDR:PORT", options->node.listen, "Where to listen; 0.0.0.0:7420 is every network, port 0 any free one");
    const auto memory = [options](const std::string& text) -> Result<void> {
        TESSERA_TRY(options->node.memory_budget, parseBytes(text));
        return {};
    };
    verb.parsed("--memory", "SIZE", memory, "half of what is free", "Memory for the keys and values of all sessions together");
    verb.number<std::uint32_t>("--sessions", options->node.max_sessions, {1, 4096}, "Most sessions at once");
    addThreadsOption(verb, options->load.engine_options.threads);
    verb.choice<RepackPolicy>("--repack", options->load.engine_options.repack,
                              {{"auto", RepackPolicy::Auto}, {"on", RepackPolicy::On}, {"off", RepackPolicy::Off}},
                              "Copy weights into a layout that some processors multiply faster; it is part of the numerics class");
    addVerifyOption(verb, options->load.verify);
    verb.outputOptions(line.outputOptions());
    verb.check([options] { return checkEndpoint(options->node.listen); });
    verb.example("tessera node model.gguf --layers 0-14", "the lower half, for programs on this machine");
    verb.example("tessera node fragments/ --listen 0.0.0.0:7420", "all layers that are here, for listed peers");
    verb.action([options](Output& output) { return act(*options, output); });
}

}  // namespace tessera::cli
