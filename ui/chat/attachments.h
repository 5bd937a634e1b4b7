// SPDX-License-Identifier: GPL-3.0-or-later
// Text files that go along with a question.
#pragma once

#include "core/base/operation.h"
#include "core/chat/store/message_tree.h"

#include <QString>

namespace tessera::ui {

/// Reads a file as text: UTF-8, or UTF-16 with its mark. InvalidArgument in words for the user when it is binary, too
/// large or empty. For workers.
Result<Attachment> readAttachment(const QString& path, const Operation& operation);

}  // namespace tessera::ui
