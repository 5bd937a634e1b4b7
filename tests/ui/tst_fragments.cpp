// SPDX-License-Identifier: GPL-3.0-or-later
// The Fragments tab end to end on a copy of the default model: cut, verify, damage, repair, rebuild, compare.
#include "tests/ui/window_fixture.h"

#include "core/base/hash.h"
#include "core/fragment/compare.h"
#include "core/fragment/fragmenter.h"
#include "core/fragment/verifier.h"
#include "ui/fragments/fragment_content.h"
#include "ui/fragments/fragment_map.h"
#include "ui/fragments/fragment_table.h"
#include "ui/fragments/manifest_tree.h"
#include "ui/fragments/map_layout.h"
#include "ui/style/theme.h"
#include "ui/widgets/elements.h"

#include <QAbstractItemModelTester>
#include <QAccessible>
#include <QCryptographicHash>
#include <QPushButton>
#include <QScopeGuard>
#include <QTableView>

using namespace tessera;
using namespace tessera::test;
using tessera::ui::CellState;

namespace {

QByteArray hashOf(const QString& path) {
    QFile file(path);
    QCryptographicHash hash(QCryptographicHash::Sha256);
    if (file.open(QIODevice::ReadOnly)) hash.addData(&file);
    return hash.result();
}

/// A store of nothing, for looks at any number of fragments.
class EmptyStore : public FragmentStore {
public:
    explicit EmptyStore(Manifest manifest) : m_manifest(std::move(manifest)), m_states(m_manifest.fragments.size(), FragmentState::Verified) {}
    const Manifest& manifest() const override { return m_manifest; }
    FragmentState state(FragmentIndex fragment) const override { return m_states[toInt(fragment)]; }
    Result<void> readPart(FragmentIndex, std::uint64_t, std::span<std::byte>) const override { return fail(ErrorKind::NotFound, "nothing is here"); }
    Result<void> write(FragmentIndex, std::span<const std::byte>) override { return fail(ErrorKind::Io, "nothing is kept"); }
    Result<std::optional<std::span<const std::byte>>> map(std::uint32_t, std::uint64_t, std::uint64_t) const override { return std::nullopt; }
    void setState(FragmentIndex fragment, FragmentState state) override { m_states[toInt(fragment)] = state; }

private:
    Manifest m_manifest;
    std::vector<FragmentState> m_states;
};

std::shared_ptr<ui::OpenSet> setOf(int layers, int per_layer) {
    Manifest manifest;
    manifest.files.push_back({"big.gguf", std::uint64_t(layers) * std::uint64_t(per_layer) * 1000, {}});
    for (int layer = 0; layer < layers; ++layer)
        for (int i = 0; i < per_layer; ++i) {
            Fragment fragment;
            fragment.id = "f" + std::to_string(manifest.fragments.size());
            fragment.offset = manifest.fragments.size() * 1000;
            fragment.size_bytes = 1000;
            fragment.tensor_name = "blk." + std::to_string(layer) + ".t" + std::to_string(i);
            fragment.component = "t" + std::to_string(i);
            fragment.shape = {250, 1};
            fragment.row_count = 1;
            fragment.layer = LayerIndex{layer};
            manifest.fragments.push_back(std::move(fragment));
        }
    auto store = std::make_shared<EmptyStore>(std::move(manifest));
    auto set = std::make_shared<ui::OpenSet>();
    set->store = store.get();
    set->owner = store;
    return set;
}

}  // namespace

