// SPDX-License-Identifier: GPL-3.0-or-later
// No event of the Model and Fragments tabs uses 50 ms of the UI thread's processor time: while a model is loaded, cut and
// verified, and over a set of 50 000 fragments. Prints how long such a set takes to open and to paint.
#include "tests/support/sample_set.h"
#include "tests/ui/event_cost.h"
#include "tests/ui/window_fixture.h"

#include "core/fragment/fragmenter.h"
#include "ui/fragments/fragment_map.h"
#include "ui/fragments/fragment_table.h"

#include <QElapsedTimer>
#include <QHeaderView>
#include <QLineEdit>
#include <QScrollBar>
#include <QTableView>
#include <QTreeView>

using namespace tessera;
using namespace tessera::test;
using tessera::ui::CellState;

namespace {

constexpr double kMostMs = 50;
constexpr std::uint32_t kExperts = 64;

/// 50 000 fragments as a large mixture of experts has them, without their bytes: the file is a hole.
struct LargeSet {
    std::filesystem::path manifest_path;
    Manifest manifest;
    std::size_t bad = 0;

    explicit LargeSet(const std::filesystem::path& folder) {
        constexpr std::uint64_t kBytes = 64 * limits::KiB;
        const auto digest = sha256(std::vector<std::byte>(kBytes));
        manifest.model_name = "large";
        manifest.architecture = "llama";
        manifest.fragment_size = kBytes;
        std::uint64_t offset = 0;
        const auto add = [&](Fragment fragment) {
            fragment.offset = offset;
            fragment.size_bytes = kBytes;
            fragment.sha256 = digest;
            offset += kBytes;
            manifest.fragments.push_back(std::move(fragment));
        };
        Fragment header;
        header.kind = FragmentKind::Header;
        add(header);
        for (int layer = 0; layer < 87; ++layer)
            for (const char* component : {"ffn_gate_exps", "ffn_up_exps", "ffn_down_exps"})
                for (std::uint32_t shard = 0; shard < 3 * kExperts; ++shard) {
                    Fragment fragment;
                    fragment.tensor_name = "blk." + std::to_string(layer) + "." + component + ".weight";
                    fragment.shape = {128, 3 * 128, kExperts};
                    fragment.shard_index = shard;
                    fragment.total_shards = 3 * kExperts;
                    fragment.first_row = shard * 128;
                    fragment.row_count = 128;
                    fragment.layer = LayerIndex{layer};
                    fragment.component = component;
                    fragment.expert_index = shard / 3;
                    fragment.is_always_active = false;
                    add(fragment);
                }
        for (Fragment& fragment : manifest.fragments) fragment.id = fragmentId(fragment);
        manifest.files.push_back({"large.gguf", offset, digest});
        manifest.model_id = modelIdOf(manifest.files);
        manifest.set_id = setIdOf(manifest.model_id, manifest.fragments);
        must(must(File::open(folder / "large.gguf", File::Mode::Create)).resize(offset));
        manifest_path = folder / "large.gguf.manifest.json";
        must(writeManifest(manifest, manifest_path));
        bad = manifest.fragments.size() / 2;
    }
};

MeasuredApplication& application() { return *static_cast<MeasuredApplication*>(qApp); }

ui::ModelHolder::LoadFunction reallyLoad() {
    return [](const std::filesystem::path& path, const LoadOptions& options, const Operation& operation) { return loadModel(path, options, operation); };
}

}  // namespace

class TestFragmentsEvents : public QObject {
    Q_OBJECT

    void requireShortEvents() {
        QVERIFY(application().events() > 10);
        QVERIFY2(application().worstMs() < kMostMs, qPrintable(application().worstEvent()));
    }

private slots:
    void loading() {
        WindowFixture fixture(QStringLiteral("en"), QStringLiteral("light"), reallyLoad());
        const QString model = fixture.copyModel();
        fixture.window().openPage(QStringLiteral("model"));
        QVERIFY(fixture.chooseInModel(model));
        QTest::qWait(200);
        application().startMeasuring();
        fixture.application->model().load(model, {});
        QTRY_VERIFY_WITH_TIMEOUT(fixture.application->model().isReady(), 60000);
        QTest::qWait(300);
        requireShortEvents();
    }

