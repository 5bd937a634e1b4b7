// SPDX-License-Identifier: GPL-3.0-or-later
// The fields of a chat request that are about tools and the form of the answer, read and checked.
#pragma once

#include "core/api/completion_request.h"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tessera {

/// What is wrong with which field.
inline tl::unexpected<ApiError> wrongField(std::string param, std::string message, std::string code = "invalid_value") {
    return tl::unexpected(ApiError{400, std::move(message), "invalid_request_error", std::move(code), std::move(param)});
}

/// The text of a field; "" when it is left out or no text.
template <class AnyJson>
std::string textOf(const AnyJson& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->template get<std::string>() : std::string();
}

/// Order counts in schemas: models write, and are shown, properties in it.
using OrderedJson = nlohmann::ordered_json;

/// The fields "tools" and "response_format" of a request again, in the order in which they are written. Refused
/// is what would be slow to read so.
ApiResult<OrderedJson> orderedFields(std::string_view body);

ApiResult<std::vector<Tool>> readTools(const OrderedJson& tools);
ApiResult<ToolChoice> readToolChoice(const nlohmann::json& choice, const std::vector<Tool>& tools);
/// The JSON schema that the answer's text follows, "" for any object; nullopt: it is free.
ApiResult<std::optional<std::string>> readResponseFormat(const OrderedJson& form);
/// Of an assistant's message; `place` names it in errors.
ApiResult<std::vector<ToolCall>> readToolCalls(const nlohmann::json& calls, const std::string& place);

}  // namespace tessera
