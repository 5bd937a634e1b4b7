// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fragment/cut_folder.h"

#include "core/base/format.h"
#include "core/base/platform/paths.h"

#include <span>
#include <system_error>

namespace tessera {

namespace {

constexpr std::string_view kNoteName = "tessera-cut.txt";
constexpr std::string_view kManifestName = "manifest.json";
constexpr std::uint64_t kMaxNoteBytes = 8 << 20;

tl::unexpected<Error> refuse(const std::filesystem::path& folder, std::string_view why) {
    return fail(ErrorKind::InvalidArgument, fmt::format("{}: {}; choose another folder", toUtf8(folder), why));
}

Result<void> createFolder(const std::filesystem::path& folder) {
    std::error_code code;
    std::filesystem::create_directories(folder, code);
    if (code)
        return fail(ErrorKind::Io, fmt::format("{}: cannot create the folder: {}", toUtf8(folder), code.message()));
    return {};
}

/// A folder without a note may hold nothing at all.
Result<void> checkEmpty(const std::filesystem::path& folder) {
    std::error_code code;
    if (std::filesystem::exists(folder / kManifestName, code))
        return refuse(folder, "the folder holds a finished cut (manifest.json)");
    const bool empty = std::filesystem::is_empty(folder, code);
    if (code) return fail(ErrorKind::Io, fmt::format("{}: {}", toUtf8(folder), code.message()));
    if (!empty) return refuse(folder, "the folder is not empty");
    return {};
}

Result<std::string> contentOf(const File& note) {
    TESSERA_TRY(const std::uint64_t size, note.size());
    if (size > kMaxNoteBytes)
        return fail(ErrorKind::Corrupt, fmt::format("{}: {} bytes are too many", toUtf8(note.path()), size));
    std::string text(static_cast<std::size_t>(size), '\0');
    TESSERA_CHECK(note.readAt(0, std::as_writable_bytes(std::span(text))));
    return text;
}

}  // namespace

Result<CutFolder> CutFolder::open(const std::filesystem::path& folder, const std::string& description) {
    TESSERA_CHECK(createFolder(folder));
    const std::filesystem::path note_path = folder / kNoteName;
    std::error_code code;
    if (!std::filesystem::exists(note_path, code)) TESSERA_CHECK(checkEmpty(folder));
    TESSERA_TRY(File note, File::open(note_path, File::Mode::Create));
    TESSERA_TRY(const bool locked, note.tryLock(true));
    if (!locked) return refuse(folder, "another process is cutting a model into this folder");
    TESSERA_TRY(const std::string found, contentOf(note));
    if (found != description) {
        // A note cut short by a kill was the first thing written: there is nothing else yet.
        if (!description.starts_with(found))
            return refuse(folder, "the folder holds an interrupted cut of another model or another fragment size");
        TESSERA_CHECK(note.writeAt(0, std::as_bytes(std::span(description))));
        TESSERA_CHECK(note.sync());
    }
    return CutFolder(folder, std::move(note));
}

Result<void> CutFolder::finish(std::string_view manifest_json) {
    TESSERA_CHECK(writeFileAtomically(m_folder / kManifestName, std::as_bytes(std::span(manifest_json))));
    m_note.reset();  // Windows removes closed files only
    std::error_code code;
    std::filesystem::remove(m_folder / kNoteName, code);
    if (code)
        return fail(ErrorKind::Io,
                    fmt::format("{}: cannot remove {}: {}", toUtf8(m_folder), kNoteName, code.message()));
    return syncDirectory(m_folder);
}

Result<std::string> describeCut(int format, std::uint64_t fragment_size,
                                const std::vector<std::filesystem::path>& files) {
    std::string text = fmt::format(
        "A model is being cut into this folder. Run the same command again to complete it.\nformat {}\nfragment size "
        "{}\n",
        format, fragment_size);
    for (const std::filesystem::path& path : files) {
        TESSERA_TRY(const File file, File::open(path, File::Mode::Read));
        TESSERA_TRY(const FileIdentity identity, file.identity());
        text += fmt::format("file {} of {} bytes, changed {}\n", toUtf8(path.filename()), identity.size_bytes,
                            identity.modified_ns);
    }
    return text;
}

}  // namespace tessera