    void cuttingAndVerifying() {
        WindowFixture fixture;
        const QString model = fixture.copyModel();
        fixture.window().openPage(QStringLiteral("fragments"));
        QTest::qWait(200);
        ui::FragmentsPage& page = fixture.fragmentsPage();
        application().startMeasuring();
        QSignalSpy opened(&page, &ui::FragmentsPage::opened);
        QVERIFY(WindowFixture::waitFor(page.cut(model, {}, limits::MiB)));
        QVERIFY(!opened.isEmpty() || opened.wait(30000));
        QVERIFY(WindowFixture::waitFor(page.verify()));
        QTRY_COMPARE(page.view().stateCount(CellState::Verified), page.view().count());
        QTest::qWait(300);
        requireShortEvents();

        // The manifest with the vocabulary in it, searched.
        application().startMeasuring();
        QMetaObject::invokeMethod(&page, [&page] { page.showView(QStringLiteral("manifest")); }, Qt::QueuedConnection);
        auto* tree = page.findChild<QTreeView*>();
        QTRY_VERIFY_WITH_TIMEOUT(tree->model()->rowCount() >= 4, 10000);
        const int all = tree->model()->rowCount();
        for (QLineEdit* edit : page.findChildren<QLineEdit*>())
            if (edit->isVisible()) QTest::keyClicks(edit, QStringLiteral("ffn_up"), Qt::NoModifier, 20);
        QTRY_VERIFY(tree->model()->rowCount() < all);
        QTest::qWait(300);
        requireShortEvents();
    }

    void fiftyThousandFragments() {
        WindowFixture fixture;
        const LargeSet set(fromUtf8(fixture.folder.path().toStdString()));
        QVERIFY(set.manifest.fragments.size() > 50'000);
        ui::FragmentsPage& page = fixture.fragmentsPage();
        fixture.window().openPage(QStringLiteral("fragments"));
        page.showView(QStringLiteral("map"));
        QTest::qWait(200);
        application().startMeasuring();
        QElapsedTimer clock;
        clock.start();
        QVERIFY(fixture.openInFragments(QString::fromStdString(toUtf8(set.manifest_path))));
        qInfo("opened %zu fragments in %lld ms", page.view().count(), static_cast<long long>(clock.elapsed()));
        QCOMPARE(page.view().count(), set.manifest.fragments.size());

        // The map: states that change, cells that are walked, zoom.
        page.view().set()->store->setState(FragmentIndex{static_cast<std::uint32_t>(set.bad)}, FragmentState::Bad);
        QMetaObject::invokeMethod(&page.view(), &ui::FragmentView::refreshStates, Qt::QueuedConnection);
        QTRY_COMPARE(page.view().stateCount(CellState::Bad), std::size_t{1});
        page.map()->setFocus();
        QTest::keyClick(page.map(), Qt::Key_N);
        QCOMPARE(page.view().current(), static_cast<int>(set.bad));
        for (const int key : {Qt::Key_Down, Qt::Key_Right, Qt::Key_Plus, Qt::Key_Plus, Qt::Key_0, Qt::Key_PageDown}) {
            QTest::keyClick(page.map(), static_cast<Qt::Key>(key));
            QTest::qWait(20);
        }
        requireShortEvents();
        clock.restart();
        page.map()->viewport()->repaint();
        qInfo("painted the map in %.1f ms", static_cast<double>(clock.nsecsElapsed()) / 1e6);
        requireShortEvents();
    }

    void fiftyThousandRows() {
        WindowFixture fixture;
        const LargeSet set(fromUtf8(fixture.folder.path().toStdString()));
        ui::FragmentsPage& page = fixture.fragmentsPage();
        fixture.window().openPage(QStringLiteral("fragments"));
        QVERIFY(fixture.openInFragments(QString::fromStdString(toUtf8(set.manifest_path))));
        auto* table = page.findChild<QTableView*>();
        auto* filter = page.findChild<ui::FragmentFilter*>();
        application().startMeasuring();
        QMetaObject::invokeMethod(&page, [&page] { page.showView(QStringLiteral("table")); }, Qt::QueuedConnection);
        QTRY_VERIFY(table->isVisible());
        QTest::qWait(50);
        requireShortEvents();
        for (const int column : {ui::FragmentTableModel::Tensor, ui::FragmentTableModel::Size, ui::FragmentTableModel::State, ui::FragmentTableModel::Expert}) {
            application().startMeasuring();
            QMetaObject::invokeMethod(table, [table, column] { table->sortByColumn(column, Qt::DescendingOrder); }, Qt::QueuedConnection);
            QTest::qWait(100);
            QVERIFY2(application().worstMs() < kMostMs, qPrintable(QStringLiteral("sorting by column %1: ").arg(column) + application().worstEvent()));
        }
        application().startMeasuring();
        for (QLineEdit* edit : page.findChildren<QLineEdit*>())
            if (edit->isVisible()) QTest::keyClicks(edit, QStringLiteral("ffn_up layer:7"), Qt::NoModifier, 20);
        QTRY_COMPARE(filter->rowCount(), static_cast<int>(3 * kExperts));
        requireShortEvents();
    }
};

int main(int argc, char** argv) {
    MeasuredApplication measured(argc, argv);
    TestFragmentsEvents test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_fragments_events.moc"
