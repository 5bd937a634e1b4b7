// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fragment/v1/v1_manifest.h"

#include "core/base/format.h"
#include "core/base/quote.h"
#include "core/fragment/manifest_check.h"
#include "core/fragment/v1/v1_format.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <exception>
#include <limits>

namespace tessera::v1 {

namespace {

using Json = nlohmann::json;

tl::unexpected<Error> corrupt(std::string message) { return fail(ErrorKind::Corrupt, std::move(message)); }

struct TooDeep : std::exception {};

/// Only what is used becomes a value: `metadata` may hold a whole vocabulary as lists of numbers.
Result<Json> parseTop(std::string_view json) {
    if (json.size() > kMaxManifestBytes)
        return corrupt(fmt::format("{} bytes, at most {} are allowed", json.size(), kMaxManifestBytes));
    const auto keep = [](int depth, Json::parse_event_t event, Json& parsed) {
        if (depth > limits::kMaxJsonDepth) throw TooDeep();
        if (event != Json::parse_event_t::key || depth != 1) return true;
        const auto& key = parsed.get_ref<const std::string&>();
        return key == "model_name" || key == "chunk_size" || key == "header_size" || key == "total_fragments" ||
               key == "fragments";
    };
    try {
        Json document = Json::parse(json.begin(), json.end(), keep);
        if (!document.is_object()) return corrupt("the manifest should be an object");
        return document;
    } catch (const TooDeep&) {
        return corrupt(fmt::format("the JSON is nested deeper than {}", limits::kMaxJsonDepth));
    } catch (const Json::parse_error& error) {
        return corrupt(fmt::format("this is not valid JSON at byte {}", error.byte));
    } catch (const Json::exception& error) {
        return corrupt(fmt::format("this is not valid JSON: {}", oneLine(error.what(), 200)));
    }
}

std::string shown(const Json& value) { return oneLine(value.dump(-1, ' ', false, Json::error_handler_t::replace), 80); }

/// Reads fields of one object; `m_where` stands before their names in messages.
class FieldReader {
public:
    FieldReader(const Json& object, std::string where) : m_object(object), m_where(std::move(where)) {}

    Result<std::string> text(const char* name, bool required) const {
        const Json* value = find(name);
        if (!value) return required ? missing(name) : Result<std::string>(std::string());
        if (!value->is_string()) return wrong(name, *value, "a string");
        return value->get<std::string>();
    }
    /// nullopt when the field is missing or null.
    Result<std::optional<std::uint64_t>> number(const char* name) const {
        const Json* value = find(name);
        if (!value || value->is_null()) return std::nullopt;
        if (!value->is_number_unsigned()) return wrong(name, *value, "a whole number from 0");
        return value->get<std::uint64_t>();
    }

    tl::unexpected<Error> missing(const char* name) const {
        return corrupt(fmt::format("{}{} is missing", m_where, name));
    }
    tl::unexpected<Error> wrong(const char* name, const Json& value, std::string_view wanted) const {
        return corrupt(fmt::format("{}{} is {}, {} is expected", m_where, name, shown(value), wanted));
    }

private:
    const Json* find(const char* name) const {
        const auto found = m_object.find(name);
        return found == m_object.end() ? nullptr : &*found;
    }

    const Json& m_object;
    std::string m_where;
};

bool isHex(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0; });
}

/// The recorded hash: `checksum`, the second writer's `hash`, or the end of the id, which has held it since the first
/// version.
Result<std::string> readHash(const FieldReader& fields, const std::string& fragment_id) {
    for (const char* name : {"checksum", "hash"}) {
        TESSERA_TRY(std::string hash, fields.text(name, false));
        if (hash.empty()) continue;
        if (hash.size() < 16 || hash.size() > 64 || !isHex(hash))
            return fields.wrong(name, Json(hash), "16 to 64 hex digits");
        hash.resize(16);
        std::transform(hash.begin(), hash.end(), hash.begin(),
                       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        return hash;
    }
    const auto underscore = fragment_id.rfind('_');
    const std::string tail = underscore == std::string::npos ? std::string() : fragment_id.substr(underscore + 1);
    return tail.size() == 16 && isHex(tail) ? tail : std::string();
}

Result<Entry> readEntry(const Json& object, std::size_t index) {
    const FieldReader fields(object, fmt::format("fragments[{}].", index));
    if (!object.is_object())
        return corrupt(fmt::format("fragments[{}] is {}, an object is expected", index, shown(object)));
    Entry entry;
    TESSERA_TRY(entry.fragment_id, fields.text("fragment_id", true));
    if (!isPlainFileName(entry.fragment_id + ".dat")) {
        return corrupt(
            fmt::format("fragments[{}].fragment_id {} is not safe as a file name", index, inQuotes(entry.fragment_id)));
    }
    TESSERA_TRY(entry.tensor_name, fields.text("tensor_name", true));
    TESSERA_TRY(const auto shard_index, fields.number("shard_index"));
    if (!shard_index) return fields.missing("shard_index");
    if (*shard_index > limits::kMaxFragments)
        return fields.wrong("shard_index", Json(*shard_index), fmt::format("at most {}", limits::kMaxFragments));
    entry.shard_index = static_cast<std::uint32_t>(*shard_index);
    TESSERA_TRY(entry.total_shards, fields.number("total_shards"));
    TESSERA_TRY(entry.size_bytes, fields.number("size_bytes"));
    if (!entry.size_bytes) {
        TESSERA_TRY(entry.size_bytes, fields.number("file_size"));
    }
    TESSERA_TRY(entry.data_offset, fields.number("data_offset"));
    TESSERA_TRY(entry.hash16, readHash(fields, entry.fragment_id));
    return entry;
}

}  // namespace

