// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/limits.h"
#include "tests/ui/window_fixture.h"
#include "ui/model/model_options.h"
#include "ui/settings/language.h"
#include "ui/settings/settings.h"
#include "ui/settings/single_instance.h"
#include "ui/widgets/command_palette.h"
#include "ui/widgets/text_format.h"

#include <QFile>
#include <QLocale>
#include <QProcess>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>

using namespace tessera;
using namespace tessera::ui;

class TestSettings : public QObject {
    Q_OBJECT
private slots:
    void valuesSurvive() {
        QTemporaryDir folder;
        {
            Settings settings(folder.path());
            settings.set(QStringLiteral("a"), QStringLiteral("number"), 7);
            settings.setList(QStringLiteral("a"), QStringLiteral("list"), {QStringLiteral("x"), QStringLiteral("y")});
            settings.setBytes(QStringLiteral("b"), QStringLiteral("bytes"), QByteArray("\0\1\2", 3));
        }
        Settings settings(folder.path());
        QCOMPARE(settings.number(QStringLiteral("a"), QStringLiteral("number"), 0), 7);
        QCOMPARE(settings.list(QStringLiteral("a"), QStringLiteral("list")).size(), 2);
        QCOMPARE(settings.bytes(QStringLiteral("b"), QStringLiteral("bytes")), QByteArray("\0\1\2", 3));
        QCOMPARE(settings.text(QStringLiteral("a"), QStringLiteral("none"), QStringLiteral("fallback")), QStringLiteral("fallback"));
    }

