// SPDX-License-Identifier: GPL-3.0-or-later
// libllama used directly, without any of our code between: what the engine is held against.
#pragma once

#include "core/base/ids.h"
#include "core/engine/engine.h"

#include <ggml-backend.h>
#include <llama.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <span>
#include <stdexcept>
#include <vector>

namespace tessera::test {

struct ReferenceOptions {
    int threads = 2;
    bool repack = false;
    std::uint32_t context = 1024;
    std::uint32_t micro_batch = 512;
    KvType kv_type = KvType::F16;
    bool flash_attention = true;
    ggml_backend_sched_eval_callback callback = nullptr;
    void* callback_data = nullptr;
};

/// A model and one context.
class LlamaReference {
public:
    LlamaReference(const std::filesystem::path& path, const ReferenceOptions& options) {
        llama_log_set([](ggml_log_level level, const char* text, void*) {
            if (level == GGML_LOG_LEVEL_ERROR) fputs(text, stderr);
        }, nullptr);
        auto model_params = llama_model_default_params();
        model_params.use_extra_bufts = options.repack;
        m_model.reset(llama_model_load_from_file(path.c_str(), model_params));
        if (!m_model) throw std::runtime_error("libllama did not load " + path.string());
        auto params = llama_context_default_params();
        params.n_ctx = options.context;
        params.n_batch = options.context;
        params.n_ubatch = options.micro_batch;
        params.n_threads = params.n_threads_batch = options.threads;
        params.type_k = params.type_v = ggmlType(options.kv_type);
        params.flash_attn_type = options.flash_attention ? LLAMA_FLASH_ATTN_TYPE_ENABLED : LLAMA_FLASH_ATTN_TYPE_DISABLED;
        params.cb_eval = options.callback;
        params.cb_eval_user_data = options.callback_data;
        m_context.reset(llama_init_from_model(m_model.get(), params));
        if (!m_context) throw std::runtime_error("libllama made no context");
        m_vocabulary = static_cast<std::size_t>(llama_vocab_n_tokens(llama_model_get_vocab(m_model.get())));
    }

    /// Logits of the wanted rows, row-major.
    std::vector<float> evaluate(std::span<const TokenId> tokens, Wanted wanted) {
        auto batch = llama_batch_init(static_cast<std::int32_t>(tokens.size()), 0, 1);
        for (std::size_t i = 0; i < tokens.size(); ++i) {
            batch.token[i] = toInt(tokens[i]);
            batch.pos[i] = m_length + static_cast<llama_pos>(i);
            batch.n_seq_id[i] = 1;
            batch.seq_id[i][0] = 0;
            batch.logits[i] = wanted == Wanted::All || (wanted == Wanted::Last && i + 1 == tokens.size());
        }
        batch.n_tokens = static_cast<std::int32_t>(tokens.size());
        const int status = llama_decode(m_context.get(), batch);
        llama_batch_free(batch);
        if (status != 0) throw std::runtime_error("llama_decode failed");
        m_length += static_cast<llama_pos>(tokens.size());
        const std::size_t rows = wanted == Wanted::All ? tokens.size() : wanted == Wanted::Last ? 1 : 0;
        const float* logits = rows ? llama_get_logits(m_context.get()) : nullptr;
        return {logits, logits + rows * m_vocabulary};
    }

    void truncate(std::uint32_t length) {
        llama_memory_seq_rm(llama_get_memory(m_context.get()), 0, static_cast<llama_pos>(length), -1);
        m_length = static_cast<llama_pos>(length);
    }

    std::vector<TokenId> tokenize(const std::string& text) const {
        std::vector<llama_token> ids(text.size() + 8);
        const auto count = llama_tokenize(llama_model_get_vocab(m_model.get()), text.data(),
                                          static_cast<std::int32_t>(text.size()), ids.data(),
                                          static_cast<std::int32_t>(ids.size()), true, true);
        std::vector<TokenId> tokens;
        for (int i = 0; i < count; ++i) tokens.push_back(TokenId{ids[static_cast<std::size_t>(i)]});
        return tokens;
    }

    std::size_t vocabulary() const { return m_vocabulary; }

private:
    static ggml_type ggmlType(KvType type) {
        return type == KvType::F32 ? GGML_TYPE_F32 : type == KvType::Q8_0 ? GGML_TYPE_Q8_0 : GGML_TYPE_F16;
    }
    struct Free {
        void operator()(llama_model* model) const { llama_model_free(model); }
        void operator()(llama_context* context) const { llama_free(context); }
    };
    std::unique_ptr<llama_model, Free> m_model;
    std::unique_ptr<llama_context, Free> m_context;
    std::size_t m_vocabulary = 0;
    llama_pos m_length = 0;
};

/// Largest absolute difference; infinity when the sizes differ.
inline float largestDifference(std::span<const float> a, std::span<const float> b) {
    if (a.size() != b.size()) return INFINITY;
    float largest = 0.0f;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const float difference = std::fabs(a[i] - b[i]);
        if (!(difference <= largest)) largest = difference;  // NaN counts
    }
    return largest;
}

inline TokenId greedy(std::span<const float> logits) {
    return TokenId{static_cast<std::int32_t>(std::max_element(logits.begin(), logits.end()) - logits.begin())};
}

}  // namespace tessera::test
