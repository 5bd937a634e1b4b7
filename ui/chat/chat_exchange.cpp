// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chat/chat_exchange.h"

#include "core/base/platform/file.h"
#include "core/base/platform/paths.h"
#include "ui/widgets/error_text.h"

#include <QCoreApplication>
#include <QFileInfo>

#include <span>

namespace tessera::ui {
namespace {

class Words {
    Q_DECLARE_TR_FUNCTIONS(tessera::ui::ChatExchange)
};

}  // namespace

ExportFormat exportFormatOf(const QString& path) {
    const QString ending = QFileInfo(path).suffix().toLower();
    if (ending == QLatin1String("json")) return ExportFormat::Json;
    if (ending == QLatin1String("html") || ending == QLatin1String("htm")) return ExportFormat::Html;
    return ExportFormat::Markdown;
}

ExportWords exportWords() {
    ExportWords words;
    words.user = Words::tr("You").toStdString();
    words.assistant = Words::tr("Assistant").toStdString();
    words.system_prompt = Words::tr("System prompt").toStdString();
    return words;
}

Result<void> exportConversations(const std::vector<StoredConversation>& conversations, ExportFormat format, const QString& path, const ExportWords& words) {
    std::string text;
    if (format == ExportFormat::Json) text = toJson(conversations);
    else
        for (const StoredConversation& conversation : conversations) {
            if (!text.empty()) text += '\n';
            text += format == ExportFormat::Html ? toHtml(conversation, words) : toMarkdown(conversation, words);
        }
    return writeFileAtomically(fromUtf8(path.toStdString()), std::as_bytes(std::span(text)));
}

Result<ImportSummary> readImports(const QStringList& paths, const Operation& operation) {
    ImportSummary summary;
    for (const QString& path : paths) {
        TESSERA_CHECK(operation.checkStop());
        const QString name = QFileInfo(path).fileName();
        auto imported = importConversations(fromUtf8(path.toStdString()), operation);
        if (!imported) {
            if (imported.error().kind == ErrorKind::Cancelled) return tl::unexpected(std::move(imported).error());
            summary.warnings.append(QStringLiteral("%1: %2").arg(name, errorText(imported.error())));
            continue;
        }
        const std::string_view program = importFormatName(imported->format);
        summary.files.append(Words::tr("%1: %n chat(s) from %2", nullptr, static_cast<int>(imported->conversations.size()))
                                 .arg(name, QString::fromUtf8(program.data(), static_cast<qsizetype>(program.size()))));
        for (const std::string& warning : imported->warnings) summary.warnings.append(QStringLiteral("%1: %2").arg(name, QString::fromStdString(warning)));
        for (StoredConversation& conversation : imported->conversations) {
            summary.messages += conversation.tree.size();
            summary.conversations.push_back(std::move(conversation));
        }
    }
    return summary;
}

}  // namespace tessera::ui
