// SPDX-License-Identifier: GPL-3.0-or-later
// Matrix products by our own kernels (kernels/kernels.h) as nodes of a ggml graph: one that quantizes the rows, one for
// every matrix that multiplies them. Internal to core/engine.
#pragma once

#include "core/engine/kernels/kernels.h"

#include <ggml.h>

#include <array>

namespace tessera {

/// Whether our kernels multiply matrices of this type. The processor is another question: kernels::fastest().
bool hasOwnKernel(ggml_type type);
/// Whether this processor's kernels are fast for any number of rows, also one. Otherwise they are for prompts.
bool ownKernelsTakeFewRows();

/// Adds products to one graph. Rows that several matrices are multiplied with one after the other are quantized once.
class OwnProducts {
public:
    /// From eight rows on, where unpacking a matrix is paid for: 1.6 to 3.4 times as fast as ggml on Zen 4; with
    /// ownKernelsTakeFewRows() from one row on.
    static bool canAdd(const ggml_tensor* matrix, const ggml_tensor* rows);

    /// matrix · rows: float32 [matrix rows × rows]. Precondition: canAdd(), and kernels::fastest() is there.
    ggml_tensor* add(ggml_context* context, ggml_tensor* matrix, ggml_tensor* rows);

private:
    struct Quantized {
        ggml_tensor* rows = nullptr;
        ggml_tensor* packed = nullptr;
        int products = 0;  // that read it
    };
    std::array<Quantized, 2> m_latest;  // by kernels::ActivationType
};

}  // namespace tessera
