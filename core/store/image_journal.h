// SPDX-License-Identifier: GPL-3.0-or-later
// What an image store remembers about the model's file(s) between runs, in "<first file>.journal" beside them.
//
//   header   56 bytes  "TESSJRN1" · u32 version = 1 · u32 flags (bit 0: the files were complete when the journal began)
//                      · set_id[32] · u64 checksum
//   entries  80 bytes  u32 'TJE1' · u32 kind · u32 file · u32 first fragment · u32 count · u32 0
//            each      · identity before {u64 size, i64 mtime ns, u64 inode} · identity after {…} · u64 checksum
//
// Little-endian; a checksum is FNV-1a (64 bit) over the bytes before it: it finds torn entries, not forgers, who could
// change the files as well. Entries are only ever appended; one that does not check is skipped.
//
// Each entry says what became of a run of fragments of one file, and what the file looked like (size, time, inode)
// before and after. As long as each "before" is the last "after", all changes were ours. Where the chain breaks, or its
// end is not what the file looks like now (a change by others, an unclean stop in the middle of a write), everything
// verified counts as present only and is hashed again before use.
#pragma once

#include "core/base/platform/file.h"
#include "core/fragment/fragment_store.h"

#include <filesystem>
#include <optional>
#include <vector>

namespace tessera {

enum class JournalKind : std::uint32_t {
    Noted = 0,     // nothing but the identity
    Verified = 1,  // bytes are on the disk and met their hash
    Bad = 2,       // bytes are there and did not meet their hash
    Missing = 3,   // bytes are about to be removed or replaced
    Doubted = 4,   // a sync failed: nothing of this file counts as verified (first and count are 0)
    Written = 5,   // bytes met their hash and were written; not known to be on the disk, so hashed again before use
};

struct JournalEntry {
    JournalKind kind = JournalKind::Noted;
    std::uint32_t file = 0;
    std::uint32_t first = 0;
    std::uint32_t count = 0;
    FileIdentity before;
    FileIdentity after;
};

/// What a journal says.
struct JournalContents {
    bool complete_at_start = false;
    std::vector<FragmentState> states;                // Present where recorded only; by fragment
    std::vector<std::optional<FileIdentity>> chain;   // by file: the last "after"
    std::size_t entries = 0;                          // whole ones, right or not
    std::uint64_t whole_bytes = 0;                    // header and entries, without a torn end
};

/// Reads a journal's bytes. nullopt when they are no journal of this manifest's set.
std::optional<JournalContents> replayJournal(std::span<const std::byte> bytes, const Manifest& manifest);

/// The states after holding the chain against what the files look like now.
void demoteChanged(JournalContents& contents, const Manifest& manifest, std::span<const FileIdentity> now);

/// A journal open for appending. Holds its exclusive lock: one writer at a time. One thread at a time.
class ImageJournal {
public:
    /// Opens or begins the journal at `path`; one of another set is begun anew. nullopt: another writer holds it.
    static Result<std::optional<ImageJournal>> open(const std::filesystem::path& path, const Manifest& manifest, bool complete_at_start);

    /// Appended entries included, demoteChanged not applied.
    const JournalContents& contents() const { return m_contents; }

    /// After an error the journal is as it was before. Precondition: the entries fit the manifest.
    Result<void> append(std::span<const JournalEntry> entries, const Manifest& manifest, bool sync);

    /// Replaces a journal that has grown far beyond what it says by one that says the same in as few entries.
    Result<void> compactIfLarge(const Manifest& manifest);

private:
    ImageJournal(File file, JournalContents contents) : m_file(std::move(file)), m_contents(std::move(contents)) {}
    File m_file;
    JournalContents m_contents;
};

/// Bytes of a fresh journal; for tests and for beginning one.
std::vector<std::byte> journalHeaderBytes(const Sha256Digest& set_id, bool complete_at_start);
std::vector<std::byte> journalEntryBytes(std::span<const JournalEntry> entries);

}  // namespace tessera
