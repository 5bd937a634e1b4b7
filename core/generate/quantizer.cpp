// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/quantizer.h"

#include "core/base/format.h"
#include "core/base/platform/paths.h"
#include "core/base/quote.h"
#include "core/gguf/reader.h"

#include <llama.h>

#include <algorithm>
#include <cstdio>
#include <span>
#include <stdexcept>

namespace tessera {
namespace {

struct QuantizerType {
    std::string_view name;
    llama_ftype type;
};
constexpr QuantizerType kMixtures[] = {
    {"q2_k", LLAMA_FTYPE_MOSTLY_Q2_K},     {"q3_k_s", LLAMA_FTYPE_MOSTLY_Q3_K_S}, {"q3_k_m", LLAMA_FTYPE_MOSTLY_Q3_K_M},
    {"q3_k_l", LLAMA_FTYPE_MOSTLY_Q3_K_L}, {"q4_k_s", LLAMA_FTYPE_MOSTLY_Q4_K_S}, {"q4_k_m", LLAMA_FTYPE_MOSTLY_Q4_K_M},
    {"q5_k_s", LLAMA_FTYPE_MOSTLY_Q5_K_S}, {"q5_k_m", LLAMA_FTYPE_MOSTLY_Q5_K_M},
};
// What else the quantiser makes; NVFP4 it reads but does not make.
constexpr QuantizerType kOtherTypes[] = {
    {"f32", LLAMA_FTYPE_ALL_F32},            {"f16", LLAMA_FTYPE_MOSTLY_F16},         {"bf16", LLAMA_FTYPE_MOSTLY_BF16},
    {"q4_0", LLAMA_FTYPE_MOSTLY_Q4_0},       {"q4_1", LLAMA_FTYPE_MOSTLY_Q4_1},       {"q5_0", LLAMA_FTYPE_MOSTLY_Q5_0},
    {"q5_1", LLAMA_FTYPE_MOSTLY_Q5_1},       {"q8_0", LLAMA_FTYPE_MOSTLY_Q8_0},       {"q2_k_s", LLAMA_FTYPE_MOSTLY_Q2_K_S},
    {"q6_k", LLAMA_FTYPE_MOSTLY_Q6_K},       {"iq1_s", LLAMA_FTYPE_MOSTLY_IQ1_S},     {"iq1_m", LLAMA_FTYPE_MOSTLY_IQ1_M},
    {"iq2_xxs", LLAMA_FTYPE_MOSTLY_IQ2_XXS}, {"iq2_xs", LLAMA_FTYPE_MOSTLY_IQ2_XS},   {"iq2_s", LLAMA_FTYPE_MOSTLY_IQ2_S},
    {"iq2_m", LLAMA_FTYPE_MOSTLY_IQ2_M},     {"iq3_xxs", LLAMA_FTYPE_MOSTLY_IQ3_XXS}, {"iq3_xs", LLAMA_FTYPE_MOSTLY_IQ3_XS},
    {"iq3_s", LLAMA_FTYPE_MOSTLY_IQ3_S},     {"iq3_m", LLAMA_FTYPE_MOSTLY_IQ3_M},     {"iq4_nl", LLAMA_FTYPE_MOSTLY_IQ4_NL},
    {"iq4_xs", LLAMA_FTYPE_MOSTLY_IQ4_XS},   {"tq1_0", LLAMA_FTYPE_MOSTLY_TQ1_0},     {"tq2_0", LLAMA_FTYPE_MOSTLY_TQ2_0},
    {"mxfp4", LLAMA_FTYPE_MOSTLY_MXFP4_MOE}, {"q1_0", LLAMA_FTYPE_MOSTLY_Q1_0},       {"q2_0", LLAMA_FTYPE_MOSTLY_Q2_0},
};

const QuantizerType* find(std::span<const QuantizerType> types, std::string_view name) {
    const auto found = std::ranges::find(types, name, &QuantizerType::name);
    return found == types.end() ? nullptr : &*found;
}
const QuantizerType* findMixture(std::string_view name) { return find(kMixtures, name); }

/// Every weight as important as the next: the smallest types are not made without being told.
Result<std::vector<llama_model_imatrix_data>> evenImportance(const GgufModel& model, std::vector<float>& ones) {
    std::vector<llama_model_imatrix_data> entries;
    for (const TensorInfo& tensor : model.tensors) {
        if (tensor.dimensions < 2) continue;
        const auto width = static_cast<std::size_t>(tensor.shape[0]);
        if (ones.size() < width) return fail(ErrorKind::InvalidArgument, format("tensor {} has rows of {} elements", tensor.name, width));
        entries.push_back({tensor.name.c_str(), ones.data(), width});
    }
    entries.push_back({nullptr, nullptr, 0});
    return entries;
}

/// libllama tells of each tensor, and of what went wrong, by its log only. Whoever listened to it gets it back.
class QuantizerLog {
public:
    explicit QuantizerLog(const Operation& operation) : m_operation(operation) {
        llama_log_get(&m_callback, &m_data);
        llama_log_set([](ggml_log_level level, const char* text, void* self) { static_cast<QuantizerLog*>(self)->hear(level, text); }, this);
    }
    ~QuantizerLog() { llama_log_set(m_callback, m_data); }
    QuantizerLog(const QuantizerLog&) = delete;
    QuantizerLog& operator=(const QuantizerLog&) = delete;

