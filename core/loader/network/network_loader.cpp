// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/loader/network/network_loader.h"

#include "core/base/format.h"
#include "core/base/limits.h"
#include "core/base/log.h"
#include "core/base/parallel.h"
#include "core/fragment/fragment_text.h"
#include "core/fragment/verifier.h"
#include "core/loader/assemble_tensor.h"
#include "core/loader/verify_once.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace tessera {

namespace {

constexpr std::size_t kKeepers = 2;       // threads that hash and write while more comes
constexpr std::size_t kMostUnkept = 4;    // fragments that have come and wait for them

/// Fragments to be brought, as exchanges with the sources of a pool.
class FragmentWork final : public HttpWork {
public:
    using Taken = std::function<Result<void>(FragmentIndex, std::vector<std::byte>&)>;

    /// `taken` gets each fragment's bytes, may take them away, and says Corrupt when they are the wrong ones; of several fragments on threads
    /// of its own, two at a time.
    FragmentWork(const Manifest& manifest, SourcePool& pool, std::vector<FragmentIndex> wanted, Taken taken)
        : m_manifest(manifest), m_pool(pool), m_taken(std::move(taken)) {
        for (const FragmentIndex index : wanted) m_jobs.push_back({index, {}, {}, {}, 0, {}});
        for (std::size_t i = 0; i < m_jobs.size(); ++i) m_waiting.push_back(i);
    }
    ~FragmentWork() override {
        m_keepers.clear();
        for (const std::size_t job : m_running) m_pool.released(m_jobs[job].source);
    }

    void setWaker(std::function<void()> wake) override { m_wake = std::move(wake); }

    std::optional<HttpExchange> next() override {
        hearKeepers();
        if (m_broken || m_unkept >= kMostUnkept) return std::nullopt;
        // Those that failed before stand at the front; behind them all are alike.
        for (std::size_t place = 0; place < std::min(m_waiting.size(), m_failed + 1); ++place) {
            const std::size_t job = m_waiting[place];
            const auto source = m_pool.take(m_jobs[job].failures);
            if (!source) continue;
            m_waiting.erase(m_waiting.begin() + static_cast<std::ptrdiff_t>(place));
            if (place < m_failed) --m_failed;
            m_jobs[job].source = *source;
            m_running.push_back(job);
            return exchangeFor(job);
        }
        return std::nullopt;
    }
    /// Also when nobody can give what is left: a source that was given up meanwhile leaves nothing to wait for.
    bool finished() const override { return m_unkept == 0 && (m_waiting.empty() || lost().has_value()); }
    /// NotFound, Network, Corrupt: what is left cannot be had; or what could not be kept.
    std::optional<Error> lost() const {
        if (m_broken) return m_broken;
        for (const std::size_t job : m_waiting) {
            if (!m_pool.anyLeft(m_jobs[job].failures)) return named(job, m_jobs[job].error.message.empty() ? m_last_error : m_jobs[job].error);
        }
        return std::nullopt;
    }

    Result<void> ended(const HttpExchange& exchange, HttpOutcome outcome) override {
        const std::size_t number = exchange.tag;
        std::erase(m_running, number);
        Job& job = m_jobs[number];
        m_pool.released(job.source);  // it may send the next while this one is hashed and written
        if (outcome.result) {
            job.took = SourcePool::Clock::now() - job.started;
            keep(number);
        } else {
            SourceFault fault = outcome.status == 0 || outcome.may_pass ? SourceFault::Unreachable : SourceFault::Refused;
            const ErrorKind kind = outcome.result.error().kind;
            if (kind == ErrorKind::Corrupt) fault = SourceFault::WrongBytes;
            if (kind == ErrorKind::Unsupported) fault = SourceFault::Useless;
            if (kind == ErrorKind::Network && outcome.status / 100 == 2) fault = SourceFault::Unreachable;  // too slow
            job.bytes = {};
            m_pool.failed(job.source, fault, outcome.result.error().message, outcome.wait);
            tryAgain(number, fault, std::move(outcome.result).error());
        }
        if (m_broken) return tl::unexpected(*m_broken);
        return {};
    }

private:
    struct Job {
        FragmentIndex index{};
        std::vector<std::byte> bytes;
        std::vector<std::uint8_t> failures;  // by source; empty: none
        Error error;
        std::size_t source = 0;
        SourcePool::Clock::time_point started{};
        SourcePool::Clock::duration took{};
    };
    struct Kept {
        std::size_t job;
        Result<void> result;
    };

