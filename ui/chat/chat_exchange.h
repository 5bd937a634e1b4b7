// SPDX-License-Identifier: GPL-3.0-or-later
// Conversations out of and into the window. Synchronous, for workers.
#pragma once

#include "core/base/operation.h"
#include "core/chat/exchange/export.h"
#include "core/chat/exchange/import.h"

#include <QString>
#include <QStringList>

#include <vector>

namespace tessera::ui {

enum class ExportFormat { Markdown, Json, Html };
/// By the ending of the file; Markdown when it has none of the others.
ExportFormat exportFormatOf(const QString& path);

/// "You", "Assistant" in the language of the window. UI thread.
ExportWords exportWords();

/// Several conversations in Markdown or HTML stand one after the other.
Result<void> exportConversations(const std::vector<StoredConversation>& conversations, ExportFormat format, const QString& path, const ExportWords& words);

struct ImportSummary {
    std::vector<StoredConversation> conversations;
    std::size_t messages = 0;
    QStringList files;     // "conversations.json: 12 chats from ChatGPT"
    QStringList warnings;  // what was left out and which files could not be read
};
/// Reads every file that can be read. Fails only when stopped.
Result<ImportSummary> readImports(const QStringList& paths, const Operation& operation);

}  // namespace tessera::ui
