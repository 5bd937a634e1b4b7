// SPDX-License-Identifier: GPL-3.0-or-later
// A folder that a model is being cut into: told apart from other folders by a note, so that an interrupted cut can be
// taken up again and nothing else is ever written into.
#pragma once

#include "core/base/platform/file.h"
#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tessera {

/// Holds the folder against other processes until it dies.
class CutFolder {
public:
    /// Creates the folder and its note, or takes up an interrupted cut whose note says the same. `description` is what
    /// the cut depends on: format, fragment size, the files' names, sizes and times.
    /// InvalidArgument when the folder holds something else.
    static Result<CutFolder> open(const std::filesystem::path& folder, const std::string& description);

    /// Writes manifest.json and takes the note away: the folder is complete.
    Result<void> finish(std::string_view manifest_json);

private:
    CutFolder(std::filesystem::path folder, File note) : m_folder(std::move(folder)), m_note(std::move(note)) {}

    std::filesystem::path m_folder;
    std::optional<File> m_note;
};

/// "format 2, fragment size …, model.gguf of … bytes …": the description for a cut of these files.
Result<std::string> describeCut(int format, std::uint64_t fragment_size,
                                const std::vector<std::filesystem::path>& files);

}  // namespace tessera
