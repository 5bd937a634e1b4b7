// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/output_file.h"

#include "app/cli/remove_cut.h"
#include "core/base/format.h"
#include "core/base/platform/paths.h"
#include "core/fragment/fragmenter.h"

#include <algorithm>

namespace tessera::cli {

namespace {

/// A fragment, the manifest or the model's own file: what is read cannot be what is written. `file` exists.
bool isReadFrom(const std::filesystem::path& file, const FragmentSet& set) {
    std::error_code code;
    if (!set.gguf.empty()) {
        return std::filesystem::equivalent(file, set.gguf, code) || std::filesystem::equivalent(file, findInPlaceManifest(set.gguf), code);
    }
    const std::filesystem::path named = std::filesystem::is_directory(set.path, code) ? set.path : set.path.parent_path();
    const auto folder = std::filesystem::weakly_canonical(named, code);
    const auto inside = std::filesystem::weakly_canonical(file, code);
    return isNameOfACut(inside) && std::mismatch(folder.begin(), folder.end(), inside.begin(), inside.end()).first == folder.end();
}

}  // namespace

Result<void> checkMayWrite(const std::filesystem::path& file, const FragmentSet& set, bool force) {
    std::error_code code;
    if (!std::filesystem::exists(file, code)) return {};
    if (std::filesystem::is_directory(file, code)) {
        return fail(ErrorKind::InvalidArgument, format("{} is a folder; name the file to write", toUtf8(file)));
    }
    if (isReadFrom(file, set)) {
        return fail(ErrorKind::InvalidArgument, format("{} is a part of the model that would be read; name another file", toUtf8(file)));
    }
    if (!force) return fail(ErrorKind::InvalidArgument, format("{} exists already; --force replaces it", toUtf8(file)));
    return {};
}

}  // namespace tessera::cli
