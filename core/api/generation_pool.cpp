// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/generation_pool.h"

#include "core/chat/common_beginning.h"
#include "core/chat/model_draft.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <iterator>
#include <mutex>
#include <optional>
#include <thread>

namespace tessera {

namespace {

struct Slot {
    std::unique_ptr<Session> session;   // its thread's only
    std::unique_ptr<ModelDraft> draft;  // the same; null where nothing is guessed by a model
    std::vector<TokenId> cached;        // what the session holds; its thread's while busy, else guarded
    std::uint64_t last_used = 0;
    std::optional<GenerationJob> job;   // given to it
    bool busy = false;
    std::condition_variable given;
    std::thread thread;
};

}  // namespace

struct GenerationPool::Impl {
    Engine& engine;
    const Tokenizer& tokenizer;
    const SessionOptions session;
    Engine* const draft;
    mutable std::mutex mutex;
    std::vector<std::unique_ptr<Slot>> slots;
    std::deque<GenerationJob> waiting;
    std::uint64_t uses = 0;
    std::stop_source down;

    Impl(Engine& e, const Tokenizer& t, SessionOptions s, Engine* d) : engine(e), tokenizer(t), session(std::move(s)), draft(d) {}

    /// With the mutex held.
    Slot* freeSlotFor(const std::vector<TokenId>& prompt) {
        Slot* best = nullptr;
        const auto rank = [&](const Slot& slot) { return std::pair(commonBeginning(slot.cached, prompt), ~slot.last_used); };
        for (const auto& slot : slots) {
            if (!slot->busy && (!best || rank(*slot) > rank(*best))) best = slot.get();
        }
        return best;
    }

    /// Who has left makes room for others, also while every slot is busy for long.
    std::vector<GenerationJob> takeDeparted() {
        const std::lock_guard lock(mutex);
        const auto isHere = [](const GenerationJob& job) { return !job.stop.stop_requested(); };
        const auto gone = std::stable_partition(waiting.begin(), waiting.end(), isHere);
        std::vector<GenerationJob> departed(std::make_move_iterator(gone), std::make_move_iterator(waiting.end()));
        waiting.erase(gone, waiting.end());
        return departed;
    }

    void run(Slot& slot) {
        std::unique_lock lock(mutex);
        while (true) {
            slot.given.wait(lock, [&] { return slot.job || down.stop_requested(); });
            if (!slot.job) return;
            GenerationJob job = *std::exchange(slot.job, std::nullopt);
            lock.unlock();
            auto result = answer(slot, job);
            lock.lock();
            // Before the client hears of the end: its next turn must find this slot free, which has read the ones before.
            slot.last_used = ++uses;
            slot.busy = false;
            lock.unlock();
            const StoredPrompt prompt = result ? std::exchange(result->unkept, {}) : StoredPrompt();
            PromptCache* const cache = job.options.prompt_cache;
            job.on_end(std::move(result));
            job = {};  // with its reply: the server that goes down waits for it
            if (cache) keepPrompt(*cache, prompt);
            lock.lock();
            // Not before: another slot may be ready while this one writes.
            if (slot.busy || waiting.empty() || down.stop_requested()) continue;
            slot.busy = true;
            slot.job = std::move(waiting.front());
            waiting.pop_front();
        }
    }

    Result<GenerateResult> answer(Slot& slot, const GenerationJob& job) {
        if (!slot.session) {
            TESSERA_TRY(slot.session, engine.createSession(session));
        }
        if (draft && job.options.speculate > 0 && !slot.draft) {
            TESSERA_TRY(slot.draft, ModelDraft::create(*draft, slot.session->contextTokens(), engine.facts().vocabulary, static_cast<std::size_t>(job.options.speculate)));
        }
        GenerateOptions options = job.options;
        options.draft = slot.draft.get();
        options.keep_later = true;  // the client does not wait for the disk
        std::stop_source stop;
        const std::stop_callback on_gone(job.stop, [&stop] { stop.request_stop(); });
        const std::stop_callback on_down(down.get_token(), [&stop] { stop.request_stop(); });
        return generate(*slot.session, tokenizer, slot.cached, job.prompt, options, job.on_text, {stop.get_token(), {}});
    }
};

GenerationPool::GenerationPool(Engine& engine, const Tokenizer& tokenizer, SessionOptions session, std::size_t slots, Engine* draft)
    : m_impl(std::make_unique<Impl>(engine, tokenizer, std::move(session), draft)) {
    for (std::size_t i = 0; i < std::max<std::size_t>(slots, 1); ++i) {
        m_impl->slots.push_back(std::make_unique<Slot>());
        Slot& slot = *m_impl->slots.back();
        slot.thread = std::thread([impl = m_impl.get(), &slot] { impl->run(slot); });
    }
}

GenerationPool::~GenerationPool() {
    std::deque<GenerationJob> never;
    {
        const std::lock_guard lock(m_impl->mutex);
        never.swap(m_impl->waiting);
    }
    m_impl->down.request_stop();
    for (const auto& slot : m_impl->slots) {
        { const std::lock_guard lock(m_impl->mutex); }
        slot->given.notify_all();
    }
    for (const auto& slot : m_impl->slots) slot->thread.join();
    for (GenerationJob& job : never) job.on_end(fail(ErrorKind::Cancelled, "the server goes down"));
}

bool GenerationPool::submit(GenerationJob job) {
    for (const GenerationJob& gone : m_impl->takeDeparted()) gone.on_end(fail(ErrorKind::Cancelled, "the client has left"));
    const std::lock_guard lock(m_impl->mutex);
    if (m_impl->down.stop_requested()) return false;
    Slot* slot = m_impl->waiting.empty() ? m_impl->freeSlotFor(job.prompt) : nullptr;  // a free one still writes while others wait for it
    if (!slot) {
        if (m_impl->waiting.size() >= kMaxWaitingRequests) return false;
        m_impl->waiting.push_back(std::move(job));
        return true;
    }
    slot->busy = true;
    slot->job = std::move(job);
    slot->given.notify_one();
    return true;
}

GenerationCounts GenerationPool::counts() const {
    const std::lock_guard lock(m_impl->mutex);
    GenerationCounts counts;
    for (const auto& slot : m_impl->slots) counts.running += slot->busy;
    counts.waiting = m_impl->waiting.size();
    return counts;
}

}  // namespace tessera
