// SPDX-License-Identifier: GPL-3.0-or-later
// parseManifest: reads the JSON as a stream of events, so that memory grows with the manifest's content only, and not
// with whatever else a stranger put there.
#include "core/base/format.h"
#include "core/base/quote.h"
#include "core/fragment/manifest.h"
#include "core/fragment/manifest_check.h"
#include "core/fragment/manifest_fields.h"
#include "core/fragment/plan.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>
#include <variant>

namespace tessera {

namespace {

using namespace manifest_json;
using Json = nlohmann::json;

struct Null {};
using Value = std::variant<Null, bool, std::int64_t, std::uint64_t, double, std::string_view>;

std::string describe(const Value& value) {
    struct Visitor {
        std::string operator()(Null) const { return "null"; }
        std::string operator()(bool flag) const { return flag ? "true" : "false"; }
        std::string operator()(std::int64_t number) const { return fmt::format("{}", number); }
        std::string operator()(std::uint64_t number) const { return fmt::format("{}", number); }
        std::string operator()(double number) const { return fmt::format("{}", number); }
        std::string operator()(std::string_view text) const { return inQuotes(text); }
    };
    return std::visit(Visitor{}, value);
}

/// Receives the events of nlohmann's parser. Every handler returns false to stop, with m_error set.
class ManifestReader final : public nlohmann::json_sax<Json> {
public:
    Manifest manifest;
    std::uint64_t total_fragments = 0;
    std::optional<Error> error;

    bool null() override { return value(Null{}); }
    bool boolean(bool flag) override { return value(flag); }
    bool number_integer(std::int64_t number) override { return value(number); }
    bool number_unsigned(std::uint64_t number) override { return value(number); }
    bool number_float(double number, const std::string&) override { return value(number); }
    bool string(std::string& text) override { return value(std::string_view(text)); }
    bool binary(Json::binary_t&) override { return stop("binary data"); }

    bool start_object(std::size_t) override {
        const Scope outer = scope();
        if (outer == Scope::Document) return enter(Scope::Manifest);
        if (outer == Scope::Files) return beginItem(Scope::File, manifest.files, limits::kMaxSplitFiles);
        if (outer == Scope::Fragments) return beginItem(Scope::Fragment, manifest.fragments, limits::kMaxFragments);
        if (outer == Scope::Ignored || m_ignore_value) return enter(Scope::Ignored);
        return stop(fmt::format("{} should not be an object", where()));
    }

    bool start_array(std::size_t) override {
        if (scope() == Scope::Ignored || m_ignore_value) return enter(Scope::Ignored);
        if (scope() == Scope::Manifest && m_field == Files) return enter(Scope::Files);
        if (scope() == Scope::Manifest && m_field == Fragments) return enter(Scope::Fragments);
        if (scope() == Scope::Fragment && m_field == Shape) return enter(Scope::Shape);
        return stop(fmt::format("{} should not be a list", where()));
    }

    bool key(std::string& name) override {
        m_ignore_value = true;
        if (scope() == Scope::Ignored) return true;
        const auto found = std::find_if(std::begin(kFields), std::end(kFields), [&](const FieldName& entry) {
            return entry.scope == scope() && entry.name == name;
        });
        if (found == std::end(kFields)) return true;  // room for later additions
        m_ignore_value = false;
        m_field = found->field;
        std::uint32_t& seen = seenIn(scope());
        if (seen & bit(m_field)) return stop(fmt::format("{} appears twice", where()));
        seen |= bit(m_field);
        return true;
    }

    bool end_object() override {
        const Scope ended = scope();
        m_scopes.pop_back();
        if (ended == Scope::File) return require(ended, kFileFields);
        if (ended == Scope::Fragment) return endFragment();
        if (ended == Scope::Manifest) return require(ended, kManifestFields);
        return true;
    }

    bool end_array() override {
        m_scopes.pop_back();
        return true;
    }

