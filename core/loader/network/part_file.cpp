// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/loader/network/part_file.h"

#include "core/base/format.h"
#include "core/base/limits.h"
#include "core/base/platform/paths.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace tessera {

namespace {

using Json = nlohmann::json;

constexpr std::chrono::seconds kSaveEvery{1};
constexpr std::size_t kHashPiece = 1 * limits::MiB;
constexpr int kStateVersion = 1;

std::filesystem::path withSuffix(std::filesystem::path path, std::string_view suffix) {
    path += fromUtf8(suffix);
    return path;
}

Json stateJson(const RemoteFile& remote, const RangeSet& done) {
    Json ranges = Json::array();
    for (const ByteRange& range : done.ranges()) ranges.push_back({range.begin, range.end});
    Json json{{"version", kStateVersion}, {"url", remote.url}, {"etag", remote.etag}, {"last_modified", remote.last_modified}, {"done", ranges}};
    if (remote.size) json["size_bytes"] = *remote.size;
    if (remote.sha256) json["sha256"] = toHex(*remote.sha256);
    return json;
}

std::string textAt(const Json& json, const char* key) {
    const auto found = json.find(key);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

RemoteFile remoteFrom(const Json& json) {
    RemoteFile remote;
    remote.url = textAt(json, "url");
    remote.etag = textAt(json, "etag");
    remote.last_modified = textAt(json, "last_modified");
    if (const auto size = json.find("size_bytes"); size != json.end() && size->is_number_unsigned()) remote.size = size->get<std::uint64_t>();
    if (const auto digest = digestFromHex(textAt(json, "sha256"))) remote.sha256 = *digest;
    return remote;
}

/// Ranges that lie inside the file; anything else was not written by us.
RangeSet rangesFrom(const Json& json, std::uint64_t file_size) {
    RangeSet done;
    const auto list = json.find("done");
    if (list == json.end() || !list->is_array()) return done;
    for (const Json& pair : *list) {
        if (!pair.is_array() || pair.size() != 2 || !pair[0].is_number_unsigned() || !pair[1].is_number_unsigned()) return {};
        const ByteRange range{pair[0].get<std::uint64_t>(), pair[1].get<std::uint64_t>()};
        if (range.begin >= range.end || range.end > file_size) return {};
        done.add(range);
    }
    return done;
}

}  // namespace

Result<void> hashRange(Sha256& hash, const File& file, std::uint64_t begin, std::uint64_t end, const Operation& operation, ProgressMeter& meter) {
    std::vector<std::byte> piece(static_cast<std::size_t>(std::min<std::uint64_t>(kHashPiece, end - begin)));
    for (std::uint64_t position = begin; position < end;) {
        TESSERA_CHECK(operation.checkStop());
        const auto part = std::span(piece).first(static_cast<std::size_t>(std::min<std::uint64_t>(piece.size(), end - position)));
        TESSERA_CHECK(file.readAt(position, part));
        hash.update(part);
        position += part.size();
        meter.add(part.size());
    }
    return {};
}

Result<Sha256Digest> hashFile(const File& file, std::uint64_t size, const Operation& operation, ProgressMeter& meter) {
    Sha256 hash;
    TESSERA_CHECK(hashRange(hash, file, 0, size, operation, meter));
    return hash.finish();
}

std::string RemoteFile::validator() const {
    if (etag.starts_with('"')) return etag;
    return etag.empty() ? last_modified : std::string();
}

bool RemoteFile::isSameAs(const RemoteFile& other) const {
    if (!size || size != other.size) return false;
    if (sha256 && other.sha256) return sha256 == other.sha256;
    return url == other.url && !validator().empty() && validator() == other.validator();
}

PartFile::PartFile(File file, std::filesystem::path target, RemoteFile remote)
    : m_file(std::move(file)), m_target(std::move(target)), m_part(unfinishedPath(m_target)), m_remote(std::move(remote)),
      m_saved(std::chrono::steady_clock::now()) {}

std::filesystem::path PartFile::statePath() const { return withSuffix(m_part, ".json"); }

Result<PartFile> PartFile::open(const std::filesystem::path& target, RemoteFile remote) {
    TESSERA_TRY(auto file, openLocked(unfinishedPath(target), File::Mode::Create));
    if (!file) return fail(ErrorKind::Io, format("{}: is being fetched already, by another window or command", toUtf8(target)));
    PartFile part(*std::move(file), target, std::move(remote));
    part.takeUp();
    if (part.m_done.bytes() == 0) {
        TESSERA_CHECK(part.m_file.resize(0));
        TESSERA_CHECK(part.save(true));
    }
    return part;
}

void PartFile::takeUp() {
    const auto text = readTextFile(statePath(), limits::kMaxDownloadStateBytes);
    if (!text || !m_remote.ranges) return;
    const Json json = Json::parse(*text, nullptr, false);
    if (!json.is_object() || json.value("version", Json()) != kStateVersion || !m_remote.isSameAs(remoteFrom(json))) return;
    m_done = rangesFrom(json, m_file.size().value_or(0));
}

Result<void> PartFile::write(std::uint64_t offset, std::span<const std::byte> bytes) {
    TESSERA_CHECK(m_file.writeAt(offset, bytes));
    m_done.add({offset, offset + bytes.size()});
    return save(false);
}

Result<void> PartFile::save(bool now) {
    if (!now && std::chrono::steady_clock::now() - m_saved < kSaveEvery) return {};
    TESSERA_CHECK(m_file.sync());
    const std::string text = stateJson(m_remote, m_done).dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
    TESSERA_CHECK(writeFileAtomically(statePath(), std::as_bytes(std::span(text))));
    m_saved = std::chrono::steady_clock::now();
    return {};
}

Result<void> PartFile::finish(std::uint64_t size) && {
    TESSERA_CHECK(m_file.resize(size));
    TESSERA_CHECK(m_file.sync());
    { const File closed = std::move(m_file); }
    TESSERA_CHECK(renameDurably(m_part, m_target));
    std::error_code ignored;
    std::filesystem::remove(statePath(), ignored);
    return {};
}

void PartFile::discard() && {
    std::error_code ignored;
    std::filesystem::remove(statePath(), ignored);
    { const File closed = std::move(m_file); }
    std::filesystem::remove(m_part, ignored);
}

}  // namespace tessera