class TestFragments : public QObject {
    Q_OBJECT
private slots:
    void cutVerifyDamageRepairRebuildCompare() {
        WindowFixture fixture;
        const QString model = fixture.copyModel();
        const QByteArray original = hashOf(model);
        ui::FragmentsPage& page = fixture.fragmentsPage();
        fixture.window().openPage(QStringLiteral("fragments"));

        // Cut in place; the tab opens the result by itself.
        QSignalSpy opened(&page, &ui::FragmentsPage::opened);
        ui::Job* cut = page.cut(model, {}, limits::kDefaultFragmentBytes);
        QVERIFY(WindowFixture::waitFor(cut));
        QVERIFY2(cut->state() == ui::JobState::Done, qPrintable(cut->error()));
        QVERIFY(!opened.isEmpty() || opened.wait(30000));
        QVERIFY(!page.view().isEmpty());
        QVERIFY(page.view().set()->verifiable);

        ui::Job* verified = page.verify();
        QVERIFY(WindowFixture::waitFor(verified));
        QTRY_COMPARE(page.view().stateCount(CellState::Verified), page.view().count());
        QVERIFY(!page.findChild<ui::Banner*>()->isVisibleTo(&page));

        // Damage one byte of one tensor: found, named, and one key away.
        const Manifest& manifest = page.view().manifest();
        std::size_t chosen = 0;
        for (std::size_t i = 0; i < manifest.fragments.size(); ++i)
            if (manifest.fragments[i].tensor_name == "blk.7.ffn_up.weight") chosen = i;
        QVERIFY(chosen > 0);
        damage(model, manifest.fragments[chosen].offset + 100);
        QVERIFY(WindowFixture::waitFor(page.verify()));
        QTRY_COMPARE(page.view().stateCount(CellState::Bad), std::size_t{1});
        auto* banner = page.findChild<ui::Banner*>();
        QVERIFY(banner->isVisibleTo(&page));
        QVERIFY2(banner->text().contains(QStringLiteral("layer 7, ffn_up")), qPrintable(banner->text()));
        fixture.window().activateWindow();  // on a display without a window manager nobody else does it
        QVERIFY(QTest::qWaitForWindowActive(&fixture.window()));
        page.map()->setFocus();
        QTest::keyClick(page.map(), Qt::Key_N);
        QCOMPARE(page.view().current(), static_cast<int>(chosen));

        // A file that is as wrong does not help; the original does.
        QVERIFY(WindowFixture::waitFor(page.repair(model)));
        QTRY_VERIFY(!page.view().isEmpty());
        const QString good = QString::fromStdString(defaultModel().string());
        ui::Job* repaired = page.repair(good);
        QVERIFY(WindowFixture::waitFor(repaired));
        QVERIFY2(repaired->state() == ui::JobState::Done, qPrintable(repaired->error()));
        QTRY_VERIFY(!page.view().isEmpty());
        QCOMPARE(hashOf(model), original);
        QVERIFY(WindowFixture::waitFor(page.verify()));
        QTRY_COMPARE(page.view().stateCount(CellState::Verified), page.view().count());

        // Into a folder of small fragments, and back byte for byte.
        const QString folder = fixture.folder.filePath(QStringLiteral("pieces"));
        opened.clear();
        ui::Job* pieces = page.cut(model, folder, limits::MiB);
        QVERIFY(WindowFixture::waitFor(pieces));
        QVERIFY2(pieces->state() == ui::JobState::Done, qPrintable(pieces->error()));
        QVERIFY(!opened.isEmpty() || opened.wait(30000));
        const QString rebuilt = fixture.folder.filePath(QStringLiteral("rebuilt.gguf"));
        ui::Job* rebuild = page.rebuild(rebuilt);
        QVERIFY(WindowFixture::waitFor(rebuild));
        QVERIFY2(rebuild->state() == ui::JobState::Done, qPrintable(rebuild->error()));
        QCOMPARE(hashOf(rebuilt), original);

        ui::Job* compared = page.compareWith(model);
        QVERIFY(WindowFixture::waitFor(compared));
        QVERIFY2(compared->state() == ui::JobState::Done, qPrintable(compared->error()));
        for (QWidget* dialog : QApplication::topLevelWidgets())
            if (dialog != &fixture.window()) dialog->close();
    }

    void deletingAFolderNamesItAndAnInPlaceSetKeepsItsModel() {
        WindowFixture fixture;
        const QString model = fixture.copyModel();
        QVERIFY(fragmentInPlace(model.toStdString(), {}, {}).has_value());
        const auto in_place = ui::openSet(model.toStdString(), {});
        QVERIFY(in_place.has_value());
        const auto plan = ui::planDelete(**in_place);
        QVERIFY(plan->in_place);
        QCOMPARE(plan->model_files.size(), std::size_t{1});
        QCOMPARE(plan->model_bytes, std::uint64_t(QFileInfo(model).size()));
        for (const auto& path : plan->paths) QVERIFY(path != plan->model_files.front());
        const std::filesystem::path folder = fixture.folder.filePath(QStringLiteral("pieces")).toStdString();
        QVERIFY(fragmentToDirectory(model.toStdString(), folder, {}, {}).has_value());
        const auto pieces = ui::openSet(folder, {});
        QVERIFY(pieces.has_value());
        const auto folder_plan = ui::planDelete(**pieces);
        QVERIFY(!folder_plan->in_place && folder_plan->model_files.empty());
        QCOMPARE(folder_plan->paths, std::vector<std::filesystem::path>{folder});
        QVERIFY(folder_plan->bytes >= std::uint64_t(QFileInfo(model).size()));
    }

