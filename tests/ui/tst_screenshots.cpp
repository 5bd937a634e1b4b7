// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures of every tab with real content, light and dark, English and French, into TESSERA_SCREENSHOTS; ctest runs it
// once per scale. The model is loaded, asked and validated once; every language and scheme then shows the same.
#include "tests/support/paths.h"
#include "tests/support/sample_set.h"
#include "tests/ui/window_fixture.h"

#include "core/fragment/fragmenter.h"
#include "ui/chat/chat_page.h"
#include "ui/chat/composer.h"
#include "ui/chat/view/message_column.h"
#include "ui/inspector/ablate_view.h"
#include "ui/inspector/compare_view.h"
#include "ui/inspector/inspector_form.h"
#include "ui/inspector/inspector_page.h"
#include "ui/network/network_page.h"
#include "ui/style/theme.h"
#include "ui/validation/validation_page.h"

#include <QDir>
#include <QFileInfo>
#include <QFuture>
#include <QPlainTextEdit>
#include <QtConcurrent>

using namespace tessera;
using namespace tessera::test;

namespace {

const QString kAppearance = QStringLiteral("appearance");

/// Sizes at which the first picture of every page is taken: as people open it, and the smallest.
const QSize kUsual(1280, 800), kSmallest(1024, 640);

}  // namespace

class TestScreenshots : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<WindowFixture> m_fixture;
    QString m_model, m_damaged, m_report;
    mutable std::vector<QFuture<bool>> m_writers;

    template <class PageType>
    PageType& page(const char* id) const {
        return *static_cast<PageType*>(m_fixture->window().page(QString::fromLatin1(id)));
    }

    /// Until nothing is computed any more, and what waits for its turn to be painted has had it.
    void settle() const {
        const auto busy = [this] {  // quiet jobs too
            const auto jobs = m_fixture->application->jobs().findChildren<ui::Job*>(QString(), Qt::FindDirectChildrenOnly);
            return std::any_of(jobs.begin(), jobs.end(), [](const ui::Job* job) { return !job->isOver(); });
        };
        do QTest::qWait(20);
        while (busy());
    }

    void shoot(const QString& name) const {
        settle();
        const QString folder = qEnvironmentVariable("TESSERA_SCREENSHOTS", QStringLiteral("screenshots"));
        QVERIFY(QDir().mkpath(folder));
        const QWidget& window = m_fixture->window();
        const QPixmap picture = m_fixture->window().grab();
        QCOMPARE(picture.size(), window.size() * window.devicePixelRatioF());
        const QString look = QString::fromLatin1(QTest::currentDataTag()).replace(QLatin1Char(' '), QLatin1Char('-'));
        const QString file = QStringLiteral("%1-%2@%3.png").arg(name, look).arg(window.devicePixelRatioF());
        // Beside the next picture; quick rather than small.
        m_writers.push_back(QtConcurrent::run([image = picture.toImage(), path = QDir(folder).filePath(file)] { return image.save(path, "PNG", 80); }));
    }

    /// At both sizes.
    void shootPage(const QString& name) const {
        m_fixture->window().resize(kSmallest);
        shoot(name + QStringLiteral("-small"));
        m_fixture->window().resize(kUsual);
        shoot(name);
    }

    void ask(const char* question) const {
        auto& chat = page<ui::ChatPage>("chat");
        chat.composer().edit()->setPlainText(QString::fromLatin1(question));
        QTest::keyClick(chat.composer().edit(), Qt::Key_Return);
        QVERIFY(chat.controller().isBusy());
        QTRY_VERIFY_WITH_TIMEOUT(!chat.controller().isBusy(), 120000);
        QVERIFY(!chat.controller().lastAnswer().result.text.empty());
    }

    /// Three short conversations, the last one open and pinned, with two versions of its last answer.
    void talk() const {
        m_fixture->window().openPage(QStringLiteral("chat"));
        auto& controller = page<ui::ChatPage>("chat").controller();
        controller.changeInfo([&](ConversationInfo& info) {
            info.model = m_model.toStdString();
            info.sampling = builtInPresets().front();
            info.sampling.max_tokens = 64;
        });
        ask("What is photosynthesis? Answer in one sentence.");
        controller.openNew();
        ask("List three fruits.");
        controller.openNew();
        ask("What is the capital of France?");
        controller.changeInfo([](ConversationInfo& info) {
            info.sampling.max_tokens = 160;
            info.pinned = true;
        });
        ask("Write a Python function that squares a number.");
        QVERIFY(controller.regenerate(controller.tree().leaf()));
        QTRY_VERIFY_WITH_TIMEOUT(!controller.isBusy(), 120000);
        QCOMPARE(controller.tree().versions(controller.tree().leaf()).numbers.size(), std::size_t{2});
    }

    /// Through the window, as the user does it, and saved.
    void validate() {
        m_fixture->window().openPage(QStringLiteral("validation"));
        auto& validation = page<ui::ValidationPage>("validation");
        validation.setScope(ui::ValidationScope::Quick);
        QSignalSpy settled(&validation, &ui::ValidationPage::settled);
        QVERIFY(validation.run());
        QVERIFY(settled.wait(120000));
        QVERIFY2(validation.view().report.passed(), reportMarkdown(validation.view().report).c_str());
        m_report = m_fixture->folder.filePath(QStringLiteral("report.json"));
        QVERIFY(WindowFixture::waitFor(validation.saveAs(m_report)));
    }

    /// One fragment is damaged, and found so.
    void showDamagedSet() const {
        QVERIFY(m_fixture->openInFragments(m_damaged));
        QVERIFY(WindowFixture::waitFor(m_fixture->fragmentsPage().verify()));
        QCOMPARE(m_fixture->fragmentsPage().view().stateCount(ui::CellState::Bad), std::size_t{1});
        m_fixture->fragmentsPage().view().setCurrent(m_fixture->fragmentsPage().view().nextProblem(true));
    }

    void run(const char* prompt) const {
        auto& inspector = page<ui::InspectorPage>("inspector");
        inspector.form()->setPrompt(QString::fromLatin1(prompt), PromptKind::Raw);
        QTRY_VERIFY(inspector.form()->estimate().tokens > 0);
        QVERIFY(WindowFixture::waitFor(inspector.run()));
        QVERIFY(inspector.session().run());
    }

    /// Two prompts to compare, and the change when a head is left out.
    void inspect() const {
        m_fixture->window().openPage(QStringLiteral("inspector"));
        auto& inspector = page<ui::InspectorPage>("inspector");
        for (const auto part : {ui::CapturePart::Norms, ui::CapturePart::Lens, ui::CapturePart::Attention, ui::CapturePart::Neurons, ui::CapturePart::Tensors})
            inspector.form()->setKeeps(part, true);
        inspector.form()->setCaptures(QStringLiteral("ffn_out@20"));
        run("The capital of Italy is");
        static_cast<ui::CompareView*>(inspector.view(QStringLiteral("compare")))->keepShown();
        run("The capital of France is");
        inspector.selection().choose(24, inspector.selection().tokens() - 1);
        auto* ablate = static_cast<ui::AblateView*>(inspector.view(QStringLiteral("ablate")));
        ablate->addSelected();
        QVERIFY(WindowFixture::waitFor(ablate->runAblation()));
        QVERIFY(WindowFixture::waitFor(ablate->tryAll()));
    }

    void setLook(const QString& language, const QString& scheme) const {
        ui::Settings& settings = m_fixture->application->settings();
        settings.set(kAppearance, QStringLiteral("scheme"), scheme);
        if (settings.text(kAppearance, QStringLiteral("language")) == language) return;
        const QPointer<ui::MainWindow> before = &m_fixture->window();
        settings.set(kAppearance, QStringLiteral("language"), language);
        QTRY_VERIFY(!before);
    }

