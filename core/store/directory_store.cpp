// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/directory_store.h"

#include "core/base/format.h"
#include "core/base/platform/file.h"
#include "core/base/platform/paths.h"
#include "core/fragment/fragment_text.h"
#include "core/fragment/v1/v1_format.h"
#include "core/store/fragment_states.h"

#include <algorithm>
#include <array>
#include <mutex>
#include <unordered_set>

namespace tessera {

namespace {

constexpr const char* kManifestName = "manifest.json";
constexpr const char* kFragmentsFolder = "fragments";

/// A link inside a set may point elsewhere in the set only: a folder from a stranger must not make us read other files.
Result<void> checkStaysInside(const std::filesystem::path& folder, const std::filesystem::path& path) {
    std::error_code code;
    if (!std::filesystem::is_symlink(std::filesystem::symlink_status(path, code))) return {};
    const auto root = std::filesystem::canonical(folder, code);
    const auto target = std::filesystem::weakly_canonical(path, code);
    const auto [end, ignored] = std::mismatch(root.begin(), root.end(), target.begin(), target.end());
    if (!code && end == root.end()) return {};
    return fail(ErrorKind::Corrupt, format("{}: is a link that leaves the set's folder; replace it by the file itself", toUtf8(path)));
}

class DirectoryStore final : public FragmentStore {
public:
    /// `files`: where each fragment is; empty for fragments/<id>.dat.
    DirectoryStore(std::filesystem::path folder, Manifest manifest, std::vector<std::filesystem::path> files)
        : m_folder(std::move(folder)), m_manifest(std::move(manifest)), m_files(std::move(files)), m_states(m_manifest.fragments.size()) {}

    /// Reads the folder once: asking for 50 000 files one by one takes longer.
    Result<void> findPresent() {
        TESSERA_CHECK(checkStaysInside(m_folder, m_folder / kFragmentsFolder));
        std::unordered_set<std::string> names;
        std::error_code code;
        for (std::filesystem::directory_iterator entry(m_folder / kFragmentsFolder, code), end; !code && entry != end; entry.increment(code)) {
            names.insert(toUtf8(entry->path().filename()));
        }
        if (code && code != std::errc::no_such_file_or_directory) {
            return fail(ErrorKind::Io, format("{}: cannot list the fragments: {}", toUtf8(m_folder), code.message()));
        }
        for (std::uint32_t i = 0; i < m_states.count(); ++i) {
            if (names.contains(m_manifest.fragments[i].id + ".dat")) m_states.set(FragmentIndex{i}, FragmentState::Present);
        }
        return {};
    }

    const Manifest& manifest() const override { return m_manifest; }
    FragmentState state(FragmentIndex fragment) const override { return m_states.get(fragment); }
    void setState(FragmentIndex fragment, FragmentState state) override { m_states.set(fragment, state); }

    Result<void> readPart(FragmentIndex index, std::uint64_t offset, std::span<std::byte> out) const override {
        TESSERA_TRY(const File file, openFragment(index));
        return file.readAt(offset, out);
    }

    Result<StoredBytes> locate(FragmentIndex index) const override {
        TESSERA_TRY(File file, openFragment(index));
        return StoredBytes{std::make_shared<const File>(std::move(file)), 0};
    }

    Result<void> write(FragmentIndex index, std::span<const std::byte> bytes) override {
        TESSERA_CHECK(checkBytes(m_manifest, index, bytes));
        const std::lock_guard lock(m_write_locks[toInt(index) % m_write_locks.size()]);
        if (m_states.get(index) == FragmentState::Verified) return {};
        TESSERA_CHECK(writeFileAtomically(fileOf(index), bytes));
        m_states.set(index, FragmentState::Verified);
        return {};
    }

    Result<std::optional<std::span<const std::byte>>> map(std::uint32_t, std::uint64_t, std::uint64_t) const override { return std::nullopt; }

private:
    Result<File> openFragment(FragmentIndex index) const {
        const Fragment& fragment = m_manifest.at(index);
        const std::filesystem::path path = fileOf(index);
        TESSERA_CHECK(checkStaysInside(m_folder, path));
        auto file = File::open(path, File::Mode::Read);
        if (!file) return failAt(describeFragment(m_manifest, fragment), file.error());
        TESSERA_TRY(const std::uint64_t size, file->size());
        if (size != fragment.size_bytes) {
            return fail(ErrorKind::Corrupt, format("{}: {} has {} bytes, it should have {}", describeFragment(m_manifest, fragment),
                                                   toUtf8(path), size, fragment.size_bytes));
        }
        return file;
    }

