// SPDX-License-Identifier: GPL-3.0-or-later
// ggml's CPU backend through the registry's function addresses, so that static and shared builds both link.
#pragma once

#include "core/base/result.h"
#include "core/engine/ggml_handles.h"

#include <array>
#include <atomic>
#include <memory>
#include <string_view>
#include <vector>

namespace tessera {

/// Computes graphs, on the engine's thread only.
class CpuBackend {
public:
    /// Unsupported when ggml has no CPU backend in this build.
    static Result<std::unique_ptr<CpuBackend>> create(int threads);
    ~CpuBackend();
    CpuBackend(const CpuBackend&) = delete;
    CpuBackend& operator=(const CpuBackend&) = delete;

    ggml_backend_t handle() const { return m_backend.get(); }
    /// As created with: what useThreads() may choose from.
    int threads() const { return m_threads; }
    /// For the graphs to come.
    void useThreads(int threads);
    /// Attention row by row without tiles, so that a row's bits do not depend on its neighbours. False when this ggml
    /// cannot.
    bool setReferenceAttention(bool on) const;
    /// A graph stops at the next node once one of the flags is true; null: never. Borrowed until changed.
    void watch(const std::atomic<bool>* flag, const std::atomic<bool>* second = nullptr, const std::atomic<bool>* third = nullptr) {
        m_stops = {flag, second, third};
    }

    /// Layouts of the processor beside the plain one (repacked weights), best first.
    static std::vector<ggml_backend_buffer_type_t> extraBufferTypes();
    /// Whether `weight` could be multiplied from a buffer of that type.
    static bool canMultiplyFrom(ggml_backend_buffer_type_t type, ggml_tensor* weight);
    /// Instruction sets as ggml names them ("AVX512", "AVX512_VNNI", "NEON"…).
    static bool hasFeature(std::string_view name);

private:
    CpuBackend() = default;
    static bool stopRequested(void* self);

    GgmlBackend m_backend;
    int m_threads = 1;
    int m_used_threads = 0;
    ggml_backend_set_n_threads_t m_set_threads = nullptr;
    void (*m_set_use_ref)(ggml_backend_t, bool) = nullptr;
    std::array<const std::atomic<bool>*, 3> m_stops{};
};

}  // namespace tessera
