// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/cpu_backend.h"

#include "core/base/format.h"
#include "core/base/log.h"
#include "core/engine/processor_features.h"

#include <algorithm>

namespace tessera {
namespace {

void forwardLog(ggml_log_level level, const char* text, void*) {
    std::string_view line(text);
    while (line.ends_with('\n')) line.remove_suffix(1);
    if (line.empty()) return;
    if (level == GGML_LOG_LEVEL_ERROR) return logError(line);
    if (level == GGML_LOG_LEVEL_WARN) return logWarning(line);
    logDebug(line);
}

ggml_backend_dev_t cpuDevice() {
    static const bool loaded = [] {
        // Shared builds bring the backends as libraries of their own; static ones have them registered already.
        if (ggml_backend_dev_count() == 0) ggml_backend_load_all();
        ggml_log_set(&forwardLog, nullptr);
        return true;
    }();
    return loaded ? ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU) : nullptr;
}

template <class Function>
Function procAddress(const char* name) {
    ggml_backend_dev_t device = cpuDevice();
    if (!device) return nullptr;
    return reinterpret_cast<Function>(ggml_backend_reg_get_proc_address(ggml_backend_dev_backend_reg(device), name));
}

}  // namespace

GgmlContext makeDescriptionContext(std::size_t tensors) {
    return GgmlContext(ggml_init({(tensors + 1) * ggml_tensor_overhead(), nullptr, true}));
}

Result<std::unique_ptr<CpuBackend>> CpuBackend::create(int threads) {
    ggml_backend_dev_t device = cpuDevice();
    if (!device) return fail(ErrorKind::Unsupported, "this build's ggml has no CPU backend");
    std::unique_ptr<CpuBackend> backend(new CpuBackend);
    backend->m_backend.reset(ggml_backend_dev_init(device, nullptr));
    if (!backend->m_backend) return fail(ErrorKind::Unsupported, "ggml's CPU backend did not start");
    backend->m_threads = threads;
    backend->m_set_threads = procAddress<ggml_backend_set_n_threads_t>("ggml_backend_set_n_threads");
    backend->useThreads(threads);
    if (const auto set = procAddress<ggml_backend_set_abort_callback_t>("ggml_backend_set_abort_callback"))
        set(backend->handle(), &CpuBackend::stopRequested, backend.get());
    backend->m_set_use_ref = procAddress<void (*)(ggml_backend_t, bool)>("ggml_backend_cpu_set_use_ref");
    return backend;
}

CpuBackend::~CpuBackend() = default;

void CpuBackend::useThreads(int threads) {
    if (threads == m_used_threads || !m_set_threads) return;
    m_set_threads(handle(), threads);
    m_used_threads = threads;
}

bool CpuBackend::stopRequested(void* self) {
    const auto& flags = static_cast<const CpuBackend*>(self)->m_stops;
    return std::ranges::any_of(flags, [](const auto* flag) { return flag && flag->load(std::memory_order_relaxed); });
}

bool CpuBackend::setReferenceAttention(bool on) const {
    if (!m_set_use_ref) return !on;
    m_set_use_ref(m_backend.get(), on);
    return true;
}

std::vector<ggml_backend_buffer_type_t> CpuBackend::extraBufferTypes() {
    std::vector<ggml_backend_buffer_type_t> types;
    if (const auto get = procAddress<ggml_backend_dev_get_extra_bufts_t>("ggml_backend_dev_get_extra_bufts"))
        for (auto* type = get(cpuDevice()); type && *type; ++type) types.push_back(*type);
    return types;
}

bool CpuBackend::canMultiplyFrom(ggml_backend_buffer_type_t type, ggml_tensor* weight) {
    constexpr std::int64_t kRows = 512;  // what libllama asks with
    const auto context = makeDescriptionContext(4);
    ggml_tensor* rows = ggml_new_tensor_4d(context.get(), GGML_TYPE_F32, weight->ne[0], kRows, weight->ne[2], weight->ne[3]);
    ggml_tensor* product = ggml_mul_mat(context.get(), weight, rows);
    // The question is about the buffer's type: an empty one stands for it.
    const GgmlBuffer empty(ggml_backend_buft_alloc_buffer(type, 0));
    ggml_backend_buffer_t before = weight->buffer;
    weight->buffer = empty.get();
    const bool supported = ggml_backend_dev_supports_op(cpuDevice(), product);
    weight->buffer = before;
    return supported;
}

std::vector<std::string> processorFeatures() {
    std::vector<std::string> names;
    const auto get = procAddress<ggml_backend_get_features_t>("ggml_backend_get_features");
    if (!get) return names;
    for (auto* feature = get(ggml_backend_dev_backend_reg(cpuDevice())); feature->name; ++feature)
        if (std::string_view(feature->value) == "1") names.emplace_back(feature->name);
    return names;
}

bool CpuBackend::hasFeature(std::string_view name) {
    const auto get = procAddress<ggml_backend_get_features_t>("ggml_backend_get_features");
    if (!get) return false;
    for (auto* feature = get(ggml_backend_dev_backend_reg(cpuDevice())); feature->name; ++feature)
        if (name == feature->name) return std::string_view(feature->value) != "0";
    return false;
}

}  // namespace tessera
