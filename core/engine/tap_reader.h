// SPDX-License-Identifier: GPL-3.0-or-later
// Between ggml's evaluation callback and a Tap. Internal to core/engine.
#pragma once

#include "core/engine/tap.h"

#include <ggml.h>

#include <vector>

namespace tessera {

/// "ffn_out-3" is ffn_out of layer 3, "Qcur-3 (reshaped)" is Qcur of layer 3; "result_norm" and "result_output" belong
/// to the output, "inp_embd", "embd" and "inp_scaled" to the embedding. The views live as long as the tensor.
TapNode describeNode(const ggml_tensor& tensor);

/// One per session; used on the engine's thread only.
class TapReader {
public:
    /// `tap` may be null: then everything is declined.
    explicit TapReader(Tap* tap) : m_tap(tap) {}

    /// ggml_backend_sched_eval_callback with a TapReader as user data.
    static bool callback(ggml_tensor* tensor, bool ask, void* reader);

    /// What the steps that follow do with the output matrix, which takes `rows` rows: multiply the last row only, into its
    /// place; the others keep values of earlier steps. 0: multiply what the graph says.
    void multiplyLastOnly(std::int64_t rows) { m_output_rows = rows; }
    /// After a step, also one that failed.
    void restore();

private:
    bool isOutputProduct(const ggml_tensor& tensor) const;
    void narrow(ggml_tensor& tensor);
    bool wants(const ggml_tensor& tensor) const;
    void deliver(const ggml_tensor& tensor);

    Tap* m_tap;
    std::vector<float> m_values;  // kept between calls
    std::int64_t m_output_rows = 0;
    ggml_tensor* m_narrowed = nullptr;  // while it is computed
    ggml_tensor m_original = {};        // what it was
    ggml_tensor m_last_row = {};        // what it multiplies
};

}  // namespace tessera
