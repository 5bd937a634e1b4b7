// SPDX-License-Identifier: GPL-3.0-or-later
// ggml's handles as owned objects. Internal: included by .cpp files of this folder and by internal headers only.
#pragma once

#include <ggml-alloc.h>
#include <ggml-backend.h>
#include <ggml.h>

#include <memory>

namespace tessera {

template <auto Free>
struct GgmlFree {
    template <class T>
    void operator()(T* handle) const {
        Free(handle);
    }
};

using GgmlContext = std::unique_ptr<ggml_context, GgmlFree<ggml_free>>;
using GgmlBuffer = std::unique_ptr<ggml_backend_buffer, GgmlFree<ggml_backend_buffer_free>>;
using GgmlBackend = std::unique_ptr<ggml_backend, GgmlFree<ggml_backend_free>>;
using GgmlScheduler = std::unique_ptr<ggml_backend_sched, GgmlFree<ggml_backend_sched_free>>;

/// A context that holds the descriptions of up to `tensors` tensors, no data.
GgmlContext makeDescriptionContext(std::size_t tensors);

}  // namespace tessera
