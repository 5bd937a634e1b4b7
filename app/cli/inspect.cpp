// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/inspect_view.h"
#include "app/cli/model_options.h"
#include "app/cli/prompt_source.h"
#include "app/cli/table.h"
#include "app/cli/verb_operation.h"
#include "app/cli/verbs.h"
#include "core/base/format.h"
#include "core/base/platform/paths.h"
#include "core/inspect/session_file.h"

#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <memory>

namespace tessera::cli {

namespace {

struct Options {
    ModelOptions model;
    std::optional<std::string> prompt;
    std::optional<std::string> file;
    std::optional<std::string> repeat;
    bool chat = false;
    bool list = false;
    bool cost = false;
    bool norms = false;
    bool lens = false;
    InspectRequest request;
    std::vector<HeadWish> heads;
    std::vector<std::string> follow;
    std::optional<std::int32_t> position;
    std::uint32_t last = 1;
    std::uint32_t top_k = 5;
    std::optional<std::string> output;
    std::optional<std::string> session;
};

Result<std::uint32_t> number(std::string_view text, const std::string& whole, const std::string& expected) {
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc() && end == text.data() + text.size() && value < limits::kMaxLayers * 64u) return value;
    return fail(ErrorKind::InvalidArgument, format("'{}' is not {}", whole, expected));
}

Result<HeadWish> parseHeads(const std::string& text) {
    const std::string expected = "LAYER or LAYER:HEAD, such as 3 or 3:0";
    const auto colon = text.find(':');
    HeadWish wish;
    TESSERA_TRY(const auto layer, number(std::string_view(text).substr(0, colon), text, expected));
    wish.layer = LayerIndex{static_cast<std::int32_t>(layer)};
    if (colon == std::string::npos) return wish;
    TESSERA_TRY(wish.head, number(std::string_view(text).substr(colon + 1), text, expected));
    return wish;
}

void addOnce(std::vector<LayerIndex>& layers, LayerIndex layer) {
    if (std::ranges::find(layers, layer) == layers.end()) layers.push_back(layer);
}

bool looksAtSomething(const InspectRequest& r) {
    return r.lens || r.experts || !r.attention.empty() || !r.neurons.empty() || !r.captures.empty();
}

/// The request as the options say it, or as the session file does.
Result<InspectSession> sessionOf(const Options& options, const LoadedModel& model) {
    InspectSession session;
    if (options.repeat) {
        TESSERA_TRY(session, loadSession(fromUtf8(*options.repeat)));
    } else {
        TESSERA_TRY(session.prompt, textFrom(options.prompt, options.file, "prompt"));
        session.request = options.request;
        session.request.session = options.model.session;
        session.request.lens = options.lens;
        session.request.norms = options.norms || !looksAtSomething(session.request);
        TESSERA_TRY(session.request.tokens,
                    promptTokens(model, session.prompt, options.chat ? PromptKind::Chat : PromptKind::Raw));
    }
    const ModelFacts& facts = model.engine->facts();
    session.set = toUtf8(model.set.path);
    session.model = facts.name;
    session.architecture = facts.architecture;
    session.vocabulary = facts.vocabulary;
    session.engine = model.engine->kind();
    return session;
}

Result<std::uint32_t> positionOf(const Options& options, std::size_t tokens) {
    const auto count = static_cast<std::int64_t>(tokens);
    const std::int64_t asked = options.position.value_or(-1);
    const auto position = asked < 0 ? count + asked : asked;
    if (position >= 0 && position < count) return static_cast<std::uint32_t>(position);
    return fail(ErrorKind::InvalidArgument,
                format("--position {}: the prompt has positions 0 to {}", asked, count - 1));
}

/// The lens shows `last` positions that end with the chosen one.
TokenRange lensPositions(const Options& options, std::uint32_t position) {
    const auto count = std::min(options.last, position + 1);
    return {position + 1 - count, count};
}

Result<std::vector<TokenId>> followedTokens(const Options& options, const Tokenizer& tokenizer) {
    std::vector<TokenId> tokens;
    for (const auto& text : options.follow) {
        TESSERA_TRY(const auto ids, tokenizer.encode(text, {.add_special = false}));
        if (ids.size() != 1)
            return fail(
                ErrorKind::InvalidArgument,
                format("--follow '{}' is {} tokens; it must be one (mind the space before a word)", text, ids.size()));
        tokens.push_back(ids.front());
    }
    return tokens;
}

/// The lens must end with what the engine itself says.
Result<void> checkLens(OutputHead& head, const Inspection& seen, const Operation& operation) {
    constexpr float kLargestDeviation = 0.05f;
    if (seen.residual.tokens.end() != seen.tokens.size()) return {};
    TESSERA_TRY(const float deviation, lensDeviation(head, seen, {.stop = operation.stop}));
    if (deviation <= kLargestDeviation) return {};
    return fail(ErrorKind::Unsupported, format("architecture '{}' ends with more than a norm and a matrix: its lens "
                                               "would be {:.2g} away from its own logits",
                                               seen.facts.architecture, deviation));
}

Result<void> addProjections(const Options& options, const LoadedModel& model, InspectView& view,
                            const Operation& operation) {
    const auto& seen = view.seen;
    if (seen.residual.empty() && seen.neurons.empty()) return {};
    TESSERA_TRY(const auto head, model.engine->createOutputHead(operation));
    if (!seen.residual.empty()) {
        TESSERA_CHECK(checkLens(*head, seen, operation));
        TESSERA_TRY(view.followed, followedTokens(options, *model.tokenizer));
        LensRange range = wholeLens(seen);
        if (!options.repeat) range.tokens = lensPositions(options, view.position);
        TESSERA_TRY(view.lens, computeLens(*head, seen, range, {options.top_k, view.followed}, operation));
    }
    for (const auto& layer : seen.neurons) {
        NeuronView neurons{layer.layer, topNeurons(layer, view.position, options.top_k), {}};
        TESSERA_TRY(neurons.promoted, promotedTokens(*head, *model.source, *model.tokenizer, layer.layer,
                                                     neurons.neurons, options.top_k, {.stop = operation.stop}));
        view.neurons.push_back(std::move(neurons));
    }
    return {};
}

int listTensors(Output& output, const std::vector<CapturableTensor>& known) {
    Table table({{"name"}, {"operation"}, {"layers"}, {"values per token", true}, {"shape"}});
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const auto& tensor : known) {
        const auto first = toInt(tensor.layers.front());
        const auto last = toInt(tensor.layers.back());
        const std::string layers = first < 0       ? std::string("-")
                                   : first == last ? std::to_string(first)
                                                   : format("{} to {}", first, last);
        table.add({tensor.name, tensor.operation, layers, std::to_string(tensor.elements()),
                   format("{}", fmt::join(tensor.shape, " × "))});
        std::vector<std::int32_t> numbers;
        for (const LayerIndex layer : tensor.layers) numbers.push_back(toInt(layer));
        list.push_back({{"name", tensor.name},
                        {"operation", tensor.operation},
                        {"layers", numbers},
                        {"shape", tensor.shape},
                        {"per_token", tensor.token_dimension >= 0}});
    }
    output.text(table.text());
    output.result({{"tensors", list}});
    return kExitFine;
}

