// SPDX-License-Identifier: GPL-3.0-or-later
// The Model tab: links that become models, facts, memory, loading, and the way from a damaged fragment to its place.
#include "tests/support/http_server.h"
#include "tests/support/sample_set.h"
#include "tests/ui/window_fixture.h"

#include "core/fragment/fragmenter.h"
#include "ui/model/download_cards.h"
#include "ui/model/downloads.h"
#include "ui/model/link_dialog.h"
#include "ui/model/model_library.h"
#include "ui/widgets/elements.h"

#include <QClipboard>
#include <QDropEvent>
#include <QGuiApplication>
#include <QLineEdit>
#include <QMimeData>
#include <QProgressBar>
#include <QSpinBox>
#include <QTreeWidget>

#include <thread>

using namespace tessera;
using namespace tessera::test;
using namespace std::chrono_literals;

namespace {

std::vector<std::byte> defaultBytes() { return must(readFile(defaultModel(), 1u << 30)); }

ui::ModelHolder::LoadFunction reallyLoad() {
    return [](const std::filesystem::path& path, const LoadOptions& options, const Operation& operation) { return loadModel(path, options, operation); };
}

DownloadOptions into(const QTemporaryDir& folder) {
    DownloadOptions options;
    options.folder = fromUtf8(folder.filePath(QStringLiteral("models")).toStdString());
    options.http.retry_delay = 5ms;
    options.http.attempts = 2;
    return options;
}

QToolButton* buttonNamed(const QWidget& parent, const QString& begin) {
    for (auto* button : parent.findChildren<QToolButton*>())
        if (button->isVisibleTo(&parent) && button->accessibleName().startsWith(begin)) return button;
    return nullptr;
}

QPushButton* pushNamed(const QWidget& parent, const QString& text) {
    for (auto* button : parent.findChildren<QPushButton*>())
        if (button->isVisibleTo(&parent) && button->text() == text) return button;
    return nullptr;
}

}  // namespace

