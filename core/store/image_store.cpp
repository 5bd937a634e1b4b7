// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/image_store.h"

#include "core/base/format.h"
#include "core/base/platform/file.h"
#include "core/base/platform/paths.h"
#include "core/fragment/fragment_text.h"
#include "core/store/fragment_states.h"
#include "core/store/image_file.h"
#include "core/store/image_journal.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <mutex>
#include <thread>
#include <utility>

namespace tessera {

namespace {

using Paths = std::vector<std::filesystem::path>;
using Files = std::vector<std::unique_ptr<ImageFile>>;

constexpr std::size_t kMarksBetweenFlushes = 512;
constexpr std::chrono::seconds kTimeBetweenFlushes{2};
constexpr std::uint64_t kBytesBetweenSyncs = 128 * limits::MiB;  // what a power cut makes one hash again
constexpr std::uint64_t kMaxJournalBytes = 1 * limits::GiB;

std::filesystem::path journalBeside(const std::filesystem::path& first_file) {
    std::filesystem::path path = first_file;
    path += ".journal";
    return path;
}

/// For models in places that cannot be written.
std::filesystem::path journalInDataFolder(const Manifest& manifest) {
    return dataFolder() / "journals" / (toHex(manifest.set_id) + ".journal");
}

Paths pathsIn(const std::filesystem::path& folder, const Manifest& manifest) {
    Paths paths;
    for (const ManifestFile& file : manifest.files) paths.push_back(folder / fromUtf8(file.name));
    return paths;
}

/// First and past-the-last fragment of a file; fragments stand by file.
struct Run {
    std::uint32_t first = 0;
    std::uint32_t end = 0;
};
Run runOfFile(const Manifest& manifest, std::uint32_t file) {
    const auto& all = manifest.fragments;
    const auto begin = std::partition_point(all.begin(), all.end(), [&](const Fragment& f) { return f.file_index < file; });
    const auto end = std::partition_point(begin, all.end(), [&](const Fragment& f) { return f.file_index == file; });
    return {static_cast<std::uint32_t>(begin - all.begin()), static_cast<std::uint32_t>(end - all.begin())};
}

class ImageStore final : public FragmentStore {
public:
    ImageStore(Manifest manifest, Files files, FragmentStates states, std::optional<ImageJournal> journal, bool remember, bool complete_at_start,
               WrittenBytes written = WrittenBytes::StayCached)
        : m_manifest(std::move(manifest)), m_files(std::move(files)), m_states(std::move(states)), m_journal(std::move(journal)),
          m_remember(remember), m_complete_at_start(complete_at_start), m_written(written) {}

    ~ImageStore() override {
        [[maybe_unused]] const auto synced = sync();
        const std::lock_guard lock(m_mutex);
        flushMarks();
    }

    const Manifest& manifest() const override { return m_manifest; }
    FragmentState state(FragmentIndex fragment) const override { return m_states.get(fragment); }

    Result<void> readPart(FragmentIndex index, std::uint64_t offset, std::span<std::byte> out) const override {
        const Fragment& fragment = m_manifest.at(index);
        if (m_states.get(index) == FragmentState::Missing) return fail(ErrorKind::NotFound, describeFragment(m_manifest, fragment) + ": missing");
        return m_files[fragment.file_index]->file().readAt(fragment.offset + offset, out);
    }

    Result<StoredBytes> locate(FragmentIndex index) const override {
        const Fragment& fragment = m_manifest.at(index);
        if (m_states.get(index) == FragmentState::Missing) return fail(ErrorKind::NotFound, describeFragment(m_manifest, fragment) + ": missing");
        // Not owned: it lives as long as the store.
        return StoredBytes{std::shared_ptr<const File>(std::shared_ptr<void>(), &m_files[fragment.file_index]->file()), fragment.offset};
    }

    Result<std::optional<std::span<const std::byte>>> map(std::uint32_t file_index, std::uint64_t offset, std::uint64_t size) const override {
        if (!isRecorded(file_index, offset, size)) return std::nullopt;
        TESSERA_TRY(const auto bytes, m_files[file_index]->mapped());
        if (offset > bytes.size() || size > bytes.size() - offset) {
            return fail(ErrorKind::Corrupt, format("{}: the file ends at byte {}, but bytes {} to {} are needed; it was cut short",
                                                   toUtf8(m_files[file_index]->file().path()), bytes.size(), offset, offset + size));
        }
        return std::optional(bytes.subspan(static_cast<std::size_t>(offset), static_cast<std::size_t>(size)));
    }

