// SPDX-License-Identifier: GPL-3.0-or-later
// French says everything that English says, with the same placeholders; nothing in the sources is forgotten.
#include "tests/support/paths.h"
#include "ui/settings/language.h"
#include "ui/settings/pseudo_translator.h"
#include "ui/widgets/error_text.h"

#include <QCoreApplication>
#include <QFile>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>
#include <QXmlStreamReader>

#include <set>

using namespace tessera::ui;

namespace {

struct Message {
    QString context, source;
    QStringList translations;  // plural forms, or one
    bool plural = false, unfinished = false;
};

std::vector<Message> readMessages(const QString& path) {
    std::vector<Message> messages;
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) return messages;
    QXmlStreamReader xml(&file);
    QString context;
    while (!xml.atEnd()) {
        if (xml.readNext() != QXmlStreamReader::StartElement) continue;
        const QStringView name = xml.name();
        if (name == QLatin1String("name")) context = xml.readElementText();
        if (name == QLatin1String("message")) messages.push_back({context, {}, {}, xml.attributes().value(QLatin1String("numerus")) == QLatin1String("yes"), false});
        if (name == QLatin1String("source")) messages.back().source = xml.readElementText();
        if (name == QLatin1String("translation")) {
            messages.back().unfinished = xml.attributes().value(QLatin1String("type")) == QLatin1String("unfinished");
            if (!messages.back().plural) messages.back().translations.append(xml.readElementText());
        }
        if (name == QLatin1String("numerusform")) messages.back().translations.append(xml.readElementText());
    }
    return messages;
}

std::multiset<QString> placeholders(const QString& text) {
    static const QRegularExpression pattern(QStringLiteral("%(L?\\d+|n)"));
    std::multiset<QString> found;
    for (auto match = pattern.globalMatch(text); match.hasNext();) found.insert(match.next().captured());
    return found;
}

QString fileOf(const char* language) { return QString::fromStdString(tessera::test::sourceDir() + "/translations/tessera_" + language + ".ts"); }

}  // namespace

class TestTranslations : public QObject {
    Q_OBJECT
private slots:
    void frenchIsComplete() {
        // The sources as they are now, read afresh into a copy.
        QTemporaryDir folder;
        const QString copy = folder.filePath(QStringLiteral("fr.ts"));
        QVERIFY(QFile::copy(fileOf("fr"), copy));
        QProcess lupdate;
        lupdate.start(QStringLiteral(TESSERA_LUPDATE), {QStringLiteral("-silent"), QStringLiteral("-locations"), QStringLiteral("none"), QStringLiteral("-I"), QString::fromStdString(tessera::test::sourceDir()),
                                                       QStringLiteral("@" TESSERA_LUPDATE_SOURCES), QStringLiteral("-ts"), copy});
        QVERIFY(lupdate.waitForFinished(60000));
        QCOMPARE(lupdate.exitCode(), 0);
        QStringList missing;
        const auto messages = readMessages(copy);
        for (const Message& message : messages) {
            if (message.unfinished || message.translations.contains(QString())) missing.append(message.context + QStringLiteral(": ") + message.source);
            // Without its namespace a context is never found at run time.
            if (!message.context.startsWith(QLatin1String("tessera::ui::"))) missing.append(QStringLiteral("context ") + message.context);
        }
        QVERIFY2(missing.isEmpty(), qPrintable(QStringLiteral("not in French (build the target update_translations):\n") + missing.join(QLatin1Char('\n'))));
        QVERIFY(messages.size() > 250);
    }

    void placeholdersAgree_data() {
        QTest::addColumn<QString>("file");
        for (const char* language : {"fr", "en"}) QTest::addRow("%s", language) << fileOf(language);
    }
    void placeholdersAgree() {
        QFETCH(QString, file);
        const auto messages = readMessages(file);
        QVERIFY(!messages.empty());
        for (const Message& message : messages) {
            QCOMPARE(message.translations.size(), message.plural ? 2 : 1);
            for (const QString& translation : message.translations)
                QVERIFY2(placeholders(translation) == placeholders(message.source), qPrintable(message.source + QStringLiteral(" -> ") + translation));
        }
    }

    void theyAreLoaded() {
        const auto word = [](int n) { return QCoreApplication::translate("tessera::ui::FragmentsPage", "%n fragment(s)", nullptr, n); };
        installLanguage(QStringLiteral("en"));
        QCOMPARE(word(1), QStringLiteral("1 fragment"));
        QCOMPARE(word(2), QStringLiteral("2 fragments"));
        installLanguage(QStringLiteral("fr"));
        QCOMPARE(word(0), QStringLiteral("0 fragment"));
        QCOMPARE(QCoreApplication::translate("tessera::ui::Pages", "Model"), QStringLiteral("Modèle"));
        QCOMPARE(QCoreApplication::translate("QPlatformTheme", "Cancel"), QStringLiteral("Annuler"));
        installLanguage(QStringLiteral("en"));
        QCOMPARE(QCoreApplication::translate("tessera::ui::Pages", "Model"), QStringLiteral("Model"));
    }

    void errorsOfCoreHaveAFrenchHeadline() {
        using tessera::ErrorKind;
        const tessera::Error error{ErrorKind::NotFound, "model.gguf: no such file"};
        installLanguage(QStringLiteral("en"));
        QCOMPARE(errorText(error), QStringLiteral("model.gguf: no such file"));
        installLanguage(QStringLiteral("fr"));
        QCOMPARE(errorText(error), QStringLiteral("Introuvable\u00a0: model.gguf: no such file"));
        for (int kind = 0; kind <= static_cast<int>(ErrorKind::OutOfMemory); ++kind) QVERIFY(errorText({ErrorKind(kind), "x"}) != QStringLiteral("x"));
        installLanguage(QStringLiteral("en"));
    }

    void pseudoIsLongerAndKeepsPlaceholders() {
        const PseudoTranslator pseudo;
        const QString source = QStringLiteral("Loading %1: %2 %");
        const QString text = pseudo.translate("tessera::ui::HeaderBar", source.toUtf8().constData(), nullptr, -1);
        QVERIFY(text.size() >= source.size() * 7 / 5);
        QVERIFY(placeholders(text) == placeholders(source));
        QCOMPARE(pseudo.translate("x", "&Engine", nullptr, -1).at(1), QLatin1Char('E'));
        QVERIFY(pseudo.translate("QPlatformTheme", "Cancel", nullptr, -1).isEmpty());
    }
};

QTEST_MAIN(TestTranslations)
#include "tst_translations.moc"
