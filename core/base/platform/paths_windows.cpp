// SPDX-License-Identifier: GPL-3.0-or-later
// User folders on Windows: known folders, which follow the user when they are moved.
#include "core/base/platform/paths.h"
#include "core/base/platform/windows_handle.h"

#include <objbase.h>
#include <shlobj.h>

namespace tessera {

namespace {

std::filesystem::path knownFolder(const KNOWNFOLDERID& id) {
    PWSTR text = nullptr;
    std::filesystem::path folder = ".";
    if (::SHGetKnownFolderPath(id, 0, nullptr, &text) == S_OK) folder = text;
    ::CoTaskMemFree(text);
    return folder / "Tessera";
}

}  // namespace

std::filesystem::path dataFolder() { return knownFolder(FOLDERID_RoamingAppData); }
std::filesystem::path configFolder() { return knownFolder(FOLDERID_RoamingAppData); }
std::filesystem::path cacheFolder() { return knownFolder(FOLDERID_LocalAppData) / "cache"; }

}  // namespace tessera