    void deletionCanBeUndone() {
        const QTemporaryDir home;
        WindowFixture fixture;
        const QString model = fixture.copyModel();
        const QByteArray data_home = qgetenv("XDG_DATA_HOME");
        qputenv("XDG_DATA_HOME", home.path().toUtf8());  // the trash of this test
        const auto restore = qScopeGuard([&] { data_home.isNull() ? qunsetenv("XDG_DATA_HOME") : qputenv("XDG_DATA_HOME", data_home); });
        QVERIFY(fragmentInPlace(model.toStdString(), {}, {}).has_value());
        QVERIFY(fixture.openInFragments(model));
        ui::FragmentsPage& page = fixture.fragmentsPage();
        const QByteArray original = hashOf(model);
        const auto plan = ui::planDelete(*page.view().set());
        QVERIFY(plan.has_value());

        // Only the manifest; then, by the tick, the model as well.
        for (const bool with_model : {false, true}) {
            ui::Job* deleted = page.deleteSet(*plan, with_model);
            QVERIFY(WindowFixture::waitFor(deleted));
            QVERIFY2(deleted->state() == ui::JobState::Done, qPrintable(deleted->error()));
            QVERIFY(!QFile::exists(model + QStringLiteral(".manifest.json")));
            QCOMPARE(QFile::exists(model), !with_model);
            QVERIFY(page.view().isEmpty());
            QSignalSpy opened(&page, &ui::FragmentsPage::opened);
            ui::Job* undone = page.undoDelete();
            QVERIFY(WindowFixture::waitFor(undone));
            QVERIFY2(undone->state() == ui::JobState::Done, qPrintable(undone->error()));
            QVERIFY(QFile::exists(model + QStringLiteral(".manifest.json")));
            QCOMPARE(hashOf(model), original);
            QVERIFY(!opened.isEmpty() || opened.wait(30000));
            QVERIFY(!page.view().isEmpty() && page.view().set()->verifiable);
        }
        QVERIFY(!page.undoDelete());
    }

    void whatIsLoadedIsNotDeleted() {
        WindowFixture fixture(QStringLiteral("en"), QStringLiteral("light"), [](const std::filesystem::path& path, const LoadOptions& options, const Operation& operation) { return loadModel(path, options, operation); });
        const QString model = fixture.copyModel();
        QVERIFY(fragmentInPlace(model.toStdString(), {}, {}).has_value());
        fixture.application->model().load(model, {});
        QTRY_VERIFY_WITH_TIMEOUT(fixture.application->model().isReady(), 60000);
        // By another of its names.
        QVERIFY(fixture.openInFragments(model + QStringLiteral(".manifest.json")));
        const auto plan = ui::planDelete(*fixture.fragmentsPage().view().set());
        QVERIFY(!fixture.fragmentsPage().deleteSet(*plan, true));
        fixture.application->model().unload();
        QVERIFY(QFile::exists(model));
    }

    void rowsFillTheirWidth() {
        const std::vector<std::uint64_t> sizes{100, 100000, 50000, 3};
        const auto cells = ui::layOutRow(sizes, 150103, 700);
        QCOMPARE(cells.size(), std::size_t{4});
        QVERIFY(cells[0].width >= ui::kComfortableCell && cells[1].width > cells[2].width);
        QVERIFY(std::abs(cells.back().left + cells.back().width - 700) < 0.01);
        QVERIFY(ui::layOutRow({}, 1, 700).empty());
    }

    void narrowCellsAreAggregatedWithoutLoss() {
        const std::vector<std::uint64_t> sizes(5000, 1000);
        const auto cells = ui::layOutRow(sizes, 5000000, 600);
        QVERIFY(cells.size() <= 100);
        std::uint32_t next = 0;
        for (const ui::MapCell& cell : cells) {
            QCOMPARE(cell.first, next);
            QVERIFY(cell.width >= ui::kMinimumCell);
            next = cell.last + 1;
        }
        QCOMPARE(next, 5000u);
    }

    void fiftyThousandFragments() {
        ui::FragmentView view;
        ui::FragmentMap map(view);
        map.resize(900, 700);
        map.show();
        auto set = setOf(60, 850);
        set->store->setState(FragmentIndex{30000}, FragmentState::Bad);
        set->store->setState(FragmentIndex{40000}, FragmentState::Missing);
        view.setSet(set);
        QCOMPARE(view.count(), std::size_t{51000});
        QCOMPARE(view.rows().size(), std::size_t{60});
        // The gravest wins: a click on the aggregated cell finds the bad one.
        QCOMPARE(map.fragmentAt(map.fragmentRect(30000).center()), 30000);
        const QImage picture = map.grab().toImage();
        const QRectF cell = map.fragmentRect(30000);
        const QPoint corner(int(cell.center().x()), int(cell.top()) + 1);  // beside the lines of the X
        QCOMPARE(picture.pixelColor(map.viewport()->mapTo(&map, corner)).name(), ui::color(ui::Role::Error).name());
        QCOMPARE(view.nextProblem(true), 30000);
        view.setCurrent(30000);
        QCOMPARE(view.nextProblem(true), 40000);
        view.setCurrent(40000);
        QCOMPARE(view.nextProblem(true), 30000);
        QCOMPARE(view.nextProblem(false), 30000);
        QTest::keyClick(&map, Qt::Key_Plus);
        QVERIFY(map.zoom() > 1);
        QVERIFY(map.viewport()->rect().intersects(map.fragmentRect(40000).toRect()));
        QTest::keyClick(&map, Qt::Key_0);
        QCOMPARE(map.zoom(), 1.0);
        QTest::keyClick(&map, Qt::Key_Home);
        QCOMPARE(view.columnOf(std::uint32_t(view.current())), std::size_t{0});
        QTest::keyClick(&map, Qt::Key_Up);
        QCOMPARE(view.rowOf(std::uint32_t(view.current())), std::size_t{46});
    }

