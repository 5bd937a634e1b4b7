// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/validate/generated_checks.h"

#include "core/base/format.h"
#include "core/base/quote.h"
#include "core/engine/bridge/llama_engine.h"
#include "core/engine/fragment_engine.h"
#include "core/engine/model_facts.h"
#include "core/generate/generated_forms.h"
#include "core/gguf/gguf_file_source.h"
#include "core/validate/layer_difference.h"
#include "core/validate/perplexity.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>
#include <utility>

namespace tessera {
namespace {

constexpr std::size_t kPromptTokens = 100;
constexpr std::uint32_t kDecodeTokens = 4;
constexpr std::uint32_t kContext = 1024;
constexpr std::uint32_t kWhole = 512;
constexpr std::uint32_t kSmallBatch = 32;  // attention in tiles begins beyond it
constexpr std::uint32_t kChunk = 13;  // divides neither the prompt nor any tile

/// A folder for one run, gone with the object.
class TemporaryFolder {
public:
    static Result<TemporaryFolder> make() {
        TemporaryFolder folder;
        std::error_code code;
        folder.m_path = std::filesystem::temp_directory_path(code) / format("tessera-generated-{:08x}", std::random_device{}());
        if (code || !std::filesystem::create_directory(folder.m_path, code))
            return fail(ErrorKind::Io, format("no folder for generated models could be made among the temporary files: {}", code.message()));
        return folder;
    }
    TemporaryFolder(TemporaryFolder&& other) noexcept : m_path(std::exchange(other.m_path, {})) {}
    TemporaryFolder& operator=(TemporaryFolder&&) = delete;
    ~TemporaryFolder() {
        std::error_code ignored;
        if (!m_path.empty()) std::filesystem::remove_all(m_path, ignored);
    }
    const std::filesystem::path& path() const { return m_path; }

private:
    TemporaryFolder() = default;
    std::filesystem::path m_path;
};

/// Tokens without meaning, always the same.
std::vector<TokenId> promptFor(std::uint32_t vocabulary) {
    std::vector<TokenId> tokens;
    std::uint32_t state = 12345;
    while (tokens.size() < kPromptTokens) {
        state = state * 1664525u + 1013904223u;
        tokens.push_back(TokenId{static_cast<std::int32_t>((state >> 8) % vocabulary)});
    }
    return tokens;
}

TokenId mostLikely(std::span<const float> logits) {
    return TokenId{static_cast<std::int32_t>(std::ranges::max_element(logits) - logits.begin())};
}

/// −ln p of each token after the first.
std::vector<double> tokenLosses(const Rows& rows, std::span<const TokenId> tokens) {
    std::vector<double> losses;
    for (std::size_t i = 0; i + 1 < tokens.size(); ++i) losses.push_back(negativeLogLikelihood(rows.row(i), tokens[i + 1]));
    return losses;
}

double perplexityOf(std::span<const double> losses) {
    return std::exp(std::accumulate(losses.begin(), losses.end(), 0.0) / static_cast<double>(losses.size()));
}

double perplexityOf(const Rows& rows, std::span<const TokenId> tokens) { return perplexityOf(tokenLosses(rows, tokens)); }

double meanDifference(std::span<const double> a, std::span<const double> b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += std::abs(a[i] - b[i]);
    return sum / static_cast<double>(a.size());
}

/// The logits of all of a prompt.
Result<Rows> readPrompt(Engine& engine, std::span<const TokenId> tokens, const SessionOptions& options, const Operation& operation) {
    TESSERA_TRY(const auto session, engine.createSession(options));
    return session->evaluate(tokens, Wanted::All, operation);
}

/// All rows of the prompt, then some tokens after it: the reference's choice.
Result<GeneratedWay> compareSessions(std::string name, Session& ours, Session& theirs, std::vector<TokenId> tokens, const Operation& operation) {
    GeneratedWay way{.name = std::move(name), .difference = {}};
    Wanted wanted = Wanted::All;
    for (std::uint32_t step = 0; step <= kDecodeTokens; ++step, wanted = Wanted::Last) {
        TESSERA_TRY(const Rows our_rows, ours.evaluate(tokens, wanted, operation));
        TESSERA_TRY(const Rows their_rows, theirs.evaluate(tokens, wanted, operation));
        TESSERA_TRY(const LogitDifference difference, compareLogits(our_rows, their_rows));
        way.difference = way.difference.joinedWith(difference);
        if (wanted == Wanted::All) {
            way.perplexity = perplexityOf(our_rows, tokens);
            way.reference_perplexity = perplexityOf(their_rows, tokens);
        }
        tokens.assign(1, mostLikely(their_rows.row(their_rows.rows - 1)));
    }
    return way;
}

/// Both engines over their files, loaded alike.
class Pair {
public:
    static Result<std::unique_ptr<Pair>> load(const std::filesystem::path& model, const std::filesystem::path& reference,
                                              const EngineOptions& options, const Operation& operation) {
        auto pair = std::make_unique<Pair>();
        TESSERA_TRY(pair->m_our_source, openGgufSource(model));
        TESSERA_TRY(pair->m_their_source, openGgufSource(reference));
        TESSERA_TRY(pair->m_ours, loadFragmentEngine(*pair->m_our_source, options, operation));
        TESSERA_TRY(pair->m_theirs, loadLlamaEngine(*pair->m_their_source, {reference}, options, operation));
        return pair;
    }

