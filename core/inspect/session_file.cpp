// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/inspect/session_file.h"

#include "core/base/format.h"
#include "core/base/limits.h"
#include "core/base/platform/file.h"
#include "core/base/quote.h"

#include <nlohmann/json.hpp>

#include <limits>

namespace tessera {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kFormat = 1;
constexpr std::uint64_t kMaxSessionBytes = 64 * limits::MiB;

std::string_view kvName(KvType type) { return type == KvType::F32 ? "f32" : type == KvType::Q8_0 ? "q8_0" : "f16"; }
std::string_view exactName(ExactPolicy exact) {
    return exact == ExactPolicy::On ? "on" : exact == ExactPolicy::Auto ? "auto" : "off";
}

Json layerList(const std::vector<LayerIndex>& layers) {
    Json list = Json::array();
    for (const LayerIndex layer : layers) list.push_back(toInt(layer));
    return list;
}

/// Reads fields of one object; the first that does not fit is the error.
class Fields {
public:
    Fields(const Json& object, std::string where) : m_object(object), m_where(std::move(where)) {}

    template <class T>
    Result<void> read(const char* name, T& target, bool required = false) const {
        const auto found = m_object.find(name);
        if (found == m_object.end()) return required ? wrong(name, "is missing") : Result<void>();
        return assign(name, *found, target);
    }

    tl::unexpected<Error> wrong(std::string_view name, std::string_view what) const {
        return fail(ErrorKind::Corrupt, format("the session file: {}{} {}", m_where, name, what));
    }

private:
    Result<void> assign(const char* name, const Json& value, std::string& target) const {
        if (!value.is_string()) return wrong(name, "is no text");
        target = value.get<std::string>();
        return {};
    }
    Result<void> assign(const char* name, const Json& value, bool& target) const {
        if (!value.is_boolean()) return wrong(name, "is neither true nor false");
        target = value.get<bool>();
        return {};
    }
    Result<void> assign(const char* name, const Json& value, std::uint32_t& target) const {
        if (!value.is_number_unsigned() || value.get<std::uint64_t>() > std::numeric_limits<std::uint32_t>::max())
            return wrong(name, "is no whole number in range");
        target = value.get<std::uint32_t>();
        return {};
    }
    template <class Id>
    Result<void> assign(const char* name, const Json& value, std::vector<Id>& target) const {
        if (!value.is_array()) return wrong(name, "is no list");
        for (const Json& item : value) {
            TESSERA_TRY(auto element, elementOf<Id>(name, item));
            target.push_back(std::move(element));
        }
        return {};
    }
    template <class Id>
    Result<Id> elementOf(const char* name, const Json& item) const {
        if constexpr (std::is_same_v<Id, std::string>) {
            if (!item.is_string()) return wrong(name, "has something that is no text");
            return item.get<std::string>();
        } else {
            if (!item.is_number_integer() || item.get<std::int64_t>() < 0 ||
                item.get<std::int64_t>() > std::numeric_limits<std::int32_t>::max())
                return wrong(name, "has something that is no whole number in range");
            return Id{item.get<std::int32_t>()};
        }
    }