    /// A single fragment here, of several each on a keeper's thread.
    void keep(std::size_t number) {
        if (m_jobs.size() == 1) return heard({number, m_taken(m_jobs[number].index, m_jobs[number].bytes)});
        while (m_keepers.size() < kKeepers) m_keepers.emplace_back([this](const std::stop_token& stop) { runKeeper(stop); });
        ++m_unkept;
        {
            const std::lock_guard lock(m_mutex);
            m_to_keep.push_back(number);
        }
        m_changed.notify_one();
    }

    void runKeeper(const std::stop_token& stop) {
        std::unique_lock lock(m_mutex);
        while (m_changed.wait(lock, stop, [this] { return !m_to_keep.empty(); })) {
            const std::size_t number = m_to_keep.front();
            m_to_keep.pop_front();
            std::vector<std::byte> bytes = std::exchange(m_jobs[number].bytes, {});  // nobody else's while it waits
            lock.unlock();
            Result<void> result = m_taken(m_jobs[number].index, bytes);
            lock.lock();
            m_spare.push_back(std::move(bytes));
            m_kept.push_back({number, std::move(result)});
            m_wake();
        }
    }

    void hearKeepers() {
        std::vector<Kept> kept;
        {
            const std::lock_guard lock(m_mutex);
            kept.swap(m_kept);
        }
        m_unkept -= kept.size();
        for (Kept& one : kept) heard(std::move(one));
    }

    void heard(Kept kept) {
        const Job& job = m_jobs[kept.job];
        if (kept.result) {
            m_pool.succeeded(job.source, m_manifest.at(job.index).size_bytes, job.took);
            logInfo(format("{} from {}", m_manifest.at(job.index).id, hostOf(m_pool.source(job.source).url)));
        } else if (kept.result.error().kind == ErrorKind::Corrupt) {
            m_pool.failed(job.source, SourceFault::WrongBytes, kept.result.error().message, std::chrono::seconds(0));
            tryAgain(kept.job, SourceFault::WrongBytes, std::move(kept.result).error());
        } else if (!m_broken) {  // a full disk is not the source's fault
            m_broken = named(kept.job, kept.result.error());
        }
    }

    void tryAgain(std::size_t number, SourceFault fault, Error error) {
        Job& job = m_jobs[number];
        job.failures.resize(m_pool.count());
        // What a server has not, it will not have in a second.
        job.failures[job.source] = fault == SourceFault::Refused ? UINT8_MAX : static_cast<std::uint8_t>(job.failures[job.source] + 1);
        job.error = error;
        m_last_error = std::move(error);
        if (!m_pool.anyLeft(job.failures)) {
            if (!m_broken) m_broken = named(number, job.error);
            return;
        }
        m_waiting.push_front(number);
        ++m_failed;
    }

    Error named(std::size_t job, const Error& error) const {
        return {error.kind, describeFragment(m_manifest, m_manifest.at(m_jobs[job].index)) + ": " + error.message};
    }