int printCost(Output& output, const CaptureCost& cost) {
    Table table({{"kept"}, {"rows", true}, {"memory", true}});
    nlohmann::ordered_json parts = nlohmann::ordered_json::array();
    for (const auto& part : cost.parts) {
        table.add({part.what, std::to_string(part.rows), formatBytes(part.bytes)});
        parts.push_back({{"what", part.what}, {"rows", part.rows}, {"bytes", part.bytes}});
    }
    output.text(table.text());
    output.line(format("{} in all, and {} while the prompt runs", formatBytes(cost.held), formatBytes(cost.running)));
    output.result({{"parts", parts}, {"held_bytes", cost.held}, {"running_bytes", cost.running}});
    return kExitFine;
}

Result<int> act(const Options& options, Output& output) {
    VerbOperation running(output, ProgressUnit::Bytes);
    TESSERA_TRY(const auto model, load(options.model, output, running));
    Engine& engine = *model->engine;
    running.bar().setUnit(ProgressUnit::Tokens);
    std::vector<CapturableTensor> known;
    if (options.list) {
        TESSERA_TRY(known, listCapturable(engine, running.operation()));
        return listTensors(output, known);
    }

    TESSERA_TRY(InspectSession session, sessionOf(options, *model));
    TESSERA_TRY(const std::uint32_t position, positionOf(options, session.request.tokens.size()));
    if (session.request.lens && !options.repeat) session.request.lens_tokens = lensPositions(options, position);
    TESSERA_CHECK(checkRequest(session.request, engine));
    if (!session.request.captures.empty()) {
        TESSERA_TRY(known, listCapturable(engine, running.operation()));
    }
    const CaptureCost cost = captureCost(session.request, engine.facts(), known, engineOf(*model));
    if (options.cost) return printCost(output, cost);
    TESSERA_TRY(const Inspection seen, inspect(engine, *model->tokenizer, session.request, running.operation()));

    InspectView view{.seen = seen, .tokenizer = *model->tokenizer, .position = position, .top_k = options.top_k};
    view.heads = options.heads;
    if (options.repeat)
        for (const LayerIndex layer : seen.request.attention) view.heads.push_back({layer, {}});
    view.cost = cost;
    for (const auto& wish : options.heads)
        if (wish.head && *wish.head >= seen.facts.heads)
            return fail(ErrorKind::InvalidArgument, format("--heads {}:{}: the model has heads 0 to {}",
                                                           toInt(wish.layer), *wish.head, seen.facts.heads - 1));
    TESSERA_CHECK(addProjections(options, *model, view, running.operation()));
    if (!seen.baseline_logits.empty()) {
        TESSERA_TRY(view.change,
                    compareNextTokens(seen.baseline_logits, seen.logits, *model->tokenizer, options.top_k));
    }
    running.bar().finish();
    if (options.output) TESSERA_CHECK(checkInspectionFile(*options.output, seen.request, view.heads));
    if (options.session) TESSERA_CHECK(saveSession(session, fromUtf8(*options.session)));
    if (options.output) TESSERA_CHECK(writeInspection(*options.output, view));
    printInspection(output, view);
    if (output.json()) output.result(inspectionObject(view));
    return kExitFine;
}

