// SPDX-License-Identifier: GPL-3.0-or-later
// Every public header compiles on its own.
#include "core/chat/conversation.h"
#include "core/chat/generator.h"
