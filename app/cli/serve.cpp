// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/guess_options.h"
#include "app/cli/model_options.h"
#include "app/cli/prompt_cache_option.h"
#include "app/cli/set_argument.h"
#include "app/cli/verb_operation.h"
#include "app/cli/verbs.h"
#include "core/base/endpoint.h"
#include "core/base/format.h"
#include "core/api/model_server.h"
#include "core/base/platform/paths.h"

#include <nlohmann/json.hpp>

#include <memory>

namespace tessera::cli {

namespace {

constexpr std::uint16_t kDefaultPort = 8337;
constexpr std::size_t kDefaultParallel = 8;
constexpr std::size_t kMostParallel = 64;

struct Options {
    ModelOptions model;
    ServerOptions server{.port = kDefaultPort};
    std::size_t parallel = kDefaultParallel;
    bool fragments_only = false;
    PromptCacheOptions prompt_cache;
    DraftOptions draft;
    int speculate = 0;
    bool context_shift = false;
};

Result<void> parseListen(const std::string& text, ServerOptions& server) {
    TESSERA_TRY(const Endpoint endpoint, parseEndpoint(text, {server.address, server.port}));
    server.address = endpoint.host;
    server.port = endpoint.port;
    return {};
}

Result<int> act(Options options, Output& output) {
    if (options.server.token.empty()) options.server.token = environment(kServeTokenVariable);
    VerbOperation running(output, ProgressUnit::Bytes);
    TESSERA_TRY(const std::filesystem::path path, localSetPath(options.model.set, output, running.operation()));
    ModelServerOptions how{options.server, options.model.load, options.model.session, options.parallel, !options.fragments_only};
    how.context_shift = options.context_shift;
    how.speculate = options.speculate;
    if (options.draft.set) {
        TESSERA_TRY(how.draft, localSetPath(options.draft.set, output, running.operation()));
    }
    how.prompt_cache = options.prompt_cache.path();
    how.prompt_cache_bytes = options.prompt_cache.budget_bytes;
    TESSERA_TRY(auto server, ModelServer::start(path, how, running.operation()));
    running.bar().finish();
    const Manifest& manifest = server->set().store->manifest();
    if (server->madeManifest()) output.note(format("{} has no manifest; 'tessera fragment' keeps the one that was made now", toUtf8(path)));
    output.line(format("serving {} at {}{}", manifest.model_name, server->url(), options.server.token.empty() ? "" : ", to whoever has the token"));
    output.line(format("to fetch it: tessera fetch {}/manifest.json#set={}", server->url(), toHex(manifest.set_id)));
    if (!options.fragments_only) output.line(format("OpenAI API {}/v1, model {}", server->url(), manifest.model_name));
    std::fflush(stdout);
    running.waitForStop();
    const ServerCounts counts = server->counts();
    server.reset();
    output.result({{"url", format("http://{}", options.server.address)}, {"requests", counts.requests}, {"bytes_sent", counts.bytes_sent}});
    return kExitFine;
}

}  // namespace

void addServeVerb(CommandLine& line) {
    const auto options = std::make_shared<Options>();
    Verb& verb = line.addVerb("serve", "Serve a model over HTTP: its fragments, and an OpenAI-compatible API");
    verb.details("Others fetch the model from here with 'tessera fetch', run it with 'tessera run URL', or use any web client: /manifest.json, /fragment/ID, "
                 "/tensor/NAME, /MODEL.gguf, /status, with ranges. A fragment is held against its hash before it is first sent. "
                 "Clients of OpenAI's API find chat and text completions under /v1 (the token is their API key); the model is loaded at their first request. Only this machine is "
                 "answered unless --listen says otherwise; beyond it a token is asked for. Ctrl-C ends it.");
    addModelOptions(verb, options->model);
    verb.group("Serving");
    verb.number<std::size_t>("--parallel", options->parallel, {1, kMostParallel}, "Requests of the API answered at once; each has a context of its own");
    addPromptCacheOption(verb, options->prompt_cache);
    verb.flag("--context-shift", options->context_shift,
              "When the context is full during an answer, forget the older half of the conversation, but not its system message, and go on; otherwise it ends with finish_reason length");
    verb.flag("--fragments-only", options->fragments_only, "No API: the model is never loaded");
    verb.parsed("--listen", "ADDR:PORT", [options](const std::string& text) { return parseListen(text, options->server); },
                format("127.0.0.1:{}", kDefaultPort), "Address and port to listen on; port 0 takes a free one");
    verb.text("--token", "TOKEN", options->server.token,
              format("Ask every client for this secret, as 'Authorization: Bearer TOKEN'; the variable {} does the same without showing it to other users", kServeTokenVariable));
    addGuessOptions(verb, options->speculate, options->draft);
    verb.exclude("--memory", "--draft");
    verb.exclude("--fragments-only", "--draft");
    verb.outputOptions(line.outputOptions());
    verb.example("tessera serve model.gguf", "to programs on this machine");
    verb.example("TESSERA_TOKEN=$(openssl rand -hex 24) tessera serve model.gguf --listen 0.0.0.0", "to the whole network, with a token");
    verb.action([options](Output& output) { return act(*options, output); });
}

}  // namespace tessera::cli
