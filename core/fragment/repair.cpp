// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fragment/repair.h"

#include "core/base/format.h"
#include "core/base/platform/file.h"
#include "core/base/platform/paths.h"
#include "core/gguf/reader.h"

namespace tessera {
namespace {

Result<std::vector<File>> openCopies(const std::filesystem::path& model, const Manifest& manifest) {
    // One file need not even be a readable GGUF: only ranges are taken from it, and each meets its hash or is refused.
    std::vector<std::filesystem::path> paths{model};
    if (manifest.files.size() > 1) {
        TESSERA_TRY(paths, ggufModelFiles(model));
    }
    if (paths.size() != manifest.files.size())
        return fail(ErrorKind::InvalidArgument, format("{}: {} files, the set describes {}. Choose a copy of the same model.",
                                                       toUtf8(model), paths.size(), manifest.files.size()));
    std::vector<File> files;
    for (std::size_t i = 0; i < paths.size(); ++i) {
        TESSERA_TRY(File file, File::open(paths[i], File::Mode::Read));
        TESSERA_TRY(const std::uint64_t size, file.size());
        if (size != manifest.files[i].size_bytes)
            return fail(ErrorKind::InvalidArgument, format("{}: {} bytes, the set describes {}. Choose a copy of the same model.",
                                                           toUtf8(paths[i]), size, manifest.files[i].size_bytes));
        files.push_back(std::move(file));
    }
    return files;
}

std::vector<FragmentIndex> wrongFragments(const FragmentStore& store) {
    std::vector<FragmentIndex> wrong;
    for (std::uint32_t i = 0; i < store.manifest().fragments.size(); ++i) {
        const FragmentState state = store.state(FragmentIndex{i});
        if (state == FragmentState::Bad || state == FragmentState::Missing) wrong.push_back(FragmentIndex{i});
    }
    return wrong;
}

}  // namespace

Result<RepairReport> repairStore(FragmentStore& store, const std::filesystem::path& model, const Operation& operation) {
    const Manifest& manifest = store.manifest();
    TESSERA_TRY(const std::vector<File> files, openCopies(model, manifest));
    const std::vector<FragmentIndex> wrong = wrongFragments(store);
    Progress progress{0, 0, "repairing"};
    for (const FragmentIndex index : wrong) progress.total += manifest.at(index).size_bytes;
    RepairReport report;
    std::vector<std::byte> bytes;
    for (const FragmentIndex index : wrong) {
        TESSERA_CHECK(operation.checkStop());
        const Fragment& fragment = manifest.at(index);
        bytes.resize(fragment.size_bytes);
        TESSERA_CHECK(files[fragment.file_index].readAt(fragment.offset, bytes));
        const Result<void> written = store.write(index, bytes);
        if (written) {
            ++report.repaired;
            report.repaired_bytes += fragment.size_bytes;
        } else if (written.error().kind == ErrorKind::Corrupt) {
            report.still_wrong.push_back(index);
        } else {
            return tl::unexpected(written.error());
        }
        progress.done += fragment.size_bytes;
        if (operation.progress) operation.progress(progress);
    }
    TESSERA_CHECK(store.sync());
    return report;
}

}  // namespace tessera