    std::string reason() const { return m_reason.empty() ? "it does not say why" : oneLine(m_reason, 400); }

private:
    void hear(ggml_log_level level, const char* text) {
        if (level == GGML_LOG_LEVEL_ERROR) {
            constexpr std::string_view kOwnWords = "failed to quantize: ";
            const std::string_view said(text);
            const auto at = said.find(kOwnWords);
            m_reason = at == said.npos ? said : said.substr(at + kOwnWords.size());
            while (m_reason.ends_with('\n')) m_reason.pop_back();
        }
        unsigned long long done = 0, all = 0;
        if (std::sscanf(text, "[%llu/%llu]", &done, &all) != 2) return;
        // The quantiser catches what is thrown here, closes its file and returns: its only way to be stopped.
        if (m_operation.stop.stop_requested()) throw std::runtime_error("stopped");
        if (m_operation.progress) m_operation.progress({done - 1, all, "quantising"});
    }

    const Operation& m_operation;
    std::string m_reason;
    ggml_log_callback m_callback = nullptr;
    void* m_data = nullptr;
};

}  // namespace

bool isQuantizerMixture(std::string_view type) { return findMixture(type) != nullptr; }

std::vector<std::string> quantizerTypes() {
    std::vector<std::string> names;
    for (const auto& type : kMixtures) names.emplace_back(type.name);
    for (const auto& type : kOtherTypes) names.emplace_back(type.name);
    return names;
}

Result<void> quantizeModel(const std::filesystem::path& from, const std::filesystem::path& to, std::string_view type,
                           const QuantizeOptions& options, const Operation& operation) {
    const auto* mixture = findMixture(type);
    if (!mixture) mixture = find(kOtherTypes, type);
    if (!mixture) return fail(ErrorKind::InvalidArgument, format("llama.cpp's quantiser has no type '{}'", type));
    TESSERA_TRY(const GgufModel model, readGgufModel(from));
    std::vector<float> ones(1 << 16, 1.0f);
    TESSERA_TRY(const auto importance, evenImportance(model, ones));
    auto params = llama_model_quantize_default_params();
    params.ftype = mixture->type;
    params.allow_requantize = options.requantize;
    params.nthread = options.threads;
    if (mixture->name.starts_with("iq") || mixture->name == "q2_k_s") params.imatrix = importance.data();
    const QuantizerLog log(operation);
    if (llama_model_quantize(toUtf8(from).c_str(), toUtf8(to).c_str(), &params) == 0) return {};
    TESSERA_CHECK(operation.checkStop());
    return fail(ErrorKind::Unsupported, format("llama.cpp could not make {} of the model: {}", type, log.reason()));
}

Result<void> quantizeMixture(const std::filesystem::path& to, std::string_view type, const std::function<Result<void>(const std::filesystem::path& full)>& write) {
    auto full = to;
    full += ".f16";
    TESSERA_CHECK(write(full));
    auto result = quantizeModel(full, to, type);
    std::error_code ignored;
    std::filesystem::remove(full, ignored);
    return result;
}

}  // namespace tessera
