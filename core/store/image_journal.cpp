// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/image_journal.h"

#include "core/base/bytes.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace tessera {

namespace {

constexpr std::array<char, 8> kMagic{'T', 'E', 'S', 'S', 'J', 'R', 'N', '1'};
constexpr std::uint32_t kVersion = 1;
constexpr std::uint32_t kCompleteFlag = 1;
constexpr std::size_t kHeaderBytes = 56;
constexpr std::uint32_t kEntryMagic = 0x31454A54;  // "TJE1"
constexpr std::size_t kEntryBytes = 80;
constexpr std::size_t kLargeEntries = 4096;  // 320 KiB: read in under a millisecond
constexpr std::uint64_t kMaxJournalBytes = 1 * limits::GiB;

std::uint64_t checksumOf(std::span<const std::byte> bytes) {
    std::uint64_t hash = 0xcbf29ce484222325ull;
    for (const std::byte byte : bytes) hash = (hash ^ std::to_integer<std::uint64_t>(byte)) * 0x100000001b3ull;
    return hash;
}

/// Fills a record of a known size from its start; the checksum comes last.
class RecordWriter {
public:
    explicit RecordWriter(std::span<std::byte> record) : m_record(record) {}

    template <class T>
    RecordWriter& put(const T& value) {
        std::memcpy(m_record.data() + m_position, &value, sizeof value);
        m_position += sizeof value;
        return *this;
    }
    RecordWriter& put(const FileIdentity& identity) { return put(identity.size_bytes).put(identity.modified_ns).put(identity.inode); }
    void finish() { put(checksumOf(m_record.first(m_position))); }

private:
    std::span<std::byte> m_record;
    std::size_t m_position = 0;
};

FileIdentity takeIdentity(ByteReader& reader) {
    FileIdentity identity;
    identity.size_bytes = *reader.read<std::uint64_t>();
    identity.modified_ns = *reader.read<std::int64_t>();
    identity.inode = *reader.read<std::uint64_t>();
    return identity;
}

bool checks(std::span<const std::byte> record) {
    std::uint64_t written = 0;
    const std::size_t body = record.size() - sizeof written;
    std::memcpy(&written, record.data() + body, sizeof written);
    return written == checksumOf(record.first(body));
}

/// `record` has kEntryBytes bytes.
std::optional<JournalEntry> parseEntry(std::span<const std::byte> record) {
    if (!checks(record)) return std::nullopt;
    ByteReader reader(record);
    if (*reader.read<std::uint32_t>() != kEntryMagic) return std::nullopt;
    JournalEntry entry;
    const auto kind = *reader.read<std::uint32_t>();
    if (kind > static_cast<std::uint32_t>(JournalKind::Written)) return std::nullopt;
    entry.kind = static_cast<JournalKind>(kind);
    entry.file = *reader.read<std::uint32_t>();
    entry.first = *reader.read<std::uint32_t>();
    entry.count = *reader.read<std::uint32_t>();
    reader.read<std::uint32_t>();
    entry.before = takeIdentity(reader);
    entry.after = takeIdentity(reader);
    return entry;
}

bool fits(const JournalEntry& entry, const Manifest& manifest) {
    return entry.file < manifest.files.size() && entry.first <= manifest.fragments.size() &&
           entry.count <= manifest.fragments.size() - entry.first;
}

FragmentState stateAfter(JournalKind kind, FragmentState old) {
    switch (kind) {
        case JournalKind::Verified: return FragmentState::Verified;
        case JournalKind::Bad: return FragmentState::Bad;
        case JournalKind::Missing: return FragmentState::Missing;
        case JournalKind::Written: return FragmentState::Present;
        case JournalKind::Noted:
        case JournalKind::Doubted: break;
    }
    return old;
}

/// What was known about the bytes of a file that changed: only whether they are there.
void demoteFile(std::vector<FragmentState>& states, const Manifest& manifest, std::uint32_t file) {
    for (std::size_t i = 0; i < states.size(); ++i) {
        if (manifest.fragments[i].file_index == file && states[i] != FragmentState::Missing) states[i] = FragmentState::Present;
    }
}

void apply(const JournalEntry& entry, JournalContents& contents, const Manifest& manifest) {
    auto& chain = contents.chain[entry.file];
    const bool broken = chain && !(*chain == entry.before);
    if (broken || entry.kind == JournalKind::Doubted) demoteFile(contents.states, manifest, entry.file);
    chain = entry.after;
    for (std::uint32_t i = entry.first; i < entry.first + entry.count; ++i) {
        if (manifest.fragments[i].file_index == entry.file) contents.states[i] = stateAfter(entry.kind, contents.states[i]);
    }
}

/// Runs of equal state, as few entries as say the same.
std::vector<JournalEntry> entriesFor(const JournalContents& contents, const Manifest& manifest) {
    const FragmentState initial = contents.complete_at_start ? FragmentState::Present : FragmentState::Missing;
    std::vector<JournalEntry> entries;
    const auto add = [&](JournalKind kind, std::uint32_t i) {
        const std::uint32_t file = manifest.fragments[i].file_index;
        if (!contents.chain[file]) return;
        if (!entries.empty() && entries.back().kind == kind && entries.back().file == file && entries.back().first + entries.back().count == i) {
            ++entries.back().count;
        } else {
            entries.push_back({kind, file, i, 1, *contents.chain[file], *contents.chain[file]});
        }
    };
    // So that the chain has a link for each file, also where nothing else is said of it.
    for (std::uint32_t file = 0; file < contents.chain.size(); ++file) {
        if (contents.chain[file]) entries.push_back({JournalKind::Noted, file, 0, 0, *contents.chain[file], *contents.chain[file]});
    }
    for (std::uint32_t i = 0; i < contents.states.size(); ++i) {
        if (contents.states[i] == FragmentState::Present && initial == FragmentState::Missing) add(JournalKind::Written, i);
        if (contents.states[i] == FragmentState::Verified) add(JournalKind::Verified, i);
        if (contents.states[i] == FragmentState::Bad) add(JournalKind::Bad, i);
        if (contents.states[i] == FragmentState::Missing && initial == FragmentState::Present) add(JournalKind::Missing, i);
    }
    return entries;
}

}  // namespace

