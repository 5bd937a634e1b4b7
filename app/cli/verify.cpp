// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/set_argument.h"
#include "app/cli/verb_operation.h"
#include "app/cli/verbs.h"
#include "core/base/format.h"
#include "core/base/platform/paths.h"
#include "core/fragment/v1/v1_format.h"
#include "core/fragment/verifier.h"
#include "core/model/loaded_model.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <memory>

namespace tessera::cli {

namespace {

struct Options {
    std::optional<std::string> set;
    int threads = 0;
};

nlohmann::ordered_json problemObject(const Manifest& manifest, const VerifyProblem& problem) {
    const Fragment& fragment = manifest.at(problem.fragment);
    const bool bad = problem.state == FragmentState::Bad;
    nlohmann::ordered_json object{{"fragment_id", fragment.id}, {"state", bad ? "bad" : "missing"},
                                  {"expected", toHex(fragment.sha256)}, {"message", problem.message}};
    if (bad && problem.found != Sha256Digest{}) object["found"] = toHex(problem.found);
    return object;
}

constexpr std::size_t kMostNamed = 8;  // of missing fragments; more are a part of a model, of which runs of layers say more

std::string runsOf(const std::vector<LayerSpan>& spans) {
    std::string text;
    for (const LayerSpan& span : spans)
        text += format("{}{}", text.empty() ? "" : ", ", span.layers() == 1 ? format("{}", span.first) : format("{}–{}", span.first, span.last));
    return text;
}

std::int32_t layersOf(const Manifest& manifest) {
    std::int32_t layers = 0;
    for (const Fragment& fragment : manifest.fragments) layers = std::max(layers, toInt(fragment.layer) + 1);
    return layers;
}

/// Runs of layers without a problem. Not what the store says: of what the disk refused to read it knows nothing.
std::vector<LayerSpan> layersHere(const Manifest& manifest, const VerifyReport& report) {
    std::vector<bool> whole(static_cast<std::size_t>(layersOf(manifest)), true);
    for (const VerifyProblem& problem : report.problems)
        if (const auto layer = toInt(manifest.at(problem.fragment).layer); layer >= 0) whole[static_cast<std::size_t>(layer)] = false;
    std::vector<LayerSpan> spans;
    for (std::int32_t layer = 0; layer < layersOf(manifest); ++layer) {
        if (!whole[static_cast<std::size_t>(layer)]) continue;
        if (!spans.empty() && spans.back().last == layer - 1) {
            spans.back().last = layer;
        } else {
            spans.push_back({layer, layer});
        }
    }
    return spans;
}

/// Which layers are here whole, of how many, and how much of what belongs to no layer is missing.
void tellWhatIsHere(const std::vector<LayerSpan>& spans, const Manifest& manifest, const VerifyReport& report, Output& output) {
    const auto ofNoLayer = [](const Fragment& fragment) { return toInt(fragment.layer) < 0; };
    const auto lost = std::ranges::count_if(report.problems, [&](const VerifyProblem& problem) { return ofNoLayer(manifest.at(problem.fragment)); });
    const auto layers = layersOf(manifest);
    output.line(spans.empty() ? format("layers here: none of {}", layers) : format("layers here: {} of 0–{}", runsOf(spans), layers - 1));
    output.line(lost == 0 ? format("embedding, output and header: all here")
                          : format("embedding, output and header: {} of {} fragments are bad or missing", lost, std::ranges::count_if(manifest.fragments, ofNoLayer)));
}

Result<int> act(const Options& options, Output& output) {
    const auto began = std::chrono::steady_clock::now();
    VerbOperation running(output, ProgressUnit::Bytes);
    TESSERA_TRY(const std::filesystem::path path, setPath(options.set, output));
    TESSERA_TRY(const FragmentSet set, openFragmentSet(path, running.operation()));
    if (!set.verifiable) {
        return fail(ErrorKind::Unsupported, format("{} has no manifest, so there is nothing to verify against; 'tessera fragment {}' makes one",
                                                   toUtf8(path), toUtf8(path)));
    }
    TESSERA_TRY(const VerifyReport report, verifyStore(*set.store, running.operation(), options.threads));
    running.bar().finish();
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    const Manifest& manifest = set.store->manifest();
    nlohmann::ordered_json problems = nlohmann::ordered_json::array();
    const auto missing = static_cast<std::size_t>(std::ranges::count(report.problems, FragmentState::Missing, &VerifyProblem::state));
    for (const VerifyProblem& problem : report.problems) {
        if (problem.state == FragmentState::Bad || missing <= kMostNamed) output.line(format("{}  {}", manifest.at(problem.fragment).id, problem.message));
        problems.push_back(problemObject(manifest, problem));
    }
    const bool header_verified = manifest.fragments.front().id != v1::kHeaderFragmentId;
    if (!header_verified) {
        output.line("the header is believed, not verified: format 1 records no hash of it, so names, types and sizes of tensors and the vocabulary "
                    "may be another's");
    }
    const auto spans = layersHere(manifest, report);
    nlohmann::ordered_json here = nlohmann::ordered_json::array();
    for (const LayerSpan& span : spans) here.push_back({span.first, span.last});
    if (!report.ok()) tellWhatIsHere(spans, manifest, report, output);
    if (report.ok()) {
        output.line(format("{}: all {} fragments are true ({})", manifest.model_name, report.fragments_checked, formatBytes(report.bytes_checked)));
    } else {
        output.line(format("{}: {} of {} fragments are bad or missing{}", manifest.model_name, report.problems.size(), manifest.fragments.size(),
                           missing > kMostNamed ? "; --json names each" : ""));
    }
    output.result({{"ok", report.ok()},
                   {"header_verified", header_verified},
                   {"model_name", manifest.model_name},
                   {"model_id", toHex(manifest.model_id)},
                   {"total_fragments", manifest.fragments.size()},
                   {"fragments_checked", report.fragments_checked},
                   {"bytes_checked", report.bytes_checked},
                   {"problems", problems},
                   {"layers_here", here},
                   {"seconds", seconds}});
    return report.ok() ? kExitFine : kExitFailed;
}

}  // namespace

void addVerifyVerb(CommandLine& line) {
    const auto options = std::make_shared<Options>();
    Verb& verb = line.addVerb("verify", "Hold every fragment against its hash");
    verb.details("Names each bad fragment, and each missing one when they are few; of a part of a model it says which layers are here. The exit code is 1 when "
                 "something is bad or missing.");
    addSetArgument(verb, options->set);
    verb.group("Verifying");
    verb.number<int>("--threads", options->threads, {0, limits::kMaxThreads}, "Threads to hash with; 0 means all cores", "all cores");
    verb.outputOptions(line.outputOptions());
    verb.example("tessera verify model.gguf", "check a model against the manifest beside it");
    verb.action([options](Output& output) { return act(*options, output); });
}

}  // namespace tessera::cli
