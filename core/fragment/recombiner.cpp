// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fragment/recombiner.h"

#include "core/base/format.h"
#include "core/base/parallel.h"
#include "core/base/platform/file.h"
#include "core/base/platform/paths.h"
#include "core/base/quote.h"
#include "core/fragment/fragment_text.h"
#include "core/fragment/manifest_check.h"
#include "core/fragment/trailing_hash.h"
#include "core/fragment/verifier.h"

#include <algorithm>
#include <vector>

namespace tessera {

namespace {

constexpr std::uint64_t kPieceBytes = 256 * limits::KiB;
constexpr std::size_t kMissingNamed = 10;

/// One file of the model on its way from fragments to its unfinishedPath().
class FileRebuild {
public:
    FileRebuild(const FragmentStore& store, std::uint32_t file_index, std::filesystem::path target)
        : m_store(store), m_info(store.manifest().files[file_index]), m_target(std::move(target)), m_part_path(unfinishedPath(m_target)) {
        const auto& fragments = store.manifest().fragments;
        for (std::size_t i = 0; i < fragments.size(); ++i) {
            if (fragments[i].file_index == file_index) m_fragments.push_back(FragmentIndex{static_cast<std::uint32_t>(i)});
        }
        std::sort(m_fragments.begin(), m_fragments.end(), [&](FragmentIndex a, FragmentIndex b) { return at(a).offset < at(b).offset; });
        m_done.resize(m_fragments.size());
    }

    const std::filesystem::path& partPath() const { return m_part_path; }

    /// Bytes that are still to be written to the disk.
    std::uint64_t bytesNeeded() const {
        std::error_code none;
        const std::uint64_t there = std::filesystem::exists(m_part_path, none) ? std::filesystem::file_size(m_part_path, none) : 0;
        return none || there >= m_info.size_bytes ? 0 : m_info.size_bytes - there;
    }

    Result<void> fillPart(const Operation& operation, ProgressMeter& meter) {
        TESSERA_CHECK(openPart());
        TrailingHash whole(*m_part, meter);
        TESSERA_CHECK(parallelFor(m_fragments.size(), 0, operation.stop, [&](std::size_t i) -> Result<void> {
            TESSERA_CHECK(placeFragment(at(m_fragments[i]), m_fragments[i], operation));
            whole.advance(finalEndAfter(i));
            return {};
        }));
        TESSERA_TRY(const Sha256Digest found, whole.finish(m_info.size_bytes, operation.stop));
        if (found != m_info.sha256) {
            removePart();
            return fail(ErrorKind::Corrupt, format("{}: every fragment is right, but the rebuilt file's SHA-256 is {} and the manifest says {}; "
                                                   "the manifest is wrong", toUtf8(m_target), toHex(found), toHex(m_info.sha256)));
        }
        return m_part->sync();
    }

    Result<void> appear() {
        m_part.reset();
        return renameDurably(m_part_path, m_target);
    }

    /// Leaves alone what another run is writing.
    void removePart() {
        if (!m_owned) return;
        m_part.reset();
        std::error_code ignored;
        std::filesystem::remove(m_part_path, ignored);
    }

private:
    const Fragment& at(FragmentIndex index) const { return m_store.manifest().at(index); }

    Result<void> openPart() {
        TESSERA_TRY(auto part, openLocked(m_part_path, File::Mode::Create));
        if (!part) return fail(ErrorKind::Io, format("{}: another run is writing it; wait for it, or choose another output", toUtf8(m_part_path)));
        m_part = std::move(*part);
        m_owned = true;
        TESSERA_TRY(const std::uint64_t size, m_part->size());
        m_resuming = size > 0;
        if (size != m_info.size_bytes) TESSERA_CHECK(m_part->resize(m_info.size_bytes));
        return m_resuming ? clearGaps() : Result<void>{};
    }

    /// Whatever an unfinished file has between the fragments: zeros belong there.
    Result<void> clearGaps() {
        std::uint64_t end = 0;
        for (const FragmentIndex index : m_fragments) {
            const Fragment& fragment = at(index);
            if (fragment.offset > end) TESSERA_CHECK(m_part->punchHole(end, fragment.offset - end));
            end = fragment.offset + fragment.size_bytes;
        }
        return end < m_info.size_bytes ? m_part->punchHole(end, m_info.size_bytes - end) : Result<void>{};
    }

    Result<void> placeFragment(const Fragment& fragment, FragmentIndex index, const Operation& operation) {
        if (m_resuming) {
            TESSERA_TRY(const bool there, isInPart(fragment, operation));
            if (there) return {};
        }
        return copyFragment(fragment, index, operation);
    }

    Result<bool> isInPart(const Fragment& fragment, const Operation& operation) {
        Sha256 hash;
        TESSERA_CHECK(forEachPiece(fragment, operation, [&](std::uint64_t offset, std::span<std::byte> piece) -> Result<void> {
            TESSERA_CHECK(m_part->readAt(fragment.offset + offset, piece));
            hash.update(piece);
            return {};
        }));
        return hash.finish() == fragment.sha256;
    }

    Result<void> copyFragment(const Fragment& fragment, FragmentIndex index, const Operation& operation) {
        Sha256 hash;
        TESSERA_CHECK(forEachPiece(fragment, operation, [&](std::uint64_t offset, std::span<std::byte> piece) -> Result<void> {
            TESSERA_CHECK(m_store.readPart(index, offset, piece));
            hash.update(piece);
            return m_part->writeAt(fragment.offset + offset, piece);
        }));
        m_part->beginWriteback(fragment.offset, fragment.size_bytes);
        const Sha256Digest found = hash.finish();
        if (found == fragment.sha256) return {};
        return fail(ErrorKind::Corrupt, describeHashMismatch(m_store.manifest(), fragment, found));
    }