class TestModel : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() {
        for (const char* name : {"http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"}) qunsetenv(name);
    }

    void aLinkBecomesTheModelThatIsShown() {
        const auto bytes = defaultBytes();
        std::atomic<bool> slow{true};
        const WebServer server([&](const WebRequest& request, WebReply& reply) {
            if (request.path.ends_with(".json")) return void(reply.head("404 Not Found", "Content-Length: 0\r\n"));
            const bool all = request.range() && request.range()->second > 4;
            serve(request, reply, {.bytes = bytes, .etag = "\"v1\"", .more_headers = "X-Linked-Etag: \"" + toHex(sha256(bytes)) + "\"\r\n", .cut_after = slow && all ? 2'000'000u : UINT64_MAX});
            if (slow && all) reply.wait(60);
        });
        WindowFixture fixture;
        ui::ModelPage& page = fixture.modelPage();
        page.downloads().setOptions(into(fixture.folder));
        fixture.window().openPage(QStringLiteral("model"));

        // Pasted: the dialog says what it is taken for.
        const QString link = QString::fromStdString(server.url("tiny.gguf"));
        QGuiApplication::clipboard()->setText(link);
        QTest::keyClick(&page, Qt::Key_V, Qt::ControlModifier);
        auto* dialog = page.findChild<ui::LinkDialog*>();
        QVERIFY(dialog);
        QCOMPARE(dialog->findChild<QLineEdit*>()->text(), link);
        QTest::keyClick(dialog, Qt::Key_Return);

        // It runs, with a bar and its rate; stopped, it stands there with a way to go on.
        QTRY_COMPARE(page.downloads().all().size(), std::size_t{1});
        QTRY_VERIFY(page.downloads().all().front().isRunning());
        QTRY_VERIFY(page.downloads().all().front().job->done() > 2'000'000);
        auto* cards = page.findChild<ui::DownloadCards*>();
        QVERIFY(cards->isVisible() && cards->findChild<QProgressBar*>()->isVisible());
        QTest::mouseClick(buttonNamed(*cards, QStringLiteral("Stop downloading")), Qt::LeftButton);
        QTRY_VERIFY(!page.downloads().all().front().isRunning());
        QVERIFY(page.downloads().all().front().error.isEmpty());
        QCOMPARE(fixture.application->settings().list(QStringLiteral("model"), QStringLiteral("downloads")), QStringList{link});
        const std::uint64_t sent = server.bytesSent();

        slow = false;
        QSignalSpy summarized(&page, &ui::ModelPage::summarized);
        QToolButton* go_on = buttonNamed(*cards, QStringLiteral("Go on downloading"));
        QVERIFY(go_on);
        QTest::mouseClick(go_on, Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(page.downloads().all().empty(), 30000);
        QVERIFY(!cards->isVisible());
        QTRY_COMPARE(QFileInfo(page.chosen()).fileName(), QStringLiteral("tiny.gguf"));
        QVERIFY(!summarized.isEmpty() || summarized.wait(10000));
        QVERIFY2(server.bytesSent() - sent < bytes.size(), "what was there came again");
        QCOMPARE(must(readFile(page.chosen().toStdString(), 1u << 30)), bytes);
        QVERIFY(fixture.application->settings().list(QStringLiteral("model"), QStringLiteral("downloads")).isEmpty());
    }

    void aFailedDownloadSaysWhyAndIsRemembered() {
        const WebServer server([&](const WebRequest&, WebReply& reply) { reply.head("404 Not Found", "Content-Length: 0\r\n"); });
        WindowFixture fixture;
        fixture.modelPage().downloads().setOptions(into(fixture.folder));
        const QString link = QString::fromStdString(server.url("gone.gguf"));
        fixture.modelPage().downloads().start(link);
        QTRY_VERIFY(!fixture.modelPage().downloads().all().front().error.isEmpty());
        QVERIFY(fixture.modelPage().downloads().all().front().error.contains(QStringLiteral("no such file")));

        // The next window knows it; taken off the list, it is gone for good.
        fixture.application->settings().set(QStringLiteral("appearance"), QStringLiteral("language"), QStringLiteral("en_GB"));
        QTRY_COMPARE(fixture.modelPage().downloads().all().size(), std::size_t{1});
        fixture.window().openPage(QStringLiteral("model"));
        auto* cards = fixture.modelPage().findChild<ui::DownloadCards*>();
        QTest::mouseClick(buttonNamed(*cards, QStringLiteral("Take")), Qt::LeftButton);
        QVERIFY(fixture.modelPage().downloads().all().empty());
        QVERIFY(fixture.application->settings().list(QStringLiteral("model"), QStringLiteral("downloads")).isEmpty());
    }

    void theDialogListsAHubsPage() {
        const std::string list = QByteArray("[{'type':'file','path':'b.gguf','size':2000},{'type':'file','path':'a.gguf','size':1000}]").replace('\'', '"').toStdString();
        const WebServer server([&](const WebRequest& request, WebReply& reply) { serve(request, reply, {.bytes = std::as_bytes(std::span(list))}); });
        ui::JobRunner jobs;
        DownloadOptions options;
        options.hub = server.url("");
        options.hub.pop_back();
        ui::LinkDialog dialog(QStringLiteral("hf.co/own/repo"), options, jobs, nullptr);
        dialog.show();
        QTest::keyClick(&dialog, Qt::Key_Return);
        auto* models = dialog.findChild<QTreeWidget*>();
        QTRY_COMPARE(models->topLevelItemCount(), 2);
        QVERIFY(models->isVisible());
        QCOMPARE(models->currentItem()->text(0), QStringLiteral("a.gguf"));
        QTest::keyClick(models, Qt::Key_Down);
        QTest::keyClick(models, Qt::Key_Return);
        QVERIFY(!dialog.isVisible());
        QVERIFY(dialog.link().endsWith(QStringLiteral("/own/repo/resolve/main/b.gguf")));
    }

    void theDialogRefusesInWords() {
        ui::JobRunner jobs;
        ui::LinkDialog dialog(QStringLiteral("ftp://example.org/m.gguf"), {}, jobs, nullptr);
        const auto buttons = dialog.findChildren<QPushButton*>();
        QVERIFY(std::any_of(buttons.begin(), buttons.end(), [](const QPushButton* button) { return !button->isEnabled(); }));
        bool said = false;
        for (const QLabel* label : dialog.findChildren<QLabel*>()) said = said || label->text().contains(QStringLiteral("only http and https"));
        QVERIFY(said);
    }

    void droppedFilesAreOpenedAndDroppedLinksAskedAbout() {
        WindowFixture fixture;
        ui::ModelPage& page = fixture.modelPage();
        const auto drop = [&page](const QUrl& url) {
            QMimeData data;
            data.setUrls({url});
            QDragEnterEvent enter(QPoint(5, 5), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
            QApplication::sendEvent(&page, &enter);
            QVERIFY(enter.isAccepted());
            QDropEvent dropped(QPointF(5, 5), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
            QApplication::sendEvent(&page, &dropped);
        };
        const QString model = fixture.copyModel();
        drop(QUrl::fromLocalFile(model));
        QCOMPARE(page.chosen(), model);
        drop(QUrl(QStringLiteral("https://example.org/m.gguf")));
        QVERIFY(page.findChild<ui::LinkDialog*>());
        page.findChild<ui::LinkDialog*>()->reject();
    }

    void theUsersFoldersAndTheRecentListAreSearched() {
        WindowFixture fixture;
        QDir().mkpath(fixture.folder.filePath(QStringLiteral("mine")));
        const QString mine = fixture.copyModel(QStringLiteral("mine/own.gguf")), recent = fixture.copyModel(QStringLiteral("recent.gguf"));
        ui::Settings& settings = fixture.application->settings();
        auto* library = fixture.modelPage().findChild<ui::ModelLibrary*>();
        settings.setList(QStringLiteral("general"), QStringLiteral("folders"), {fixture.folder.filePath(QStringLiteral("mine"))});
        settings.remember(QStringLiteral("model"), QStringLiteral("recent"), recent);
        QTRY_VERIFY(library->rowOf(mine) >= 0);
        QCOMPARE(library->rowOf(recent), 0);
    }

    void aDamagedFragmentIsNamedAndOneClickAway() {
        WindowFixture fixture(QStringLiteral("en"), QStringLiteral("light"), reallyLoad());
        const QString model = fixture.copyModel();
        const Manifest manifest = must(readManifest(must(fragmentInPlace(model.toStdString(), {}, {}))));
        std::size_t victim = 0;
        for (std::size_t i = 0; i < manifest.fragments.size(); ++i)
            if (manifest.fragments[i].tensor_name == "blk.3.ffn_down.weight") victim = i;
        QVERIFY(victim > 0);
        damage(model, manifest.fragments[victim].offset + 1000);
        fixture.window().openPage(QStringLiteral("model"), model);
        QTRY_COMPARE_WITH_TIMEOUT(fixture.application->model().state(), ui::ModelState::Failed, 60000);
        auto* banner = fixture.modelPage().findChild<ui::Banner*>();
        QTRY_VERIFY(banner->isVisible());
        QVERIFY2(banner->text().contains(QStringLiteral("blk.3.ffn_down.weight")), qPrintable(banner->text()));
        QTRY_VERIFY(pushNamed(*banner, QStringLiteral("Go to the fragment")));
        QTest::mouseClick(pushNamed(*banner, QStringLiteral("Go to the fragment")), Qt::LeftButton);
        QCOMPARE(fixture.window().currentPageId(), QStringLiteral("fragments"));
        QTRY_COMPARE_WITH_TIMEOUT(fixture.fragmentsPage().view().current(), static_cast<int>(victim), 30000);
        QTRY_COMPARE_WITH_TIMEOUT(fixture.fragmentsPage().view().state(static_cast<std::uint32_t>(victim)), ui::CellState::Bad, 30000);
    }

    void loadsCancelsAndUnloads() {
        WindowFixture fixture(QStringLiteral("en"), QStringLiteral("light"), reallyLoad());
        const QString model = fixture.copyModel();
        ui::ModelPage& page = fixture.modelPage();
        fixture.window().openPage(QStringLiteral("model"));
        QVERIFY(fixture.chooseInModel(model));
        QPushButton* load = pushNamed(page, QStringLiteral("Load"));
        QVERIFY(load && load->isEnabled());
        QTest::mouseClick(load, Qt::LeftButton);
        QCOMPARE(fixture.application->model().state(), ui::ModelState::Loading);
        QCOMPARE(load->text(), QStringLiteral("Cancel"));
        QTest::mouseClick(load, Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(fixture.application->model().state() != ui::ModelState::Loading, true, 30000);
        if (fixture.application->model().isReady()) QTest::mouseClick(load, Qt::LeftButton);  // it was quicker than the click
        QTRY_COMPARE(load->text(), QStringLiteral("Load"));
        QTest::mouseClick(load, Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(fixture.application->model().isReady(), 60000);
        QCOMPARE(load->text(), QStringLiteral("Unload"));
        QTest::mouseClick(load, Qt::LeftButton);
        QCOMPARE(fixture.application->model().state(), ui::ModelState::Empty);
    }

    void theSumOfMemoryFollowsTheContext() {
        WindowFixture fixture;
        QVERIFY(fixture.chooseInModel(fixture.copyModel()));
        const auto together = [&] {
            for (const QLabel* label : fixture.modelPage().findChildren<QLabel*>())
                if (label->text().contains(QStringLiteral(" of ")) && label->text().endsWith(QStringLiteral("free"))) return label->text();
            return QString();
        };
        const QString before = together();
        QVERIFY(!before.isEmpty());
        for (auto* box : fixture.modelPage().findChildren<QSpinBox*>())
            if (box->maximum() == static_cast<int>(limits::kMaxContextTokens)) box->setValue(box->maximum());
        QVERIFY(together() != before);
        fixture.window().openPage(QStringLiteral("model"));
        QVERIFY(pushNamed(fixture.modelPage(), QStringLiteral("Load anyway")));
    }
};

QTEST_MAIN(TestModel)
#include "tst_model.moc"