    std::filesystem::path fileOf(FragmentIndex index) const {
        if (!m_files.empty()) return m_files[toInt(index)];
        return m_folder / kFragmentsFolder / fromUtf8(m_manifest.at(index).id + ".dat");
    }

    const std::filesystem::path m_folder;
    const Manifest m_manifest;
    const std::vector<std::filesystem::path> m_files;
    FragmentStates m_states;
    std::array<std::mutex, 64> m_write_locks;
};

Result<std::unique_ptr<FragmentStore>> openVersion2(const std::filesystem::path& folder, Manifest manifest) {
    auto store = std::make_unique<DirectoryStore>(folder, std::move(manifest), std::vector<std::filesystem::path>{});
    TESSERA_CHECK(store->findPresent());
    return store;
}

/// Opening has hashed every fragment; those that are missing or bad have a hash with zeros behind the recorded half.
FragmentState stateOfV1(const Fragment& fragment, const std::filesystem::path& file) {
    const auto unknown = std::span(fragment.sha256).subspan(8);
    if (std::any_of(unknown.begin(), unknown.end(), [](std::byte b) { return b != std::byte{0}; })) return FragmentState::Verified;
    std::error_code code;
    return std::filesystem::exists(file, code) ? FragmentState::Bad : FragmentState::Missing;
}

Result<std::unique_ptr<FragmentStore>> openVersion1(const std::filesystem::path& folder, const Operation& operation) {
    TESSERA_TRY(v1::Folder opened, v1::openFolder(folder, operation));
    std::vector<FragmentState> states;
    for (std::size_t i = 0; i < opened.fragment_files.size(); ++i) states.push_back(stateOfV1(opened.manifest.fragments[i], opened.fragment_files[i]));
    auto store = std::make_unique<DirectoryStore>(folder, std::move(opened.manifest), std::move(opened.fragment_files));
    for (std::uint32_t i = 0; i < states.size(); ++i) store->setState(FragmentIndex{i}, states[i]);
    return store;
}

Result<void> makeFolders(const std::filesystem::path& folder) {
    std::error_code code;
    std::filesystem::create_directories(folder / kFragmentsFolder, code);
    if (code) return fail(ErrorKind::Io, format("{}: cannot create the folder: {}", toUtf8(folder), code.message()));
    TESSERA_CHECK(syncDirectory(folder));
    return syncDirectory(folder.parent_path());
}

}  // namespace

Result<std::unique_ptr<FragmentStore>> openDirectoryStore(const std::filesystem::path& folder, const Operation& operation) {
    const auto path = folder / kManifestName;
    TESSERA_CHECK(checkStaysInside(folder, path));
    TESSERA_TRY(const std::string json, readTextFile(path, limits::kMaxManifestBytes));
    if (v1::isV1Manifest(json)) return openVersion1(folder, operation);
    TESSERA_TRY(Manifest manifest, parseManifest(json, toUtf8(path)));
    return openVersion2(folder, std::move(manifest));
}

Result<std::unique_ptr<FragmentStore>> createDirectoryStore(const std::filesystem::path& folder, Manifest manifest) {
    TESSERA_CHECK(makeFolders(folder));
    removeStaleTemporaries(folder);
    removeStaleTemporaries(folder / kFragmentsFolder);
    const auto path = folder / kManifestName;
    TESSERA_CHECK(checkStaysInside(folder, path));
    const auto there = readManifest(path);
    if (!there && there.error().kind == ErrorKind::NotFound) {
        TESSERA_CHECK(writeManifest(manifest, path));
    } else if (!there || there->set_id != manifest.set_id) {
        return fail(ErrorKind::InvalidArgument, format("{}: holds other fragments already{}; choose an empty folder", toUtf8(folder),
                                                       there ? format(" (of {})", there->model_name) : ": " + there.error().message));
    }
    return openVersion2(folder, std::move(manifest));
}

}  // namespace tessera