Result<void> check(Options& options) {
    if (options.repeat && (options.prompt || options.file))
        return fail(ErrorKind::InvalidArgument, "--repeat brings its own prompt");
    if (!options.repeat && !options.list) TESSERA_CHECK(checkTextGiven(options.prompt, options.file, "prompt"));
    if (!options.follow.empty() && !options.lens && !options.repeat)
        return fail(ErrorKind::InvalidArgument, "--follow is for --lens");
    if (!options.output || options.repeat) return {};
    InspectRequest request = options.request;
    request.lens = options.lens;
    request.norms = options.norms || !looksAtSomething(request);
    return checkInspectionFile(*options.output, request, options.heads);
}

void addLooks(Verb& verb, Options& options) {
    verb.group("Looks");
    verb.flag("--norms", options.norms,
              "Norms of the residual and of what attention and feed-forward add, per layer (the default)");
    verb.flag("--lens", options.lens, "What the model would say next after each layer");
    verb.texts("--follow", "TEXT", options.follow, "Show the rank of this token in the lens, too");
    verb.number<std::uint32_t>("--last", options.last, {1, limits::kMaxContextTokens},
                               "Positions that the lens shows, up to the chosen one");
    const auto heads = [&options](const std::string& text) -> Result<void> {
        TESSERA_TRY(const HeadWish wish, parseHeads(text));
        options.heads.push_back(wish);
        addOnce(options.request.attention, wish.layer);
        return {};
    };
    verb.parsed("--heads", "LAYER[:HEAD]", heads, {}, "Attention of a layer's heads, or of one", true);
    const auto neurons = [&options](const std::string& text) -> Result<void> {
        TESSERA_TRY(const auto layer, number(text, text, "the number of a layer"));
        addOnce(options.request.neurons, LayerIndex{static_cast<std::int32_t>(layer)});
        return {};
    };
    verb.parsed("--neurons", "LAYER", neurons, {}, "The most active neurons of a layer, and the tokens they promote",
                true);
    verb.flag("--experts", options.request.experts, "The experts that a mixture-of-experts model chose");
    const auto capture = [&options](const std::string& text) -> Result<void> {
        TESSERA_TRY(auto spec, parseCapture(text));
        options.request.captures.push_back(std::move(spec));
        return {};
    };
    verb.parsed("--capture", "NAME@LAYER", capture, {}, "Any intermediate tensor, for example ffn_out@3 or Qcur:ROPE@0",
                true);
    const auto ablate = [&options](const std::string& text) -> Result<void> {
        return addAblation(text, options.request.ablation);
    };
    verb.parsed("--ablate", "PART", ablate, {},
                "Leave a part out: head:LAYER:HEAD, attn:LAYER, ffn:LAYER or layer:LAYER", true);
    verb.number<std::int32_t>(
        "--position", options.position,
        {-static_cast<std::int32_t>(limits::kMaxContextTokens), static_cast<std::int32_t>(limits::kMaxContextTokens)},
        "The position that tables are about; negative counts from the end", "the last one");
    verb.number<std::uint32_t>("-k,--top", options.top_k, {1, 100},
                               "How many tokens, positions or neurons a table names");
}

}  // namespace

