// SPDX-License-Identifier: GPL-3.0-or-later
// What to look at while a prompt runs through a model.
#pragma once

#include "core/engine/engine.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tessera {

/// Consecutive positions of the prompt.
struct TokenRange {
    std::uint32_t first = 0;
    std::uint32_t count = 0;
    std::uint32_t end() const { return first + count; }
    bool operator==(const TokenRange&) const = default;
};

/// One named intermediate of one layer (listCapturable tells the names). A name may stand for several nodes of a layer:
/// without `operation` the last of them that computes something is meant ("Qcur": after RoPE).
struct CaptureSpec {
    std::string name;
    std::string operation;           // ggml's name ("MUL_MAT"), or empty
    LayerIndex layer = kOtherLayer;  // kEmbeddingLayer and kOutputLayer for "embd", "result_norm", "result_output"
    bool operator==(const CaptureSpec&) const = default;
};

struct InspectRequest {
    std::vector<TokenId> tokens;                 // promptTokens() makes them from text
    bool norms = true;                           // LayerNorms
    bool lens = false;                           // keeps the residual rows that a Lens looks at
    std::optional<TokenRange> lens_tokens = {};  // of these positions only; all when nullopt
    std::vector<LayerIndex> attention = {};      // AttentionLayer of these layers
    std::vector<LayerIndex> neurons = {};        // NeuronLayer of these layers
    bool experts = false;                        // ExpertLayer of all layers that have experts
    std::vector<CaptureSpec> captures = {};
    Ablation ablation = {};  // the inspection is that of the model without these parts
    bool baseline = true;    // with an ablation: also run without it, for the change of the next token
    SessionOptions session = sessionDefaults();  // context, tap and ablation are set by inspect()

    /// The conditions under which numbers are libllama's own.
    static SessionOptions sessionDefaults() {
        SessionOptions options;
        options.exact = ExactPolicy::Off;
        return options;
    }
};

/// All layers of a model: 0 … layers − 1.
std::vector<LayerIndex> allLayers(const ModelFacts& facts);

/// "ffn_out@3", "Qcur:MUL_MAT@0", "result_norm". InvalidArgument says what is expected.
Result<CaptureSpec> parseCapture(std::string_view text);
std::string captureText(const CaptureSpec& spec);

/// Adds "head:L:H", "layer:L", "attn:L" or "ffn:L" to `ablation`. InvalidArgument says what is expected.
Result<void> addAblation(std::string_view text, Ablation& ablation);
/// In the form addAblation reads.
std::vector<std::string> ablationTexts(const Ablation& ablation);

/// InvalidArgument names what does not fit the model: layers, positions, tokens. Unsupported when the engine cannot do
/// it ("llama.cpp" and ablation).
Result<void> checkRequest(const InspectRequest& request, const Engine& engine);

}  // namespace tessera
