// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/bridge/llama_session.h"

#include "core/base/format.h"
#include "core/engine/bridge/llama_log.h"
#include "core/engine/engine_thread.h"
#include "core/engine/model_facts.h"

#include <llama.h>

#include <algorithm>
#include <new>

namespace tessera {

namespace {

constexpr llama_seq_id kSequence = 0;

ggml_type ggmlType(KvType type) {
    switch (type) {
        case KvType::F16: return GGML_TYPE_F16;
        case KvType::F32: return GGML_TYPE_F32;
        case KvType::Q8_0: return GGML_TYPE_Q8_0;
    }
    return GGML_TYPE_F16;
}

llama_context_params contextParameters(std::uint32_t tokens, int threads, const SessionOptions& options) {
    llama_context_params parameters = llama_context_default_params();
    parameters.n_ctx = tokens;
    parameters.n_batch = options.micro_batch;
    parameters.n_ubatch = options.micro_batch;
    parameters.n_seq_max = 1;
    parameters.n_threads = threads;
    parameters.n_threads_batch = threads;
    parameters.flash_attn_type =
        options.flash_attention ? LLAMA_FLASH_ATTN_TYPE_ENABLED : LLAMA_FLASH_ATTN_TYPE_DISABLED;
    parameters.type_k = ggmlType(options.kv_type);
    parameters.type_v = ggmlType(options.kv_type);
    parameters.no_perf = true;
    return parameters;
}

/// libllama's batch arrays for consecutive positions of our one sequence.
class Batch {
public:
    Batch(std::span<const TokenId> tokens, std::uint32_t first_position, bool all_wanted, bool last_wanted)
        : m_sequences(tokens.size(), &m_sequence),
          m_counts(tokens.size(), 1),
          m_wanted(tokens.size(), all_wanted ? 1 : 0) {
        for (std::size_t i = 0; i < tokens.size(); ++i) {
            m_tokens.push_back(toInt(tokens[i]));
            m_positions.push_back(static_cast<llama_pos>(first_position + i));
        }
        if (last_wanted) m_wanted.back() = 1;
    }