    bool parse_error(std::size_t position, const std::string&, const Json::exception& exception) override {
        // nlohmann's text repeats the position and quotes the input; its last part says what was expected.
        const std::string text = exception.what();
        const auto colon = text.rfind("; expected ");
        return stop(fmt::format("this is not valid JSON at byte {}{}", position,
                                colon == std::string::npos ? "" : oneLine(text.substr(colon), 100)));
    }

private:
    static constexpr std::uint32_t bit(Field field) { return 1u << field; }
    static_assert(FieldCount <= 32);

    Scope scope() const { return m_scopes.back(); }
    std::uint32_t& seenIn(Scope scope) { return scope == Scope::Manifest ? m_seen_manifest : m_seen_item; }

    bool stop(std::string message) {
        error = Error{ErrorKind::Corrupt, std::move(message)};
        return false;
    }

    bool enter(Scope inner) {
        if (m_scopes.size() > static_cast<std::size_t>(limits::kMaxJsonDepth)) {
            return stop(fmt::format("the JSON is nested deeper than {}", limits::kMaxJsonDepth));
        }
        m_scopes.push_back(inner);
        if (inner == Scope::Ignored) m_ignore_value = true;
        return true;
    }

    template <class Item>
    bool beginItem(Scope inner, std::vector<Item>& items, std::uint64_t limit) {
        if (items.size() >= limit)
            return stop(
                fmt::format("{} has more than {} entries", fieldName(inner == Scope::File ? Files : Fragments), limit));
        items.emplace_back();
        m_seen_item = 0;
        return enter(inner);
    }

    /// "fragments[12].size_bytes"
    std::string where() const {
        switch (m_scopes.back()) {
            case Scope::Document: return "the manifest";
            case Scope::Files: return fmt::format("files[{}]", manifest.files.size());
            case Scope::Fragments: return fmt::format("fragments[{}]", manifest.fragments.size());
            case Scope::File: return fmt::format("files[{}].{}", manifest.files.size() - 1, fieldName(m_field));
            case Scope::Fragment:
            case Scope::Shape:
                return fmt::format("fragments[{}].{}", manifest.fragments.size() - 1, fieldName(m_field));
            case Scope::Manifest:
            case Scope::Ignored: break;
        }
        return std::string(fieldName(m_field));
    }

    bool require(Scope ended, std::span<const Field> fields) {
        for (const Field field : fields) {
            if (seenIn(ended) & bit(field)) continue;
            if (field == FormatVersion) return stop("format_version is missing: this is no manifest of format 2");
            m_field = field;
            m_scopes.push_back(ended);  // for where()
            return stop(fmt::format("{} is missing", where()));
        }
        return true;
    }

    bool value(const Value& v) {
        if (scope() == Scope::Ignored || m_ignore_value) return true;
        switch (scope()) {
            case Scope::Manifest: return manifestValue(v);
            case Scope::File: return fileValue(manifest.files.back(), v);
            case Scope::Fragment: return fragmentValue(manifest.fragments.back(), v);
            case Scope::Shape: return shapeValue(manifest.fragments.back(), v);
            default: return stop(fmt::format("{} is {}, an object is expected", where(), describe(v)));
        }
    }

    bool wrong(const Value& v, std::string_view wanted) {
        return stop(fmt::format("{} is {}, {} is expected", where(), describe(v), wanted));
    }

    template <class T>
    bool number(const Value& v, T& out) {
        const auto* found = std::get_if<std::uint64_t>(&v);
        const auto most = static_cast<std::uint64_t>(std::numeric_limits<T>::max());
        if (!found || *found > most) return wrong(v, fmt::format("a whole number from 0 to {}", most));
        out = static_cast<T>(*found);
        return true;
    }
    bool text(const Value& v, std::string& out) {
        const auto* found = std::get_if<std::string_view>(&v);
        if (!found) return wrong(v, "a string");
        out = *found;
        return true;
    }
    bool digest(const Value& v, Sha256Digest& out) {
        const auto* found = std::get_if<std::string_view>(&v);
        const auto parsed = found ? digestFromHex(*found) : Result<Sha256Digest>(tl::unexpect, Error{});
        if (!parsed) return wrong(v, "a SHA-256 of 64 hex digits");
        out = *parsed;
        return true;
    }

