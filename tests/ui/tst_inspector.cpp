// SPDX-License-Identifier: GPL-3.0-or-later
// The Layer inspector end to end on the default model, in the real window.
#include "tests/ui/inspector_fixture.h"

#include "ui/inspector/lens_view.h"
#include "ui/inspector/overview_view.h"
#include "ui/widgets/curve_plot.h"
#include "ui/widgets/grid_view.h"
#include "ui/widgets/plot_frame.h"

#include <QTableView>

using namespace tessera;
using namespace tessera::test;

class TestInspector : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() {
        m_fixture = std::make_unique<InspectorFixture>();
        QVERIFY(m_fixture->loadModel());
    }
    void cleanupTestCase() { m_fixture.reset(); }

    void costIsShownBeforeTheRun() {
        ui::InspectorFormWidget& form = *m_fixture->page().form();
        form.setPrompt(QStringLiteral("The capital of France is"), PromptKind::Raw);
        form.setKeeps(ui::CapturePart::Attention, false);
        QTRY_COMPARE(form.estimate().tokens, std::size_t{5});
        const std::uint64_t without = form.estimate().cost.held;
        QVERIFY(without > 0);
        const QString text = form.costText();
        QVERIFY2(text.contains(ui::formatSize(without)), qPrintable(text));
        form.setKeeps(ui::CapturePart::Attention, true);
        QTRY_VERIFY(form.estimate().cost.held > without);
        QVERIFY(form.costText() != text);
        QVERIFY(!m_fixture->page().session().run());
    }

    void parisRisesThroughTheLayers() {
        QVERIFY(m_fixture->runPrompt(QStringLiteral("The capital of France is")));
        ui::InspectorPage& page = m_fixture->page();
        const ui::InspectedRun& run = *page.session().run();
        QCOMPARE(run.seen.tokens.size(), std::size_t{5});
        QCOMPARE(QString::fromStdString(run.next.front().piece), QStringLiteral(" Paris"));
        // The estimate was right.
        const auto held = static_cast<double>(run.seen.heldBytes());
        QVERIFY2(std::abs(static_cast<double>(page.form()->estimate().cost.held) - held) < 0.1 * held, "the stated cost is more than 10 % off");

        page.showView(QStringLiteral("lens"));
        auto* view = static_cast<ui::LensView*>(page.view(QStringLiteral("lens")));
        QTRY_VERIFY(page.lens().has(29, 4));
        QVERIFY(!page.lens().has(0, 0));  // out of sight: not computed
        QTest::keyClick(view->grid(), Qt::Key_Home, Qt::ControlModifier);
        QTRY_VERIFY(page.lens().has(0, 0));
        QTest::keyClick(view->grid(), Qt::Key_End, Qt::ControlModifier);
        QCOMPARE(view->grid()->cellRows(), 30);
        QCOMPARE(view->grid()->cellColumns(), 5);
        QCOMPARE(view->source().text(29, 4), QStringLiteral("·Paris"));
        QVERIFY(view->source().text(2, 4) != QStringLiteral("·Paris"));
        // The last row of the lens is the answer.
        QVERIFY(std::abs(page.lens().top(29, 4)[0].probability - run.next.front().probability) < 1e-3F);

        // The curve: low in the first half, high at the end, and as the core computes it.
        QTRY_COMPARE(view->curve().label, QStringLiteral("·Paris"));
        const auto& layers = view->curve().layers;
        QCOMPARE(layers.size(), std::size_t{30});
        QVERIFY(layers[10].probability < 0.05F);
        QVERIFY(layers[29].probability > 0.3F);
        QCOMPARE(layers[29].rank, 0U);
        QVERIFY(layers[5].rank > 10U);
        const ui::Curve& drawn = page.findChild<ui::CurvePlot*>()->curves().front();
        for (std::size_t layer = 0; layer < layers.size(); ++layer) QCOMPARE(drawn.values[layer], static_cast<double>(layers[layer].probability));
    }

    // Enter follows what the cell says; another token of the prompt is followed by itself again.
    void enterFollowsTheTokenOfACell() {
        ui::InspectorPage& page = m_fixture->page();
        page.showView(QStringLiteral("lens"));
        auto* view = static_cast<ui::LensView*>(page.view(QStringLiteral("lens")));
        page.selection().choose(12, 4);
        QTRY_VERIFY(page.lens().has(12, 4));
        const TokenId said = page.lens().top(12, 4)[0].token;
        QVERIFY(said != page.session().run()->next.front().token);
        QTest::keyClick(view->grid(), Qt::Key_Return);
        QTRY_VERIFY(view->curve().token == said);
        QCOMPARE(view->curve().layers[12].rank, 0U);
        page.selection().choose(12, 3);
        QTRY_VERIFY(page.lens().has(29, 3) && view->curve().token == page.lens().top(29, 3)[0].token);
        page.selection().choose(29, 4);
    }

    void tablesSayWhatThePlotsShow() {
        ui::InspectorPage& page = m_fixture->page();
        page.showView(QStringLiteral("lens"));
        QTRY_VERIFY(!page.lens().isComputing());
        auto* view = static_cast<ui::LensView*>(page.view(QStringLiteral("lens")));
        ui::PlotFrame* frame = view->plots().front();
        frame->showTable(true);
        const QAbstractItemModel& table = *frame->table()->model();
        QVERIFY(table.rowCount() >= 30);
        for (int row = 0; row < table.rowCount(); ++row) {
            const auto raw = [&](int column) { return table.index(row, column).data(ui::PlotTableModel::kSortRole); };
            const int layer = raw(0).toInt(), token = raw(1).toInt();
            QCOMPARE(raw(3).toString(), view->source().text(layer, token));
            QCOMPARE(static_cast<float>(raw(4).toDouble()), page.lens().top(layer, token)[0].probability);
            QCOMPARE(view->source().value(layer, token), page.lens().top(layer, token)[0].probability);
        }
        frame->showTable(false);

        page.showView(QStringLiteral("overview"));
        auto* overview = static_cast<ui::OverviewView*>(page.view(QStringLiteral("overview")));
        const ui::PlotTable norms = overview->plots().front()->tableData();
        QCOMPARE(norms.rows, 30);
        const LayerNorms& seen = page.session().run()->seen.norms;
        const auto token = static_cast<std::size_t>(page.selection().token());
        for (int row = 0; row < norms.rows; ++row) {
            const auto layer = static_cast<std::size_t>(row);
            QCOMPARE(static_cast<float>(norms.cell(row, 1).toDouble()), seen.residual.at(layer, token));
            QCOMPARE(static_cast<float>(norms.cell(row, 2).toDouble()), seen.attention.at(layer, token));
            QCOMPARE(static_cast<float>(norms.cell(row, 3).toDouble()), seen.feed_forward.at(layer, token));
            QCOMPARE(static_cast<float>(norms.cell(row, 4).toDouble()), seen.cosine.at(layer, token));
        }
        QVERIFY(std::abs(seen.cosine.at(29, token) - 1) < 1e-4F);
    }

    void selectionIsShared() {
        ui::InspectorPage& page = m_fixture->page();
        page.showView(QStringLiteral("lens"));
        auto* lens = static_cast<ui::LensView*>(page.view(QStringLiteral("lens")));
        auto* overview = static_cast<ui::OverviewView*>(page.view(QStringLiteral("overview")));
        page.selection().choose(29, 4);
        lens->grid()->setFocus();
        QTest::keyClick(lens->grid(), Qt::Key_Up);
        QTest::keyClick(lens->grid(), Qt::Key_Left);
        QCOMPARE(page.selection().layer(), 28);
        QCOMPARE(page.selection().token(), 3);
        QCOMPARE(page.strip()->current(), 3);
        QCOMPARE(overview->grid()->currentRow(), 28);
        QTest::keyClick(page.strip(), Qt::Key_Home);
        QCOMPARE(page.selection().token(), 0);
        QCOMPARE(lens->grid()->currentColumn(), 0);
        page.showView(QStringLiteral("overview"));
        QTest::keyClick(overview->grid(), Qt::Key_Home, Qt::ControlModifier);
        QCOMPARE(page.selection().layer(), 0);
        QCOMPARE(lens->grid()->currentRow(), 0);
        page.selection().choose(29, 4);
    }

    void hoverPreviewsAndClickLocks() {
        ui::InspectorPage& page = m_fixture->page();
        page.showView(QStringLiteral("lens"));
        auto* lens = static_cast<ui::LensView*>(page.view(QStringLiteral("lens")));
        page.selection().choose(29, 4);
        QTRY_VERIFY(page.lens().has(28, 4));
        const QPoint place = lens->grid()->cellRect(28, 4).center();
        QTest::mouseMove(lens->grid()->viewport(), place);
        QTRY_COMPARE(page.selection().shownLayer(), 28);
        QCOMPARE(page.selection().layer(), 29);
        QTest::mouseClick(lens->grid()->viewport(), Qt::LeftButton, {}, place);
        QCOMPARE(page.selection().layer(), 28);
        QEvent leave(QEvent::Leave);
        QApplication::sendEvent(lens->grid()->viewport(), &leave);
        QCOMPARE(page.selection().shownLayer(), 28);
    }

    void exportsAreRight() {
        ui::InspectorPage& page = m_fixture->page();
        page.showView(QStringLiteral("overview"));
        ui::PlotFrame* frame = page.view(QStringLiteral("overview"))->plots().front();
        const auto write = [&](const QString& name) {
            const QString path = m_fixture->window.folder.filePath(name);
            QString error = QStringLiteral("not done");
            frame->exportTo(path, [&error](const QString& text) { error = text; });
            [&] { QTRY_VERIFY(error != QStringLiteral("not done")); }();
            [&] { QCOMPARE(error, QString()); }();
            QFile file(path);
            [&] { QVERIFY(file.open(QIODevice::ReadOnly)); }();
            return file.readAll();
        };
        const QList<QByteArray> lines = write(QStringLiteral("norms.csv")).split('\n');
        QCOMPARE(lines.size(), 32);  // header, 30 layers, what follows the last line end
        const LayerNorms& seen = page.session().run()->seen.norms;
        const auto token = static_cast<std::size_t>(page.selection().token());
        for (std::size_t layer = 0; layer < 30; ++layer) {
            const QList<QByteArray> fields = lines[static_cast<qsizetype>(layer) + 1].trimmed().split(',');
            QCOMPARE(fields.size(), 5);
            QCOMPARE(fields[0].toInt(), static_cast<int>(layer));
            QCOMPARE(fields[1].toFloat(), seen.residual.at(layer, token));
            QCOMPARE(fields[4].toFloat(), seen.cosine.at(layer, token));
        }
        const QByteArray npy = write(QStringLiteral("norms.npy"));
        QVERIFY(npy.startsWith("\x93NUMPY"));
        QVERIFY(npy.contains("(4, 30, 5)"));
        const std::size_t values = 4 * 30 * 5;
        std::vector<float> read(values);
        std::memcpy(read.data(), npy.data() + npy.size() - static_cast<qsizetype>(values * sizeof(float)), values * sizeof(float));
        QCOMPARE(read[(0 * 30 + 7) * 5 + 2], seen.residual.at(7, 2));
        QCOMPARE(read[(3 * 30 + 7) * 5 + 2], seen.cosine.at(7, 2));
        const QImage picture = QImage::fromData(write(QStringLiteral("norms.png")));
        QVERIFY(picture.width() >= 2 * frame->width() - 4);
        QString error;
        frame->exportTo(m_fixture->window.folder.filePath(QStringLiteral("norms.txt")), [&error](const QString& text) { error = text; });
        QVERIFY(error.contains(QStringLiteral("norms.txt")));
    }

    void aRunCanBeStopped() {
        ui::InspectorPage& page = m_fixture->page();
        const auto before = page.session().run();
        page.form()->setPrompt(QStringLiteral("one two three ").repeated(700), PromptKind::Raw);
        ui::Job* job = page.run();
        QVERIFY(job);
        QTRY_COMPARE(job->state(), ui::JobState::Running);
        job->cancel();
        QVERIFY(WindowFixture::waitFor(job));
        QCOMPARE(job->state(), ui::JobState::Cancelled);
        QCOMPARE(page.session().run(), before);
        QTRY_VERIFY(!page.session().isBusy());
    }

    void aTokenOfAChatOpensAtItsPlace() {
        ui::InspectorPage& page = m_fixture->page();
        QVariantList ids;
        for (const InspectedToken& token : page.session().run()->seen.tokens) ids.append(toInt(token.id));
        const auto before = page.session().run();
        m_fixture->window.window().openPage(QStringLiteral("inspector"),
                                            QVariantMap{{QStringLiteral("prompt"), QStringLiteral("The capital of France is")}, {QStringLiteral("tokens"), ids}, {QStringLiteral("token"), 2}});
        QTRY_VERIFY_WITH_TIMEOUT(page.session().run() != before, 30000);
        QCOMPARE(page.selection().token(), 2);
        QCOMPARE(page.session().run()->seen.tokens.size(), std::size_t{5});
        QCOMPARE(page.session().run()->form.tokens.size(), std::size_t{5});
    }

    void aFailedCheckOpensItsLayer() {
        ui::InspectorPage& page = m_fixture->page();
        const auto before = page.session().run();
        QVariantMap target{{QStringLiteral("prompt"), QStringLiteral("What is the capital of France?")}, {QStringLiteral("layer"), 7}};
        m_fixture->window.window().openPage(QStringLiteral("inspector"), target);
        QTRY_VERIFY_WITH_TIMEOUT(page.session().run() != before, 30000);
        QCOMPARE(page.selection().layer(), 7);
        QCOMPARE(page.selection().token(), page.selection().tokens() - 1);
        // Without a text only the place changes.
        const auto shown = page.session().run();
        m_fixture->window.window().openPage(QStringLiteral("inspector"), QVariantMap{{QStringLiteral("layer"), 12}});
        QCOMPARE(page.selection().layer(), 12);
        QCOMPARE(page.session().run(), shown);
    }

private:
    std::unique_ptr<InspectorFixture> m_fixture;
};

QTEST_MAIN(TestInspector)
#include "tst_inspector.moc"
