// SPDX-License-Identifier: GPL-3.0-or-later
// Copies fragments into files of their own, beside the hashing that finds their names.
#pragma once

#include "core/base/platform/file.h"
#include "core/base/result.h"
#include "core/fragment/manifest.h"

#include <condition_variable>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <vector>

namespace tessera {

/// Copies the fragment's range of `source` into `path`, which appears whole or not at all. A file that is there already
/// is kept when its hash is right.
Result<void> writeFragmentFile(const File& source, const Fragment& fragment, const std::filesystem::path& path,
                               const std::stop_token& stop);

/// A few threads that write what add() hands them. They follow the hashing closely (kMostBytesWaiting), so that the
/// bytes are still in the system's cache and the source is read from the disk once.
class FragmentWriter {
public:
    using PathOf = std::function<std::filesystem::path(const Fragment&)>;

    /// `threads`: 0 means as many as help. `sources` are the model's files by file_index.
    static Result<std::unique_ptr<FragmentWriter>> start(const std::vector<std::filesystem::path>& sources,
                                                         PathOf path_of, int threads, std::stop_token stop);
    ~FragmentWriter();  // without finish(): drops what waits

    /// Any thread. Waits while too much is waiting; fails when a write has failed or the user stopped.
    Result<void> add(const Fragment& fragment);
    /// Waits until everything is written.
    Result<void> finish();

private:
    FragmentWriter(std::vector<File> sources, PathOf path_of, std::stop_token stop);
    void run();
    std::optional<Fragment> next();
    void done(const Fragment& fragment, Result<void> outcome);

    static constexpr std::uint64_t kMostBytesWaiting = 64 << 20;

    const std::vector<File> m_sources;
    const PathOf m_path_of;
    const std::stop_token m_stop;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::deque<Fragment> m_waiting;
    std::uint64_t m_bytes_waiting = 0;  // those being written included
    bool m_closed = false;
    std::optional<Error> m_error;
    std::vector<std::jthread> m_threads;  // last: they use all the others
};

}  // namespace tessera
