// SPDX-License-Identifier: GPL-3.0-or-later
// Arguments that a family writes as bare texts, as the JSON that the tool's schema wants.
#pragma once

#include "core/tokenizer/chat_message.h"

#include <span>
#include <string>

namespace tessera::answer {

/// A text stays one where the schema of `tool` says so, or where it is no JSON by itself.
std::string typedValue(std::span<const Tool> tools, const std::string& tool, const std::string& parameter, std::string value);

}  // namespace tessera::answer