    static Result<void> forEachPiece(const Fragment& fragment, const Operation& operation,
                                     const std::function<Result<void>(std::uint64_t, std::span<std::byte>)>& use) {
        std::vector<std::byte> buffer(static_cast<std::size_t>(std::min(kPieceBytes, fragment.size_bytes)));
        for (std::uint64_t offset = 0; offset < fragment.size_bytes; offset += kPieceBytes) {
            TESSERA_CHECK(operation.checkStop());
            const std::uint64_t size = std::min(kPieceBytes, fragment.size_bytes - offset);
            TESSERA_CHECK(use(offset, std::span(buffer).first(static_cast<std::size_t>(size))));
        }
        return {};
    }

    /// Marks fragment number `i` of this file as placed; up to where the file is final now.
    std::uint64_t finalEndAfter(std::size_t i) {
        const std::lock_guard lock(m_mutex);
        m_done[i] = true;
        while (m_next < m_done.size() && m_done[m_next]) ++m_next;
        return m_next < m_done.size() ? at(m_fragments[m_next]).offset : m_info.size_bytes;
    }

    const FragmentStore& m_store;
    const ManifestFile& m_info;
    const std::filesystem::path m_target;
    std::filesystem::path m_part_path;
    std::vector<FragmentIndex> m_fragments;  // by offset
    std::optional<File> m_part;
    bool m_owned = false;     // the lock on it was ours
    bool m_resuming = false;
    std::mutex m_mutex;
    std::vector<bool> m_done;
    std::size_t m_next = 0;  // all before it are placed
};

Result<void> checkComplete(const FragmentStore& store) {
    const Manifest& manifest = store.manifest();
    std::size_t missing = 0;
    std::string names;
    for (std::size_t i = 0; i < manifest.fragments.size(); ++i) {
        if (store.state(FragmentIndex{static_cast<std::uint32_t>(i)}) != FragmentState::Missing) continue;
        if (missing < kMissingNamed) names += "\n  " + describeFragment(manifest, manifest.fragments[i]);
        ++missing;
    }
    if (missing == 0) return {};
    if (missing > kMissingNamed) names += format("\n  and {} more", missing - kMissingNamed);
    return fail(ErrorKind::NotFound, format("{}: {} of {} fragments are missing:{}", manifest.model_name, missing, manifest.fragments.size(), names));
}

Result<std::vector<std::filesystem::path>> targetsOf(const Manifest& manifest, const std::filesystem::path& output) {
    if (manifest.files.size() == 1) {
        if (output.filename().empty() || std::filesystem::is_directory(output)) {
            return fail(ErrorKind::InvalidArgument, format("{}: is a folder; name the file to write", toUtf8(output)));
        }
        return std::vector{output};
    }
    std::vector<std::filesystem::path> targets;
    for (const ManifestFile& file : manifest.files) {
        if (!isPlainFileName(file.name)) return fail(ErrorKind::Corrupt, format("the manifest's file name {} is no plain file name", inQuotes(file.name)));
        targets.push_back(output.parent_path() / fromUtf8(file.name));
    }
    return targets;
}

Result<void> checkSpace(const std::vector<std::unique_ptr<FileRebuild>>& files, const std::filesystem::path& folder) {
    std::uint64_t needed = 0;
    for (const auto& file : files) needed += file->bytesNeeded();
    std::error_code unknown;
    const auto space = std::filesystem::space(folder.empty() ? "." : folder, unknown);
    if (unknown || space.available >= needed) return {};
    return fail(ErrorKind::Io, format("{}: the disk is full: {} are needed and {} are free; free some space, or choose a place on another disk",
                                      toUtf8(folder), formatBytes(needed), formatBytes(space.available)));
}

Result<void> rebuildAll(const std::vector<std::unique_ptr<FileRebuild>>& files, const Operation& operation, ProgressMeter& meter) {
    for (const auto& file : files) TESSERA_CHECK(file->fillPart(operation, meter));
    meter.finish();
    for (const auto& file : files) TESSERA_CHECK(file->appear());
    return {};
}

}  // namespace

Result<void> recombine(const FragmentStore& store, const std::filesystem::path& output, const Operation& operation) {
    const Manifest& manifest = store.manifest();
    if (!hasHashes(manifest)) {
        return fail(ErrorKind::InvalidArgument, format("{}: a plain GGUF has no manifest and nothing to rebuild; copy the file", manifest.model_name));
    }
    TESSERA_TRY(const auto targets, targetsOf(manifest, output));
    TESSERA_CHECK(checkComplete(store));
    std::vector<std::unique_ptr<FileRebuild>> files;
    for (std::size_t i = 0; i < targets.size(); ++i) files.push_back(std::make_unique<FileRebuild>(store, static_cast<std::uint32_t>(i), targets[i]));
    TESSERA_CHECK(checkSpace(files, output.parent_path()));
    ProgressMeter meter(operation, manifest.totalBytes(), "rebuilding");
    auto done = rebuildAll(files, operation, meter);
    if (!done && done.error().kind == ErrorKind::Io) {
        for (const auto& file : files) file->removePart();
    }
    return done;
}

}  // namespace tessera