    void savesByItselfWithinASecond() {
        QTemporaryDir folder;
        Settings settings(folder.path());
        settings.set(QStringLiteral("a"), QStringLiteral("k"), 1);
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(folder.filePath(QStringLiteral("a.json"))), 3000);
    }

    void brokenFileIsKeptAside() {
        QTemporaryDir folder;
        QFile file(folder.filePath(QStringLiteral("a.json")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("{ half");
        file.close();
        Settings settings(folder.path());
        QCOMPARE(settings.number(QStringLiteral("a"), QStringLiteral("k"), 5), 5);
        QVERIFY(QFile::exists(folder.filePath(QStringLiteral("a.json.broken"))));
    }

    void failureToSaveIsTold() {
        QTemporaryDir folder;
        QFile obstacle(folder.filePath(QStringLiteral("file")));
        QVERIFY(obstacle.open(QIODevice::WriteOnly));
        Settings settings(folder.filePath(QStringLiteral("file/inside")));
        QSignalSpy failed(&settings, &Settings::saveFailed);
        settings.set(QStringLiteral("a"), QStringLiteral("k"), 1);
        settings.flush();
        QTRY_COMPARE(failed.size(), 1);
    }

    void recentListHasNoDoubles() {
        QTemporaryDir folder;
        Settings settings(folder.path());
        for (const char* entry : {"a", "b", "a", "c"}) settings.remember(QStringLiteral("x"), QStringLiteral("recent"), QString::fromLatin1(entry), 2);
        QCOMPARE(settings.list(QStringLiteral("x"), QStringLiteral("recent")), (QStringList{QStringLiteral("c"), QStringLiteral("a")}));
    }

    void modelOptionsRoundTripAndRefuseNonsense() {
        QTemporaryDir folder;
        Settings settings(folder.path());
        ModelOptions options;
        options.load.engine = EngineKind::Llama;
        options.load.engine_options.threads = 3;
        options.session.kv_type = KvType::Q8_0;
        options.session.context_tokens = 8192;
        writeModelOptions(settings, options);
        const ModelOptions read = readModelOptions(settings);
        QVERIFY(read.load.engine == EngineKind::Llama && read.session.kv_type == KvType::Q8_0);
        QCOMPARE(read.load.engine_options.threads, 3);
        QCOMPARE(read.session.context_tokens, 8192u);
        settings.set(QStringLiteral("model"), QStringLiteral("threads"), limits::kMaxThreads + 1);
        settings.set(QStringLiteral("model"), QStringLiteral("engine"), QStringLiteral("steam"));
        settings.set(QStringLiteral("model"), QStringLiteral("context"), -5);
        const ModelOptions nonsense = readModelOptions(settings);
        QCOMPARE(nonsense.load.engine_options.threads, 0);
        QVERIFY(nonsense.load.engine == EngineKind::Fragments);
        QCOMPARE(nonsense.session.context_tokens, 0u);
    }

    /// Both pages show the same options, whichever is used.
    void inferenceIsTheSameOnBothPages() {
        tessera::test::WindowFixture fixture;
        Settings& settings = fixture.application->settings();
        QWidget* const settings_page = fixture.window().page(QStringLiteral("settings"));
        QWidget* const model_page = fixture.window().page(QStringLiteral("model"));
        const auto threads = [](QWidget* page) {
            for (auto* box : page->findChildren<QSpinBox*>())
                if (box->maximum() == limits::kMaxThreads) return box;
            return static_cast<QSpinBox*>(nullptr);
        };
        QVERIFY(threads(settings_page) && threads(model_page));
        threads(settings_page)->setValue(3);
        emit threads(settings_page)->editingFinished();
        QCOMPARE(readModelOptions(settings).load.engine_options.threads, 3);
        QCOMPARE(threads(model_page)->value(), 3);
        threads(model_page)->setValue(5);
        QCOMPARE(threads(settings_page)->value(), 5);
        QCOMPARE(readModelOptions(settings).load.engine_options.threads, 5);
    }

    void numbersSpeakTheLanguage() {
        installLanguage(QStringLiteral("en"));
        QCOMPARE(formatSize(98362432), QStringLiteral("98.4\u00A0MB"));
        QCOMPARE(formatSize(999), QStringLiteral("999\u00A0B"));
        QCOMPARE(formatSize(999960), QStringLiteral("1.0\u00A0MB"));
        QCOMPARE(formatCount(1234567), QStringLiteral("1\u202F234\u202F567"));
        QCOMPARE(formatDuration(200), QStringLiteral("3\u00A0min 20\u00A0s"));
        installLanguage(QStringLiteral("fr"));
        QCOMPARE(formatSize(98362432), QStringLiteral("98,4\u00A0Mo"));
        installLanguage(QStringLiteral("en"));
    }

    void paletteFindsByLetters() {
        QVERIFY(matchScore(QStringLiteral("ver"), QStringLiteral("Fragments Verify")) > matchScore(QStringLiteral("ver"), QStringLiteral("Overview refer")));
        QVERIFY(matchScore(QStringLiteral("fv"), QStringLiteral("Fragments Verify")) >= 0);
        QVERIFY(matchScore(QStringLiteral("Fragments: Verify"), QStringLiteral("Fragments Verify")) >= 0);  // as the list shows it
        QVERIFY(matchScore(QStringLiteral("xq"), QStringLiteral("Fragments Verify")) < 0);
        QCOMPARE(matchScore(QString(), QStringLiteral("anything")), 0);
    }

    void secondStartHandsItsFilesOver() {
        QTemporaryDir folder;
        SingleInstance first(folder.path());
        QVERIFY(first.claim({}));
        QSignalSpy received(&first, &SingleInstance::filesReceived);
        // Its own thread: the second one waits for the first's answer.
        bool claimed = true;
        std::unique_ptr<QThread> other(QThread::create([&] {
            SingleInstance second(folder.path());
            claimed = second.claim({QStringLiteral("/tmp/model one.gguf")});
        }));
        other->start();
        QTRY_VERIFY(other->isFinished());
        QVERIFY(!claimed);
        QTRY_COMPARE(received.size(), 1);
        QCOMPARE(received[0][0].toStringList(), QStringList{QStringLiteral("/tmp/model one.gguf")});
    }
};

QTEST_MAIN(TestSettings)
#include "tst_settings.moc"
