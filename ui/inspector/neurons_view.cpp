// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/neurons_view.h"

#include "ui/inspector/layer_axis.h"
#include "ui/inspector/small_table.h"
#include "ui/inspector/token_label.h"
#include "ui/settings/settings.h"
#include "ui/style/theme.h"
#include "ui/widgets/elements.h"
#include "ui/widgets/error_text.h"
#include "ui/widgets/grid_view.h"
#include "ui/widgets/plot_frame.h"
#include "ui/widgets/text_format.h"

#include <QHBoxLayout>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace tessera::ui {
namespace {

constexpr std::uint32_t kPromotedTokens = 6;

}  // namespace

void NeuronGrid::set(std::shared_ptr<const InspectedRun> run, int layer, std::vector<NeuronActivation> neurons) {
    m_run = std::move(run);
    m_layer = m_run->seen.neuronsOf(LayerIndex{layer});
    m_neurons = std::move(neurons);
    m_promoted.clear();
    m_largest = 0;
    for (int row = 0; row < rows(); ++row)
        for (int column = 0; column < columns(); ++column) m_largest = std::max(m_largest, std::abs(activation(row, column)));
}

float NeuronGrid::activation(int row, int column) const {
    return m_layer->activations.row(static_cast<std::size_t>(column))[m_neurons[static_cast<std::size_t>(row)].neuron];
}

QString NeuronGrid::describe(int row, int column) const {
    const QString text = NeuronsView::tr("Neuron %1, %2: activation %3")
                             .arg(rowTitle(row), describeToken(*m_run, column), QLocale().toString(static_cast<double>(activation(row, column)), 'g', 4));
    const auto at = static_cast<std::size_t>(row);
    return at < m_promoted.size() && !m_promoted[at].isEmpty() ? NeuronsView::tr("%1; promotes %2").arg(text, m_promoted[at].join(QStringLiteral(", "))) : text;
}

PlotTable NeuronGrid::table() const {
    PlotTable table;
    table.columns = {NeuronsView::tr("Neuron"), NeuronsView::tr("Position"), NeuronsView::tr("Token"), NeuronsView::tr("Activation")};
    table.rows = rows() * columns();
    table.cell = [copy = *this](int line, int column) -> QVariant {
        const int row = line / copy.columns(), token = line % copy.columns();
        switch (column) {
            case 0: return static_cast<int>(copy.m_neurons[static_cast<std::size_t>(row)].neuron);
            case 1: return token;
            case 2: return copy.columnTitle(token);
            default: return static_cast<double>(copy.activation(row, token));
        }
    };
    return table;
}

PlotArray NeuronGrid::array() const {
    PlotArray array;
    array.shape = {rows(), columns()};
    for (int row = 0; row < rows(); ++row)
        for (int column = 0; column < columns(); ++column) array.values.push_back(activation(row, column));
    return array;
}

NeuronsView::NeuronsView(const InspectorParts& parts)
    : InspectorView(parts), m_axis(new LayerAxis(parts.selection)), m_grid(new GridView(tr("Strongest neurons"))), m_table(new PlotTableModel(this)) {
    m_grid->setScale(ColorScale::Diverging);
    m_grid->setLook(GridLook::Cells, {.min_width = 14, .max_width = 64, .min_height = 12, .max_height = 24});
    m_frame = new PlotFrame(tr("Strongest neurons"), QStringLiteral("neurons"), m_grid, parts.context.settings, parts.context.jobs);
    m_frame->setTable([this] { return m_neurons.rows() > 0 ? m_neurons.table() : PlotTable{}; });
    m_frame->setArray([this] { return m_neurons.rows() > 0 ? m_neurons.array() : PlotArray{}; });
    auto* content = new QWidget;
    auto* row = new QHBoxLayout(content);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(px(kSpaceSmall));
    row->addWidget(m_axis);
    row->addWidget(m_frame, 1);
    setContent(content);
    connect(m_grid, &GridView::hovered, this, [this](int, int c) { selection().preview(-1, c); });
    connect(m_grid, &GridView::activated, this, [this](int, int c) { selection().setToken(c); });
    connect(&selection(), &InspectorSelection::layerChanged, this, &NeuronsView::loadPlace);
    connect(&selection(), &InspectorSelection::tokenChanged, this, &NeuronsView::loadPlace);
}

QWidget* NeuronsView::focusTarget() { return m_grid; }