Result<ManifestV1> parseManifestV1(std::string_view json) {
    TESSERA_TRY(const Json document, parseTop(json));
    const FieldReader fields(document, "");
    ManifestV1 manifest;
    TESSERA_TRY(manifest.model_name, fields.text("model_name", false));
    TESSERA_TRY(const auto chunk_size, fields.number("chunk_size"));
    manifest.chunk_size = chunk_size.value_or(kChunkBytes);
    if (manifest.chunk_size < limits::kMinFragmentBytes || manifest.chunk_size > limits::kMaxFragmentBytes) {
        return corrupt(fmt::format("chunk_size is {}, {} to {} are allowed", manifest.chunk_size,
                                   limits::kMinFragmentBytes, limits::kMaxFragmentBytes));
    }
    TESSERA_TRY(manifest.header_size, fields.number("header_size"));
    const auto fragments = document.find("fragments");
    if (fragments == document.end()) return fields.missing("fragments");
    if (!fragments->is_array()) return fields.wrong("fragments", *fragments, "a list");
    TESSERA_TRY(const auto total, fields.number("total_fragments"));
    if (total && *total != fragments->size()) {
        return corrupt(fmt::format("total_fragments is {}, but {} fragments are listed: some are missing", *total,
                                   fragments->size()));
    }
    manifest.entries.reserve(fragments->size());
    for (std::size_t i = 0; i < fragments->size(); ++i) {
        TESSERA_TRY(Entry entry, readEntry((*fragments)[i], i));
        manifest.entries.push_back(std::move(entry));
    }
    return manifest;
}

namespace {

/// Stops at the first sign of a version.
class VersionSniffer final : public nlohmann::json_sax<Json> {
public:
    bool has_fragments = false;
    std::optional<std::uint64_t> version;
    bool other_version = false;

    bool null() override { return value(std::nullopt); }
    bool boolean(bool) override { return value(std::nullopt); }
    bool number_integer(std::int64_t) override { return value(std::nullopt); }
    bool number_unsigned(std::uint64_t number) override { return value(number); }
    bool number_float(double, const std::string&) override { return value(std::nullopt); }
    bool string(std::string&) override { return value(std::nullopt); }
    bool binary(Json::binary_t&) override { return false; }
    bool start_object(std::size_t) override { return ++m_depth <= limits::kMaxJsonDepth; }
    bool start_array(std::size_t) override { return ++m_depth <= limits::kMaxJsonDepth; }
    bool end_object() override { return --m_depth >= 0; }
    bool end_array() override { return --m_depth >= 0; }
    bool key(std::string& name) override {
        m_at_version = m_depth == 1 && name == "format_version";
        has_fragments = has_fragments || (m_depth == 1 && name == "fragments");
        return true;
    }
    bool parse_error(std::size_t, const std::string&, const Json::exception&) override { return false; }

private:
    bool value(std::optional<std::uint64_t> number) {
        if (!m_at_version) return true;
        version = number;
        other_version = !number || *number != 1;
        return false;
    }

    int m_depth = 0;
    bool m_at_version = false;
};

}  // namespace

bool isV1Manifest(std::string_view json) {
    VersionSniffer sniffer;
    const bool whole = Json::sax_parse(json.begin(), json.end(), &sniffer);
    if (sniffer.version || sniffer.other_version) return !sniffer.other_version;
    return whole && sniffer.has_fragments;
}

}  // namespace tessera::v1