    void advise(std::uint32_t file_index, std::uint64_t offset, std::uint64_t size, MemoryAdvice advice) const override {
        m_files[file_index]->advise(offset, size, advice);
    }

    Result<void> takeMappingFault() const override {
        for (const auto& file : m_files) TESSERA_CHECK(file->takeFault());
        return {};
    }

    void setState(FragmentIndex index, FragmentState state) override {
        m_states.set(index, state);
        if (!m_remember || (state != FragmentState::Verified && state != FragmentState::Bad)) return;
        const std::lock_guard lock(m_mutex);
        m_marks.push_back(index);
        const auto now = std::chrono::steady_clock::now();
        if (m_marks.size() >= kMarksBetweenFlushes || now - m_flushed >= kTimeBetweenFlushes) flushMarks();
    }

    Result<void> write(FragmentIndex index, std::span<const std::byte> bytes) override {
        if (!m_journal) return fail(ErrorKind::InvalidArgument, format("{}: is open for reading only", toUtf8(m_files[0]->file().path())));
        TESSERA_CHECK(checkBytes(m_manifest, index, bytes));
        {
            const std::lock_guard lock(m_mutex);
            if (m_states.get(index) == FragmentState::Verified) return {};
            ImageFile& file = *m_files[m_manifest.at(index).file_index];
            TESSERA_CHECK(noticeChanges(m_manifest.at(index).file_index));
            TESSERA_CHECK(forget(index));
            TESSERA_CHECK(file.write(m_manifest.at(index).offset, bytes, m_written == WrittenBytes::PassCache));
            TESSERA_TRY(const FileIdentity after, file.file().identity());
            TESSERA_CHECK(m_journal->append(std::array{entry(JournalKind::Written, index, after)}, m_manifest, false));
            file.setIdentity(after);
            m_states.set(index, FragmentState::Verified);
            m_unsynced.push_back(index);
            m_unsynced_bytes += bytes.size();
            if (m_unsynced_bytes < kBytesBetweenSyncs) return {};
        }
        const std::unique_lock syncing(m_sync_mutex, std::try_to_lock);
        return syncing ? syncWritten() : Result<void>{};
    }

    Result<void> sync() override {
        const std::lock_guard syncing(m_sync_mutex);
        return syncWritten();
    }

private:
    bool isRecorded(std::uint32_t file_index, std::uint64_t offset, std::uint64_t size) const {
        const Run run = runOfFile(m_manifest, file_index);
        const auto begin = m_manifest.fragments.begin() + run.first;
        const auto end = m_manifest.fragments.begin() + run.end;
        auto at = std::partition_point(begin, end, [&](const Fragment& f) { return f.offset + f.size_bytes <= offset; });
        for (; at != end && at->offset < offset + size; ++at) {
            const FragmentState state = m_states.get(FragmentIndex{static_cast<std::uint32_t>(at - m_manifest.fragments.begin())});
            if (state != FragmentState::Present && state != FragmentState::Verified) return false;
        }
        return true;
    }

    JournalEntry entry(JournalKind kind, FragmentIndex index, const FileIdentity& after) const {
        const std::uint32_t file = m_manifest.at(index).file_index;
        return {kind, file, toInt(index), 1, m_files[file]->identity(), after};
    }

    /// A file that somebody else changed is unverified again.
    Result<void> noticeChanges(std::uint32_t file_index) {
        ImageFile& file = *m_files[file_index];
        TESSERA_TRY(const FileIdentity now, file.file().identity());
        if (now == file.identity()) return {};
        demote(file_index);
        file.setIdentity(now);
        return {};
    }

    void demote(std::uint32_t file_index) {
        const Run run = runOfFile(m_manifest, file_index);
        for (std::uint32_t i = run.first; i < run.end; ++i) {
            const FragmentIndex index{i};
            if (m_states.get(index) == FragmentState::Verified) m_states.set(index, FragmentState::Present);
        }
    }

    /// Before bytes that are recorded are replaced, the record goes: a kill in between must not leave it.
    Result<void> forget(FragmentIndex index) {
        if (m_states.get(index) == FragmentState::Missing) return {};
        const FileIdentity& identity = m_files[m_manifest.at(index).file_index]->identity();
        TESSERA_CHECK(m_journal->append(std::array{entry(JournalKind::Missing, index, identity)}, m_manifest, true));
        m_states.set(index, FragmentState::Missing);
        return {};
    }