    Engine& ours() { return *m_ours; }
    Engine& theirs() { return *m_theirs; }
    std::vector<TokenId> prompt() const { return promptFor(m_ours->facts().vocabulary); }

    Result<GeneratedWay> compare(std::string name, const SessionOptions& options, const Operation& operation) {
        SessionOptions whole = options;
        whole.spans.clear();
        TESSERA_TRY(const auto our_session, m_ours->createSession(options));
        TESSERA_TRY(const auto their_session, m_theirs->createSession(whole));
        return compareSessions(std::move(name), *our_session, *their_session, prompt(), operation);
    }

private:
    std::unique_ptr<TensorSource> m_our_source;
    std::unique_ptr<TensorSource> m_their_source;
    std::unique_ptr<FragmentEngine> m_ours;
    std::unique_ptr<Engine> m_theirs;
};

SessionOptions sessionOptions(std::uint32_t micro_batch) {
    SessionOptions options;
    options.context_tokens = kContext;
    options.micro_batch = micro_batch;
    options.exact = ExactPolicy::Off;
    return options;
}

std::vector<LayerSpan> singleLayers(std::uint32_t layers) {
    std::vector<LayerSpan> spans;
    for (std::int32_t layer = 0; layer < static_cast<std::int32_t>(layers); ++layer) spans.push_back({layer, layer});
    return spans;
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
    return names.empty() || std::ranges::find(names, name) != names.end();
}

Result<std::vector<GeneratedForm>> formsFor(const std::vector<std::string>& architectures) {
    auto forms = generatedForms();
    for (const std::string& architecture : architectures)
        if (std::ranges::find(forms, architecture, &GeneratedForm::architecture) == forms.end())
            return fail(ErrorKind::InvalidArgument, format("no models of architecture {} are generated", inQuotes(architecture)));
    std::erase_if(forms, [&](const GeneratedForm& form) { return !contains(architectures, form.architecture); });
    return forms;
}

}  // namespace

double GeneratedOwnKernels::part() const {
    const auto of = [](double found, double spread) {
        return found == 0 ? 0 : spread == 0 ? std::numeric_limits<double>::infinity() : found / (kAllowedSpread * spread);
    };
    return std::max(of(difference.mean_kl, spread_kl), of(token_difference, spread_tokens));
}

bool GeneratedCheck::passed() const {
    if (own_kernels && !own_kernels->passed()) return false;
    return !ways.empty() && std::ranges::all_of(ways, &GeneratedWay::isEqual) &&
           std::ranges::all_of(layers, &LayerDifference::bit_identical);
}

bool GeneratedReport::passed() const { return !checks.empty() && std::ranges::all_of(checks, &GeneratedCheck::passed); }

Result<GeneratedCheck> checkGeneratedModel(const std::filesystem::path& model, const std::filesystem::path& reference, int threads,
                                           const Operation& operation) {
    const Operation silent{.stop = operation.stop};
    GeneratedCheck check;
    TESSERA_TRY(const auto pair, Pair::load(model, reference, {.threads = threads, .repack = RepackPolicy::Off}, silent));
    const auto add = [&](Pair& engines, std::string name, const SessionOptions& options) -> Result<void> {
        TESSERA_CHECK(operation.checkStop());
        TESSERA_TRY(auto way, engines.compare(std::move(name), options, silent));
        check.ways.push_back(std::move(way));
        return {};
    };
    const SessionOptions whole = sessionOptions(kWhole);
    SessionOptions spans = whole;
    spans.spans = singleLayers(pair->ours().facts().layers);
    TESSERA_CHECK(add(*pair, "whole", whole));
    TESSERA_CHECK(add(*pair, format("in chunks of {}", kChunk), sessionOptions(kChunk)));
    TESSERA_CHECK(add(*pair, "one span a layer", spans));
    TESSERA_TRY(check.layers, compareLayers(pair->ours(), pair->theirs(), pair->prompt(), whole, whole, silent));
    if (pair->ours().facts().experts > 0) return check;  // llama.cpp repacks experts as well, which changes their bits
    TESSERA_TRY(const auto repacked, Pair::load(model, reference, {.threads = threads, .repack = RepackPolicy::On}, silent));
    TESSERA_CHECK(add(*repacked, "weights repacked", whole));
    return check;
}

Result<GeneratedOwnKernels> checkOwnKernels(const std::filesystem::path& model, const std::filesystem::path& reference, int threads,
                                            const Operation& operation) {
    const Operation silent{.stop = operation.stop};
    TESSERA_TRY(const auto our_source, openGgufSource(model));
    TESSERA_TRY(const auto their_source, openGgufSource(reference));
    const auto theirs = [&](RepackPolicy repack) {
        return loadLlamaEngine(*their_source, {reference}, {.threads = threads, .repack = repack}, silent);
    };
    const SessionOptions whole = sessionOptions(kWhole);
    TESSERA_TRY(const auto ours, loadFragmentEngine(*our_source, {.threads = threads, .repack = RepackPolicy::Off, .kernels = KernelPolicy::Own}, silent));
    const auto tokens = promptFor(ours->facts().vocabulary);
    TESSERA_TRY(const Rows our_rows, readPrompt(*ours, tokens, whole, silent));
    TESSERA_TRY(const auto in_place, theirs(RepackPolicy::Off));
    TESSERA_TRY(const Rows their_rows, readPrompt(*in_place, tokens, whole, silent));
    TESSERA_TRY(const Rows small_batches, readPrompt(*in_place, tokens, sessionOptions(kSmallBatch), silent));
    TESSERA_TRY(const Rows chunks, readPrompt(*in_place, tokens, sessionOptions(kChunk), silent));
    TESSERA_TRY(const auto repacked, theirs(RepackPolicy::On));
    TESSERA_TRY(const Rows repacked_rows, readPrompt(*repacked, tokens, whole, silent));

    const auto losses = tokenLosses(their_rows, tokens);
    GeneratedOwnKernels own;
    TESSERA_TRY(own.difference, compareLogits(our_rows, their_rows));
    const auto our_losses = tokenLosses(our_rows, tokens);
    own.perplexity = perplexityOf(our_losses);
    own.reference_perplexity = perplexityOf(losses);
    own.token_difference = meanDifference(our_losses, losses);
    for (const Rows* other : {&small_batches, &chunks, &repacked_rows}) {
        TESSERA_TRY(const LogitDifference itself, compareLogits(*other, their_rows));
        own.spread_kl = std::max(own.spread_kl, itself.mean_kl);
        own.spread_tokens = std::max(own.spread_tokens, meanDifference(tokenLosses(*other, tokens), losses));
    }
    return own;
}

Result<GeneratedReport> validateGenerated(const GeneratedOptions& options, const Operation& operation, const GeneratedCallback& tell) {
    const auto start = std::chrono::steady_clock::now();
    TESSERA_TRY(const auto forms, formsFor(options.architectures));
    TESSERA_TRY(const int threads, chooseThreads({.threads = options.threads}));
    const auto types = options.types.empty() ? generatedTypes() : options.types;
    TESSERA_TRY(const auto folder, TemporaryFolder::make());
    GeneratedReport report;
    const auto progress = [&] {
        if (operation.progress) operation.progress({report.checks.size(), forms.size() * types.size(), "comparing"});
    };
    progress();
    for (const GeneratedForm& form : forms) {
        for (const std::string& type : types) {
            TESSERA_CHECK(operation.checkStop());
            const auto path = folder.path() / "model.gguf";
            TESSERA_CHECK(form.write(path, type));
            const auto named = [&](const Error& error) {
                return fail(error.kind, error.kind == ErrorKind::Cancelled ? error.message : format("{} as {}: {}", form.name, type, error.message));
            };
            auto check = checkGeneratedModel(path, path, threads, operation);
            if (!check) return named(check.error());
            if (options.own_kernels) {
                const auto own = checkOwnKernels(path, path, threads, operation);
                if (!own) return named(own.error());
                check->own_kernels = *own;
            }
            check->form = form.name;
            check->architecture = form.architecture;
            check->type = type;
            if (tell) tell(*check);
            report.checks.push_back(*std::move(check));
            progress();
        }
    }
    report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return report;
}

}  // namespace tessera
