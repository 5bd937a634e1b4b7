// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/fragments/trash.h"

#include "core/base/platform/file.h"
#include "core/base/platform/paths.h"

#include <QFile>

#include <algorithm>

namespace tessera::ui {
namespace {

namespace fs = std::filesystem;

QString textOf(const fs::path& path) { return QString::fromStdString(toUtf8(path)); }

/// The freedesktop trash keeps a note beside what it holds: files/NAME, info/NAME.trashinfo.
fs::path noteOf(const fs::path& in_trash) {
    return in_trash.parent_path().parent_path() / "info" / (in_trash.filename() += ".trashinfo");
}

}  // namespace

Result<std::vector<Trashed>> moveToTrash(const std::vector<fs::path>& paths) {
    std::vector<Trashed> moved;
    for (const fs::path& path : paths) {
        QString in_trash;
        if (QFile::moveToTrash(textOf(path), &in_trash)) {
            moved.push_back({path, fromUtf8(in_trash.toStdString())});
            continue;
        }
        [[maybe_unused]] const auto undone = putBack(moved);
        return fail(ErrorKind::Io, toUtf8(path) + ": could not be moved to the trash; there may be none for that disk. Nothing was deleted");
    }
    return moved;
}

bool canPutBack(const std::vector<Trashed>& trashed) {
    return !trashed.empty() && std::all_of(trashed.begin(), trashed.end(), [](const Trashed& each) { return !each.in_trash.empty(); });
}

Result<void> putBack(const std::vector<Trashed>& trashed) {
    for (const Trashed& each : trashed) {
        std::error_code code;
        if (fs::exists(each.original, code)) return fail(ErrorKind::Io, toUtf8(each.original) + ": something else is there now; it stays in the trash");
        TESSERA_CHECK(renameDurably(each.in_trash, each.original));
        fs::remove(noteOf(each.in_trash), code);
    }
    return {};
}

}  // namespace tessera::ui
