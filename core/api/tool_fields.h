// SPDX-License-Identifier: GPL-3.0-or-later
// The fields of a chat request that are about tools and the form of the answer, read and checked.
#pragma once

#include "core/api/completion_request.h"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace tessera {

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