    void screenReadersReadTheMap() {
        ui::FragmentView view;
        ui::FragmentMap map(view);
        map.resize(900, 700);
        map.show();
        auto set = setOf(60, 850);
        set->store->setState(FragmentIndex{30000}, FragmentState::Bad);
        view.setSet(set);
        QAccessibleInterface* face = QAccessible::queryAccessibleInterface(&map);
        QVERIFY(face && face->role() == QAccessible::Table && face->tableInterface());
        QAccessibleTableInterface& table = *face->tableInterface();
        QCOMPARE(table.rowCount(), 60);
        QVERIFY(table.columnCount() > 50 && table.columnCount() < 850);  // aggregated as drawn
        view.setCurrent(30000);
        const QPoint current = map.currentCell();
        QCOMPARE(current.y(), 30000 / 850);
        QAccessibleInterface* cell = table.cellAt(current.y(), current.x());
        QVERIFY2(cell->text(QAccessible::Name).contains(ui::cellStateName(CellState::Bad)), qPrintable(cell->text(QAccessible::Name)));
        QVERIFY(!cell->rect().isEmpty());
        QCOMPARE(face->childAt(cell->rect().center().x(), cell->rect().center().y()), cell);
        view.setCurrent(0);
        cell->actionInterface()->doAction(QAccessibleActionInterface::setFocusAction());
        QCOMPARE(view.current(), 30000);
    }

    void tableSortsByRawValuesAndFilters() {
        ui::FragmentView view;
        ui::FragmentTableModel model(view);
        QAbstractItemModelTester tester(&model);
        ui::FragmentFilter filter(model);
        view.setSet(setOf(12, 3));
        filter.sort(ui::FragmentTableModel::Layer, Qt::DescendingOrder);
        QCOMPARE(filter.index(0, ui::FragmentTableModel::Layer).data().toString(), QStringLiteral("11"));
        filter.setWords(QStringLiteral("t1 layer:2"));
        QCOMPARE(filter.rowCount(), 1);
        filter.setWords(QStringLiteral(">1kB"));
        QCOMPARE(filter.rowCount(), 0);
        filter.setWords(QStringLiteral("<2kB"));
        QCOMPARE(filter.rowCount(), 36);
        filter.setState(static_cast<int>(CellState::Bad));
        QCOMPARE(filter.rowCount(), 0);
    }

    void manifestTreeFindsTokens() {
        const auto set = ui::openSet(defaultModel(), {});
        QVERIFY(set.has_value());
        const auto root = ui::buildManifestTree(**set, {});
        QVERIFY(root.has_value());
        ui::ManifestTreeModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
        model.setRoot(*root);
        QVERIFY(model.rowCount() >= 4);
        model.setFilter(QStringLiteral("chat_template"));
        QCOMPARE(model.rowCount(), 1);
        model.setFilter(QStringLiteral("no such thing anywhere"));
        QCOMPARE(model.rowCount(), 0);
    }

    void contentIsReadAndMeasured() {
        const auto set = ui::openSet(defaultModel(), {});
        QVERIFY(set.has_value());
        const Manifest& manifest = (*set)->manifest();
        for (std::uint32_t i = 0; i < manifest.fragments.size(); ++i) {
            const Fragment& fragment = manifest.fragments[i];
            if (fragment.tensor_name != "output_norm.weight") continue;
            const auto content = ui::readContent(**set, FragmentIndex{i}, {});
            QVERIFY(content.has_value());
            QCOMPARE(content->values.size(), std::size_t{576});
            QCOMPARE(content->found, sha256(content->bytes));
            std::uint64_t counted = 0;
            for (const std::uint64_t bin : content->histogram) counted += bin;
            QCOMPARE(counted, std::uint64_t{576});
            QVERIFY(content->minimum < content->mean && content->mean < content->maximum);
            return;
        }
        QFAIL("the model has no output_norm.weight");
    }
};

QTEST_MAIN(TestFragments)
#include "tst_fragments.moc"
