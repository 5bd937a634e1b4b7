// SPDX-License-Identifier: GPL-3.0-or-later
// French says everything that English says, with the same placeholders; nothing in the sources is forgotten.
#include "tests/support/paths.h"
#include "tests/support/sample_set.h"

#include "core/base/platform/system_error.h"
#include "core/engine/fragment_engine.h"
#include "core/engine/memory_budget.h"
#include "core/engine/model_facts.h"
#include "core/fragment/fragment_text.h"
#include "core/gguf/gguf_file_source.h"
#include "core/loader/fragment_set.h"
#include "core/loader/network/download.h"
#include "ui/settings/language.h"
#include "ui/settings/pseudo_translator.h"
#include "ui/widgets/error_text.h"

#include <QCoreApplication>
#include <QDirIterator>
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

    void commonErrorsOfCoreAreFrenchWhole_data() {
        using namespace tessera;
        QTest::addColumn<QString>("message");
        QTest::addColumn<QString>("french");
        const auto row = [](const char* name, const Error& error, const char* french) { QTest::newRow(name) << errorText(error) + QLatin1Char('\n') + QString::fromStdString(error.message) << QString::fromUtf8(french); };
        installLanguage(QStringLiteral("fr"));
        static QTemporaryDir folder;
        const auto path = [](const char* name) { return std::filesystem::path(folder.filePath(QString::fromLatin1(name)).toStdString()); };
        const auto write = [&](const char* name, const QByteArray& bytes) {
            QFile file(folder.filePath(QString::fromLatin1(name)));
            return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size();
        };
        QVERIFY(write("text.gguf", "this is some text, no model") && write("old.bin", "lmggxxxxxxxxxxxxxxxx") && write("cut.gguf", "GGUF\x03"));
        row("no such set", openFragmentSet(path("missing.gguf"), {}).error(), "il n’y a ni fichier ni dossier");
        row("no such file", File::open(path("missing.bin"), File::Mode::Read).error(), "impossible de l’ouvrir\u00a0: il n’existe pas");
        row("a folder", File::open(path("missing/deeper.bin"), File::Mode::Create).error(), "impossible de le créer\u00a0: il n’existe pas");
        row("no model", openFragmentSet(path("text.gguf"), {}).error(), "ce n’est ni un GGUF");
        row("not a GGUF", openGgufSource(path("text.gguf")).error(), "ce n’est pas un fichier GGUF");
        row("before GGUF", openGgufSource(path("old.bin")).error(), "format GGML");
        row("cut short", openGgufSource(path("cut.gguf")).error(), "s’arrête dans son en-tête");
        row("disk full", systemError(path("model.gguf"), "write 4096 bytes at 8192", std::make_error_code(std::errc::no_space_on_device)).value(),
            "impossible d’écrire 4096 octets à la position 8192\u00a0: le disque est plein (libérez");
        row("not allowed", systemError(path("model.gguf"), "open it for writing", std::make_error_code(std::errc::permission_denied)).value(), "accès refusé (vérifiez les droits");
        const Manifest manifest = test::sampleManifest({"model.gguf"}, {test::sampleGguf()});
        row("bad hash", Error{ErrorKind::Corrupt, describeHashMismatch(manifest, manifest.fragments.back(), {})}, "les octets ne sont pas ceux du manifeste");
        ModelFacts facts;
        facts.layers = 4096;
        facts.kv_heads = facts.heads = 1024;
        facts.head_size = 1024;
        SessionOptions session;
        session.context_tokens = 1 << 17;
        row("no memory", chooseContextTokens(facts, session).error(), "le cache KV de 131072 jetons demande");
        std::vector<std::byte> gguf = test::sampleGguf();
        QByteArray bytes(reinterpret_cast<const char*>(gguf.data()), static_cast<qsizetype>(gguf.size()));
        QVERIFY(write("mamba.gguf", bytes.replace("llama", "mamba")));
        const auto mamba = openGgufSource(path("mamba.gguf"));
        QVERIFY(mamba.has_value());
        row("architecture", loadFragmentEngine(**mamba, {}, {}).error(), "ce moteur ne connaît pas l’architecture 'mamba'");
        // Nobody listens at port 1.
        DownloadOptions download;
        download.folder = path("models");
        download.http.attempts = 1;
        const auto node = [](std::string_view name) { return "node 3f2a9c01@192.168.1.7:" + std::string(name); };
        row("a node that refuses", Error{ErrorKind::Refused, node("7420: the key ab12 has no right to compute on this node; its owner can allow it with 'tessera peers allow'")},
            "le nœud 3f2a9c01@192.168.1.7:7420\u00a0: la clé ab12 n’a pas le droit");
        row("a full node", Error{ErrorKind::OutOfMemory, node("7420: the node is full: it has 4 of at most 4 sessions")}, "le nœud est plein");
        row("nobody left", Error{ErrorKind::NotFound, "nobody has layers 3–5, and their fragments are not on this machine; 3f2a9c01@h:1 is left out: " + node("1: no answer in time") +
                                                          "; 44aa@h:2 is left out: it computes another model (set abcd…)"},
            "personne n’a les couches 3–5, et leurs fragments ne sont pas sur cette machine\u00a0; 3f2a9c01@h:1 est laissé de côté\u00a0: le nœud 3f2a9c01@192.168.1.7:1\u00a0: pas de réponse à temps\u00a0; 44aa@h:2 est");
        row("no row node left", Error{ErrorKind::Network, "rows of the matrices, part 2 of 3: " + node("1") + " failed (" + node("1: the connection ended") + "); this machine cannot either: " +
                                                              "no memory for 3 MB of tensor blk.0.ffn_up.weight"},
            "lignes des matrices, partie 2 sur 3\u00a0: le nœud 3f2a9c01@192.168.1.7:1 a échoué (le nœud 3f2a9c01@192.168.1.7:1\u00a0: la connexion est terminée)\u00a0; cette machine ne le peut pas");
        row("a recovery", Error{ErrorKind::Network, "layers 0–4: this machine goes on for " + node("1") + " after 0.12 s"}, "couches 0–4\u00a0: cette machine continue à la place de");
        row("other kernels", Error{ErrorKind::Unsupported, "it computes with our own kernels, this machine with ggml's, so the answer would have other last bits; choose the same --kernels, or --other-class"},
            "il calcule avec nos propres noyaux, cette machine avec ceux de ggml");
        row("little memory", MemoryBudget(10).take(20, "the weights that every token uses").error(), "les poids dont chaque jeton se sert");
        row("refused", downloadModel("http://127.0.0.1:1/model.gguf", download, {}).error(), "ne répond pas");
        installLanguage(QStringLiteral("en"));
    }
    void commonErrorsOfCoreAreFrenchWhole() {
        QFETCH(QString, message);
        QFETCH(QString, french);
        QVERIFY2(message.section(QLatin1Char('\n'), 0, 0).contains(french), qPrintable(message));
        static const QRegularExpression english(QStringLiteral("\\b(the|is|are|not|cannot|of|and|there|no|to)\\b"));
        QVERIFY2(!message.section(QLatin1Char('\n'), 0, 0).contains(english), qPrintable(message));
    }

    void sentencesOfCoreAreStillThere() {
        // Core's sources as one line of literals, places as "%".
        const auto flat = [](QString text) {
            static const QRegularExpression joint(QStringLiteral("\"\\s*\"")), place(QStringLiteral("\\{[:.\\w]*\\}|%\\d"));
            return text.replace(joint, QString()).replace(place, QStringLiteral("%"));
        };
        QString core;
        for (QDirIterator it(QString::fromStdString(tessera::test::sourceDir()) + QStringLiteral("/core"), {QStringLiteral("*.cpp")}, QDir::Files, QDirIterator::Subdirectories); it.hasNext();) {
            QFile file(it.next());
            QVERIFY(file.open(QIODevice::ReadOnly));
            core += flat(QString::fromUtf8(file.readAll()));
        }
        QFile file(QString::fromStdString(tessera::test::sourceDir()) + QStringLiteral("/ui/widgets/error_text.cpp"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QString source = QString::fromUtf8(file.readAll());
        const QString table = source.section(QStringLiteral("kCoreSentences{"), 1).section(QStringLiteral("};"), 0, 0);
        static const QRegularExpression sentence(QStringLiteral("\"tessera::ui::ErrorText\", \"(.+)\"\\)"));
        int found = 0;
        for (auto match = sentence.globalMatch(table); match.hasNext(); ++found) {
            const QString text = match.next().captured(1);
            QVERIFY2(core.contains(flat(text)), qPrintable(text));
        }
        QVERIFY(found > 30);
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
