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

Result<void> addNodes(const LoadedModel& model, const ValidateOptions& options, const EngineFactory& here, const EngineFactory& reference,
                      const Operation& operation, EngineComparison& compared) {
    if (!options.nodes.nodes.empty()) {
        const EngineFactory nodes = [&](const EngineOptions& engine_options) -> Result<std::unique_ptr<Engine>> {
            return makeNodesEngine(model, {.engine_options = engine_options, .nodes = options.nodes}, operation);
        };
        TESSERA_TRY(auto condition, compareNodes(nodes, here, *model.tokenizer, options.comparison, operation));
        compared.conditions.push_back(std::move(condition));
    }
    if (!options.row_nodes.nodes.empty()) {
        RowNodesOptions on_nodes = options.row_nodes;
        on_nodes.here = false;  // it is the nodes that are held against llama.cpp
        const EngineFactory nodes = [&, on_nodes](const EngineOptions& engine_options) -> Result<std::unique_ptr<Engine>> {
            TESSERA_TRY(SplitEngine split, makeSplitEngine(model, {.engine_options = engine_options, .row_nodes = on_nodes}, operation));
            return std::move(split.engine);
        };
        TESSERA_TRY(auto condition, compareRowNodes(nodes, reference, *model.tokenizer, options.comparison, operation));
        compared.conditions.push_back(std::move(condition));
    }
    return {};
}

Result<EngineComparison> compareModel(const LoadedModel& model, const ValidateOptions& options,
                                      const Operation& operation, const ComparisonCallback& tell) {
    const Operation silent{.stop = operation.stop};  // loading is a small part of each comparison
    const EngineFactory ours = [&](const EngineOptions& engine_options) {
        return makeEngine(model, EngineKind::Fragments, engine_options, silent);
    };
    if (options.reference.empty()) {
        const EngineFactory theirs = [&](const EngineOptions& engine_options) {
            return makeEngine(model, EngineKind::Llama, engine_options, silent);
        };
        TESSERA_TRY(auto compared, compareEngines(ours, theirs, *model.tokenizer, options.comparison, operation, tell));
        TESSERA_CHECK(addNodes(model, options, ours, theirs, silent, compared));
        return compared;
    }
    TESSERA_TRY(const ReferenceFile reference, ReferenceFile::open(options.reference));
    const EngineFactory theirs = [&](const EngineOptions& engine_options) {
        return reference.load(engine_options, silent);
    };
    TESSERA_TRY(auto compared, compareEngines(ours, theirs, *model.tokenizer, options.comparison, operation, tell));
    TESSERA_CHECK(addNodes(model, options, ours, theirs, silent, compared));
    return compared;
}

/// One validation: the report as it grows, and who is told.
class Validation {
public:
    Validation(const ValidateOptions& options, const Operation& operation, const ReportCallback& tell)
        : m_options(options), m_operation(operation), m_tell(tell) {}

    Result<void> checkOperations() {
        const auto told = [this](const std::vector<UnitCheck>& done) {
            if (!m_tell) return;
            m_report.unit_checks = done;
            m_tell(m_report);
        };
        TESSERA_TRY(m_report.unit_checks, runUnitChecks(m_operation, told));
        return {};
    }

    Result<void> compare(const LoadedModel& model) {
        m_report.model = toUtf8(model.set.path.filename());
        TESSERA_TRY(m_report.facts, readModelFacts(model.source->model()));
        const auto told = [this](const EngineComparison& so_far) {
            if (!m_tell) return;
            m_report.comparison = so_far;
            m_tell(m_report);
        };
        TESSERA_TRY(m_report.comparison, compareModel(model, m_options, m_operation, told));
        return {};
    }

    ValidationReport finish() {
        m_report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - m_start).count();
        return std::move(m_report);
    }

private:
    const std::chrono::steady_clock::time_point m_start = std::chrono::steady_clock::now();
    const ValidateOptions& m_options;
    const Operation& m_operation;
    const ReportCallback& m_tell;
    ValidationReport m_report;
};

}  // namespace

Result<ValidationReport> validateModel(const std::filesystem::path& set, const ValidateOptions& options,
                                       const Operation& operation, const ReportCallback& tell) {
    Validation validation(options, operation, tell);
    TESSERA_CHECK(validation.checkOperations());
    if (!options.units_only) {
        TESSERA_TRY(const auto model, openModel(set, {.verify = options.verify, .chat_template = false}, operation));
        TESSERA_CHECK(validation.compare(*model));
    }
    return validation.finish();
}

Result<ValidationReport> validateModel(const LoadedModel& model, const ValidateOptions& options,
                                       const Operation& operation, const ReportCallback& tell) {
    Validation validation(options, operation, tell);
    TESSERA_CHECK(validation.checkOperations());
    if (!options.units_only) TESSERA_CHECK(validation.compare(model));
    return validation.finish();
}

}  // namespace tessera
