// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures of every tab, light and dark, English and French, into TESSERA_SCREENSHOTS; ctest runs it once per scale.
#include "tests/ui/chat_samples.h"
#include "tests/ui/window_fixture.h"
#include "tests/ui/inspector_fixture.h"

#include "core/fragment/fragmenter.h"
#include "ui/inspector/ablate_view.h"
#include "ui/inspector/compare_view.h"
#include "ui/style/theme.h"

#include <QDir>
#include <QGuiApplication>

using namespace tessera;
using namespace tessera::test;

class TestScreenshots : public QObject {
    Q_OBJECT
private slots:
    void everyTab_data() {
        QTest::addColumn<QString>("language");
        QTest::addColumn<QString>("scheme");
        for (const char* language : {"en", "fr"})
            for (const char* scheme : {"light", "dark"}) QTest::addRow("%s %s", language, scheme) << QString::fromLatin1(language) << QString::fromLatin1(scheme);
    }

    void everyTab() {
        QFETCH(QString, language);
        QFETCH(QString, scheme);
        const QString folder = qEnvironmentVariable("TESSERA_SCREENSHOTS", QStringLiteral("screenshots"));
        QVERIFY(QDir().mkpath(folder));
        WindowFixture fixture(language, scheme);
        const QString model = fixture.copyModel();
        const auto manifest = fragmentInPlace(model.toStdString(), {}, {});
        QVERIFY2(manifest, manifest ? "" : manifest.error().message.c_str());
        // As in the mock: one fragment is damaged and found so.
        const auto parsed = readManifest(*manifest);
        QVERIFY(parsed.has_value());
        for (const Fragment& fragment : parsed->fragments)
            if (fragment.tensor_name == "blk.7.ffn_up.weight") damage(model, fragment.offset + fragment.size_bytes / 2);
        QVERIFY(fixture.openInFragments(model));
        QVERIFY(WindowFixture::waitFor(fixture.fragmentsPage().verify()));
        QCOMPARE(fixture.fragmentsPage().view().stateCount(ui::CellState::Bad), std::size_t{1});
        fixture.fragmentsPage().view().setCurrent(fixture.fragmentsPage().view().nextProblem(true));
        QVERIFY(fixture.chooseInModel(model));
        fillChat(*static_cast<ui::ChatPage*>(fixture.window().page(QStringLiteral("chat"))), model);
        QTest::qWait(400);  // the detail panel reads its fragment

        const auto shoot = [&](const QString& name) {
            QTest::qWait(50);
            const QPixmap picture = fixture.window().grab();
            QCOMPARE(picture.size(), fixture.window().size() * fixture.window().devicePixelRatioF());
            const QString file = QStringLiteral("%1-%2-%3@%4.png").arg(name, scheme, language).arg(fixture.window().devicePixelRatioF());
            QVERIFY(picture.save(QDir(folder).filePath(file)));
        };
        for (const QString& id : fixture.window().pageIds()) {
            fixture.window().openPage(id);
            shoot(id);
        }
        for (const char* view : {"table", "manifest"}) {
            fixture.window().openPage(QStringLiteral("fragments"));
            fixture.fragmentsPage().showView(QString::fromLatin1(view));
            QTest::qWait(200);
            shoot(QStringLiteral("fragments-") + QString::fromLatin1(view));
        }
        fixture.fragmentsPage().showView(QStringLiteral("map"));
    }

    void inspector_data() { everyTab_data(); }

    // Every view of the inspector over a real run.
    void inspector() {
        QFETCH(QString, language);
        QFETCH(QString, scheme);
        const QString folder = qEnvironmentVariable("TESSERA_SCREENSHOTS", QStringLiteral("screenshots"));
        QVERIFY(QDir().mkpath(folder));
        InspectorFixture fixture(language, scheme);
        QVERIFY(fixture.loadModel());
        ui::InspectorPage& page = fixture.page();
        for (const auto part : {ui::CapturePart::Norms, ui::CapturePart::Lens, ui::CapturePart::Attention, ui::CapturePart::Neurons, ui::CapturePart::Tensors})
            page.form()->setKeeps(part, true);
        page.form()->setCaptures(QStringLiteral("ffn_out@20"));
        const QString prompt = QStringLiteral("The Eiffel Tower is in Paris, and Paris is the capital of");
        // As it looks before anything has run: with the cost.
        page.form()->setPrompt(prompt, PromptKind::Raw);
        QTRY_VERIFY(page.form()->estimate().tokens > 0);
        const auto shoot = [&](const QString& view) {
            QTest::qWait(50);
            const QPixmap picture = fixture.window.window().grab();
            const QString file = QStringLiteral("inspector-%1-%2-%3@%4.png").arg(view, scheme, language).arg(fixture.window.window().devicePixelRatioF());
            QVERIFY(picture.save(QDir(folder).filePath(file)));
        };
        shoot(QStringLiteral("form"));
        QVERIFY(fixture.runPrompt(prompt));
        static_cast<ui::CompareView*>(page.view(QStringLiteral("compare")))->keepShown();
        QVERIFY(fixture.runPrompt(QStringLiteral("The Colosseum is in Rome, and Rome is the capital of")));
        page.selection().choose(24, page.selection().tokens() - 1);
        auto* ablate = static_cast<ui::AblateView*>(page.view(QStringLiteral("ablate")));
        ablate->addSelected();
        QVERIFY(WindowFixture::waitFor(ablate->runAblation()));
        QVERIFY(WindowFixture::waitFor(ablate->tryAll()));
        for (const QString& id : page.viewIds()) {
            page.showView(id);
            QTest::qWait(300);
            QTRY_VERIFY(!page.lens().isComputing());
            shoot(id);
        }
    }
};

QTEST_MAIN(TestScreenshots)
#include "tst_screenshots.moc"