    HttpExchange exchangeFor(std::size_t number) {
        const FragmentSource& source = m_pool.source(m_jobs[number].source);
        const Fragment& fragment = m_manifest.at(m_jobs[number].index);
        HttpExchange exchange;
        exchange.tag = number;
        exchange.request = requestFor(source, m_manifest, fragment);
        m_jobs[number].bytes = spareBuffer();
        m_jobs[number].started = SourcePool::Clock::now();
        exchange.on_head = [this, &source, &fragment](const HttpHead& head) { return checkFragmentHead(source, m_manifest, fragment, head); };
        exchange.on_body = [this, number, &source, size = fragment.size_bytes](std::span<const std::byte> bytes) -> Result<void> {
            Job& job = m_jobs[number];
            std::vector<std::byte>& buffer = job.bytes;
            if (bytes.size() > size - buffer.size()) return fail(ErrorKind::Corrupt, format("{} sends more than the {} bytes that the manifest says", hostOf(source.url), size));
            buffer.reserve(static_cast<std::size_t>(size));
            buffer.insert(buffer.end(), bytes.begin(), bytes.end());
            if (m_pool.isTooSlow(job.source, job.failures, {size, buffer.size(), SourcePool::Clock::now() - job.started}))
                return fail(ErrorKind::Network, format("{} gives this fragment more than {} times slower than another source would", hostOf(source.url), limits::kMaxSlowdown));
            return {};
        };
        return exchange;
    }

    /// Memory that the system has cleared and mapped once; doing so again for each fragment takes as long as receiving it.
    std::vector<std::byte> spareBuffer() {
        const std::lock_guard lock(m_mutex);
        if (m_spare.empty()) return {};
        std::vector<std::byte> buffer = std::move(m_spare.back());
        m_spare.pop_back();
        buffer.clear();
        return buffer;
    }

    const Manifest& m_manifest;
    SourcePool& m_pool;
    const Taken m_taken;
    std::vector<Job> m_jobs;
    std::deque<std::size_t> m_waiting;
    std::size_t m_failed = 0;  // of m_waiting, at its front
    std::vector<std::size_t> m_running;
    std::size_t m_unkept = 0;
    std::optional<Error> m_broken;  // ends the work
    Error m_last_error{ErrorKind::Network, "no server is left that could be asked"};
    std::function<void()> m_wake;

    std::mutex m_mutex;  // guards what follows, and the bytes of jobs in m_to_keep
    std::condition_variable_any m_changed;
    std::deque<std::size_t> m_to_keep;
    std::vector<Kept> m_kept;
    std::vector<std::vector<std::byte>> m_spare;
    std::vector<std::jthread> m_keepers;  // last, so that they end first
};

class HttpNetworkLoader final : public NetworkLoader {
public:
    HttpNetworkLoader(FragmentStore& store, std::vector<FragmentSource> sources, int connections, const HttpPolicy& policy)
        : m_store(store), m_pool(std::move(sources), connections, policy), m_policy(policy), m_connections(connections), m_index(store.manifest()) {}

    const Manifest& manifest() const override { return m_store.manifest(); }

    Result<std::vector<std::byte>> loadRaw(FragmentIndex fragment, const Operation& operation) override {
        TESSERA_CHECK(operation.checkStop());
        if (m_store.state(fragment) == FragmentState::Present || m_store.state(fragment) == FragmentState::Verified) {
            auto bytes = readVerified(m_store, fragment);
            if (bytes) m_store.setState(fragment, FragmentState::Verified);
            if (bytes || bytes.error().kind != ErrorKind::Corrupt) return bytes;
            m_store.setState(fragment, FragmentState::Bad);
        }
        std::vector<std::byte> brought;
        TESSERA_CHECK(bring({fragment}, operation.stop, [&](FragmentIndex index, std::vector<std::byte>& bytes) -> Result<void> {
            TESSERA_CHECK(m_store.write(index, bytes));
            brought = std::move(bytes);
            return {};
        }));
        return brought;
    }

    Result<LoadedTensor> loadTensor(std::string_view name, const Operation& operation) override { return assembleTensor(*this, m_index, name, operation); }

    Result<void> fetch(std::span<const FragmentIndex> wanted, const Operation& operation, const Arrived& arrived) override {
        std::uint64_t total = 0, there = 0;
        std::vector<FragmentIndex> missing;
        TESSERA_CHECK(verifyPresent(wanted, operation));
        for (const FragmentIndex index : wanted) {
            const std::uint64_t size = manifest().at(index).size_bytes;
            total += size;
            if (m_store.state(index) == FragmentState::Verified) there += size;
            else missing.push_back(index);
        }
        ProgressMeter meter(operation, total, "downloading");
        meter.add(there);
        TESSERA_CHECK(bring(std::move(missing), operation.stop, [&](FragmentIndex index, std::vector<std::byte>& bytes) -> Result<void> {
            TESSERA_CHECK(m_store.write(index, bytes));
            meter.add(bytes.size());
            if (arrived) arrived(index, bytes);
            return {};
        }));
        TESSERA_CHECK(m_store.sync());
        meter.finish();
        return {};
    }