QWidget* NeuronsView::makeDetail() {
    m_table->setTable({.columns = {tr("Neuron"), tr("Activation"), tr("Promotes")}, .cell = {}});
    QTableView* table = makeSmallTable(m_table, tr("Strongest neurons and what they promote"), parts().context.settings, QStringLiteral("neurons"), {72, 82});
    connect(table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& index) {
        if (index.isValid()) m_grid->setCurrent(index.row(), std::max(0, selection().token()));
    });
    m_trouble = makeParagraph({}, Role::Muted);
    m_trouble->hide();
    auto* box = new QWidget;
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(px(kSpaceSmall));
    column->addWidget(table, 1);
    column->addWidget(m_trouble);
    return box;
}

void NeuronsView::showRun() {
    m_grid->setSource(nullptr);
    m_neurons = {};
    m_table->clearRows();
    m_loaded_layer = -1;
    if (run()->seen.neurons.empty()) return showMissing(tr("This run did not keep the activations of its neurons."), CapturePart::Neurons);
    showContent();
    loadPlace();
}

void NeuronsView::showEvent(QShowEvent* event) {
    InspectorView::showEvent(event);
    loadPlace();
}

void NeuronsView::loadPlace() {
    const int layer = selection().layer(), token = selection().token();
    if (run()) m_axis->showNorms(tr("FFN adds"), run()->seen.norms.feed_forward, token);
    if (!isVisible() || !run() || layer < 0 || token < 0) return;
    const NeuronLayer* seen = run()->seen.neuronsOf(LayerIndex{layer});
    if (!seen || (m_loaded_run == session().run() && m_loaded_layer == layer && m_loaded_token == token)) return;
    m_loaded_run = session().run();
    m_loaded_layer = layer;
    m_loaded_token = token;
    m_grid->setSource(nullptr);
    m_neurons.set(session().run(), layer, topNeurons(*seen, static_cast<std::uint32_t>(token), kNeurons));
    m_grid->setSource(&m_neurons);
    m_grid->setCurrent(std::max(0, m_grid->currentRow()), token);
    m_frame->setNote(tr("Layer %1, strongest at %2").arg(QString::number(layer), describeToken(*run(), token)));
    m_frame->refresh();
    fillTable();
    loadPromoted();
}

void NeuronsView::loadPromoted() {
    if (m_trouble) m_trouble->hide();
    if (!session().live()) return;
    if (m_job) m_job->cancel();
    JobInfo info;
    info.title = tr("What neurons promote");
    info.pool = JobPool::Compute;
    info.quiet = true;
    const auto work = [live = session().live(), layer = LayerIndex{m_loaded_layer}, neurons = m_neurons.neurons()](const Operation& operation) -> Result<std::vector<QStringList>> {
        TESSERA_TRY(const auto found, live->withHead(
            [&](OutputHead& head) { return promotedTokens(head, *live->model()->source, live->tokenizer(), layer, std::span<const NeuronActivation>(neurons), kPromotedTokens, operation); }, operation));
        std::vector<QStringList> words;
        for (const auto& tokens : found) {
            QStringList& line = words.emplace_back();
            for (const TokenChance& token : tokens) line.append(tokenLabel(token.piece));
        }
        return words;
    };
    m_job = session().jobs().start(std::move(info), work, this, [this, request = ++m_request](Result<std::vector<QStringList>> words) {
        if (request != m_request) return;
        if (!words) {
            if (words.error().kind == ErrorKind::Cancelled || !m_trouble) return;
            m_trouble->setText(errorText(words.error()));
            m_trouble->show();
            return;
        }
        m_neurons.setPromoted(std::move(*words));
        fillTable();
        emit promotedChanged();
    });
}

void NeuronsView::fillTable() {
    PlotTable table = m_table->table();
    table.rows = m_neurons.rows();
    table.cell = [neurons = m_neurons.neurons(), promoted = m_neurons.promoted()](int row, int column) -> QVariant {
        const auto at = static_cast<std::size_t>(row);
        switch (column) {
            case 0: return static_cast<int>(neurons[at].neuron);
            case 1: return static_cast<double>(neurons[at].activation);
            default: return at < promoted.size() ? promoted[at].join(QStringLiteral(", ")) : QString(QChar(0x2026));
        }
    };
    m_table->setTable(std::move(table));
}

}  // namespace tessera::ui