private slots:
    void initTestCase() {
        QCoreApplication::setApplicationName(QStringLiteral("models"));  // its folder is seen in the pictures
        m_fixture = std::make_unique<WindowFixture>(QStringLiteral("en"), QStringLiteral("light"), &tessera::loadModel);
        m_model = m_fixture->copyModel();
        QVERIFY(fragmentInPlace(m_model.toStdString(), {}, {}).has_value());
        QVERIFY(QDir(m_fixture->folder.path()).mkpath(QStringLiteral("copy")));
        m_damaged = m_fixture->copyModel(QStringLiteral("copy/SmolLM2-135M-Instruct.Q4_1.gguf"));
        const Manifest manifest = must(readManifest(must(fragmentInPlace(m_damaged.toStdString(), {}, {}))));
        for (const Fragment& fragment : manifest.fragments)
            if (fragment.tensor_name == "blk.7.ffn_up.weight") damage(m_damaged, fragment.offset + fragment.size_bytes / 2);
        m_fixture->application->settings().set(QStringLiteral("general"), QStringLiteral("machineName"), QStringLiteral("Desk"));
        m_fixture->application->settings().setList(QStringLiteral("fragments"), QStringLiteral("recent"), {m_damaged});
        // One thread: other tests run beside this one.
        ui::ModelOptions options;
        options.load.engine_options.threads = 1;
        m_fixture->application->model().load(m_model, options);
        QTRY_VERIFY_WITH_TIMEOUT(m_fixture->application->model().isReady(), 60000);
        talk();
        validate();
    }
    void cleanupTestCase() { m_fixture.reset(); }

    /// The README's: one per tab, small enough for a repository.
    void committedPicturesAreSmall() {
        const QFileInfoList pictures = QDir(QString::fromStdString(sourceDir()) + QStringLiteral("/docs/screenshots")).entryInfoList({QStringLiteral("*.png")});
        QCOMPARE(pictures.size(), 6);
        for (const QFileInfo& picture : pictures) QVERIFY2(picture.size() < 150 * 1000, qPrintable(picture.fileName()));
    }

    void everyTab_data() {
        QTest::addColumn<QString>("language");
        QTest::addColumn<QString>("scheme");
        for (const char* language : {"en", "fr"})
            for (const char* scheme : {"light", "dark"}) QTest::addRow("%s %s", scheme, language) << QString::fromLatin1(language) << QString::fromLatin1(scheme);
    }

    void everyTab() {
        QFETCH(QString, language);
        QFETCH(QString, scheme);
        const QWidget* before = &m_fixture->window();
        setLook(language, scheme);
        // A change of language makes the window anew: its pages are empty.
        if (before != &m_fixture->window() || !page<ui::InspectorPage>("inspector").session().run()) {
            m_fixture->window().resize(kUsual);
            QVERIFY(m_fixture->modelPage().chosen() == m_model || m_fixture->chooseInModel(m_model));
            QSignalSpy settled(&page<ui::ValidationPage>("validation"), &ui::ValidationPage::settled);
            page<ui::ValidationPage>("validation").openReport(m_report);
            QVERIFY(settled.wait(10000));
            inspect();
            showDamagedSet();
            m_fixture->window().openPage(QStringLiteral("network"));
            QSignalSpy scanned(&page<ui::NetworkPage>("network"), &ui::NetworkPage::scanned);
            QVERIFY(!scanned.isEmpty() || scanned.wait(10000));
            QTRY_VERIFY(!page<ui::ChatPage>("chat").column().messages().empty());
        }
        for (const QString& id : m_fixture->window().pageIds()) {
            m_fixture->window().openPage(id);
            if (id == QLatin1String("inspector")) shootInspector();
            else if (id == QLatin1String("fragments")) shootFragments();
            else if (id == QLatin1String("network")) shootNetwork();
            else if (id == QLatin1String("validation")) shootValidation();
            else shootPage(id);
        }
        for (QFuture<bool>& writer : std::exchange(m_writers, {})) QVERIFY(writer.result());
    }