    bool manifestValue(const Value& v) {
        switch (m_field) {
            case FormatVersion: return formatVersion(v);
            case ModelName: return text(v, manifest.model_name);
            case Architecture: return text(v, manifest.architecture);
            case ModelId: return digest(v, manifest.model_id);
            case SetId: return digest(v, manifest.set_id);
            case FragmentSize: return number(v, manifest.fragment_size);
            case TotalFragments: return number(v, total_fragments);
            default: return wrong(v, "a list");
        }
    }

    bool formatVersion(const Value& v) {
        std::uint32_t version = 0;
        if (!number(v, version)) return false;
        if (version == 2) return true;
        error =
            Error{ErrorKind::Unsupported,
                  version == 1
                      ? "format_version is 1: open the folder it belongs to"
                      : fmt::format("format_version is {}, this build reads 2 (and 1): a newer one wrote it", version)};
        return false;
    }

    bool fileValue(ManifestFile& file, const Value& v) {
        switch (m_field) {
            case Name: return text(v, file.name);
            case SizeBytes: return number(v, file.size_bytes);
            default: return digest(v, file.sha256);
        }
    }

    bool fragmentValue(Fragment& fragment, const Value& v) {
        switch (m_field) {
            case FragmentId: return text(v, fragment.id);
            case Kind: return kind(fragment, v);
            case TensorName: return text(v, fragment.tensor_name);
            case TensorTypeField: return tensorType(fragment, v);
            case Dtype: return text(v, m_dtype);
            case ShardIndex: return number(v, fragment.shard_index);
            case TotalShards: return number(v, fragment.total_shards);
            case FirstRow: return number(v, fragment.first_row);
            case RowCount: return number(v, fragment.row_count);
            case Layer: return layer(fragment, v);
            case Component: return text(v, fragment.component);
            case ExpertIndex: return expertIndex(fragment, v);
            case AlwaysActive: return flag(v, fragment.is_always_active);
            case FileIndex: return number(v, fragment.file_index);
            case Offset: return number(v, fragment.offset);
            case SizeBytes: return number(v, fragment.size_bytes);
            case Sha256Field: return digest(v, fragment.sha256);
            default: return wrong(v, "a list of whole numbers");
        }
    }

    bool shapeValue(Fragment& fragment, const Value& v) {
        if (fragment.shape.size() >= 4) return stop(fmt::format("{} has more than 4 dimensions", where()));
        std::int64_t size = 0;
        if (!number(v, size)) return false;
        fragment.shape.push_back(size);
        return true;
    }

    bool kind(Fragment& fragment, const Value& v) {
        const auto* name = std::get_if<std::string_view>(&v);
        if (name && *name == "header") {
            fragment.kind = FragmentKind::Header;
        } else if (name && *name == "tensor") {
            fragment.kind = FragmentKind::Tensor;
        } else if (name && *name == "gap") {
            fragment.kind = FragmentKind::Gap;
        } else {
            return wrong(v, "'header', 'tensor' or 'gap'");
        }
        return true;
    }

    bool tensorType(Fragment& fragment, const Value& v) {
        const auto* name = std::get_if<std::string_view>(&v);
        if (!name) return wrong(v, "a string");
        const auto type = tensorTypeFromName(*name);
        if (!type) {
            error = Error{type.error().kind, fmt::format("{}: {}", where(), type.error().message)};
            return false;
        }
        fragment.tensor_type = *type;
        return true;
    }

    bool layer(Fragment& fragment, const Value& v) {
        std::int64_t number = 0;
        if (const auto* found = std::get_if<std::uint64_t>(&v)) {
            number = static_cast<std::int64_t>(std::min<std::uint64_t>(*found, limits::kMaxLayers));
        } else if (const auto* negative = std::get_if<std::int64_t>(&v)) {
            number = *negative;
        } else {
            return wrong(v, "a whole number");
        }
        if (number < toInt(kOtherLayer) || number >= limits::kMaxLayers)
            return wrong(v, fmt::format("-3 to {}", limits::kMaxLayers - 1));
        fragment.layer = LayerIndex{static_cast<std::int32_t>(number)};
        return true;
    }