std::vector<std::byte> journalHeaderBytes(const Sha256Digest& set_id, bool complete_at_start) {
    std::vector<std::byte> bytes(kHeaderBytes);
    RecordWriter(bytes).put(kMagic).put(kVersion).put(complete_at_start ? kCompleteFlag : 0u).put(set_id).finish();
    return bytes;
}

std::vector<std::byte> journalEntryBytes(std::span<const JournalEntry> entries) {
    std::vector<std::byte> bytes(entries.size() * kEntryBytes);
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const JournalEntry& entry = entries[i];
        RecordWriter record{std::span<std::byte>(bytes).subspan(i * kEntryBytes, kEntryBytes)};
        record.put(kEntryMagic).put(entry.kind).put(entry.file).put(entry.first).put(entry.count).put(std::uint32_t{0});
        record.put(entry.before).put(entry.after).finish();
    }
    return bytes;
}

std::optional<JournalContents> replayJournal(std::span<const std::byte> bytes, const Manifest& manifest) {
    if (bytes.size() < kHeaderBytes || !checks(bytes.first(kHeaderBytes))) return std::nullopt;
    for (const bool complete : {false, true}) {
        const auto expected = journalHeaderBytes(manifest.set_id, complete);
        if (!std::equal(expected.begin(), expected.end(), bytes.begin())) continue;
        JournalContents contents;
        contents.complete_at_start = complete;
        contents.states.assign(manifest.fragments.size(), complete ? FragmentState::Present : FragmentState::Missing);
        contents.chain.resize(manifest.files.size());
        contents.entries = (bytes.size() - kHeaderBytes) / kEntryBytes;
        contents.whole_bytes = kHeaderBytes + contents.entries * kEntryBytes;
        for (std::size_t i = 0; i < contents.entries; ++i) {
            const auto entry = parseEntry(bytes.subspan(kHeaderBytes + i * kEntryBytes, kEntryBytes));
            if (entry && fits(*entry, manifest)) apply(*entry, contents, manifest);
        }
        return contents;
    }
    return std::nullopt;
}

