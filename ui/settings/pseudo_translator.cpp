// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/pseudo_translator.h"

#include <cstring>

namespace tessera::ui {
namespace {

QChar accented(QChar letter) {
    static const QString plain = QStringLiteral("aceinouyACEINOUY");
    static const QString marked = QStringLiteral("áçéíñóúýÁÇÉÍÑÓÚÝ");
    const qsizetype at = plain.indexOf(letter);
    return at < 0 ? letter : marked.at(at);
}

}  // namespace

QString PseudoTranslator::translate(const char* context, const char* source, const char*, int n) const {
    if (std::strncmp(context, "Q", 1) == 0) return {};  // Qt's own words
    QString text = QString::fromUtf8(source);
    if (n >= 0) text.replace(QStringLiteral("%n"), QString::number(n));
    const qsizetype extra = (text.size() * 2 + 4) / 5;
    bool in_tag = false, after_percent = false;
    for (QChar& letter : text) {
        if (letter == QLatin1Char('<')) in_tag = true;
        if (!in_tag && !after_percent) letter = accented(letter);
        after_percent = letter == QLatin1Char('%') || letter == QLatin1Char('&');
        if (letter == QLatin1Char('>')) in_tag = false;
    }
    const QString tail = text.right(1);
    const bool ends = tail == QLatin1String("…") || tail == QLatin1String(".") || tail == QLatin1String(":");
    if (ends) text.chop(1);
    return text + QString(extra, QLatin1Char('~')) + (ends ? tail : QString());
}

}  // namespace tessera::ui
