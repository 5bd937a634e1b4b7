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
/// Whether they multiply a single row of this type about as fast as memory gives the matrix, on this processor.
bool ownKernelTakesFewRows(ggml_type type);

/// Of which products of one graph our kernels may take.
enum class OwnKernelUse {
    None,
    FewRowTypes,  // those of ownKernelTakesFewRows(), of any number of rows
    All,          // … and of eight rows and more all others
};

/// Adds products to one graph. Rows that several matrices are multiplied with one after the other are quantized once.
class OwnProducts {
public:
    /// From eight rows on, where unpacking a matrix is paid for: 1.2 to 3.4 times as fast as ggml on Zen 4; with
    /// ownKernelTakesFewRows() from one row on.
    static bool canAdd(OwnKernelUse use, const ggml_tensor* matrix, const ggml_tensor* rows);

    /// matrix · rows: float32 [matrix rows × rows]. Precondition: canAdd(), and kernels::fastest() is there.
    ggml_tensor* add(ggml_context* context, ggml_tensor* matrix, ggml_tensor* rows);

private:
    struct Quantized {
        ggml_tensor* rows = nullptr;
        ggml_tensor* packed = nullptr;
        int products = 0;  // that read it
    };
    std::array<Quantized, 2> m_latest;  // by kernels::ActivationType
    ggml_tensor* m_last = nullptr;      // product, which learns what comes next
};

}  // namespace tessera
