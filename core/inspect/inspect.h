// SPDX-License-Identifier: GPL-3.0-or-later
// Runs a prompt and looks inside. The window's inspector, `tessera inspect` and comparisons all call this.
//
//   tokens    = promptTokens(model, "The capital of France is", PromptKind::Raw)
//   cost      = captureCost(request, facts)             before: bytes
//   seen      = inspect(engine, tokenizer, request, operation)
//   grid      = computeLens(head, seen, range, …)       core/inspect/lens.h
//   weights   = attentionWeights(*seen.attentionOf(l), head)   core/inspect/attention.h
//   neurons   = topNeurons / promotedTokens             core/inspect/neurons.h
//   change    = compareNextTokens(seen.baseline_logits, seen.logits, …)   core/inspect/token_table.h
#pragma once

#include "core/inspect/inspection.h"
#include "core/model/loaded_model.h"
#include "core/tokenizer/tokenizer.h"

#include <string>
#include <string_view>
#include <vector>

namespace tessera {

enum class PromptKind {
    Auto,  // Chat when the model has a chat template, otherwise Raw
    Chat,  // as a user's message
    Raw,   // as it is, to be continued
};

/// InvalidArgument when nothing is left to run.
Result<std::vector<TokenId>> promptTokens(const LoadedModel& model, std::string_view text, PromptKind kind);

/// A tensor that can be captured. In layers that do the same it stands once.
struct CapturableTensor {
    std::string name;
    std::string operation;
    std::vector<LayerIndex> layers;
    std::vector<std::int64_t> shape;  // of one token's row, innermost first
    int token_dimension = 1;          // where ggml's shape has the tokens; −1: one row for the whole prompt
    std::uint64_t elements() const;   // per row
};

/// What a model of this engine computes by name, in the order of computation, from a dry run over a few tokens (some
/// ten milliseconds for a small model). Views of nodes of the same name are left out. Attention's scores ("kq",
/// "kq_soft_max") stand at the end: capturing them makes inspect() run without flash attention.
Result<std::vector<CapturableTensor>> listCapturable(Engine& engine, const Operation& operation);

/// Memory that a request needs. Bytes.
struct CaptureCost {
    struct Part {
        std::string what;  // "norms", "residual rows", "attention", "neurons", "experts", "captures", "logits"
        std::uint64_t rows = 0;
        std::uint64_t bytes = 0;
    };
    std::vector<Part> parts;
    std::uint64_t held = 0;     // by the Inspection afterwards: within 10 % of heldBytes()
    std::uint64_t running = 0;  // at most, beside it, while the prompt runs: KV cache, rows between two batches
    std::uint64_t total() const { return held + running; }
};

/// Pure and quick: may be called at every change of the form. `known` (listCapturable) gives the sizes of captures; a
/// capture that it does not have costs nothing, since inspect() will refuse it. llama.cpp needs more while it runs: it
/// computes logits of every position whose last layer is looked at.
CaptureCost captureCost(const InspectRequest& request, const ModelFacts& facts,
                        std::span<const CapturableTensor> known = {}, EngineKind engine = EngineKind::Fragments);

/// Runs the prompt once (twice with an ablation and its baseline). Errors: those of checkRequest; NotFound for a
/// capture that the model does not compute, with the names that come near; OutOfMemory; Cancelled within one token's
/// time. Progress counts tokens. The calling thread waits while the engine's thread computes.
Result<Inspection> inspect(Engine& engine, const Tokenizer& tokenizer, const InspectRequest& request,
                           const Operation& operation);

}  // namespace tessera
