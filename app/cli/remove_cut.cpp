// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/remove_cut.h"

#include "core/base/format.h"
#include "core/base/platform/paths.h"

#include <algorithm>
#include <array>
#include <vector>

namespace tessera::cli {

namespace {

constexpr std::array kNames{"gguf_header.dat", "tokenizer.model", "manifest.json"};

bool isOfACut(const std::filesystem::directory_entry& entry, std::error_code& code) {
    return !entry.is_symlink(code) && entry.is_regular_file(code) && isNameOfACut(entry.path());
}

Result<void> collect(const std::filesystem::path& folder, bool top, std::vector<std::filesystem::path>& files) {
    std::error_code code;
    std::filesystem::directory_iterator entries(folder, code);
    if (code) return fail(ErrorKind::Io, format("{}: {}", toUtf8(folder), code.message()));
    for (const std::filesystem::directory_entry& entry : entries) {
        if (top && entry.path().filename() == "fragments" && entry.is_directory(code) && !entry.is_symlink(code)) {
            TESSERA_CHECK(collect(entry.path(), false, files));
        } else if (!isOfACut(entry, code)) {
            return fail(ErrorKind::InvalidArgument, format("{} is no part of a cut, so nothing was replaced; choose another folder, or move it away",
                                                           toUtf8(entry.path())));
        }
        files.push_back(entry.path());
    }
    return {};
}

}  // namespace

bool isNameOfACut(const std::filesystem::path& path) {
    const std::filesystem::path name = path.filename();
    return name.extension() == ".dat" || std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

Result<void> removeCut(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> files;
    TESSERA_CHECK(collect(folder, true, files));
    // The manifest first: a folder without one is no set any more.
    std::stable_partition(files.begin(), files.end(), [](const std::filesystem::path& p) { return p.filename() == "manifest.json"; });
    for (const std::filesystem::path& file : files) {
        std::error_code code;
        std::filesystem::remove(file, code);
        if (code) return fail(ErrorKind::Io, format("{}: cannot remove it: {}", toUtf8(file), code.message()));
    }
    return {};
}

}  // namespace tessera::cli
