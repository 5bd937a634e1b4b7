// SPDX-License-Identifier: GPL-3.0-or-later
// From the tree of a conversation to what the column shows.
#pragma once

#include "ui/chat/view/shown_message.h"

#include <vector>

namespace tessera::ui {

class ChatController;

/// The shown path of the conversation that is open, the running answer with its status.
std::vector<ShownMessage> shownMessages(const ChatController& controller);
ShownMessage shownMessage(const ChatController& controller, MessageNumber number);

}  // namespace tessera::ui
