// SPDX-License-Identifier: GPL-3.0-or-later
// Heads, neurons, tensors, ablation, comparison and session files of the inspector on the default model.
#include "core/generate/generated_moe_model.h"
#include "tests/support/llama_model.h"
#include "tests/ui/inspector_fixture.h"

#include "ui/inspector/ablate_view.h"
#include "ui/inspector/compare_view.h"
#include "ui/inspector/experts_view.h"
#include "ui/inspector/heads_view.h"
#include "ui/inspector/layer_axis.h"
#include "ui/inspector/lens_view.h"
#include "ui/inspector/neurons_view.h"
#include "ui/inspector/tensor_picker.h"
#include "ui/inspector/tensors_view.h"
#include "ui/widgets/elements.h"
#include "ui/widgets/grid_view.h"
#include "ui/widgets/plot_frame.h"

#include <QLabel>
#include <QPushButton>
#include <QTableView>

#include <numeric>

using namespace tessera;
using namespace tessera::test;

class TestInspectorViews : public QObject {
    Q_OBJECT
private:
    template <class View>
    View& show(const QString& id) {
        m_fixture->page().showView(id);
        return *static_cast<View*>(m_fixture->page().view(id));
    }

private slots:
    void initTestCase() {
        m_fixture = std::make_unique<InspectorFixture>();
        QVERIFY(m_fixture->loadModel());
        ui::InspectorFormWidget& form = *m_fixture->page().form();
        for (const auto part : {ui::CapturePart::Norms, ui::CapturePart::Lens, ui::CapturePart::Attention}) form.setKeeps(part, true);
        QVERIFY(m_fixture->runPrompt(QStringLiteral("The capital of France is")));
    }
    void cleanupTestCase() { m_fixture.reset(); }