    llama_batch get() {
        return {static_cast<std::int32_t>(m_tokens.size()),
                m_tokens.data(),
                nullptr,
                m_positions.data(),
                m_counts.data(),
                m_sequences.data(),
                m_wanted.data()};
    }

private:
    llama_seq_id m_sequence = kSequence;
    std::vector<llama_token> m_tokens;
    std::vector<llama_pos> m_positions;
    std::vector<llama_seq_id*> m_sequences;
    std::vector<std::int32_t> m_counts;
    std::vector<std::int8_t> m_wanted;
};

}  // namespace

void LlamaContextFree::operator()(llama_context* context) const { llama_free(context); }

LlamaSession::LlamaSession(const ModelFacts& facts, std::uint32_t context_tokens, Tap* tap)
    : m_facts(facts), m_context_tokens(context_tokens), m_tap(tap), m_reader(tap) {}

LlamaSession::~LlamaSession() = default;

Result<std::unique_ptr<Session>> LlamaSession::create(llama_model* model, const ModelFacts& facts, int threads,
                                                      const SessionOptions& options) {
    if (options.micro_batch == 0) return fail(ErrorKind::InvalidArgument, "the micro-batch must be at least 1 row");
    if (!options.ablation.empty())
        return fail(ErrorKind::Unsupported, "llama.cpp computes a model as a whole; parts can be left out with the fragment engine only");
    TESSERA_TRY(const std::uint32_t tokens, chooseContextTokens(facts, options));
    std::unique_ptr<LlamaSession> session(new LlamaSession(facts, tokens, options.tap));

    llama_context_params parameters = contextParameters(tokens, threads, options);
    // The callback cannot be changed later; one that declines costs nothing measurable.
    parameters.cb_eval = &TapReader::callback;
    parameters.cb_eval_user_data = &session->m_reader;
    parameters.abort_callback = [](void* data) {
        const auto* stop = static_cast<LlamaSession*>(data)->m_stop;
        return stop && stop->stop_requested();
    };
    parameters.abort_callback_data = session.get();

    const LlamaErrors errors;
    session->m_context.reset(llama_init_from_model(model, parameters));
    if (!session->m_context) {
        return fail(ErrorKind::Unsupported, format("llama.cpp refuses a session of {} tokens: {}", tokens,
                                                   errors.reason("it does not say why")));
    }
    return session;
}

std::uint32_t LlamaSession::length() const {
    return static_cast<std::uint32_t>(llama_memory_seq_pos_max(llama_get_memory(m_context.get()), kSequence) + 1);
}

Result<Rows> LlamaSession::evaluate(std::span<const TokenId> tokens, Wanted wanted, const Operation& operation) {
    TESSERA_CHECK(checkTokens(tokens, m_facts.vocabulary));
    TESSERA_CHECK(checkFits(length(), tokens.size(), m_context_tokens));
    Rows rows{.rows = 0, .columns = m_facts.vocabulary, .values = {}};
    const std::size_t at_once = llama_n_ubatch(m_context.get());
    const bool all = wanted == Wanted::All;
    try {
        if (wanted != Wanted::None) rows.values.reserve((all ? tokens.size() : 1) * rows.columns);
        for (std::size_t begin = 0; begin < tokens.size(); begin += at_once) {
            const auto batch = tokens.subspan(begin, std::min(at_once, tokens.size() - begin));
            const bool holds_last = begin + batch.size() == tokens.size();
            const bool last = wanted == Wanted::Last && holds_last;
            TESSERA_CHECK(decodeBatch(batch, all, last, operation));
            appendLogits(batch.size(), all ? batch.size() : (last ? 1 : 0), rows);
            if (operation.progress) operation.progress({begin + batch.size(), tokens.size(), "evaluating"});
        }
    } catch (const std::bad_alloc&) {
        return fail(ErrorKind::OutOfMemory, format("no memory for the logits of {} tokens", tokens.size()));
    }
    return rows;
}

Result<void> LlamaSession::decodeBatch(std::span<const TokenId> tokens, bool all_wanted, bool last_wanted,
                                       const Operation& operation) {
    TESSERA_CHECK(operation.checkStop());
    const bool for_tap = !all_wanted && m_tap && m_tap->wantsAllRows();
    Batch batch(tokens, length(), all_wanted || for_tap, last_wanted);
    // libllama gives all rows of the last layer only to who asks for the logits of all, too, which would take a fifth of
    // the time of a small model's prompt.
    m_reader.multiplyLastOnly(for_tap && !tapWantsOutput() ? static_cast<std::int64_t>(tokens.size()) : 0);
    m_stop = &operation.stop;
    std::string reason;
    const int status = EngineThread::instance().run([&] {
        const LlamaErrors errors;
        const int result = llama_decode(m_context.get(), batch.get());
        // Waits for the computation, which must not outlive the turn on this thread.
        llama_synchronize(m_context.get());
        m_reader.restore();
        if (result != 0) reason = errors.reason("it does not say why");
        return result;
    });
    m_stop = nullptr;
    if (status == 0) return {};
    if (operation.stop.stop_requested()) return operation.checkStop();
    if (status == 1) return checkFits(m_context_tokens, tokens.size(), m_context_tokens);
    return fail(ErrorKind::Io, format("llama.cpp could not evaluate {} tokens: {}", tokens.size(), reason));
}

bool LlamaSession::tapWantsOutput() const {
    return m_tap->wants({.name = "result_norm", .operation = "MUL", .layer = kOutputLayer}) ||
           m_tap->wants({.name = "result_output", .operation = "MUL_MAT", .layer = kOutputLayer});
}

void LlamaSession::appendLogits(std::size_t batch_rows, std::size_t wanted_rows, Rows& out) const {
    for (std::size_t i = batch_rows - wanted_rows; i < batch_rows; ++i) {
        const float* row = llama_get_logits_ith(m_context.get(), static_cast<std::int32_t>(i));
        out.values.insert(out.values.end(), row, row + out.columns);
        ++out.rows;
    }
}

Result<void> LlamaSession::truncate(std::uint32_t length) {
    if (length >= this->length()) return {};
    const llama_memory_t memory = llama_get_memory(m_context.get());
    if (length == 0) {
        llama_memory_clear(memory, false);
        return {};
    }
    if (llama_memory_seq_rm(memory, kSequence, static_cast<llama_pos>(length), -1)) return {};
    return fail(
        ErrorKind::Unsupported,
        format("a model of architecture '{}' cannot forget a part of what it read; begin anew", m_facts.architecture));
}

Result<void> LlamaSession::remove(std::uint32_t first, std::uint32_t count) {
    const llama_memory_t memory = llama_get_memory(m_context.get());
    const auto begin = static_cast<llama_pos>(first), end = static_cast<llama_pos>(first + count);
    if (first > length() || count > length() - first)
        return fail(ErrorKind::InvalidArgument, format("{} positions from {} on cannot go: there are {}", count, first, length()));
    if (!llama_memory_can_shift(memory) || !llama_memory_seq_rm(memory, kSequence, begin, end))
        return fail(ErrorKind::Unsupported, format("llama.cpp cannot move the KV cache of architecture '{}'", m_facts.architecture));
    llama_memory_seq_add(memory, kSequence, end, -1, begin - end);  // keys are turned with the next step
    return {};
}

Result<std::vector<std::byte>> LlamaSession::save() {
    return EngineThread::instance().run([this]() -> Result<std::vector<std::byte>> {
        try {
            std::vector<std::byte> state(llama_state_seq_get_size(m_context.get(), kSequence));
            const std::size_t written = llama_state_seq_get_data(m_context.get(), reinterpret_cast<std::uint8_t*>(state.data()), state.size(), kSequence);
            if (written != state.size()) return fail(ErrorKind::Io, "llama.cpp could not copy its KV cache");
            return state;
        } catch (const std::bad_alloc&) {
            return fail(ErrorKind::OutOfMemory, "no memory for a copy of the KV cache");
        }
    });
}

Result<void> LlamaSession::restore(std::span<const std::byte> state, std::uint32_t length) {
    return EngineThread::instance().run([&]() -> Result<void> {
        const LlamaErrors errors;
        llama_memory_clear(llama_get_memory(m_context.get()), false);
        const std::size_t read = llama_state_seq_set_data(m_context.get(), reinterpret_cast<const std::uint8_t*>(state.data()), state.size(), kSequence);
        if (read == state.size() && this->length() == length) return {};
        llama_memory_clear(llama_get_memory(m_context.get()), false);
        return fail(ErrorKind::Corrupt, format("llama.cpp does not take {} bytes as the KV cache of {} tokens: {}", state.size(), length,
                                               errors.reason("it does not say why")));
    });
}

}  // namespace tessera