void addInspectVerb(CommandLine& line) {
    const auto options = std::make_shared<Options>();
    options->model.session = InspectRequest::sessionDefaults();
    Verb& verb = line.addVerb("inspect", "Look inside the model while it reads a prompt");
    verb.details(
        "The prompt is -p TEXT, -f FILE, or standard input when something is piped in; it is taken as it is, to be "
        "continued, unless --chat "
        "is given. Positions count from 0.");
    addModelOptions(verb, options->model, EngineChoice::Any, false);
    verb.group("Prompt");
    verb.text("-p,--prompt", "TEXT", options->prompt, "The prompt");
    verb.text("-f,--file", "FILE", options->file, "Read the prompt from a file, - is standard input");
    verb.exclude("--prompt", "--file");
    verb.flag("--chat", options->chat, "Give the prompt as a user's message");
    verb.text("--repeat", "FILE.json", options->repeat, "Repeat the run of a file that --session wrote");
    addLooks(verb, *options);
    verb.group("Before and after");
    verb.flag("--list", options->list, "List the tensors that --capture knows, and do nothing else");
    verb.flag("--cost", options->cost, "Tell how much memory the run would need, and do nothing else");
    verb.outputOptions(line.outputOptions());
    verb.text("-o,--output", "FILE", options->output,
              "Write a file, too: .json everything, .csv one table, .npy one array");
    verb.text("--session", "FILE.json", options->session, "Write a file that repeats this run");
    verb.example("tessera inspect -p \"The capital of France is\" --lens --follow \" Paris\"",
                 "where in the layers the answer comes up");
    verb.example("tessera inspect model.gguf -p \"1 2 3 4\" --heads 5 --neurons 20",
                 "heads of layer 5, neurons of layer 20");
    verb.example("tessera inspect -p \"The capital of France is\" --ablate head:12:4 --ablate ffn:20",
                 "what two parts were good for");
    verb.example("tessera inspect -f prompt.txt --capture ffn_out@3 -o ffn.npy", "values for NumPy");
    verb.check([options] { return check(*options); });
    verb.action([options](Output& output) { return act(*options, output); });
}

}  // namespace tessera::cli
