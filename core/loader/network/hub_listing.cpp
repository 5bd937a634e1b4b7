// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/loader/network/hub_listing.h"

#include "core/base/format.h"
#include "core/base/quote.h"
#include "core/loader/find_models.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <map>

namespace tessera {

namespace {

using Json = nlohmann::json;

struct HubFile {
    std::string path;
    std::optional<std::uint64_t> size;
    std::string sha256;
};

std::string lower(std::string text) {
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

std::string textAt(const Json& json, const char* key) {
    const auto found = json.find(key);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::string nameOf(const std::string& path) { return path.substr(path.find_last_of('/') + 1); }

/// Vision projectors lie beside models and are none.
bool isModel(const std::string& path) {
    const std::string name = lower(nameOf(path));
    return name.ends_with(".gguf") && !name.starts_with("mmproj");
}

std::optional<HubFile> fileFrom(const Json& entry) {
    if (!entry.is_object() || textAt(entry, "type") != "file") return std::nullopt;
    HubFile file{textAt(entry, "path"), std::nullopt, {}};
    if (!isModel(file.path)) return std::nullopt;
    if (const auto size = entry.find("size"); size != entry.end() && size->is_number_unsigned()) file.size = size->get<std::uint64_t>();
    if (const auto lfs = entry.find("lfs"); lfs != entry.end() && lfs->is_object() && digestFromHex(textAt(*lfs, "oid"))) file.sha256 = textAt(*lfs, "oid");
    return file;
}

std::string encodedPath(const std::string& path) {
    std::string encoded;
    for (std::size_t begin = 0; begin <= path.size();) {
        const std::size_t end = std::min(path.find('/', begin), path.size());
        encoded += "/" + percentEncoded(std::string_view(path).substr(begin, end - begin));
        begin = end + 1;
    }
    return encoded;
}

/// "name-00002-of-00003.gguf" belongs to "name-of-00003.gguf".
std::string modelOf(const std::string& path) {
    constexpr std::size_t kTail = std::string_view("-00001-of-00003.gguf").size();
    if (splitPartNumber(nameOf(path)) == 0) return path;
    return path.substr(0, path.size() - kTail) + path.substr(path.size() - kTail + 6);
}

}  // namespace

Result<std::vector<OfferedModel>> parseHubListing(std::string_view json, const ModelLink& page, std::string_view hub) {
    const Json list = Json::parse(json, nullptr, false);
    if (!list.is_array()) return fail(ErrorKind::Corrupt, format("{} does not list the files of {}; use the link of the file itself", hostOf(page.url), inQuotes(page.repository)));
    std::map<std::string, OfferedModel> models;
    std::size_t all = 0;
    for (const Json& entry : list) {
        const auto file = fileFrom(entry);
        if (!file) continue;
        ++all;
        if (!page.wanted.empty() && lower(nameOf(file->path)).find(lower(page.wanted)) == std::string::npos) continue;
        OfferedModel& model = models[modelOf(file->path)];
        if (splitPartNumber(nameOf(file->path)) <= 1) {
            model.name = oneLine(nameOf(file->path), 200);
            model.link = format("{}/{}/resolve/{}{}", hub, page.repository, page.revision, encodedPath(file->path));
            if (!file->sha256.empty()) model.link += "#sha256=" + file->sha256;
        }
        if (file->size) model.size_bytes = model.size_bytes.value_or(0) + *file->size;
    }
    std::vector<OfferedModel> offered;
    for (auto& [path, model] : models) {
        if (!model.link.empty()) offered.push_back(std::move(model));
    }
    std::ranges::stable_sort(offered, {}, [](const OfferedModel& model) { return model.size_bytes.value_or(0); });
    if (!offered.empty()) return offered;
    if (all > 0) return fail(ErrorKind::NotFound, format("{} has no GGUF with {} in its name", page.repository, inQuotes(page.wanted)));
    return fail(ErrorKind::NotFound, format("{} has no GGUF in it: look for a repository of the same model with \"GGUF\" in its name", page.repository));
}

}  // namespace tessera
