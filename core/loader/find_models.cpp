// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/loader/find_models.h"

#include "core/base/format.h"
#include "core/base/platform/paths.h"
#include "core/fragment/fragmenter.h"
#include "core/fragment/v1/v1_manifest.h"
#include "core/loader/fragment_set.h"

#include <algorithm>
#include <cctype>
#include <system_error>

namespace tessera {

namespace {

bool isGgufName(std::string name) {
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    // Vision projectors lie beside models and are none.
    return name.ends_with(".gguf") && !name.starts_with(".") && !name.starts_with("mmproj");
}

/// For a first part or a single file, without a look into it.
bool isManifestThere(const std::filesystem::path& first) {
    std::error_code code;
    return std::filesystem::is_regular_file(inPlaceManifestPath(first), code) || std::filesystem::is_regular_file(fallbackManifestPath(first), code);
}

struct Candidate {
    std::filesystem::path path;
    bool has_manifest = false;
};

}  // namespace

int splitPartNumber(std::string_view file_name) {
    constexpr std::string_view kForm = "-00000-of-00000.gguf";
    if (file_name.size() < kForm.size()) return 0;
    const std::string_view tail = file_name.substr(file_name.size() - kForm.size());
    for (std::size_t i = 0; i < kForm.size(); ++i) {
        const bool digit = tail[i] >= '0' && tail[i] <= '9';
        if (kForm[i] == '0' ? !digit : tail[i] != kForm[i]) return 0;
    }
    int number = 0;
    for (const char digit : tail.substr(1, 5)) number = number * 10 + (digit - '0');
    return number;
}

bool looksLikeFragmentFolder(const std::filesystem::path& folder) {
    std::error_code code;
    if (!std::filesystem::is_regular_file(folder / "manifest.json", code)) return false;
    return std::filesystem::is_directory(folder / "fragments", code) || std::filesystem::is_regular_file(folder / v1::kHeaderName, code);
}

std::vector<std::filesystem::path> modelsIn(const std::filesystem::path& folder) {
    std::vector<Candidate> found;
    std::error_code code;
    for (std::filesystem::directory_iterator entry(folder, code), end; !code && entry != end; entry.increment(code)) {
        std::error_code ignored;
        const std::string name = toUtf8(entry->path().filename());
        if (entry->is_directory(ignored)) {
            if (looksLikeFragmentFolder(entry->path())) found.push_back({entry->path(), true});
        } else if (isGgufName(name) && splitPartNumber(name) <= 1 && entry->is_regular_file(ignored)) {
            found.push_back({entry->path(), isManifestThere(entry->path())});
        }
    }
    std::ranges::sort(found, [](const Candidate& a, const Candidate& b) {
        return std::pair(!a.has_manifest, a.path) < std::pair(!b.has_manifest, b.path);
    });
    std::vector<std::filesystem::path> paths;
    for (Candidate& candidate : found) paths.push_back(std::move(candidate.path));
    return paths;
}

namespace {

std::vector<std::filesystem::path> searchPlaces() {
    std::error_code code;
    const std::filesystem::path working = std::filesystem::current_path(code);
    return {working / "models", working, working.parent_path(), dataFolder() / "models"};
}

}  // namespace

std::vector<std::filesystem::path> findFragmentSets() {
    std::vector<std::filesystem::path> sets;
    for (const std::filesystem::path& place : searchPlaces()) {
        if (looksLikeFragmentFolder(place)) sets.push_back(place);
        std::ranges::move(modelsIn(place), std::back_inserter(sets));
    }
    std::vector<std::filesystem::path> unique;
    for (auto& set : sets) {
        if (std::ranges::find(unique, set) == unique.end()) unique.push_back(std::move(set));
    }
    return unique;
}

Result<std::filesystem::path> defaultFragmentSet() {
    const auto sets = findFragmentSets();
    if (!sets.empty()) return sets.front();
    std::string places;
    for (const auto& place : searchPlaces()) places += "\n  " + toUtf8(place);
    return fail(ErrorKind::NotFound, format("no model was named and none was found in:{}\nName a GGUF or a folder of fragments, or run scripts/start "
                                            "once: it fetches the default model", places));
}

}  // namespace tessera
