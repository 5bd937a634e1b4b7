// SPDX-License-Identifier: GPL-3.0-or-later
// JSON of strangers: depth limited, wrong types read as missing. Include from .cpp files of core/chat only.
#pragma once

#include "core/base/result.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace tessera::chat_json {

using Json = nlohmann::json;

/// Corrupt with the position when it does not parse or is nested deeper than limits::kMaxConversationJsonDepth.
Result<Json> parse(std::string_view text);
/// Compact, invalid UTF-8 replaced.
std::string dump(const Json& json, int indent = -1);

/// The value at `key`, or a null that lives for ever.
const Json& at(const Json& json, std::string_view key);
std::string text(const Json& json, std::string_view key);
double number(const Json& json, std::string_view key, double otherwise = 0);
/// Rounded toward zero; `otherwise` when it is no number or outside of 64 bits.
std::int64_t integer(const Json& json, std::string_view key, std::int64_t otherwise = 0);
bool boolean(const Json& json, std::string_view key, bool otherwise = false);

}  // namespace tessera::chat_json