    bool expertIndex(Fragment& fragment, const Value& v) {
        if (std::holds_alternative<Null>(v)) return true;
        std::uint32_t index = 0;
        if (!number(v, index)) return false;
        fragment.expert_index = index;
        return true;
    }

    bool flag(const Value& v, bool& out) {
        const auto* found = std::get_if<bool>(&v);
        if (!found) return wrong(v, "true or false");
        out = *found;
        return true;
    }

    bool endFragment() {
        Fragment& fragment = manifest.fragments.back();
        if (!require(Scope::Fragment, kRangeFields)) return false;
        if (fragment.kind != FragmentKind::Tensor) {
            clearTensorFields(fragment);
            return true;
        }
        if (!require(Scope::Fragment, kTensorFields)) return false;
        const std::string_view dtype = traits(fragment.tensor_type).dtype;
        if ((m_seen_item & bit(Dtype)) && m_dtype != dtype) {
            return stop(fmt::format("fragments[{}].dtype is {}, {} is stored as '{}'", manifest.fragments.size() - 1,
                                    inQuotes(m_dtype), traits(fragment.tensor_type).name, dtype));
        }
        fillMissing(fragment);
        return true;
    }

    /// Fields of tensors mean nothing in headers and gaps; they keep their defaults whatever was written.
    static void clearTensorFields(Fragment& fragment) {
        Fragment plain;
        plain.id = std::move(fragment.id);
        plain.kind = fragment.kind;
        plain.file_index = fragment.file_index;
        plain.offset = fragment.offset;
        plain.size_bytes = fragment.size_bytes;
        plain.sha256 = fragment.sha256;
        fragment = std::move(plain);
    }

    void fillMissing(Fragment& fragment) const {
        const TensorPlace place = placeOf(fragment.tensor_name);
        if (!(m_seen_item & bit(Layer))) fragment.layer = place.layer;
        if (!(m_seen_item & bit(Component))) fragment.component = place.component;
        if (!(m_seen_item & bit(AlwaysActive))) fragment.is_always_active = !fragment.expert_index;
    }

    std::vector<Scope> m_scopes{Scope::Document};
    Field m_field = FieldCount;
    bool m_ignore_value = false;
    std::uint32_t m_seen_manifest = 0;
    std::uint32_t m_seen_item = 0;
    std::string m_dtype;
};

Result<Manifest> parse(std::string_view json) {
    if (json.size() > limits::kMaxManifestBytes) {
        return fail(ErrorKind::Corrupt,
                    fmt::format("{} bytes, at most {} are allowed", json.size(), limits::kMaxManifestBytes));
    }
    ManifestReader reader;
    const bool ok = Json::sax_parse(json.begin(), json.end(), &reader);
    if (!ok) return tl::unexpected(reader.error.value_or(Error{ErrorKind::Corrupt, "this is not valid JSON"}));
    Manifest manifest = std::move(reader.manifest);
    if (reader.total_fragments != manifest.fragments.size()) {
        return fail(ErrorKind::Corrupt,
                    fmt::format("total_fragments is {}, but {} fragments are listed: some are missing",
                                reader.total_fragments, manifest.fragments.size()));
    }
    std::stable_sort(manifest.fragments.begin(), manifest.fragments.end(), [](const Fragment& a, const Fragment& b) {
        return std::pair(a.file_index, a.offset) < std::pair(b.file_index, b.offset);
    });
    TESSERA_CHECK(checkManifest(manifest));
    return manifest;
}

}  // namespace

Result<Manifest> parseManifest(std::string_view json, std::string_view name) {
    auto manifest = parse(json);
    if (!manifest) return failAt(name, manifest.error());
    return manifest;
}

}  // namespace tessera
