// SPDX-License-Identifier: GPL-3.0-or-later
// Where the user's files are, and paths as UTF-8.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace tessera {

/// Models, manifests of read-only places, conversations: XDG_DATA_HOME/tessera, ~/Library/Application Support/Tessera,
/// %APPDATA%\Tessera. Not created here.
std::filesystem::path dataFolder();
std::filesystem::path configFolder();
std::filesystem::path cacheFolder();

/// Paths cross text (JSON, arguments, messages) as UTF-8 on every system.
std::string toUtf8(const std::filesystem::path& path);
std::filesystem::path fromUtf8(std::string_view text);

}  // namespace tessera
