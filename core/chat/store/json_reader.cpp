// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/chat/store/json_reader.h"

#include "core/base/format.h"
#include "core/base/limits.h"
#include "core/base/utf8.h"

#include <cmath>

namespace tessera::chat_json {

Result<Json> parse(std::string_view text) {
    bool too_deep = false;
    const auto watch = [&too_deep](int depth, Json::parse_event_t, Json&) {
        too_deep = too_deep || depth > limits::kMaxConversationJsonDepth;
        return !too_deep;
    };
    try {
        Json json = Json::parse(text.begin(), text.end(), watch);
        if (too_deep)
            return fail(ErrorKind::Corrupt, format("JSON is nested deeper than {}", limits::kMaxConversationJsonDepth));
        return json;
    } catch (const Json::parse_error& error) {
        return fail(ErrorKind::Corrupt, format("no JSON from byte {} on", error.byte));
    } catch (const std::exception&) {
        return fail(ErrorKind::Corrupt, "no valid JSON (a number out of range, or too large for memory)");
    }
}

std::string dump(const Json& json, int indent) {
    return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

const Json& at(const Json& json, std::string_view key) {
    static const Json null;
    if (!json.is_object()) return null;
    const auto found = json.find(key);
    return found == json.end() ? null : *found;
}

std::string text(const Json& json, std::string_view key) {
    const Json& value = at(json, key);
    return value.is_string() ? toValidUtf8(value.get_ref<const std::string&>()) : std::string{};
}

double number(const Json& json, std::string_view key, double otherwise) {
    const Json& value = at(json, key);
    return value.is_number() ? value.get<double>() : otherwise;
}

std::int64_t integer(const Json& json, std::string_view key, std::int64_t otherwise) {
    const Json& value = at(json, key);
    if (value.is_number_integer() && !value.is_number_unsigned()) return value.get<std::int64_t>();
    const double real = number(json, key, std::nan(""));
    return std::isfinite(real) && std::abs(real) < 9e18 ? static_cast<std::int64_t>(real) : otherwise;
}

bool boolean(const Json& json, std::string_view key, bool otherwise) {
    const Json& value = at(json, key);
    return value.is_boolean() ? value.get<bool>() : otherwise;
}

}  // namespace tessera::chat_json
