// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chat/attachments.h"

#include "core/base/limits.h"
#include "core/base/utf8.h"
#include "ui/widgets/text_format.h"

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>
#include <QStringDecoder>

namespace tessera::ui {
namespace {

class Words {
    Q_DECLARE_TR_FUNCTIONS(tessera::ui::Attachments)
};

/// Nothing when it is no text.
std::optional<QByteArray> decode(const QByteArray& bytes) {
    if (bytes.startsWith("\xFF\xFE") || bytes.startsWith("\xFE\xFF")) {
        QStringDecoder decoder(QStringConverter::Utf16);
        const QString text = decoder.decode(bytes);
        if (decoder.hasError()) return std::nullopt;
        return text.toUtf8();
    }
    const QByteArray text = bytes.startsWith("\xEF\xBB\xBF") ? bytes.mid(3) : bytes;
    if (text.contains('\0')) return std::nullopt;
    if (validUtf8Prefix(std::string_view(text.constData(), static_cast<std::size_t>(text.size()))) != static_cast<std::size_t>(text.size())) return std::nullopt;
    return text;
}

}  // namespace

Result<Attachment> readAttachment(const QString& path, const Operation& operation) {
    TESSERA_CHECK(operation.checkStop());
    const QString name = QFileInfo(path).fileName();
    const auto refuse = [](const QString& why) { return fail(ErrorKind::InvalidArgument, why.toStdString()); };
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) return refuse(Words::tr("“%1” cannot be read: %2").arg(name, file.errorString()));
    const QByteArray bytes = file.read(static_cast<qint64>(limits::kMaxAttachmentBytes) + 1);
    if (static_cast<std::uint64_t>(bytes.size()) > limits::kMaxAttachmentBytes)
        return refuse(Words::tr("“%1” has %2; at most %3 can be sent along.")
                          .arg(name, formatSize(static_cast<quint64>(file.size())), formatSize(limits::kMaxAttachmentBytes)));
    const auto text = decode(bytes);
    if (!text) return refuse(Words::tr("“%1” is not a text file, so the model cannot read it.").arg(name));
    if (text->trimmed().isEmpty()) return refuse(Words::tr("“%1” is empty.").arg(name));
    return Attachment{truncateUtf8(name.toStdString(), limits::kMaxTitleBytes), text->toStdString()};
}

}  // namespace tessera::ui
