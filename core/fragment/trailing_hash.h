// SPDX-License-Identifier: GPL-3.0-or-later
// The SHA-256 of a whole file while other threads are still filling it.
#pragma once

#include "core/base/hash.h"
#include "core/base/parallel.h"
#include "core/base/platform/file.h"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace tessera {

/// A thread that reads a file from its start, as far as it has been told that the bytes are final. SHA-256 cannot be
/// split between threads, so it runs beside the writers instead of after them, and reads what they have really written.
class TrailingHash {
public:
    /// `file` and `meter` (which is told every byte hashed) must outlive it.
    TrailingHash(const File& file, ProgressMeter& meter);
    ~TrailingHash();  // without finish(): gives up at once

    /// Bytes before `end` will not change any more. Any thread; `end` never falls.
    void advance(std::uint64_t end);
    /// Waits until the first `size` bytes are hashed. Cancelled when stopped meanwhile.
    Result<Sha256Digest> finish(std::uint64_t size, const std::stop_token& stop);

private:
    void run(const std::stop_token& quit);
    /// Where the final bytes end, once that is behind `position`; nothing when the thread has to end.
    std::uint64_t waitBeyond(std::uint64_t position, const std::stop_token& quit);

    const File& m_file;
    ProgressMeter& m_meter;
    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::uint64_t m_final_end = 0;
    std::uint64_t m_hashed = 0;
    Result<void> m_outcome;
    Sha256 m_hash;
    std::jthread m_thread;  // last: it uses all the others
};

}  // namespace tessera