    /// Many fragments with one sync, beside further writes: one sync for each would take longer than their transfer.
    Result<void> syncWritten() {
        std::vector<FragmentIndex> written;
        {
            const std::lock_guard lock(m_mutex);
            written.swap(m_unsynced);
            m_unsynced_bytes = 0;
        }
        std::sort(written.begin(), written.end());
        for (std::size_t i = 0; i < written.size(); ++i) {
            const std::uint32_t file = m_manifest.at(written[i]).file_index;
            if (i == 0 || file != m_manifest.at(written[i - 1]).file_index) TESSERA_CHECK(syncOrDoubt(file));
        }
        const std::lock_guard lock(m_mutex);
        // Where somebody else has changed the file meanwhile, they are no longer verified, or were written again after the sync.
        std::erase_if(written, [this](FragmentIndex index) {
            return m_states.get(index) != FragmentState::Verified || std::find(m_unsynced.begin(), m_unsynced.end(), index) != m_unsynced.end();
        });
        if (written.empty()) return {};
        return m_journal->append(entriesFor(written), m_manifest, true);
    }

    /// After a failed sync the system may have dropped what it could not write and still show it: nothing counts.
    Result<void> syncOrDoubt(std::uint32_t file_index) {
        auto synced = m_files[file_index]->file().sync();
        if (synced) return synced;
        const std::lock_guard lock(m_mutex);
        doubt(file_index);
        return synced;
    }

    /// Of a writer.
    void doubt(std::uint32_t file_index) {
        demote(file_index);
        const FileIdentity& identity = m_files[file_index]->identity();
        [[maybe_unused]] const auto told = m_journal->append(std::array{JournalEntry{JournalKind::Doubted, file_index, 0, 0, identity, identity}}, m_manifest, true);
    }

    /// Brings what was verified since the last time to the journal. Losing it costs no more than hashing again, so
    /// nobody is told when it cannot be written.
    void flushMarks() {
        m_flushed = std::chrono::steady_clock::now();
        std::vector<FragmentIndex> marks = std::exchange(m_marks, {});
        if (marks.empty()) return;
        std::sort(marks.begin(), marks.end());
        marks.erase(std::unique(marks.begin(), marks.end()), marks.end());
        std::erase_if(marks, [this](FragmentIndex index) { return !mayVouchFor(m_manifest.at(index).file_index); });
        const std::vector<JournalEntry> entries = entriesFor(marks);
        if (entries.empty()) return;
        if (m_journal) {
            [[maybe_unused]] const auto told = m_journal->append(entries, m_manifest, false);
        } else {
            appendAsReader(entries);
        }
    }

    /// What is known about sorted fragments, in as few entries as say it.
    std::vector<JournalEntry> entriesFor(const std::vector<FragmentIndex>& marks) const {
        std::vector<JournalEntry> entries;
        for (const FragmentIndex index : marks) {
            const std::uint32_t file_index = m_manifest.at(index).file_index;
            const FragmentState state = m_states.get(index);
            if (state != FragmentState::Verified && state != FragmentState::Bad) continue;
            const JournalKind kind = state == FragmentState::Verified ? JournalKind::Verified : JournalKind::Bad;
            if (!entries.empty() && entries.back().kind == kind && entries.back().file == file_index &&
                entries.back().first + entries.back().count == toInt(index)) {
                ++entries.back().count;
            } else {
                entries.push_back(entry(kind, index, m_files[file_index]->identity()));
            }
        }
        return entries;
    }

    /// The file is what it was when its fragments were hashed, and on the disk.
    bool mayVouchFor(std::uint32_t file_index) {
        if (!noticeChanges(file_index)) return false;
        if (m_files[file_index]->syncIfWritten()) return true;
        if (m_journal) doubt(file_index);  // the system tells of lost data once: the next sync would know nothing of it
        return false;
    }

    void appendAsReader(const std::vector<JournalEntry>& entries) {
        const auto appendAt = [&](const std::filesystem::path& path) {
            auto journal = ImageJournal::open(path, m_manifest, m_complete_at_start);
            // A writer holds it: its chain goes on, ours would break it.
            if (journal && *journal) {
                [[maybe_unused]] const auto told = (*journal)->append(entries, m_manifest, false);
            }
            return journal.has_value();
        };
        if (appendAt(journalBeside(m_files[0]->file().path()))) return;
        const auto path = journalInDataFolder(m_manifest);
        std::error_code ignored;
        std::filesystem::create_directories(path.parent_path(), ignored);
        appendAt(path);
    }

