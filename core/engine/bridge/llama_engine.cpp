// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/bridge/llama_engine.h"

#include "core/base/format.h"
#include "core/base/platform/paths.h"
#include "core/engine/bridge/llama_log.h"
#include "core/engine/bridge/llama_precheck.h"
#include "core/engine/bridge/llama_session.h"
#include "core/engine/bridge/rebuilt_gguf.h"
#include "core/engine/bridge/rpc_workers.h"
#include "core/engine/ggml_output_head.h"
#include "core/engine/model_facts.h"

#include <llama.h>

#include <algorithm>
#include <mutex>

namespace tessera {

namespace {

struct LlamaModelFree {
    void operator()(llama_model* model) const { llama_model_free(model); }
};
using LlamaModel = std::unique_ptr<llama_model, LlamaModelFree>;

class LlamaEngine : public Engine {
public:
    LlamaEngine(const TensorSource& source, std::vector<File> files, LlamaModel model, ModelFacts facts, int threads)
        : m_source(source), m_files(std::move(files)), m_model(std::move(model)), m_facts(std::move(facts)), m_threads(threads) {}

    std::string_view kind() const override { return "llama.cpp"; }
    const ModelFacts& facts() const override { return m_facts; }
    int threads() const override { return m_threads; }
    Result<std::unique_ptr<Session>> createSession(const SessionOptions& options) override {
        return LlamaSession::create(m_model.get(), m_facts, m_threads, options);
    }

    Result<std::unique_ptr<OutputHead>> createOutputHead(const Operation& operation) override {
        return loadOutputHead(m_source, m_threads, operation);
    }

private:
    const TensorSource& m_source;
    std::vector<File> m_files;  // anonymous ones that m_model maps
    LlamaModel m_model;
    ModelFacts m_facts;
    int m_threads;
};

void initialiseLlama() {
    static std::once_flag once;
    std::call_once(once, [] {
        routeLlamaLog();
        llama_backend_init();
    });
}

/// ggml's kernels load whole vectors, and libllama aborts the process when it maps a tensor at another place.
bool isAlignedForMapping(const GgufModel& model) {
    constexpr std::uint64_t kAlignment = 32;
    return std::all_of(model.tensors.begin(), model.tensors.end(),
                       [](const TensorInfo& tensor) { return tensor.offset % kAlignment == 0; });
}

/// Repacked weights are copies: what they were made from can go, unless it stays mapped.
bool repacks(RepackPolicy policy) { return policy != RepackPolicy::Off; }

/// `devices` end with null; with none before it the processor computes alone, as the fragment engine.
llama_model_params modelParameters(const EngineOptions& options, bool mapped, std::vector<ggml_backend_dev_t>& devices) {
    constexpr int kAllLayers = 1 << 20;
    llama_model_params parameters = llama_model_default_params();
    parameters.devices = devices.data();
    parameters.n_gpu_layers = devices.size() > 1 ? kAllLayers : 0;
    parameters.load_mode = mapped ? LLAMA_LOAD_MODE_MMAP : LLAMA_LOAD_MODE_NONE;
    parameters.use_extra_bufts = repacks(options.repack);
    return parameters;
}

/// Progress and stop while libllama loads.
struct LoadWatch {
    const Operation& operation;
    std::uint64_t bytes;

    static bool callback(float share, void* data) {
        const auto& self = *static_cast<LoadWatch*>(data);
        if (self.operation.progress) {
            self.operation.progress(
                {static_cast<std::uint64_t>(static_cast<double>(share) * static_cast<double>(self.bytes)), self.bytes,
                 "loading"});
        }
        return !self.operation.stop.stop_requested();
    }
};

Result<LlamaModel> loadModelFiles(const std::vector<std::string>& paths, llama_model_params parameters,
                                  std::uint64_t bytes, const Operation& operation) {
    LoadWatch watch{operation, bytes};
    parameters.progress_callback = &LoadWatch::callback;
    parameters.progress_callback_user_data = &watch;

    const LlamaErrors errors;
    LlamaModel model;
    if (paths.size() == 1) {
        model.reset(llama_model_load_from_file(paths.front().c_str(), parameters));
    } else {
        std::vector<const char*> pointers;
        for (const std::string& path : paths) pointers.push_back(path.c_str());
        model.reset(llama_model_load_from_splits(pointers.data(), pointers.size(), parameters));
    }
    if (model) return model;
    TESSERA_CHECK(operation.checkStop());
    return fail(ErrorKind::Unsupported, "llama.cpp cannot load the model: " + errors.reason("it does not say why"));
}

Result<void> checkKind(const llama_model* model, const ModelFacts& facts) {
    if (llama_model_has_decoder(model) && !llama_model_has_encoder(model)) return {};
    return fail(ErrorKind::Unsupported,
                format("a model of architecture '{}' does not generate text by itself", facts.architecture));
}

}  // namespace

Result<std::unique_ptr<Engine>> loadLlamaEngine(const TensorSource& source,
                                                const std::vector<std::filesystem::path>& files,
                                                const EngineOptions& options, const Operation& operation) {
    initialiseLlama();
    TESSERA_TRY(const int threads, chooseThreads(options));
    TESSERA_TRY(ModelFacts facts, readModelFacts(source.model()));
    TESSERA_CHECK(checkForLlama(source));

    std::vector<File> rebuilt;
    std::vector<std::string> paths;
    for (const std::filesystem::path& file : files) paths.push_back(toUtf8(file));
    if (paths.empty()) {
        TESSERA_TRY(rebuilt, rebuildGguf(source, operation));
        for (const File& file : rebuilt) paths.push_back(file.reopenPath());
    }

    // An anonymous file lives as long as a part of it is mapped, so beside repacked copies it would be kept twice.
    const bool mapped = isAlignedForMapping(source.model()) && !(files.empty() && repacks(options.repack));
    TESSERA_TRY(std::vector<ggml_backend_dev_t> devices, connectRpcWorkers(options.rpc_workers));
    devices.push_back(nullptr);
    TESSERA_TRY(LlamaModel model,
                loadModelFiles(paths, modelParameters(options, mapped, devices), facts.weight_bytes, operation));
    if (!mapped) rebuilt.clear();
    TESSERA_CHECK(checkKind(model.get(), facts));
    facts.vocabulary = static_cast<std::uint32_t>(llama_vocab_n_tokens(llama_model_get_vocab(model.get())));
    return std::make_unique<LlamaEngine>(source, std::move(rebuilt), std::move(model), std::move(facts), threads);
}

}  // namespace tessera
