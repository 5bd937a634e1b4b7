// SPDX-License-Identifier: GPL-3.0-or-later
// User folders: the XDG Base Directory Specification on Linux, Apple's Library folders on macOS.
#include "core/base/platform/paths.h"

#include <pwd.h>
#include <unistd.h>

#include <cstdlib>

namespace tessera {

namespace {

std::filesystem::path homeFolder() {
    if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0') return home;
    if (const passwd* user = ::getpwuid(::getuid()); user != nullptr && user->pw_dir != nullptr) return user->pw_dir;
    return ".";
}

#ifndef __APPLE__
/// The specification says that a relative path in these variables is to be ignored.
std::filesystem::path xdgFolder(const char* variable, const char* fallback) {
    const char* value = std::getenv(variable);
    if (value != nullptr && *value == '/') return std::filesystem::path(value) / "tessera";
    return homeFolder() / fallback / "tessera";
}
#endif

}  // namespace

#ifdef __APPLE__
std::filesystem::path dataFolder() { return homeFolder() / "Library/Application Support/Tessera"; }
std::filesystem::path configFolder() { return homeFolder() / "Library/Preferences/Tessera"; }
std::filesystem::path cacheFolder() { return homeFolder() / "Library/Caches/Tessera"; }
#else
std::filesystem::path dataFolder() { return xdgFolder("XDG_DATA_HOME", ".local/share"); }
std::filesystem::path configFolder() { return xdgFolder("XDG_CONFIG_HOME", ".config"); }
std::filesystem::path cacheFolder() { return xdgFolder("XDG_CACHE_HOME", ".cache"); }
#endif

}  // namespace tessera
