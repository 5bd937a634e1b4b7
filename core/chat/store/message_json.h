// SPDX-License-Identifier: GPL-3.0-or-later
// The parts of a message that the database and our own export keep as JSON.
#pragma once

#include "core/chat/store/message_tree.h"
#include "core/chat/token_trace.h"

#include <string>
#include <string_view>

namespace tessera {

/// Reading never fails: what cannot be read is missing.
std::string factsToJson(const AnswerFacts& facts);
AnswerFacts factsFromJson(std::string_view json);
std::string attachmentsToJson(const std::vector<Attachment>& attachments);  // "" for none
std::vector<Attachment> attachmentsFromJson(std::string_view json);
std::string traceToJson(const TokenTrace& trace);
TokenTrace traceFromJson(std::string_view json);

}  // namespace tessera
