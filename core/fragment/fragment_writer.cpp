// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fragment/fragment_writer.h"

#include "core/base/platform/system.h"

#include <algorithm>
#include <new>
#include <system_error>

namespace tessera {

namespace {

constexpr std::size_t kCopyBytes = 1 << 20;
constexpr int kMostThreads = 4;  // disks gain nothing from more

using UsePiece = std::function<Result<void>(std::uint64_t done, std::span<const std::byte> piece)>;

Result<void> forEachPiece(const File& file, std::uint64_t offset, std::uint64_t size, const std::stop_token& stop,
                          const UsePiece& use) {
    std::vector<std::byte> memory(static_cast<std::size_t>(std::min<std::uint64_t>(kCopyBytes, size)));
    for (std::uint64_t done = 0; done < size;) {
        if (stop.stop_requested()) return fail(ErrorKind::Cancelled, "stopped");
        const auto piece =
            std::span(memory).first(static_cast<std::size_t>(std::min<std::uint64_t>(kCopyBytes, size - done)));
        TESSERA_CHECK(file.readAt(offset + done, piece));
        TESSERA_CHECK(use(done, piece));
        done += piece.size();
    }
    return {};
}

bool isThereAlready(const Fragment& fragment, const std::filesystem::path& path, const std::stop_token& stop) {
    std::error_code code;
    if (!std::filesystem::exists(path, code)) return false;
    const auto file = File::open(path, File::Mode::Read);
    if (!file || file->size().value_or(0) != fragment.size_bytes) return false;
    Sha256 hash;
    const auto read = forEachPiece(*file, 0, fragment.size_bytes, stop,
                                   [&](std::uint64_t, std::span<const std::byte> piece) -> Result<void> {
                                       hash.update(piece);
                                       return {};
                                   });
    return read && hash.finish() == fragment.sha256;
}

}  // namespace

Result<void> writeFragmentFile(const File& source, const Fragment& fragment, const std::filesystem::path& path,
                               const std::stop_token& stop) {
    if (isThereAlready(fragment, path, stop)) return {};
    return writeFileAtomically(path, [&](File& file) {
        return forEachPiece(
            source, fragment.offset, fragment.size_bytes, stop,
            [&](std::uint64_t done, std::span<const std::byte> piece) { return file.writeAt(done, piece); });
    });
}

FragmentWriter::FragmentWriter(std::vector<File> sources, PathOf path_of, std::stop_token stop)
    : m_sources(std::move(sources)), m_path_of(std::move(path_of)), m_stop(std::move(stop)) {}

Result<std::unique_ptr<FragmentWriter>> FragmentWriter::start(const std::vector<std::filesystem::path>& sources,
                                                              PathOf path_of, int threads, std::stop_token stop) {
    std::vector<File> files;
    for (const std::filesystem::path& path : sources) {
        TESSERA_TRY(File file, File::open(path, File::Mode::Read));
        files.push_back(std::move(file));
    }
    std::unique_ptr<FragmentWriter> writer(new FragmentWriter(std::move(files), std::move(path_of), std::move(stop)));
    const int count = std::clamp(threads > 0 ? threads : processorCount(), 1, kMostThreads);
    try {
        for (int i = 0; i < count; ++i) writer->m_threads.emplace_back([raw = writer.get()] { raw->run(); });
    } catch (const std::system_error&) {
        if (writer->m_threads.empty())
            return fail(ErrorKind::Io, "the system allows no more threads; close other programs");
    }
    return writer;
}

FragmentWriter::~FragmentWriter() {
    const std::lock_guard lock(m_mutex);
    m_waiting.clear();
    m_closed = true;
    m_changed.notify_all();
}

Result<void> FragmentWriter::add(const Fragment& fragment) {
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [&] { return m_error || m_bytes_waiting < kMostBytesWaiting; });
    if (m_error) return tl::unexpected(*m_error);
    m_waiting.push_back(fragment);
    m_bytes_waiting += fragment.size_bytes;
    m_changed.notify_all();
    return {};
}

Result<void> FragmentWriter::finish() {
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [&] { return m_error || m_bytes_waiting == 0; });
    if (m_error) return tl::unexpected(*m_error);
    return {};
}

void FragmentWriter::run() {
    while (const auto fragment = next()) {
        try {
            done(*fragment,
                 writeFragmentFile(m_sources[fragment->file_index], *fragment, m_path_of(*fragment), m_stop));
        } catch (const std::bad_alloc&) {
            done(*fragment,
                 fail(ErrorKind::OutOfMemory, "not enough memory to write a fragment; close other programs"));
        }
    }
}

std::optional<Fragment> FragmentWriter::next() {
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [&] { return m_closed || m_error || !m_waiting.empty(); });
    if (m_waiting.empty() || m_error) return std::nullopt;
    Fragment fragment = std::move(m_waiting.front());
    m_waiting.pop_front();
    return fragment;
}

void FragmentWriter::done(const Fragment& fragment, Result<void> outcome) {
    const std::lock_guard lock(m_mutex);
    m_bytes_waiting -= fragment.size_bytes;
    if (!outcome && !m_error) m_error = std::move(outcome).error();
    m_changed.notify_all();
}

}  // namespace tessera
