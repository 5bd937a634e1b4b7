// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fragment/chunk_stream.h"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>

namespace tessera {

namespace {

tl::unexpected<Error> stopped() { return fail(ErrorKind::Cancelled, "stopped"); }

/// A ring of chunks that one thread fills and every consumer reads in full. A slot is free again when all have left it.
class ChunkRing {
public:
    explicit ChunkRing(std::size_t consumers) : m_taken(consumers, 0), m_memory(kChunksInFlight * kChunkBytes) {}

    /// Memory for the next chunk; nullopt once somebody failed.
    std::optional<std::span<std::byte>> waitForSlot() {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [&] { return m_error || m_published - slowest() < kChunksInFlight; });
        if (m_error) return std::nullopt;
        return slot(m_published);
    }
    void publish(std::size_t size) {
        const std::lock_guard lock(m_mutex);
        m_sizes[m_published % kChunksInFlight] = size;
        ++m_published;
        m_changed.notify_all();
    }
    void close() {
        const std::lock_guard lock(m_mutex);
        m_closed = true;
        m_changed.notify_all();
    }
    void halt(Error error) {
        const std::lock_guard lock(m_mutex);
        if (!m_error) m_error = std::move(error);
        m_changed.notify_all();
    }

    /// The next chunk for this consumer; nullopt at the end and once somebody failed.
    std::optional<std::span<const std::byte>> next(std::size_t consumer) {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [&] { return m_error || m_closed || m_taken[consumer] < m_published; });
        if (m_error || m_taken[consumer] == m_published) return std::nullopt;
        return slot(m_taken[consumer]).first(m_sizes[m_taken[consumer] % kChunksInFlight]);
    }
    void release(std::size_t consumer) {
        const std::lock_guard lock(m_mutex);
        ++m_taken[consumer];
        m_changed.notify_all();
    }

    /// After all threads have ended.
    Result<void> outcome() const {
        if (m_error) return tl::unexpected(*m_error);
        return {};
    }

private:
    std::uint64_t slowest() const { return *std::min_element(m_taken.begin(), m_taken.end()); }
    std::span<std::byte> slot(std::uint64_t number) {
        return std::span(m_memory).subspan((number % kChunksInFlight) * kChunkBytes, kChunkBytes);
    }

    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::uint64_t m_published = 0;
    std::vector<std::uint64_t> m_taken;  // by consumer
    std::array<std::size_t, kChunksInFlight> m_sizes{};
    bool m_closed = false;
    std::optional<Error> m_error;
    std::vector<std::byte> m_memory;
};

void consume(ChunkRing& ring, std::size_t number, const ChunkConsumer& consumer) {
    std::uint64_t offset = 0;
    while (const auto chunk = ring.next(number)) {
        if (auto done = consumer(offset, *chunk); !done) return ring.halt(std::move(done).error());
        offset += chunk->size();
        ring.release(number);
    }
}

void produce(ChunkRing& ring, const File& file, std::uint64_t size, const std::stop_token& stop) {
    for (std::uint64_t offset = 0; offset < size;) {
        const auto slot = ring.waitForSlot();
        if (!slot) return;
        if (stop.stop_requested()) return ring.halt(stopped().value());
        const auto chunk = slot->first(static_cast<std::size_t>(std::min<std::uint64_t>(kChunkBytes, size - offset)));
        if (auto read = file.readAt(offset, chunk); !read) return ring.halt(std::move(read).error());
        ring.publish(chunk.size());
        offset += chunk.size();
    }
    ring.close();
}

Result<void> streamAlone(const File& file, std::uint64_t size, const std::vector<ChunkConsumer>& consumers,
                         const std::stop_token& stop) {
    std::vector<std::byte> memory(kChunkBytes);
    for (std::uint64_t offset = 0; offset < size;) {
        if (stop.stop_requested()) return stopped();
        const auto chunk =
            std::span(memory).first(static_cast<std::size_t>(std::min<std::uint64_t>(kChunkBytes, size - offset)));
        TESSERA_CHECK(file.readAt(offset, chunk));
        for (const ChunkConsumer& consumer : consumers) TESSERA_CHECK(consumer(offset, chunk));
        offset += chunk.size();
    }
    return {};
}

}  // namespace

Result<void> streamFile(const File& file, std::uint64_t size, const std::vector<ChunkConsumer>& consumers,
                        bool in_parallel, const std::stop_token& stop) {
    if (!in_parallel || size <= kChunkBytes) return streamAlone(file, size, consumers, stop);
    ChunkRing ring(consumers.size());
    bool all_started = false;
    {
        std::vector<std::jthread> threads;
        try {
            for (std::size_t i = 0; i < consumers.size(); ++i) {
                threads.emplace_back([&ring, &consumers, i] { consume(ring, i, consumers[i]); });
            }
            all_started = true;
        } catch (const std::system_error&) {
            ring.halt(Error{ErrorKind::Io, "the system allows no more threads"});
        }
        if (all_started) produce(ring, file, size, stop);
    }
    if (!all_started) return streamAlone(file, size, consumers, stop);  // nothing was consumed yet
    return ring.outcome();
}

}  // namespace tessera
