// SPDX-License-Identifier: GPL-3.0-or-later
// The dense architectures in small: constants are chosen so that every particularity changes the logits of a prompt of a
// hundred tokens (windows shorter than that, caps that bend).
#include "core/generate/generated_forms.h"

#include "core/generate/generated_moe_model.h"

namespace tessera {
namespace {

GeneratedModelOptions gemma(std::string architecture) {
    GeneratedModelOptions o;
    o.architecture = std::move(architecture);
    o.tied = true;
    o.post_norms = true;
    o.head_size = 128;
    o.embedding_spread = 1.0f / 16.0f;  // the embedding is multiplied by √256
    o.keys["attention.sliding_window"] = 24u;
    return o;
}

GeneratedModelOptions gemma2() {
    auto o = gemma("gemma2");
    o.keys["attn_logit_softcapping"] = 3.0f;
    o.keys["final_logit_softcapping"] = 4.0f;
    return o;
}

GeneratedModelOptions gemma3(std::uint32_t layers) {
    auto o = gemma("gemma3");
    o.layers = layers;
    o.qk_norms = true;
    o.keys["rope.freq_base"] = 1000000.0f;
    o.keys["rope.scaling.type"] = std::string("linear");
    o.keys["rope.scaling.factor"] = 8.0f;
    return o;
}

GeneratedModelOptions gemma3SlidingOnly() {
    auto o = gemma3(2);
    std::erase_if(o.keys, [](const auto& entry) { return entry.first.starts_with("rope."); });
    o.keys["rope.freq_base_swa"] = 500.0f;
    return o;
}

GeneratedModelOptions gemma3WithoutWindow() {
    auto o = gemma3(2);
    o.keys.erase("attention.sliding_window");
    o.keys["final_logit_softcapping"] = 4.0f;
    return o;
}

GeneratedModelOptions phi3() {
    GeneratedModelOptions o;
    o.architecture = "phi3";
    o.fused_qkv = true;
    o.fused_gate_up = true;
    o.long_rope = true;
    o.rope_dimensions = 48;  // of 64
    o.keys["attention.sliding_window"] = 24u;
    o.keys["rope.scaling.attn_factor"] = 1.19f;
    return o;
}

GeneratedModelOptions phi3LongContext() {
    auto o = phi3();
    o.keys["rope.scaling.original_context_length"] = 512u;
    return o;
}

GeneratedModelOptions qwen2() {
    GeneratedModelOptions o;
    o.architecture = "qwen2";
    o.qkv_biases = true;
    o.output_bias = true;
    o.tied = true;
    return o;
}

GeneratedModelOptions qwen3() {
    GeneratedModelOptions o;
    o.architecture = "qwen3";
    o.qk_norms = true;
    o.head_size = 128;
    o.keys["rope.freq_base"] = 1000000.0f;
    return o;
}

GeneratedModelOptions smollm3() {
    GeneratedModelOptions o;
    o.architecture = "smollm3";
    o.layers = 4;
    o.tied = true;
    return o;
}

GeneratedModelOptions mistral3() {
    GeneratedModelOptions o;
    o.architecture = "mistral3";
    o.head_size = 128;
    o.keys["attention.temperature_scale"] = 0.3f;
    o.keys["rope.scaling.type"] = std::string("yarn");
    o.keys["rope.scaling.factor"] = 16.0f;
    o.keys["rope.scaling.original_context_length"] = 32u;
    o.keys["rope.scaling.yarn_beta_fast"] = 2.0f;
    o.keys["rope.scaling.yarn_beta_slow"] = 0.25f;
    o.keys["rope.scaling.yarn_log_multiplier"] = 0.7f;
    return o;
}

GeneratedModelOptions llama3() {
    GeneratedModelOptions o;
    o.rope_factors = true;
    o.keys["rope.freq_base"] = 500000.0f;
    return o;
}

GeneratedModelOptions mistral() {  // heads that are wider than their share of the embedding
    GeneratedModelOptions o;
    o.head_size = 128;
    o.keys["rope.freq_base"] = 1000000.0f;
    return o;
}

GeneratedModelOptions llamaLongRope() {
    GeneratedModelOptions o;
    o.long_rope = true;
    o.keys["rope.scaling.type"] = std::string("longrope");
    o.keys["rope.scaling.original_context_length"] = 256u;
    return o;
}

}  // namespace

std::vector<DenseForm> denseForms() {
    return {{"llama 3", llama3()},
            {"llama, Mistral", mistral()},
            {"llama, long context", llamaLongRope()},
            {"qwen2", qwen2()},
            {"qwen3", qwen3()},
            {"smollm3", smollm3()},
            {"mistral3", mistral3()},
            {"gemma2", gemma2()},
            {"gemma3", gemma3(7)},
            {"gemma3, sliding only", gemma3SlidingOnly()},
            {"gemma3, without window", gemma3WithoutWindow()},
            {"phi3", phi3()},
            {"phi3, long context", phi3LongContext()}};
}

std::vector<GeneratedForm> generatedForms() {
    std::vector<GeneratedForm> forms;
    for (const DenseForm& form : denseForms())
        forms.push_back({form.name, form.options.architecture, [options = form.options](const auto& path, std::string_view type) {
                             return writeGeneratedModel(path, options, type);
                         }});
    for (const MoeForm& form : moeForms())
        forms.push_back({form.name, form.options.architecture, [options = form.options](const auto& path, std::string_view type) {
                             return writeMoeModel(path, options, type);
                         }});
    return forms;
}

std::vector<std::string> generatedTypes() { return {"f32", "f16", "q8_0", "q4_k_m", "q6_k", "iq4_xs"}; }

}  // namespace tessera