    const Manifest m_manifest;
    const Files m_files;
    FragmentStates m_states;
    std::mutex m_sync_mutex;  // one sync of written fragments at a time; taken before m_mutex
    std::mutex m_mutex;       // journal, marks, files' identities, writes, and what is unsynced
    std::vector<FragmentIndex> m_unsynced;
    std::uint64_t m_unsynced_bytes = 0;
    std::optional<ImageJournal> m_journal;  // writers only
    std::vector<FragmentIndex> m_marks;     // verified or bad, not yet in the journal
    std::chrono::steady_clock::time_point m_flushed = std::chrono::steady_clock::now();
    const bool m_remember;
    const bool m_complete_at_start;
    const WrittenBytes m_written;
};

tl::unexpected<Error> wrongSize(ErrorKind kind, const std::filesystem::path& path, std::uint64_t found, std::uint64_t expected) {
    return fail(kind, format("{}: the file has {} bytes, the manifest says {}: it was cut short or is another one. Fetch it again, "
                             "or make a new manifest (tessera fragment --in-place)", toUtf8(path), found, expected));
}

Result<void> lockShared(Files& files) {
    const auto locked = files[0]->file().tryLock(false);
    // Some network file systems know no locks: better to read without than not at all.
    if (!locked || *locked) return {};
    return fail(ErrorKind::Io, format("{}: another program is removing fragments from it; try again when it has ended", toUtf8(files[0]->file().path())));
}

Result<Files> openForReading(const Paths& paths, const Manifest& manifest) {
    Files files;
    for (std::size_t i = 0; i < paths.size(); ++i) {
        TESSERA_TRY(File file, File::open(paths[i], File::Mode::Read));
        TESSERA_TRY(const FileIdentity identity, file.identity());
        if (identity.size_bytes != manifest.files[i].size_bytes) return wrongSize(ErrorKind::Corrupt, paths[i], identity.size_bytes, manifest.files[i].size_bytes);
        files.push_back(std::make_unique<ImageFile>(std::move(file), identity));
    }
    TESSERA_CHECK(lockShared(files));
    return files;
}

FragmentStates statesFrom(JournalContents contents, const Manifest& manifest, const Files& files) {
    std::vector<FileIdentity> now;
    for (const auto& file : files) now.push_back(file->identity());
    demoteChanged(contents, manifest, now);
    FragmentStates states(contents.states.size());
    for (std::uint32_t i = 0; i < contents.states.size(); ++i) states.set(FragmentIndex{i}, contents.states[i]);
    return states;
}

std::optional<JournalContents> readJournal(const std::filesystem::path& first_file, const Manifest& manifest) {
    for (const auto& path : {journalBeside(first_file), journalInDataFolder(manifest)}) {
        const auto bytes = readFile(path, kMaxJournalBytes);
        if (!bytes) continue;
        if (auto contents = replayJournal(*bytes, manifest)) return contents;
    }
    return std::nullopt;
}

/// A reader may hold the journal for a moment to add what it has verified.
Result<ImageJournal> openJournalPatiently(const std::filesystem::path& path, const Manifest& manifest, bool complete_at_start) {
    for (int attempt = 0; attempt < 20; ++attempt) {
        TESSERA_TRY(auto journal, ImageJournal::open(path, manifest, complete_at_start));
        if (journal) return *std::move(journal);
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return fail(ErrorKind::Io, format("{}: another program is writing to this model; wait until it has ended", toUtf8(path)));
}

bool isComplete(const std::filesystem::path& path, std::uint64_t size) {
    std::error_code code;
    return std::filesystem::file_size(path, code) == size && !code;
}

/// Opens or makes file `i`; in a journal that has not met it yet, or where it is new, its beginnings are noted.
Result<std::unique_ptr<ImageFile>> openForWriting(const std::filesystem::path& path, std::uint32_t i, const Manifest& manifest, ImageJournal& journal) {
    TESSERA_TRY(File file, File::open(path, File::Mode::Create));
    TESSERA_TRY(std::uint64_t size, file.size());
    const std::uint64_t expected = manifest.files[i].size_bytes;
    const bool made = size == 0;
    if (!made && size != expected) return wrongSize(ErrorKind::InvalidArgument, path, size, expected);
    if (made) {
        TESSERA_CHECK(file.resize(expected));
        TESSERA_CHECK(file.sync());
        TESSERA_CHECK(syncDirectory(path.parent_path()));
    }
    TESSERA_TRY(const FileIdentity identity, file.identity());
    const Run run = runOfFile(manifest, i);
    const std::uint32_t count = run.end - run.first;
    std::vector<JournalEntry> entries;
    if (made) entries.push_back({JournalKind::Missing, i, run.first, count, identity, identity});
    if (!made && !journal.contents().chain[i]) {
        // Complete, but the journal began with others that were not: recorded, and to be hashed before use.
        entries.push_back({JournalKind::Written, i, run.first, count, identity, identity});
    }
    if (!entries.empty()) TESSERA_CHECK(journal.append(entries, manifest, true));
    return std::make_unique<ImageFile>(std::move(file), identity);
}

}  // namespace

Result<std::unique_ptr<FragmentStore>> openImageStore(const std::filesystem::path& folder, Manifest manifest) {
    Paths paths = pathsIn(folder, manifest);
    return openImageFiles(std::move(paths), std::move(manifest));
}

Result<std::unique_ptr<FragmentStore>> openImageFiles(Paths paths, Manifest manifest, bool remember) {
    if (paths.size() != manifest.files.size() || paths.empty()) {
        return fail(ErrorKind::InvalidArgument, format("{} files were given, the manifest has {}", paths.size(), manifest.files.size()));
    }
    TESSERA_TRY(Files files, openForReading(paths, manifest));
    auto contents = remember ? readJournal(paths[0], manifest) : std::nullopt;
    const bool complete_at_start = !contents || contents->complete_at_start;
    FragmentStates states = contents ? statesFrom(*std::move(contents), manifest, files)
                                     : FragmentStates(manifest.fragments.size(), FragmentState::Present);
    return std::make_unique<ImageStore>(std::move(manifest), std::move(files), std::move(states), std::nullopt, remember, complete_at_start);
}

Result<std::unique_ptr<FragmentStore>> createImageStore(const std::filesystem::path& folder, Manifest manifest, WrittenBytes written) {
    std::error_code code;
    std::filesystem::create_directories(folder, code);
    if (code) return fail(ErrorKind::Io, format("{}: cannot create the folder: {}", toUtf8(folder), code.message()));
    const Paths paths = pathsIn(folder, manifest);
    bool complete = true;
    for (std::size_t i = 0; i < paths.size(); ++i) complete = complete && isComplete(paths[i], manifest.files[i].size_bytes);
    // The journal first: a sparse file without one would pass for a complete one.
    TESSERA_TRY(ImageJournal journal, openJournalPatiently(journalBeside(paths[0]), manifest, complete));
    TESSERA_CHECK(journal.compactIfLarge(manifest));
    Files files;
    for (std::uint32_t i = 0; i < paths.size(); ++i) {
        TESSERA_TRY(auto file, openForWriting(paths[i], i, manifest, journal));
        files.push_back(std::move(file));
    }
    TESSERA_CHECK(lockShared(files));
    FragmentStates states = statesFrom(journal.contents(), manifest, files);
    const bool complete_at_start = journal.contents().complete_at_start;
    return std::make_unique<ImageStore>(std::move(manifest), std::move(files), std::move(states), std::move(journal), true, complete_at_start, written);
}

Result<void> evictFragments(const std::filesystem::path& folder, Manifest manifest, std::span<const FragmentIndex> fragments) {
    const Paths paths = pathsIn(folder, manifest);
    TESSERA_TRY(ImageJournal journal, openJournalPatiently(journalBeside(paths[0]), manifest, true));
    Files files;
    for (std::uint32_t i = 0; i < paths.size(); ++i) {
        if (!isComplete(paths[i], manifest.files[i].size_bytes)) return fail(ErrorKind::NotFound, toUtf8(paths[i]) + ": is not there in its full size");
        TESSERA_TRY(auto file, openForWriting(paths[i], i, manifest, journal));
        files.push_back(std::move(file));
    }
    TESSERA_TRY(const bool alone, files[0]->file().tryLock(true));
    if (!alone) return fail(ErrorKind::Io, format("{}: is in use; close the model first", toUtf8(paths[0])));
    for (const FragmentIndex index : fragments) {
        const Fragment& fragment = manifest.at(index);
        ImageFile& file = *files[fragment.file_index];
        TESSERA_TRY(const FileIdentity before, file.file().identity());
        TESSERA_CHECK(journal.append(std::array{JournalEntry{JournalKind::Missing, fragment.file_index, toInt(index), 1, before, before}}, manifest, true));
        TESSERA_CHECK(file.file().punchHole(fragment.offset, fragment.size_bytes));
        TESSERA_TRY(const FileIdentity after, file.file().identity());
        TESSERA_CHECK(journal.append(std::array{JournalEntry{JournalKind::Noted, fragment.file_index, 0, 0, before, after}}, manifest, true));
    }
    return {};
}

}  // namespace tessera
