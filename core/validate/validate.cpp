// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/validate/validate.h"

#include "core/base/platform/paths.h"
#include "core/engine/bridge/llama_engine.h"
#include "core/engine/model_facts.h"
#include "core/gguf/gguf_file_source.h"
#include "core/gguf/reader.h"

#include <chrono>

namespace tessera {

namespace {

/// llama.cpp over a GGUF that the user named.
class ReferenceFile {
public:
    static Result<ReferenceFile> open(const std::filesystem::path& path) {
        ReferenceFile reference;
        TESSERA_TRY(reference.m_files, ggufModelFiles(path));
        TESSERA_TRY(reference.m_source, openGgufSource(path));
        return reference;
    }
    Result<std::unique_ptr<Engine>> load(const EngineOptions& options, const Operation& operation) const {
        return loadLlamaEngine(*m_source, m_files, options, operation);
    }

private:
    std::vector<std::filesystem::path> m_files;
    std::unique_ptr<TensorSource> m_source;
};

Result<EngineComparison> compareModel(const LoadedModel& model, const ValidateOptions& options,
                                      const Operation& operation) {
    const Operation silent{.stop = operation.stop};  // loading is a small part of each comparison
    const EngineFactory ours = [&](const EngineOptions& engine_options) {
        return makeEngine(model, EngineKind::Fragments, engine_options, silent);
    };
    if (options.reference.empty()) {
        const EngineFactory theirs = [&](const EngineOptions& engine_options) {
            return makeEngine(model, EngineKind::Llama, engine_options, silent);
        };
        return compareEngines(ours, theirs, *model.tokenizer, options.comparison, operation);
    }
    TESSERA_TRY(const ReferenceFile reference, ReferenceFile::open(options.reference));
    const EngineFactory theirs = [&](const EngineOptions& engine_options) {
        return reference.load(engine_options, silent);
    };
    return compareEngines(ours, theirs, *model.tokenizer, options.comparison, operation);
}

}  // namespace

Result<ValidationReport> validateModel(const std::filesystem::path& set, const ValidateOptions& options,
                                       const Operation& operation) {
    const auto start = std::chrono::steady_clock::now();
    ValidationReport report;
    TESSERA_TRY(report.unit_checks, runUnitChecks(operation));
    if (!options.units_only) {
        TESSERA_TRY(const auto model, openModel(set, {.verify = options.verify, .chat_template = false}, operation));
        report.model = toUtf8(model->set.path.filename());
        TESSERA_TRY(report.facts, readModelFacts(model->source->model()));
        TESSERA_TRY(report.comparison, compareModel(*model, options, operation));
    }
    report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return report;
}

}  // namespace tessera
