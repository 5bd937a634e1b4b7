// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fragment/trailing_hash.h"

#include "core/base/limits.h"

#include <algorithm>
#include <vector>

namespace tessera {

namespace {

constexpr std::uint64_t kPieceBytes = 256 * limits::KiB;

}  // namespace

TrailingHash::TrailingHash(const File& file, ProgressMeter& meter)
    : m_file(file), m_meter(meter), m_thread([this](const std::stop_token& quit) { run(quit); }) {}

TrailingHash::~TrailingHash() = default;  // jthread asks the thread to quit and joins

void TrailingHash::advance(std::uint64_t end) {
    {
        const std::lock_guard lock(m_mutex);
        m_final_end = std::max(m_final_end, end);
    }
    m_changed.notify_all();
}

std::uint64_t TrailingHash::waitBeyond(std::uint64_t position, const std::stop_token& quit) {
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, quit, [&] { return m_final_end > position; });
    return m_final_end;
}

void TrailingHash::run(const std::stop_token& quit) {
    std::vector<std::byte> buffer(kPieceBytes);
    std::uint64_t position = 0;
    while (true) {
        const std::uint64_t end = waitBeyond(position, quit);
        while (position < end && !quit.stop_requested()) {
            const auto piece = std::span(buffer).first(static_cast<std::size_t>(std::min(kPieceBytes, end - position)));
            auto read = m_file.readAt(position, piece);
            if (read) m_hash.update(piece);
            position += piece.size();
            m_meter.add(piece.size());
            const std::lock_guard lock(m_mutex);
            m_hashed = position;
            if (!read) m_outcome = std::move(read);
        }
        m_changed.notify_all();
        if (quit.stop_requested()) return;
        const std::lock_guard lock(m_mutex);
        if (!m_outcome) return;
    }
}

Result<Sha256Digest> TrailingHash::finish(std::uint64_t size, const std::stop_token& stop) {
    advance(size);
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, stop, [&] { return m_hashed >= size || !m_outcome; });
        TESSERA_CHECK(m_outcome);
        if (m_hashed < size) return fail(ErrorKind::Cancelled, "stopped");
    }
    m_thread.request_stop();
    m_thread.join();
    return m_hash.finish();
}

}  // namespace tessera
