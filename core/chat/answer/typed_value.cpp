// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/chat/answer/typed_value.h"

#include "core/chat/answer/call_json.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace tessera::answer {

namespace {

using Json = nlohmann::json;

/// What the schema says of a parameter's type; "" : nothing.
std::string typeOf(const Tool& tool, const std::string& key) {
    const Json schema = Json::parse(tool.parameters, nullptr, false);
    if (!schema.is_object() || !schema.contains("properties") || !schema["properties"].is_object()) return {};
    const auto property = schema["properties"].find(key);
    if (property == schema["properties"].end() || !property->is_object()) return {};
    const auto type = property->find("type");
    return type != property->end() && type->is_string() ? type->get<std::string>() : std::string();
}

}  // namespace

std::string typedValue(std::span<const Tool> tools, const std::string& tool, const std::string& parameter, std::string value) {
    const auto found = std::ranges::find(tools, tool, &Tool::name);
    const std::string type = found == tools.end() ? std::string() : typeOf(*found, parameter);
    if (type != "string" && value.find_first_not_of("[{\"") < 64 && Json::accept(value)) return value;
    return jsonQuoted(value);
}

}  // namespace tessera::answer
