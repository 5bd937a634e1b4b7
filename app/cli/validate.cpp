// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/validate/validate.h"

#include "app/cli/model_options.h"
#include "app/cli/set_argument.h"
#include "app/cli/verb_operation.h"
#include "app/cli/verbs.h"
#include "core/base/format.h"
#include "core/base/platform/file.h"
#include "core/base/platform/paths.h"

#include <nlohmann/json.hpp>

#include <memory>

namespace tessera::cli {

namespace {

struct Options {
    std::optional<std::string> set;
    std::optional<std::string> reference;
    std::optional<std::string> report;
    ValidateOptions validate;
};

Result<void> writeReport(const std::string& path, const ValidationReport& report) {
    const std::string text = path.ends_with(".json") ? reportJson(report) : reportMarkdown(report);
    return writeFileAtomically(fromUtf8(path), std::as_bytes(std::span(text)));
}

Result<int> act(const Options& options, Output& output) {
    ValidateOptions validate = options.validate;
    if (options.reference) validate.reference = fromUtf8(*options.reference);
    std::filesystem::path path;
    if (!validate.units_only || options.set) {
        TESSERA_TRY(path, setPath(options.set));
    }
    if (options.report) {  // not found out after minutes of work
        std::error_code code;
        const auto folder = std::filesystem::absolute(fromUtf8(*options.report), code).parent_path();
        if (!std::filesystem::is_directory(folder, code)) {
            return fail(ErrorKind::NotFound, format("{}: there is no such folder for the report; make it, or choose another -o", toUtf8(folder)));
        }
    }
    VerbOperation running(output, ProgressUnit::Steps);
    TESSERA_TRY(const ValidationReport report, validateModel(path, validate, running.operation()));
    running.bar().finish();
    output.text(reportMarkdown(report));
    if (options.report) TESSERA_CHECK(writeReport(*options.report, report));
    if (output.json()) output.result(nlohmann::ordered_json::parse(reportJson(report)));
    return report.passed() ? kExitFine : kExitFailed;
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
    verb.text("--reference", "FILE.gguf", options->reference, "Give llama.cpp this file instead of the one rebuilt from the set");
    verb.exclude("--units-only", "--reference");
    addNodesOption(verb, options->validate.nodes);
    verb.exclude("--units-only", "--nodes");
    addRowNodesOption(verb, options->validate.row_nodes);
    verb.exclude("--units-only", "--row-nodes");
    verb.texts("-p,--prompt", "TEXT", comparison.prompts, "Compare on this prompt instead of the built-in ones");
    verb.number<std::uint32_t>("-n,--tokens", comparison.decode_tokens, {0, 4096}, "Tokens to decode after each prompt");
    addThreadsOption(verb, comparison.threads);
    verb.choice<KvType>("--kv-type", comparison.kv_type, {{"f16", KvType::F16}, {"f32", KvType::F32}, {"q8_0", KvType::Q8_0}}, "Number format of the KV cache");
    verb.choice<bool>("--flash-attention", comparison.flash_attention, {{"on", true}, {"off", false}}, "Compute attention in one fused step");
    addVerifyOption(verb, options->validate.verify);
    verb.outputOptions(line.outputOptions());
    verb.text("-o,--output", "FILE", options->report, "Write the report to a file, too: JSON for a name that ends in .json, else Markdown");
    verb.example("tessera validate --units-only", "check the operations");
    verb.example("tessera validate model.gguf -o report.md", "check a model and keep the report");
    verb.action([options](Output& output) { return act(*options, output); });
}

}  // namespace tessera::cli
