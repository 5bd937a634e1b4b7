// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/validate/validate.h"

#include "app/cli/model_options.h"
#include "app/cli/set_argument.h"
#include "app/cli/verb_operation.h"
#include "app/cli/verbs.h"
#include "core/base/format.h"
#include "core/base/platform/file.h"
#include "core/base/platform/paths.h"
#include "core/generate/generated_forms.h"
#include "core/validate/generated_checks.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>

namespace tessera::cli {

namespace {

struct Options {
    std::optional<std::string> set;
    std::optional<std::string> reference;
    std::optional<std::string> report;
    ValidateOptions validate;
    bool all_generated = false;
    std::vector<std::string> architectures;
};

template <class Report>
Result<void> writeReport(const std::string& path, const Report& report) {
    const std::string text = path.ends_with(".json") ? reportJson(report) : reportMarkdown(report);
    return writeFileAtomically(fromUtf8(path), std::as_bytes(std::span(text)));
}

/// Not found out after minutes of work.
Result<void> checkReportFolder(const std::optional<std::string>& report) {
    if (!report) return {};
    std::error_code code;
    const auto folder = std::filesystem::absolute(fromUtf8(*report), code).parent_path();
    if (std::filesystem::is_directory(folder, code)) return {};
    return fail(ErrorKind::NotFound, format("{}: there is no such folder for the report; make it, or choose another -o", toUtf8(folder)));
}

template <class Report>
Result<int> tell(const Options& options, const Report& report, Output& output) {
    output.text(reportMarkdown(report));
    if (options.report) TESSERA_CHECK(writeReport(*options.report, report));
    if (output.json()) output.result(nlohmann::ordered_json::parse(reportJson(report)));
    return report.passed() ? kExitFine : kExitFailed;
}

Result<int> act(const Options& options, Output& output) {
    ValidateOptions validate = options.validate;
    if (options.reference) validate.reference = fromUtf8(*options.reference);
    std::filesystem::path path;
    if (!options.all_generated && (!validate.units_only || options.set)) {
        TESSERA_TRY(path, setPath(options.set, output));
    }
    TESSERA_CHECK(checkReportFolder(options.report));
    VerbOperation running(output, ProgressUnit::Steps);
    if (options.all_generated) {
        const GeneratedOptions generated{.architectures = options.architectures, .types = {}, .threads = validate.comparison.threads, .own_kernels = validate.comparison.own_kernels};
        TESSERA_TRY(const GeneratedReport report, validateGenerated(generated, running.operation()));
        running.bar().finish();
        return tell(options, report, output);
    }
    TESSERA_TRY(const ValidationReport report, validateModel(path, validate, running.operation()));
    running.bar().finish();
    return tell(options, report, output);
}

}  // namespace

void addValidateVerb(CommandLine& line) {
    const auto options = std::make_shared<Options>();
    ComparisonOptions& comparison = options->validate.comparison;
    Verb& verb = line.addVerb("validate", "Hold the engine against plain mathematics and against llama.cpp");
    verb.details("First the operations of a transformer against code in double precision, then the logits of several prompts against "
                 "llama.cpp: the bits must be equal under equal conditions, and otherwise differ no more than llama.cpp differs from itself. "
                 "The exit code is 1 when a check fails.");
    addSetArgument(verb, options->set);
    verb.group("Validation");
    verb.flag("--units-only", options->validate.units_only, "Only the operations; needs no model");
    verb.flag("--all-generated", options->all_generated,
              "Small generated models instead: every architecture that the engine knows, in six kinds of weights");
    verb.texts("--architecture", "NAME", options->architectures, "Of the generated models only those of this architecture");
    verb.check([options]() -> Result<void> {
        if (!options->architectures.empty() && !options->all_generated) return fail(ErrorKind::InvalidArgument, "--architecture is for --all-generated");
        const auto forms = generatedForms();
        for (const std::string& name : options->architectures)
            if (std::ranges::find(forms, name, &GeneratedForm::architecture) == forms.end())
                return fail(ErrorKind::InvalidArgument, format("--architecture: no models of architecture '{}' are generated", name));
        return {};
    });
    verb.check([options]() -> Result<void> {
        if (!options->all_generated || !options->set) return {};
        return fail(ErrorKind::InvalidArgument, "--all-generated takes no set: it makes its models");
    });
    verb.text("--reference", "FILE.gguf", options->reference, "Give llama.cpp this file instead of the one rebuilt from the set");
    verb.exclude("--units-only", "--reference");
    addNodesOption(verb, options->validate.nodes);
    verb.exclude("--units-only", "--nodes");
    addRowNodesOption(verb, options->validate.row_nodes);
    verb.exclude("--units-only", "--row-nodes");
    verb.choice<bool>("--kernels", comparison.own_kernels, {{"ggml", false}, {"own", true}},
                      "own: also hold our own kernels against llama.cpp, within 1.5 times what it differs from itself");
    verb.texts("-p,--prompt", "TEXT", comparison.prompts, "Compare on this prompt instead of the built-in ones");
    verb.number<std::uint32_t>("-n,--tokens", comparison.decode_tokens, {0, 4096}, "Tokens to decode after each prompt");
    addThreadsOption(verb, comparison.threads);
    verb.choice<KvType>("--kv-type", comparison.kv_type, {{"f16", KvType::F16}, {"f32", KvType::F32}, {"q8_0", KvType::Q8_0}}, "Number format of the KV cache");
    verb.choice<bool>("--flash-attention", comparison.flash_attention, {{"on", true}, {"off", false}}, "Compute attention in one fused step");
    addVerifyOption(verb, options->validate.verify);
    for (const auto* other : {"--units-only", "--reference", "--nodes", "--row-nodes", "--prompt", "--tokens", "--kv-type", "--flash-attention", "--verify"})
        verb.exclude("--all-generated", other);
    verb.outputOptions(line.outputOptions());
    verb.text("-o,--output", "FILE", options->report, "Write the report to a file, too: JSON for a name that ends in .json, else Markdown");
    verb.example("tessera validate --units-only", "check the operations");
    verb.example("tessera validate --all-generated --architecture gemma3", "check an architecture without having a model of it");
    verb.example("tessera validate model.gguf -o report.md", "check a model and keep the report");
    verb.action([options](Output& output) { return act(*options, output); });
}

}  // namespace tessera::cli