private:
    void shootFragments() const {
        for (const char* view : {"table", "manifest"}) {
            m_fixture->fragmentsPage().showView(QString::fromLatin1(view));
            shoot(QStringLiteral("fragments-") + QString::fromLatin1(view));
        }
        m_fixture->fragmentsPage().showView(QStringLiteral("map"));
        shootPage(QStringLiteral("fragments"));
    }

    void shootNetwork() const {
        auto& network = page<ui::NetworkPage>("network");
        for (const char* view : {"interfaces", "stores", "log"}) {
            network.showView(QString::fromLatin1(view));
            shoot(QStringLiteral("network-") + QString::fromLatin1(view));
        }
        for (const char* view : {"peers", "services"}) {
            network.showView(QString::fromLatin1(view));
            shootPage(QStringLiteral("network-") + QString::fromLatin1(view));
        }
        network.showView(QStringLiteral("machines"));
        shootPage(QStringLiteral("network"));
    }

    void shootValidation() const {
        auto& validation = page<ui::ValidationPage>("validation");
        validation.showView(QStringLiteral("history"));
        shoot(QStringLiteral("validation-history"));
        validation.showView(QStringLiteral("checks"));
        shootPage(QStringLiteral("validation"));
    }

    // What is in sight is computed.
    void shootInspector() const {
        auto& inspector = page<ui::InspectorPage>("inspector");
        for (const QString& view : inspector.viewIds()) {
            inspector.showView(view);
            settle();
            QTRY_VERIFY(!inspector.lens().isComputing());
            if (view != QLatin1String("lens")) shoot(QStringLiteral("inspector-") + view);
        }
        inspector.showView(QStringLiteral("lens"));
        QTRY_VERIFY(!inspector.lens().isComputing());
        shootPage(QStringLiteral("inspector"));
    }
};

QTEST_MAIN(TestScreenshots)
#include "tst_screenshots.moc"
