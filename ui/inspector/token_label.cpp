// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/token_label.h"

#include "core/inspect/export.h"

namespace tessera::ui {

QString tokenLabel(std::string_view piece) {
    QString text = QString::fromStdString(readablePiece(piece));
    text.replace(QStringLiteral("\\n"), QString(QChar(0x21B5)));
    text.replace(QStringLiteral("\\t"), QString(QChar(0x2192)));
    text.replace(QLatin1Char(' '), QChar(0x00B7));
    return text;
}

}  // namespace tessera::ui
