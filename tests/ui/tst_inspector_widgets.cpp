// SPDX-License-Identifier: GPL-3.0-or-later
// The selection, grids, token strips and tables of plots, without a model.
#include "tests/support/thread_time.h"
#include "ui/inspector/experts_view.h"
#include "ui/inspector/selection.h"
#include "ui/style/theme.h"
#include "ui/validation/layer_plot.h"
#include "ui/widgets/grid_view.h"
#include "ui/widgets/plot_table.h"
#include "ui/widgets/token_strip.h"

#include <QAbstractItemModelTester>
#include <QAccessible>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>

#include <cmath>

using namespace tessera;
using namespace tessera::ui;
using tessera::test::threadCpuMs;

namespace {

/// value = row * 1000 + column, scaled; one spike.
class Numbers : public GridSource {
public:
    Numbers(int row_count, int column_count) : m_rows(row_count), m_columns(column_count) {}
    int rows() const override { return m_rows; }
    int columns() const override { return m_columns; }
    float value(int row, int column) const override { return row == spike_row && column == spike_column ? -1.0F : 0.1F; }
    QString text(int row, int column) const override { return QStringLiteral("%1.%2").arg(row).arg(column); }
    QString rowTitle(int row) const override { return QString::number(row); }
    QString columnTitle(int column) const override { return QString::number(column); }
    QString describe(int row, int column) const override { return QStringLiteral("cell %1, %2").arg(row).arg(column); }
    int spike_row = -1, spike_column = -1;

private:
    int m_rows, m_columns;
};

}  // namespace