    const Json& m_object;
    std::string m_where;
};

Result<void> readLensTokens(const Json& object, InspectRequest& request) {
    const auto found = object.find("lens_tokens");
    if (found == object.end()) return {};
    if (!found->is_object()) return fail(ErrorKind::Corrupt, "the session file: lens_tokens is no object");
    const Fields fields(*found, "lens_tokens.");
    TokenRange range;
    TESSERA_CHECK(fields.read("first", range.first, true));
    TESSERA_CHECK(fields.read("count", range.count, true));
    request.lens_tokens = range;
    return {};
}

Result<void> readEngineOptions(const Json& object, SessionOptions& options) {
    const auto found = object.find("session");
    if (found == object.end()) return {};
    if (!found->is_object()) return fail(ErrorKind::Corrupt, "the session file: session is no object");
    const Fields fields(*found, "session.");
    std::string kv(kvName(options.kv_type));
    std::string exact(exactName(options.exact));
    TESSERA_CHECK(fields.read("kv_type", kv));
    TESSERA_CHECK(fields.read("exact", exact));
    TESSERA_CHECK(fields.read("micro_batch", options.micro_batch));
    TESSERA_CHECK(fields.read("flash_attention", options.flash_attention));
    for (const auto type : {KvType::F16, KvType::F32, KvType::Q8_0})
        if (kv == kvName(type)) options.kv_type = type;
    for (const auto policy : {ExactPolicy::Auto, ExactPolicy::On, ExactPolicy::Off})
        if (exact == exactName(policy)) options.exact = policy;
    if (kv != kvName(options.kv_type)) return fields.wrong("kv_type", "is " + inQuotes(kv));
    if (exact != exactName(options.exact)) return fields.wrong("exact", "is " + inQuotes(exact));
    return {};
}

Result<void> readRequest(const Json& object, InspectRequest& request) {
    const Fields fields(object, "");
    std::vector<std::string> captures;
    std::vector<std::string> ablations;
    TESSERA_CHECK(fields.read("tokens", request.tokens, true));
    TESSERA_CHECK(fields.read("norms", request.norms));
    TESSERA_CHECK(fields.read("lens", request.lens));
    TESSERA_CHECK(fields.read("attention", request.attention));
    TESSERA_CHECK(fields.read("neurons", request.neurons));
    TESSERA_CHECK(fields.read("experts", request.experts));
    TESSERA_CHECK(fields.read("captures", captures));
    TESSERA_CHECK(fields.read("ablation", ablations));
    TESSERA_CHECK(fields.read("baseline", request.baseline));
    TESSERA_CHECK(readLensTokens(object, request));
    TESSERA_CHECK(readEngineOptions(object, request.session));
    for (const auto& text : captures) {
        TESSERA_TRY(auto spec, parseCapture(text));
        request.captures.push_back(std::move(spec));
    }
    for (const auto& text : ablations) TESSERA_CHECK(addAblation(text, request.ablation));
    return {};
}

}  // namespace

std::string writeSession(const InspectSession& session) {
    const auto& request = session.request;
    Json tokens = Json::array();
    for (const TokenId token : request.tokens) tokens.push_back(toInt(token));
    Json captures = Json::array();
    for (const auto& spec : request.captures) captures.push_back(captureText(spec));
    Json object{{"tessera_inspection", kFormat},
                {"set", session.set},
                {"model", session.model},
                {"architecture", session.architecture},
                {"vocabulary", session.vocabulary},
                {"engine", session.engine},
                {"prompt", session.prompt},
                {"tokens", tokens},
                {"norms", request.norms},
                {"lens", request.lens},
                {"attention", layerList(request.attention)},
                {"neurons", layerList(request.neurons)},
                {"experts", request.experts},
                {"captures", captures},
                {"ablation", ablationTexts(request.ablation)},
                {"baseline", request.baseline},
                {"session",
                 {{"kv_type", kvName(request.session.kv_type)},
                  {"exact", exactName(request.session.exact)},
                  {"micro_batch", request.session.micro_batch},
                  {"flash_attention", request.session.flash_attention}}}};
    if (request.lens_tokens)
        object["lens_tokens"] = {{"first", request.lens_tokens->first}, {"count", request.lens_tokens->count}};
    return object.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<InspectSession> readSession(std::string_view json) {
    if (json.size() > kMaxSessionBytes)
        return fail(ErrorKind::Corrupt, format("the session file has {}, expected at most {}", formatBytes(json.size()),
                                               formatBytes(kMaxSessionBytes)));
    const Json object = Json::parse(json, nullptr, false);
    if (!object.is_object()) return fail(ErrorKind::Corrupt, "the session file is no JSON object");
    const Fields fields(object, "");
    std::uint32_t version = 0;
    TESSERA_CHECK(fields.read("tessera_inspection", version, true));
    if (version != kFormat)
        return fail(ErrorKind::Unsupported,
                    format("the session file has format {}, this program reads {}", version, kFormat));
    InspectSession session;
    TESSERA_CHECK(fields.read("set", session.set));
    TESSERA_CHECK(fields.read("model", session.model));
    TESSERA_CHECK(fields.read("architecture", session.architecture));
    TESSERA_CHECK(fields.read("vocabulary", session.vocabulary));
    TESSERA_CHECK(fields.read("engine", session.engine));
    TESSERA_CHECK(fields.read("prompt", session.prompt));
    TESSERA_CHECK(readRequest(object, session.request));
    return session;
}

Result<void> saveSession(const InspectSession& session, const std::filesystem::path& path) {
    const std::string text = writeSession(session);
    return writeFileAtomically(path, std::as_bytes(std::span(text)));
}

Result<InspectSession> loadSession(const std::filesystem::path& path) {
    TESSERA_TRY(const std::string text, readTextFile(path, kMaxSessionBytes));
    return readSession(text);
}

}  // namespace tessera
