// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/style/fonts.h"

#include <QDir>
#include <QFontDatabase>

namespace tessera::ui {

void loadWindowFonts() {
    const QDir folder(QStringLiteral(":/fonts"));
    for (const QString& file : folder.entryList(QDir::Files)) QFontDatabase::addApplicationFont(folder.filePath(file));
}

QString interfaceFamily() { return QStringLiteral("Inter"); }
QString monoFamily() { return QStringLiteral("JetBrains Mono"); }

}  // namespace tessera::ui
