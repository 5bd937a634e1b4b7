// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/text_format.h"

#include <QCoreApplication>
#include <QLocale>

#include <array>
#include <cmath>

namespace tessera::ui {
namespace {

QString translated(const char* text) { return QCoreApplication::translate("tessera::ui::TextFormat", text); }

constexpr std::array kUnits{
    QT_TRANSLATE_NOOP("tessera::ui::TextFormat", "B"),  QT_TRANSLATE_NOOP("tessera::ui::TextFormat", "kB"),
    QT_TRANSLATE_NOOP("tessera::ui::TextFormat", "MB"), QT_TRANSLATE_NOOP("tessera::ui::TextFormat", "GB"),
    QT_TRANSLATE_NOOP("tessera::ui::TextFormat", "TB"), QT_TRANSLATE_NOOP("tessera::ui::TextFormat", "PB"),
};
const QChar kNarrowSpace(0x202F);

}  // namespace

QString formatCount(std::uint64_t number) {
    QString text = QString::number(number);
    for (qsizetype at = text.size() - 3; at > 0; at -= 3) text.insert(at, kNarrowSpace);
    return text;
}

QString formatNumber(double number, int decimals) {
    const bool is_zero = std::abs(number) < 0.5 * std::pow(10.0, -decimals);
    return QLocale().toString(is_zero ? 0.0 : number, 'f', decimals);
}

QString formatValue(double number, int digits) { return QLocale().toString(number, 'g', digits); }

QString formatSize(std::uint64_t bytes) {
    double value = static_cast<double>(bytes);
    std::size_t unit = 0;
    while (value >= 999.95 && unit + 1 < kUnits.size()) {
        value /= 1000;
        ++unit;
    }
    return formatNumber(value, unit == 0 ? 0 : 1) + QChar::Nbsp + translated(kUnits[unit]);
}

QString formatDuration(double seconds) {
    if (seconds < 10) return formatNumber(seconds, 1) + QChar::Nbsp + translated(QT_TRANSLATE_NOOP("tessera::ui::TextFormat", "s"));
    const auto whole = static_cast<std::uint64_t>(seconds + 0.5);
    const QString rest = QString::number(whole % 60) + QChar::Nbsp + translated("s");
    if (whole < 60) return rest;
    const QString minutes = QString::number(whole / 60) + QChar::Nbsp + translated(QT_TRANSLATE_NOOP("tessera::ui::TextFormat", "min"));
    return whole % 60 == 0 ? minutes : minutes + QLatin1Char(' ') + rest;
}

}  // namespace tessera::ui