class TestInspectorWidgets : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { Theme::instance().install(); }

    void selectionStaysInside() {
        InspectorSelection selection;
        QCOMPARE(selection.layer(), -1);
        selection.setLayer(3);
        QCOMPARE(selection.layer(), -1);
        selection.setExtent(30, 5, 9);
        QCOMPARE(selection.layer(), 29);
        QCOMPARE(selection.token(), 4);
        QCOMPARE(selection.head(), 0);
        QSignalSpy layers(&selection, &InspectorSelection::layerChanged), tokens(&selection, &InspectorSelection::tokenChanged),
            changes(&selection, &InspectorSelection::changed), shown(&selection, &InspectorSelection::shownChanged);
        selection.choose(100, -7);
        QCOMPARE(selection.layer(), 29);
        QCOMPARE(selection.token(), 0);
        QCOMPARE(layers.count(), 0);
        QCOMPARE(tokens.count(), 1);
        QCOMPARE(changes.count(), 1);
        selection.setToken(0);
        QCOMPARE(changes.count(), 1);
        // A preview does not move the choice.
        shown.clear();
        selection.preview(7, 2);
        QCOMPARE(selection.shownLayer(), 7);
        QCOMPARE(selection.shownToken(), 2);
        QCOMPARE(selection.layer(), 29);
        selection.preview(7, 2);
        QCOMPARE(shown.count(), 1);
        selection.preview(99, 2);
        QCOMPARE(selection.shownLayer(), 29);
        selection.endPreview();
        QCOMPARE(selection.shownToken(), 0);
        selection.setExtent(2, 1, 1);
        QCOMPARE(selection.layer(), 1);
        QCOMPARE(selection.token(), 0);
    }

    void gridGoesByKeys() {
        Numbers numbers(30, 40);
        GridView view(QStringLiteral("grid"));
        view.setLook(GridLook::Cells, {.min_width = 68, .max_width = 120, .min_height = 19, .max_height = 24});
        view.resize(400, 300);
        view.setSource(&numbers);
        view.show();
        QVERIFY(QTest::qWaitForWindowExposed(&view));
        view.setCurrent(-1, -1);
        QSignalSpy chosen(&view, &GridView::chosen), activated(&view, &GridView::activated);
        QTest::keyClick(&view, Qt::Key_Right);
        QCOMPARE(chosen.takeFirst(), QVariantList({0, 0}));
        QTest::keyClick(&view, Qt::Key_Right);
        QTest::keyClick(&view, Qt::Key_Down);
        QCOMPARE(view.currentCell(), QPoint(1, 1));
        QTest::keyClick(&view, Qt::Key_End, Qt::ControlModifier);
        QCOMPARE(view.currentCell(), QPoint(39, 29));
        QVERIFY(!view.cellRect(29, 39).isEmpty());  // scrolled into sight
        QVERIFY(view.cellRect(0, 0).isEmpty());
        QTest::keyClick(&view, Qt::Key_Return);
        QCOMPARE(activated.takeFirst(), QVariantList({29, 39}));
        QTest::keyClick(&view, Qt::Key_Right);
        QCOMPARE(view.currentCell(), QPoint(39, 29));
        // A click chooses what it hits.
        const QPoint place = view.cellRect(28, 38).center();
        QCOMPARE(view.cellUnder(place), QPoint(38, 28));
        QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, place);
        QCOMPARE(view.currentCell(), QPoint(38, 28));
        // Setting from outside tells nobody.
        chosen.clear();
        view.setCurrent(3, 3);
        QCOMPARE(chosen.count(), 0);
    }

    void gridIsReadByScreenReaders() {
        Numbers numbers(30, 500);
        GridView view(QStringLiteral("Lens"));
        view.resize(400, 300);
        view.setSource(&numbers);
        view.setCurrent(4, 5);
        QAccessibleInterface* face = QAccessible::queryAccessibleInterface(&view);
        QVERIFY(face);
        QCOMPARE(face->role(), QAccessible::Table);
        QCOMPARE(face->text(QAccessible::Name), QStringLiteral("Lens"));
        QCOMPARE(face->childCount(), 15000);
        QAccessibleTableInterface* table = face->tableInterface();
        QVERIFY(table);
        QCOMPARE(table->rowCount(), 30);
        QCOMPARE(table->columnDescription(7), QStringLiteral("7"));
        QAccessibleInterface* cell = table->cellAt(4, 5);
        QVERIFY(cell && cell->isValid());
        QCOMPARE(cell->text(QAccessible::Name), QStringLiteral("cell 4, 5"));
        QVERIFY(cell->state().selected);
        QCOMPARE(cell->tableCellInterface()->rowIndex(), 4);
        QCOMPARE(face->indexOfChild(cell), 4 * 500 + 5);
        QVERIFY(!table->cellAt(4, 6)->state().selected);
        QVERIFY(!table->cellAt(30, 0));
        table->cellAt(2, 3)->actionInterface()->doAction(QAccessibleActionInterface::setFocusAction());
        QCOMPARE(view.currentCell(), QPoint(3, 2));
        QCOMPARE(table->selectedCells().size(), 1);
    }

    // Many cells on few pixels: the strongest wins, and no event of the window works long.
    void plotIsReadByScreenReaders() {
        LayerPlot plot;
        plot.resize(400, 300);
        plot.setLayers({{.layer = LayerIndex{0}}, {.layer = LayerIndex{1}, .bit_identical = false, .largest = 2.5e-3, .mean = 1e-4, .reference_rms = 1}}, false);
        QAccessibleInterface* face = QAccessible::queryAccessibleInterface(&plot);
        QVERIFY(face && face->tableInterface());
        QCOMPARE(face->tableInterface()->rowCount(), 2);
        QAccessibleInterface* cell = face->tableInterface()->cellAt(1, 0);
        QVERIFY(cell);
        QCOMPARE(cell->text(QAccessible::Name), layerText(plot.layers()[1]));
        cell->actionInterface()->doAction(QAccessibleActionInterface::setFocusAction());
        QCOMPARE(plot.current(), 1);
    }

    void smallCellsAreAggregated() {
        Numbers numbers(512, 4096);
        numbers.spike_row = 100;
        numbers.spike_column = 3000;
        GridImage image;
        image.start(QRect(0, 0, 4096, 512), QSize(400, 256), ColorScale::Diverging);
        int pieces = 0;
        while (!image.advance(numbers, 8)) ++pieces;
        QCOMPARE(image.image().size(), QSize(400, 256));
        const QRgb ground = scaleColor(ColorScale::Diverging, 0.1F), spike = scaleColor(ColorScale::Diverging, -1);
        QVERIFY(ground != spike);
        int spikes = 0;
        for (int y = 0; y < 256; ++y)
            for (int x = 0; x < 400; ++x)
                if (image.image().pixel(x, y) == spike) ++spikes;
                else QCOMPARE(image.image().pixel(x, y), ground);
        QCOMPARE(spikes, 1);
        QCOMPARE(image.image().pixel(293, 50), spike);

        GridView view(QStringLiteral("heat"));
        view.setScale(ColorScale::Diverging);
        view.setLook(GridLook::Cells, {});
        view.resize(600, 400);
        view.setSource(&numbers);
        view.show();
        QVERIFY(QTest::qWaitForWindowExposed(&view));
        const double before = threadCpuMs();
        view.refresh();
        view.viewport()->repaint();
        const double used = threadCpuMs() - before;
        QVERIFY2(used < 50, qPrintable(QStringLiteral("one repaint used %1 ms").arg(used)));
    }

    void aWindowFullOfTextCellsIsPaintedQuickly() {
        Numbers numbers(30, 512);
        GridView view(QStringLiteral("lens"));
        view.setLook(GridLook::Cells, {.min_width = 68, .max_width = 132, .min_height = 19, .max_height = 24});
        view.resize(1800, 900);
        view.setSource(&numbers);
        view.show();
        QVERIFY(QTest::qWaitForWindowExposed(&view));
        for (int i = 0; i < 3; ++i) {
            const double before = threadCpuMs();
            view.horizontalScrollBar()->setValue(i * 700);
            view.viewport()->repaint();
            const double used = threadCpuMs() - before;
            QVERIFY2(used < 50, qPrintable(QStringLiteral("one repaint used %1 ms").arg(used)));
        }
    }

    void stripGoesByKeys() {
        TokenStrip strip(QStringLiteral("Tokens"), TokenStrip::OneLine);
        std::vector<TokenChip> chips;
        for (int i = 0; i < 60; ++i) chips.push_back({QStringLiteral("token%1").arg(i), QStringLiteral("Token %1").arg(i)});
        strip.resize(300, 40);
        strip.setTokens(chips);
        strip.show();
        QVERIFY(QTest::qWaitForWindowExposed(&strip));
        QSignalSpy chosen(&strip, &TokenStrip::chosen);
        QTest::keyClick(&strip, Qt::Key_End);
        QCOMPARE(chosen.takeFirst(), QVariantList({59}));
        QVERIFY(!strip.cellRect(0, 59).isEmpty());
        QTest::keyClick(&strip, Qt::Key_Left);
        QCOMPARE(strip.current(), 58);
        QTest::keyClick(&strip, Qt::Key_Home);
        QCOMPARE(strip.current(), 0);
        strip.setTints({0.5F}, QStringLiteral("attention %1 %"));
        QVERIFY(strip.cellName(0, 0).contains(QStringLiteral("50")));
        QCOMPARE(strip.cellName(0, 1), QStringLiteral("Token 1"));
        QAccessibleInterface* face = QAccessible::queryAccessibleInterface(&strip);
        QCOMPARE(face->childCount(), 60);
        QCOMPARE(face->child(3)->text(QAccessible::Name), QStringLiteral("Token 3"));
    }

    void tablesBecomeCsv() {
        PlotTable table;
        table.columns = {QStringLiteral("Token, as text"), QStringLiteral("Value")};
        table.rows = 3;
        table.cell = [](int row, int column) -> QVariant {
            if (column == 0) return row == 0 ? QStringLiteral("\"a\",\n") : QStringLiteral("é");
            return row == 2 ? QVariant() : QVariant(static_cast<double>(0.1F));
        };
        QCOMPARE(csvText(table), QByteArray("\"Token, as text\",Value\r\n\"\"\"a\"\",\n\",0.100000001\r\n\xC3\xA9,0.100000001\r\n\xC3\xA9,\r\n"));
        PlotTableModel model;
        QAbstractItemModelTester tester(&model);
        model.setTable(table);
        QCOMPARE(model.rowCount(), 3);
        QCOMPARE(model.index(0, 1).data(PlotTableModel::kSortRole).toDouble(), static_cast<double>(0.1F));
        QCOMPARE(model.headerData(1, Qt::Horizontal, Qt::DisplayRole).toString(), QStringLiteral("Value"));
    }

    void expertsAreNamed() {
        auto run = std::make_shared<InspectedRun>();
        run->labels = {QStringLiteral("a"), QStringLiteral("b"), QStringLiteral("c")};
        for (int layer = 0; layer < 2; ++layer)
            run->seen.experts.push_back({.layer = LayerIndex{layer}, .tokens = 3, .used = 2, .experts = {3, 7, 0, 1, layer, 5}, .weights = {0.75F, 0.25F, 0.5F, 0.5F, 1, 0}});
        ExpertChoices grid;
        grid.setRun(run);
        QCOMPARE(grid.rows(), 2);
        QCOMPARE(grid.columns(), 3);
        QCOMPARE(grid.text(1, 0), QStringLiteral("3 7"));
        QCOMPARE(grid.text(1, 2), QStringLiteral("1 5"));
        QCOMPARE(grid.value(0, 0), 0.75F);
        const PlotTable table = grid.table();
        QCOMPARE(table.rows, 6);
        QCOMPARE(table.cell(5, 0).toInt(), 1);
        QCOMPARE(table.cell(5, 3).toString(), QStringLiteral("1 5"));
    }

    void expertsAreCounted() {
        // Layer 1 is dense; what a step found and what it brought is the engine's to tell.
        ExpertStatistics counted{.first_layer = 1, .layers = 2, .experts = 4, .uses = {0, 0, 0, 0, 6, 0, 3, 3}, .hits = {0, 0, 0, 0, 4, 0, 1, 0}, .misses = {0, 0, 0, 0, 1, 0, 2, 1}, .one_bytes = {0, 1000}};
        ExpertHeat heat;
        heat.set(expertUse(counted));
        QCOMPARE(heat.rows(), 1);
        QCOMPARE(heat.columns(), 4);
        QCOMPARE(heat.rowOf(2), 0);
        QCOMPARE(heat.rowOf(1), -1);
        QCOMPARE(heat.value(0, 0), 1.0F);
        QCOMPARE(heat.value(0, 2), 0.5F);
        QCOMPARE(heat.value(0, 1), 0.0F);
        QCOMPARE(heat.text(0, 2), QStringLiteral("25"));
        QCOMPARE(heat.text(0, 1), QString());
        QVERIFY2(heat.describe(0, 2).contains(QStringLiteral("chosen 3 times")) && heat.describe(0, 2).contains(QStringLiteral("only then 2 times")), qPrintable(heat.describe(0, 2)));
        const PlotTable table = heat.table();
        QCOMPARE(table.rows, 4);
        QCOMPARE(table.cell(2, 0).toInt(), 2);
        QCOMPARE(table.cell(2, 4).toInt(), 1);
        QCOMPARE(table.cell(2, 6).toDouble(), 2000.0);
        heat.setCounted(ExpertHeat::Missed);
        QCOMPARE(heat.value(0, 2), 1.0F);
        QCOMPARE(heat.array().values, (std::vector<float>{1, 0, 2, 1}));
        const ExpertUse use = heat.use();
        QCOMPARE(use.busiest(0), std::size_t{0});
        QCOMPARE(use.used(0), std::size_t{3});
        QCOMPARE(use.missedBytes(0), 4000U);
        QVERIFY(std::abs(use.evenness(0) - 0.75) < 1e-9);  // 1.5 of 2 bits

        // What the run kept goes before the engine's counts, which another session may have added to.
        Inspection seen;
        seen.facts.experts = 4;
        seen.expert_counts = counted;
        seen.experts.push_back({.layer = LayerIndex{2}, .tokens = 2, .used = 2, .experts = {0, 2, 3, 0}, .weights = {}});
        QCOMPARE(expertUse(seen).uses, (std::vector<std::uint64_t>{2, 0, 1, 1}));
        QCOMPARE(expertUse(seen).misses, (std::vector<std::uint64_t>{1, 0, 2, 1}));
        const auto later = counted.since(counted);
        QCOMPARE(later.uses, std::vector<std::uint64_t>(8));
        QCOMPARE(later.one_bytes, counted.one_bytes);
    }

    void textOnColoursCanBeRead() {
        for (const ColorScheme scheme : {ColorScheme::Light, ColorScheme::Dark}) {
            Theme::instance().setScheme(scheme);
            for (const ColorScale scale : {ColorScale::Sequential, ColorScale::Diverging})
                for (float value = -1; value <= 1; value += 0.05F) {
                    const QColor ground = QColor::fromRgb(cellColor(scale, value));
                    QVERIFY2(contrastRatio(color(Role::Text), ground) >= 4.5, qPrintable(ground.name()));
                }
        }
        Theme::instance().setScheme(ColorScheme::Light);
    }
};

QTEST_MAIN(TestInspectorWidgets)
#include "tst_inspector_widgets.moc"
