// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/language.h"

#include "ui/settings/pseudo_translator.h"

#include <QCoreApplication>
#include <QLocale>
#include <QTranslator>

#include <memory>
#include <vector>

namespace tessera::ui {
namespace {

struct Installed {
    QString code = QStringLiteral("en");
    std::vector<std::unique_ptr<QTranslator>> translators;
};

Installed& installed() {
    static Installed state;
    return state;
}

QString systemLanguage() {
    for (const QString& name : QLocale::system().uiLanguages()) {
        const QString code = name.left(2);
        if (availableLanguages().contains(code)) return code;
    }
    return QStringLiteral("en");
}

void add(std::unique_ptr<QTranslator> translator) {
    QCoreApplication::installTranslator(translator.get());
    installed().translators.push_back(std::move(translator));
}

void load(const QString& file) {
    auto translator = std::make_unique<QTranslator>();
    if (translator->load(QStringLiteral(":/i18n/") + file)) add(std::move(translator));
}

}  // namespace

QStringList availableLanguages() { return {QStringLiteral("en"), QStringLiteral("fr")}; }

QString languageName(const QString& code) {
    return code == QLatin1String("fr") ? QStringLiteral("Français") : QStringLiteral("English");
}

void installLanguage(const QString& code) {
    for (const auto& translator : installed().translators) QCoreApplication::removeTranslator(translator.get());
    installed().translators.clear();
    const bool pseudo = code == QLatin1String("pseudo");
    const QString language = availableLanguages().contains(code) ? code : pseudo ? QStringLiteral("en") : systemLanguage();
    installed().code = language;
    QLocale::setDefault(language == QLatin1String("fr") ? QLocale(QLocale::French) : QLocale(QLocale::English));
    load(QStringLiteral("qtbase_%1.qm").arg(language));
    load(QStringLiteral("tessera_%1.qm").arg(language));  // English too: its plurals
    if (pseudo) add(std::make_unique<PseudoTranslator>());
}

QString currentLanguage() { return installed().code; }

}  // namespace tessera::ui
