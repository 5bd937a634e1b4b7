// SPDX-License-Identifier: GPL-3.0-or-later
// One file of an image store: open, mapped when first asked for, with the identity that the journal's chain ends in.
#pragma once

#include "core/base/platform/file.h"

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace tessera {

class ImageFile {
public:
    ImageFile(File file, FileIdentity identity) : m_file(std::move(file)), m_identity(identity) {}

    File& file() { return m_file; }
    const File& file() const { return m_file; }

    /// The last one that was known to be ours. Guarded by the store's write lock.
    const FileIdentity& identity() const { return m_identity; }
    void setIdentity(const FileIdentity& identity) { m_identity = identity; }

    /// Guarded by the store's write lock, as syncIfWritten().
    Result<void> write(std::uint64_t offset, std::span<const std::byte> bytes, bool past_cache) {
        m_synced = false;
        TESSERA_CHECK(past_cache ? m_file.writePastCache(offset, bytes) : m_file.writeAt(offset, bytes));
        m_file.beginWriteback(offset, bytes.size());  // of what is in the cache
        return {};
    }
    /// The data is on the disk as far as it is known.
    Result<void> syncIfWritten() {
        if (m_synced) return {};
        TESSERA_CHECK(m_file.sync());
        m_synced = true;
        return {};
    }

    /// Thread-safe.
    Result<std::span<const std::byte>> mapped() {
        if (!m_ready.load(std::memory_order_acquire)) {
            const std::lock_guard lock(m_mutex);
            if (!m_mapping) {
                TESSERA_TRY(FileMapping mapping, FileMapping::map(m_file));
                m_mapping.emplace(std::move(mapping));
                m_ready.store(true, std::memory_order_release);
            }
        }
        return m_mapping->bytes();
    }
    void advise(std::uint64_t offset, std::uint64_t size, MemoryAdvice advice) const {
        if (m_ready.load(std::memory_order_acquire)) m_mapping->advise(m_file, offset, size, advice);
    }
    Result<void> takeFault() const {
        if (!m_ready.load(std::memory_order_acquire)) return {};
        return m_mapping->takeFault();
    }

private:
    File m_file;
    FileIdentity m_identity;
    bool m_synced = false;  // since the last write; before the first one another run may have left data on its way
    std::mutex m_mutex;
    std::atomic<bool> m_ready{false};
    std::optional<FileMapping> m_mapping;
};

}  // namespace tessera