void demoteChanged(JournalContents& contents, const Manifest& manifest, std::span<const FileIdentity> now) {
    for (std::uint32_t file = 0; file < contents.chain.size(); ++file) {
        const auto& chain = contents.chain[file];
        if (!chain || *chain == now[file]) continue;
        demoteFile(contents.states, manifest, file);
        // Another file altogether, and not a copy that kept its time: what was recorded as missing may well be there.
        const bool replaced = chain->inode != now[file].inode && chain->modified_ns != now[file].modified_ns;
        for (std::size_t i = 0; replaced && i < contents.states.size(); ++i) {
            if (manifest.fragments[i].file_index == file) contents.states[i] = FragmentState::Present;
        }
    }
}

Result<std::optional<ImageJournal>> ImageJournal::open(const std::filesystem::path& path, const Manifest& manifest, bool complete_at_start) {
    TESSERA_TRY(auto file, openLocked(path, File::Mode::Create));
    if (!file) return std::nullopt;
    TESSERA_TRY(const std::uint64_t size, file->size());
    std::vector<std::byte> bytes(static_cast<std::size_t>(std::min(size, kMaxJournalBytes)));
    TESSERA_CHECK(file->readAt(0, bytes));
    auto contents = replayJournal(bytes, manifest);
    if (!contents) {
        const auto header = journalHeaderBytes(manifest.set_id, complete_at_start);
        TESSERA_CHECK(file->resize(0));
        TESSERA_CHECK(file->writeAt(0, header));
        TESSERA_CHECK(file->sync());
        TESSERA_CHECK(syncDirectory(path.parent_path()));
        contents = replayJournal(header, manifest);
    } else if (contents->whole_bytes != size) {
        TESSERA_CHECK(file->resize(contents->whole_bytes));
    }
    return ImageJournal(*std::move(file), *std::move(contents));
}

Result<void> ImageJournal::append(std::span<const JournalEntry> entries, const Manifest& manifest, bool sync) {
    const auto bytes = journalEntryBytes(entries);
    auto done = m_file.writeAt(m_contents.whole_bytes, bytes);
    if (done && sync) done = m_file.sync();
    if (!done) {
        // Whatever arrived of it must not count. When even this fails, the checksum finds what is torn.
        [[maybe_unused]] const auto cut = m_file.resize(m_contents.whole_bytes);
        return done;
    }
    m_contents.whole_bytes += bytes.size();
    m_contents.entries += entries.size();
    for (const JournalEntry& entry : entries) apply(entry, m_contents, manifest);
    return {};
}

Result<void> ImageJournal::compactIfLarge(const Manifest& manifest) {
    if (m_contents.entries < kLargeEntries) return {};
    const auto entries = entriesFor(m_contents, manifest);
    if (entries.size() * 2 > m_contents.entries) return {};
    auto bytes = journalHeaderBytes(manifest.set_id, m_contents.complete_at_start);
    const auto body = journalEntryBytes(entries);
    bytes.insert(bytes.end(), body.begin(), body.end());
    const std::filesystem::path path = m_file.path();
    TESSERA_CHECK(writeFileAtomically(path, bytes));
    TESSERA_TRY(auto file, openLocked(path, File::Mode::ReadWrite));
    if (!file) return fail(ErrorKind::Io, "another program took the journal");
    m_file = *std::move(file);
    m_contents.entries = entries.size();
    m_contents.whole_bytes = bytes.size();
    return {};
}

}  // namespace tessera