    std::vector<SourceReport> sources() const override { return m_pool.report(); }

private:
    Result<void> bring(std::vector<FragmentIndex> wanted, const std::stop_token& stop, FragmentWork::Taken taken) {
        std::unique_ptr<HttpClient> client = takeClient();
        Result<void> ran;
        {
            FragmentWork work(manifest(), m_pool, std::move(wanted), std::move(taken));
            ran = client->run(work, m_connections * static_cast<int>(m_pool.count()), stop);
            if (const auto lost = work.lost(); ran && lost) ran = tl::unexpected(*lost);
        }
        const std::lock_guard lock(m_mutex);
        m_idle.push_back(std::move(client));
        return ran;
    }

    /// What an unclean end has left in doubt is hashed here rather than fetched again.
    Result<void> verifyPresent(std::span<const FragmentIndex> wanted, const Operation& operation) {
        std::vector<FragmentIndex> present;
        for (const FragmentIndex index : wanted) {
            if (m_store.state(index) == FragmentState::Present) present.push_back(index);
        }
        VerifyOnce once(m_store);
        return parallelFor(present.size(), 0, operation.stop, [&](std::size_t i) -> Result<void> {
            TESSERA_TRY([[maybe_unused]] const bool good, once.isGood(present[i], {operation.stop, {}}));
            return {};
        });
    }

    /// One client belongs to one thread at a time, and keeps its connections for the next.
    std::unique_ptr<HttpClient> takeClient() {
        const std::lock_guard lock(m_mutex);
        if (m_idle.empty()) return std::make_unique<HttpClient>(m_policy);
        auto client = std::move(m_idle.back());
        m_idle.pop_back();
        return client;
    }

    FragmentStore& m_store;
    SourcePool m_pool;
    const HttpPolicy m_policy;
    const int m_connections;
    const FragmentIndexByTensor m_index;
    std::mutex m_mutex;
    std::vector<std::unique_ptr<HttpClient>> m_idle;
};

}  // namespace

std::unique_ptr<NetworkLoader> makeNetworkLoader(FragmentStore& store, std::vector<FragmentSource> sources, int connections, const HttpPolicy& policy) {
    return std::make_unique<HttpNetworkLoader>(store, std::move(sources), connections, policy);
}

Result<std::vector<FragmentIndex>> fragmentsOfLayers(const Manifest& manifest, std::int32_t first, std::int32_t last) {
    std::int32_t highest = -1;
    bool has_output = false;
    for (const Fragment& fragment : manifest.fragments) {
        if (fragment.kind == FragmentKind::Tensor) highest = std::max(highest, toInt(fragment.layer));
        has_output = has_output || (fragment.kind == FragmentKind::Tensor && fragment.layer == kOutputLayer);
    }
    if (first < 0 || first > last || last > highest) return fail(ErrorKind::InvalidArgument, format("there are no layers {}-{}: {} has 0-{}", first, last, manifest.model_name, highest));
    const auto isWanted = [&](const Fragment& fragment) {
        if (fragment.kind != FragmentKind::Tensor || fragment.layer == kOtherLayer) return true;
        // A model without an output matrix multiplies with its embedding again.
        if (fragment.layer == kEmbeddingLayer) return first == 0 || (last == highest && !has_output);
        if (fragment.layer == kOutputLayer) return last == highest;
        return toInt(fragment.layer) >= first && toInt(fragment.layer) <= last;
    };
    std::vector<FragmentIndex> wanted;
    for (std::uint32_t i = 0; i < manifest.fragments.size(); ++i) {
        if (isWanted(manifest.fragments[i])) wanted.push_back(FragmentIndex{i});
    }
    return wanted;
}

}  // namespace tessera
