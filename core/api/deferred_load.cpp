// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/deferred_load.h"

#include <algorithm>
#include <condition_variable>
#include <iterator>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace tessera {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kLook{50};  // how soon a wait that is over is seen

struct Waiting {
    DeferredLoad::Done done;
    std::stop_token gone;
    Clock::time_point deadline;
};

}  // namespace

struct DeferredLoad::Impl {
    enum class State { Idle, Loading, Loaded };

    const Load load;
    const std::chrono::milliseconds patience;
    const std::size_t most_waiting;
    std::mutex mutex;
    State state = State::Idle;
    std::vector<Waiting> waiting;
    std::jthread loader;      // of the last attempt
    std::jthread doorkeeper;  // sends away who has waited long enough
    std::condition_variable_any changed;

    Impl(Load l, std::chrono::milliseconds p, std::size_t most) : load(std::move(l)), patience(p), most_waiting(most) {
        doorkeeper = std::jthread([this](const std::stop_token& stop) { keepDoor(stop); });
    }
    ~Impl() {
        doorkeeper.request_stop();
        doorkeeper.join();
        loader.request_stop();
        if (loader.joinable()) loader.join();
        for (const Waiting& one : waiting) one.done(fail(ErrorKind::Cancelled, "the server goes down"));
    }

    void run(const std::stop_token& stop) {
        const auto loaded = load({stop, {}});
        std::vector<Waiting> all;
        {
            const std::lock_guard lock(mutex);
            state = loaded ? State::Loaded : State::Idle;
            all.swap(waiting);
        }
        for (const Waiting& one : all)
            if (!one.gone.stop_requested()) one.done(loaded);
    }

    void keepDoor(const std::stop_token& stop) {
        std::unique_lock lock(mutex);
        while (changed.wait(lock, stop, [this] { return !waiting.empty(); })) {
            changed.wait_for(lock, stop, kLook, [] { return false; });
            const auto stays = [now = Clock::now()](const Waiting& one) { return !one.gone.stop_requested() && now < one.deadline; };
            const auto over = std::stable_partition(waiting.begin(), waiting.end(), stays);
            std::vector<Waiting> leaving(std::make_move_iterator(over), std::make_move_iterator(waiting.end()));
            waiting.erase(over, waiting.end());
            lock.unlock();
            for (const Waiting& one : leaving)
                if (!one.gone.stop_requested()) one.done(fail(ErrorKind::Cancelled, "the model is still being loaded; try again"));
            leaving.clear();  // with what it holds of its client, and without the mutex
            lock.lock();
        }
    }
};

DeferredLoad::DeferredLoad(Load load, std::chrono::milliseconds patience, std::size_t most_waiting)
    : m_impl(std::make_unique<Impl>(std::move(load), patience, most_waiting)) {}

DeferredLoad::~DeferredLoad() = default;

bool DeferredLoad::whenLoaded(Done done, std::stop_token gone) {
    Impl& impl = *m_impl;
    {
        const std::lock_guard lock(impl.mutex);
        if (impl.state != Impl::State::Loaded) {
            if (impl.waiting.size() >= impl.most_waiting) return false;
            impl.waiting.push_back({std::move(done), std::move(gone), Clock::now() + impl.patience});
            if (impl.state == Impl::State::Idle) {
                impl.state = Impl::State::Loading;
                impl.loader = std::jthread([&impl](const std::stop_token& stop) { impl.run(stop); });  // the one before has ended, or is about to
            }
            impl.changed.notify_all();
            return true;
        }
    }
    done({});
    return true;
}

}  // namespace tessera