    void whatIsMissingCanBeHadByOneClick() {
        auto& view = show<ui::NeuronsView>(QStringLiteral("neurons"));
        QVERIFY(m_fixture->page().session().run()->seen.neurons.empty());
        QPushButton* again = nullptr;
        for (QPushButton* button : view.findChildren<QPushButton*>())
            if (button->isVisible() && button->text() == QStringLiteral("Keep it and run again")) again = button;
        QVERIFY(again);
        QTest::mouseClick(again, Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(!m_fixture->page().session().run()->seen.neurons.empty(), 30000);
        QVERIFY(m_fixture->page().form()->keeps(ui::CapturePart::Neurons));
    }

    void headsShowWhereATokenLooks() {
        ui::InspectorPage& page = m_fixture->page();
        auto& view = show<ui::HeadsView>(QStringLiteral("heads"));
        page.selection().choose(10, 4);
        page.selection().setHead(0);
        QTRY_COMPARE(view.thumbnails()->cellRows(), 5);  // 9 heads in two columns
        QTRY_VERIFY(!view.matrix().isEmpty() && view.matrixGrid()->cellRows() == 5);
        view.thumbnails()->setFocus();
        QSignalSpy changed(&view, &ui::HeadsView::matrixChanged);
        QTest::keyClick(view.thumbnails(), Qt::Key_Right);
        QCOMPARE(page.selection().head(), 1);
        QVERIFY(!changed.isEmpty() || changed.wait(10000));
        const Rows expected = attentionWeights(*page.session().run()->seen.attentionOf(LayerIndex{10}), 1);
        for (int row = 0; row < 5; ++row) {
            const auto weights = view.matrix().weights()->row(static_cast<std::size_t>(row));
            QVERIFY(std::abs(std::accumulate(weights.begin(), weights.end(), 0.0F) - 1) < 1e-3F);
            for (int key = 0; key < 5; ++key) QCOMPARE(weights[static_cast<std::size_t>(key)], expected.row(static_cast<std::size_t>(row))[static_cast<std::size_t>(key)]);
        }
        // The strip is tinted by the row of the chosen token.
        const auto row = expected.row(4);
        QCOMPARE(page.strip()->tints(), std::vector<float>(row.begin(), row.end()));
        // Table and plot are the same; only what a token can see is listed.
        const ui::PlotTable table = view.plots().front()->tableData();
        QCOMPARE(table.rows, 15);
        for (int line = 0; line < table.rows; ++line) {
            const int from = table.cell(line, 0).toInt(), to = table.cell(line, 2).toInt();
            QVERIFY(to <= from);
            QCOMPARE(static_cast<float>(table.cell(line, 4).toDouble()), expected.row(static_cast<std::size_t>(from))[static_cast<std::size_t>(to)]);
        }
        show<ui::LensView>(QStringLiteral("lens"));
        QVERIFY(page.strip()->tints().empty());
    }

    void neuronsNameWhatTheyPromote() {
        ui::InspectorPage& page = m_fixture->page();
        auto& view = show<ui::NeuronsView>(QStringLiteral("neurons"));
        page.selection().choose(27, 4);
        QTRY_COMPARE(view.grid()->cellRows(), static_cast<int>(ui::NeuronsView::kNeurons));
        QTRY_COMPARE_WITH_TIMEOUT(view.neurons().promoted().size(), std::size_t{ui::NeuronsView::kNeurons}, 20000);
        for (const QStringList& words : view.neurons().promoted()) QVERIFY(!words.isEmpty());
        // Strongest first at the chosen token, and the values are those of the run.
        const NeuronLayer& seen = *page.session().run()->seen.neuronsOf(LayerIndex{27});
        float before = 1e9F;
        for (int row = 0; row < view.neurons().rows(); ++row) {
            const auto& neuron = view.neurons().neurons()[static_cast<std::size_t>(row)];
            QVERIFY(std::abs(neuron.activation) <= before);
            before = std::abs(neuron.activation);
            for (int token = 0; token < 5; ++token) QCOMPARE(view.neurons().activation(row, token), seen.activations.row(static_cast<std::size_t>(token))[neuron.neuron]);
        }
    }

    void aDenseModelHasNoExpertsAndSaysSo() {
        auto& view = show<ui::ExpertsView>(QStringLiteral("experts"));
        QVERIFY(!view.heatGrid()->isVisible());
        const auto labels = view.findChildren<QLabel*>();
        QVERIFY(std::any_of(labels.begin(), labels.end(), [](const QLabel* label) { return label->isVisible() && label->text().startsWith(QStringLiteral("No experts")); }));
        for (QPushButton* button : view.findChildren<QPushButton*>()) QVERIFY(!button->isVisible());
    }

    void tensorsShowStatisticsAndValues() {
        ui::InspectorPage& page = m_fixture->page();
        auto& view = show<ui::TensorsView>(QStringLiteral("tensors"));
        // Without any, one click leads to the list of what there is.
        for (QPushButton* button : view.findChildren<QPushButton*>())
            if (button->isVisible() && button->text() == QStringLiteral("Choose tensors…")) QTest::mouseClick(button, Qt::LeftButton);
        ui::TensorPicker* picker = nullptr;
        QTRY_VERIFY_WITH_TIMEOUT((picker = page.window()->findChild<ui::TensorPicker*>()) != nullptr, 20000);
        picker->reject();
        page.form()->setKeeps(ui::CapturePart::Tensors, true);
        page.form()->setCaptures(QStringLiteral("ffn_out@3 nonsense"));
        page.form()->setCaptures(QStringLiteral("ffn_out@3 Qcur@0"));
        QSignalSpy shown(&view, &ui::TensorsView::shown);
        QVERIFY(m_fixture->runPrompt(QStringLiteral("The capital of France is")));
        QVERIFY(!shown.isEmpty() || shown.wait(10000));
        const Capture& capture = page.session().run()->seen.captures.at(0);
        QCOMPARE(view.grid()->cellRows(), 5);
        QCOMPARE(view.grid()->cellColumns(), static_cast<int>(capture.rows.columns));
        QCOMPARE(view.source().number(2, 100), capture.rows.row(2)[100]);
        const QString path = m_fixture->window.folder.filePath(QStringLiteral("tensor.npy"));
        QString error = QStringLiteral("not done");
        view.plots().front()->exportTo(path, [&error](const QString& text) { error = text; });
        QTRY_COMPARE(error, QString());
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(file.readAll().contains(QStringLiteral("(5, %1)").arg(capture.rows.columns).toLatin1()));
        page.form()->setKeeps(ui::CapturePart::Tensors, false);
    }

    void ablationChangesTheNextToken() {
        ui::InspectorPage& page = m_fixture->page();
        auto& view = show<ui::AblateView>(QStringLiteral("ablate"));
        page.selection().choose(0, 4);
        view.setKind(ui::PartKind::FeedForward);
        // The axis says what the part adds in each layer.
        auto* axis = view.findChild<ui::LayerAxis*>();
        QVERIFY2(axis->cellName(7, 0).contains(QStringLiteral("FFN adds")), qPrintable(axis->cellName(7, 0)));
        view.addSelected();
        QSignalSpy shown(&view, &ui::AblateView::changeShown);
        QVERIFY(WindowFixture::waitFor(view.runAblation()));
        QTRY_COMPARE(shown.count(), 1);
        const NextTokenChange& change = view.change().change();
        QVERIFY2(change.kl > 0.1, qPrintable(QString::number(change.kl)));
        QCOMPARE(view.change().rows(), static_cast<int>(change.tokens.size()));
        const auto paris = std::find_if(change.tokens.begin(), change.tokens.end(), [](const TokenChange& token) { return token.piece == " Paris"; });
        QVERIFY(paris != change.tokens.end());
        QCOMPARE(paris->rank_before, 0U);
        QVERIFY(paris->after < paris->before);
        // The whole model's column is the run's own answer.
        QVERIFY(std::abs(paris->before - page.session().run()->next.front().probability) < 1e-5F);
        view.setAblation({});
    }

    void everyHeadCanBeTried() {
        ui::InspectorPage& page = m_fixture->page();
        auto& view = show<ui::AblateView>(QStringLiteral("ablate"));
        page.selection().choose(12, 4);
        view.setKind(ui::PartKind::Head);
        QSignalSpy shown(&view, &ui::AblateView::effectsShown);
        QVERIFY(WindowFixture::waitFor(view.tryAll()));
        QTRY_COMPARE(shown.count(), 1);
        QCOMPARE(view.effects().rows(), 9);
        double largest = 0;
        for (const ui::PartEffect& effect : view.effects().effects()) {
            QCOMPARE(effect.layer, 12);
            QVERIFY(effect.kl >= -1e-6);
            largest = std::max(largest, effect.kl);
        }
        QVERIFY(largest > 0);
    }

    void twoPromptsAreCompared() {
        ui::InspectorPage& page = m_fixture->page();
        auto& view = show<ui::CompareView>(QStringLiteral("compare"));
        view.keepShown();
        QVERIFY(view.source().rows() == 0);
        QSignalSpy compared(&view, &ui::CompareView::compared);
        QVERIFY(m_fixture->runPrompt(QStringLiteral("The capital of Italy is")));
        QVERIFY(!compared.isEmpty() || compared.wait(20000));
        QCOMPARE(view.source().rows(), 30);
        const InspectionComparison& comparison = *view.source().comparison();
        QCOMPARE(comparison.tokens.size(), std::size_t{4});  // all but the country
        QVERIFY(comparison.change.has_value());
        QVERIFY(comparison.change->kl > 0.1);
        QVERIFY(view.source().number(0, ui::CompareGrid::Cosine) > view.source().number(25, ui::CompareGrid::Cosine));
        const ui::PlotTable table = view.plots().front()->tableData();
        for (int layer = 0; layer < 30; ++layer) QCOMPARE(static_cast<float>(table.cell(layer, 1).toDouble()), comparison.layer_cosine[static_cast<std::size_t>(layer)]);
        Q_UNUSED(page);
    }

    void aSessionFileRepeatsTheRun() {
        ui::InspectorPage& page = m_fixture->page();
        auto& ablate = show<ui::AblateView>(QStringLiteral("ablate"));
        Ablation ablation;
        ui::addPart(ablation, ui::PartKind::Head, 3, 2);
        ablate.setAblation(ablation);
        const auto before = page.session().run();
        const QString path = m_fixture->window.folder.filePath(QStringLiteral("session.json"));
        const auto saved = page.saveSessionTo(path);
        QVERIFY2(saved, saved ? "" : saved.error().message.c_str());
        ablate.setAblation({});
        QVERIFY(m_fixture->runPrompt(QStringLiteral("Something else")));
        QVERIFY(page.session().run()->seen.tokens.size() != before->seen.tokens.size());

        const auto opened = page.openSessionFrom(path);
        QVERIFY2(opened, opened ? "" : opened.error().message.c_str());
        QTRY_VERIFY_WITH_TIMEOUT(page.session().run()->seen.tokens.size() == before->seen.tokens.size(), 30000);
        const ui::InspectedRun& again = *page.session().run();
        QCOMPARE(again.form.prompt, before->form.prompt);
        QCOMPARE(again.seen.logits, before->seen.logits);
        QCOMPARE(again.seen.norms.residual.values, before->seen.norms.residual.values);
        QVERIFY(ablate.ablation() == ablation);
        const auto missing = page.openSessionFrom(m_fixture->window.folder.filePath(QStringLiteral("none.json")));
        QVERIFY(!missing);
        QCOMPARE(missing.error().kind, ErrorKind::NotFound);
        ablate.setAblation({});
    }

    void llamaLooksInsideToo() {
        ui::InspectorPage& page = m_fixture->page();
        QVERIFY(m_fixture->runPrompt(QStringLiteral("The capital of France is")));
        const auto ours = page.session().run();
        page.form()->setEngine(EngineKind::Llama);
        QVERIFY(m_fixture->runPrompt(QStringLiteral("The capital of France is")));
        const ui::InspectedRun& theirs = *page.session().run();
        QCOMPARE(theirs.seen.engine, std::string("llama.cpp"));
        QCOMPARE(theirs.next.front().piece, ours->next.front().piece);
        for (std::size_t layer = 0; layer < 30; ++layer)
            QVERIFY(std::abs(theirs.seen.norms.residual.at(layer, 4) - ours->seen.norms.residual.at(layer, 4)) < 0.01F * ours->seen.norms.residual.at(layer, 4));
        // Parts can be left out with our engine only; the view says so.
        auto& ablate = show<ui::AblateView>(QStringLiteral("ablate"));
        QVERIFY(!ablate.findChild<QPushButton*>(QString(), Qt::FindChildrenRecursively)->isVisible() || ablate.runAblation() == nullptr);
        page.form()->setEngine(EngineKind::Fragments);
    }

    // The first model is gone when the second is loaded: its set is opened again to name its tokens.
    void twoModelsAreCompared() {
        ui::InspectorPage& page = m_fixture->page();
        auto& view = show<ui::CompareView>(QStringLiteral("compare"));
        QVERIFY(m_fixture->runPrompt(QStringLiteral("The capital of France is")));
        view.keepShown();
        ui::ModelHolder& holder = m_fixture->window.application->model();
        holder.load(m_fixture->window.copyModel(QStringLiteral("other.gguf")), {});
        QTRY_VERIFY_WITH_TIMEOUT(holder.isReady() && holder.path().endsWith(QStringLiteral("other.gguf")), 60000);
        QSignalSpy compared(&view, &ui::CompareView::compared);
        QVERIFY(m_fixture->runPrompt(QStringLiteral("The capital of France is")));
        QVERIFY(!compared.isEmpty() || compared.wait(20000));
        QVERIFY(view.kept()->set != page.session().run()->set);
        QCOMPARE(view.source().comparison()->change->kl, 0.0);
        for (int layer = 0; layer < 30; ++layer) QVERIFY(std::abs(view.source().number(layer, ui::CompareGrid::Cosine) - 1) < 1e-5F);
    }

    // What was seen stays when its model goes; nothing new is computed.
    void unloadingKeepsWhatWasSeen() {
        ui::InspectorPage& page = m_fixture->page();
        QVERIFY(m_fixture->runPrompt(QStringLiteral("The capital of France is")));
        m_fixture->window.application->model().unload();
        QVERIFY(page.session().run());
        QVERIFY(!page.session().live());
        show<ui::LensView>(QStringLiteral("lens"));
        page.selection().choose(3, 1);
        QCOMPARE(page.run(), nullptr);
        QVERIFY(m_fixture->loadModel());
    }

    /// A mixture whose experts do not all fit: who was chosen, by whom, and what was brought.
    void expertsOfAMixtureAreShown() {
        const QString path = m_fixture->window.folder.filePath(QStringLiteral("mixture.gguf"));
        const auto made = writeMoeModel(path.toStdString(), {.architecture = "qwen3moe", .layers = 4, .experts = 16, .experts_used = 4, .vocabulary_of = defaultModel()});
        QVERIFY2(made, made ? "" : made.error().message.c_str());
        m_fixture->window.application->model().load(path, {});
        QTRY_VERIFY_WITH_TIMEOUT(m_fixture->window.application->model().isReady() && m_fixture->window.application->model().path() == path, 60000);
        ui::InspectorPage& page = m_fixture->page();
        auto& view = show<ui::ExpertsView>(QStringLiteral("experts"));
        page.form()->setKeeps(ui::CapturePart::Experts, false);
        QVERIFY(m_fixture->runPrompt(QStringLiteral("The capital of France is")));
        QCOMPARE(page.session().run()->seen.engine, std::string("fragments"));
        // The engine counts anyway.
        QVERIFY(view.heatGrid()->isVisible());
        QVERIFY(!view.choiceGrid()->isVisible());
        QCOMPARE(view.heat().rows(), 4);
        QCOMPARE(view.heat().columns(), 16);
        const ExpertUse counted = view.heat().use();
        page.form()->setKeeps(ui::CapturePart::Experts, true);
        QVERIFY(m_fixture->runPrompt(QStringLiteral("The capital of France is")));
        QVERIFY(view.choiceGrid()->isVisible());
        const ExpertUse kept = view.heat().use();
        for (std::size_t row = 0; row < 4; ++row) QCOMPARE(kept.total(row), std::uint64_t{5 * 4});
        for (std::size_t row = 0; row < 3; ++row)  // the last layer computes the last token alone when none is looked at
            for (std::size_t expert = 0; expert < 16; ++expert) QCOMPARE(kept.at(row, expert), counted.at(row, expert));
        // The engine's own count of this run is the same, and this time everything was there.
        QCOMPARE(expertUse(page.session().run()->seen.expert_counts).uses, kept.uses);
        QCOMPARE(page.session().run()->seen.expert_counts.loads, std::accumulate(kept.misses.begin(), kept.misses.end(), std::uint64_t{0}));
        QVERIFY(std::accumulate(kept.hits.begin(), kept.hits.end(), std::uint64_t{0}) > 0);
        view.setScope(ui::ExpertsView::SinceLoaded);
        QVERIFY(view.heat().use().total(0) >= 2 * kept.total(0));
        view.setScope(ui::ExpertsView::ThisRun);
        // A layer is chosen here as everywhere.
        view.heatGrid()->setFocus();
        page.selection().setLayer(3);
        QCOMPARE(view.heatGrid()->currentRow(), 3);
        QTest::keyClick(view.heatGrid(), Qt::Key_Up);
        QCOMPARE(page.selection().layer(), 2);
    }

    /// Granite divides its logits behind the output matrix, which a lens does not do. Loads another model: the last one.
    void aLensThatWouldLieIsRefused() {
        LlamaModelData granite = makeLlamaWithVocabulary({.layers = 2}, defaultModel());
        granite.metadata = asArchitecture(granite.metadata, "granite");
        for (const char* key : {"granite.logit_scale", "granite.residual_scale", "granite.embedding_scale", "granite.attention.scale"})
            granite.metadata.set(key, metadataFloat32(key == std::string_view("granite.logit_scale") ? 4.0f : 1.0f));
        const QString path = m_fixture->window.folder.filePath(QStringLiteral("granite.gguf"));
        QVERIFY(writeGguf(path.toStdString(), granite.metadata, granite.tensors).has_value());
        ui::ModelOptions options;
        options.load.engine = EngineKind::Llama;
        m_fixture->window.application->model().load(path, options);
        QTRY_COMPARE_WITH_TIMEOUT(m_fixture->window.application->model().state(), ui::ModelState::Ready, 30000);
        m_fixture->page().form()->setEngine(EngineKind::Llama);
        QVERIFY(m_fixture->runPrompt(QStringLiteral("The capital of France is")));
        QVERIFY(!m_fixture->page().lens().isPossible());
        auto& view = show<ui::LensView>(QStringLiteral("lens"));
        QVERIFY(!view.grid()->isVisible());
        const auto labels = view.findChildren<QLabel*>();
        QVERIFY(std::any_of(labels.begin(), labels.end(), [](const QLabel* label) {
            return label->isVisible() && label->text().contains(QStringLiteral("its lens would differ from the answer by"));
        }));
    }

private:
    std::unique_ptr<InspectorFixture> m_fixture;
};

QTEST_MAIN(TestInspectorViews)
#include "tst_inspector_views.moc"
