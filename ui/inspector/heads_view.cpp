// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/heads_view.h"

#include "ui/inspector/layer_axis.h"
#include "ui/inspector/small_table.h"
#include "ui/settings/settings.h"
#include "ui/style/theme.h"
#include "ui/widgets/elements.h"
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

constexpr std::uint32_t kThumbnailSide = 48;
constexpr int kSourcesShown = 12;

/// Small weights stay in sight.
float shade(float weight) { return std::sqrt(std::clamp(weight, 0.0F, 1.0F)); }

/// What a head mostly does, in words; the numbers stand beside it.
QString headKind(const HeadSummary& summary) {
    if (summary.first > 0.6F) return HeadsView::tr("Rests on the first token");
    if (summary.previous > 0.4F) return HeadsView::tr("Looks at the token before");
    if (summary.own > 0.4F) return HeadsView::tr("Looks at the token itself");
    return HeadsView::tr("Looks at several tokens");
}

}  // namespace

void HeadThumbnails::setHeads(int layer, std::vector<Head> heads) {
    m_layer = layer;
    m_heads = std::move(heads);
}

QString HeadThumbnails::describe(int row, int column) const {
    const int index = headAt(row, column);
    const HeadSummary& summary = head(index).summary;
    const auto percent = [](float part) { return formatNumber(100.0 * static_cast<double>(part), 0); };
    return HeadsView::tr("Layer %1, head %2. %3: first token %4 %, token before %5 %, itself %6 %")
        .arg(QString::number(m_layer), QString::number(index), headKind(summary), percent(summary.first), percent(summary.previous), percent(summary.own));
}

QImage HeadThumbnails::picture(int row, int column, const QSize&) const {
    const Rows& weights = head(headAt(row, column)).weights;
    const int side = static_cast<int>(weights.rows);
    if (side == 0) return {};
    QImage image(side, side, QImage::Format_RGB32);
    for (int y = 0; y < side; ++y) {
        auto* line = reinterpret_cast<QRgb*>(image.scanLine(y));
        const auto values = weights.row(static_cast<std::size_t>(y));
        for (int x = 0; x < side; ++x) line[x] = scaleColor(ColorScale::Sequential, shade(values[static_cast<std::size_t>(x)]));
    }
    return image;
}

void HeadMatrix::set(std::shared_ptr<const InspectedRun> run, int layer, int head, std::shared_ptr<const Rows> weights) {
    m_run = std::move(run);
    m_layer = layer;
    m_head = head;
    m_weights = std::move(weights);
}

float HeadMatrix::value(int row, int column) const { return shade(m_weights->row(static_cast<std::size_t>(row))[static_cast<std::size_t>(column)]); }

void HeadMatrix::values(int row, int first, std::span<float> out) const {
    const auto line = m_weights->row(static_cast<std::size_t>(row)).subspan(static_cast<std::size_t>(first), out.size());
    std::transform(line.begin(), line.end(), out.begin(), shade);
}

QString HeadMatrix::describe(int row, int column) const {
    const float weight = m_weights->row(static_cast<std::size_t>(row))[static_cast<std::size_t>(column)];
    return HeadsView::tr("Layer %1, head %2: “%3” at %4 looks at “%5” at %6 with %7 %")
        .arg(QString::number(m_layer), QString::number(m_head), rowTitle(row), QString::number(row), columnTitle(column), QString::number(column),
             formatNumber(100.0 * static_cast<double>(weight), 1));
}

PlotTable HeadMatrix::table() const {
    PlotTable table;
    table.columns = {HeadsView::tr("From position"), HeadsView::tr("From token"), HeadsView::tr("To position"), HeadsView::tr("To token"), HeadsView::tr("Weight")};
    // Only what a token can look at: its own position and those before.
    const int count = rows();
    table.rows = count * (count + 1) / 2;
    table.cell = [weights = m_weights, labels = m_run->labels](int line, int column) -> QVariant {
        const int row = static_cast<int>((std::sqrt(8.0 * line + 1) - 1) / 2), key = line - row * (row + 1) / 2;
        switch (column) {
            case 0: return row;
            case 1: return labels.value(row);
            case 2: return key;
            case 3: return labels.value(key);
            default: return static_cast<double>(weights->row(static_cast<std::size_t>(row))[static_cast<std::size_t>(key)]);
        }
    };
    return table;
}

PlotArray HeadMatrix::array() const {
    const auto count = static_cast<std::int64_t>(rows());
    return {{count, count}, m_weights->values};
}

HeadsView::HeadsView(const InspectorParts& parts)
    : InspectorView(parts), m_axis(new LayerAxis(parts.selection)), m_thumbnail_grid(new GridView(tr("Heads of the layer"))),
      m_matrix_grid(new GridView(tr("Attention of the head"))), m_sources(new PlotTableModel(this)) {
    m_thumbnail_grid->setLook(GridLook::Pictures, {.min_width = 64, .max_width = 64, .min_height = 80, .max_height = 80});
    m_thumbnail_grid->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_thumbnail_grid->setFixedWidth(px(2 * 64 + 16));
    connect(&Theme::instance(), &Theme::changed, this, [this] { m_thumbnail_grid->setFixedWidth(px(2 * 64 + 16)); });
    m_matrix_grid->setLook(GridLook::Cells, {.min_width = 0, .max_width = 40, .min_height = 0, .max_height = 40, .square = true});
    m_frame = new PlotFrame(tr("Attention of the head"), QStringLiteral("attention"), m_matrix_grid, parts.context.settings, parts.context.jobs);
    m_frame->setTable([this] { return m_matrix.isEmpty() ? PlotTable{} : m_matrix.table(); });
    m_frame->setArray([this] { return m_matrix.isEmpty() ? PlotArray{} : m_matrix.array(); });
    auto* content = new QWidget;
    auto* row = new QHBoxLayout(content);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(px(kSpaceSmall));
    row->addWidget(m_axis);
    row->addWidget(m_thumbnail_grid);
    row->addWidget(m_frame, 1);
    setContent(content);
    connect(m_thumbnail_grid, &GridView::chosen, this, [this](int r, int c) { selection().setHead(HeadThumbnails::headAt(r, c)); });
    connect(m_thumbnail_grid, &GridView::hovered, this, [this](int r, int c) { selection().preview(-1, -1, r < 0 ? -1 : HeadThumbnails::headAt(r, c)); });
    connect(m_matrix_grid, &GridView::chosen, this, [this](int r, int) { selection().setToken(r); });
    connect(m_matrix_grid, &GridView::hovered, this, [this](int r, int) { selection().preview(-1, r); });
    connect(&selection(), &InspectorSelection::layerChanged, this, &HeadsView::loadLayer);
    connect(&selection(), &InspectorSelection::tokenChanged, this, &HeadsView::showNorms);
    connect(&selection(), &InspectorSelection::headChanged, this, [this](int head) { m_thumbnail_grid->setCurrent(head / HeadThumbnails::kColumns, head % HeadThumbnails::kColumns); });
    connect(&selection(), &InspectorSelection::shownChanged, this, [this] {
        loadMatrix();
        showPlace();
    });
}

QWidget* HeadsView::focusTarget() { return m_thumbnail_grid; }

QWidget* HeadsView::makeDetail() {
    m_kind = makeParagraph({});
    m_sources->setTable({.columns = {tr("Token"), tr("Position"), tr("Weight")}, .cell = {}, .percents = {2}});
    QTableView* table = makeSmallTable(m_sources, tr("What the token looks at"), parts().context.settings, QStringLiteral("sources"), {104, 76});
    auto* box = new QWidget;
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(px(kSpaceSmall));
    column->addWidget(m_kind);
    column->addWidget(makeLabel(tr("This token looks at"), TextStyle::Strong));
    column->addWidget(table, 1);
    return box;
}

const AttentionLayer* HeadsView::layer() const { return run() && selection().layer() >= 0 ? run()->seen.attentionOf(LayerIndex{selection().layer()}) : nullptr; }

void HeadsView::showRun() {
    m_matrix.clear();
    m_matrix_grid->setSource(nullptr);
    m_thumbnails.setHeads(0, {});
    m_thumbnail_grid->setSource(nullptr);
    m_loaded_layer = m_matrix_layer = -1;
    if (run()->seen.attention.empty()) return showMissing(tr("This run did not keep the attention of its heads."), CapturePart::Attention);
    showContent();
    showNorms();
    loadLayer();
}

void HeadsView::showNorms() {
    if (run()) m_axis->showNorms(tr("attention adds"), run()->seen.norms.attention, selection().token());
}

void HeadsView::showEvent(QShowEvent* event) {
    InspectorView::showEvent(event);
    if (run() && !run()->seen.attention.empty()) loadLayer();
}

// Thumbnails of all heads, on a worker; only for a view that is in sight.
void HeadsView::loadLayer() {
    if (!isVisible() || !layer() || (m_loaded_run == session().run() && m_loaded_layer == selection().layer())) return;
    m_loaded_run = session().run();
    m_loaded_layer = selection().layer();
    JobInfo info;
    info.title = tr("Thumbnails of heads");
    info.pool = JobPool::Compute;
    info.quiet = true;
    const auto work = [shown = session().run(), index = m_loaded_layer](const Operation& operation) -> Result<std::vector<HeadThumbnails::Head>> {
        const AttentionLayer& attention = *shown->seen.attentionOf(LayerIndex{index});
        std::vector<HeadThumbnails::Head> heads;
        for (std::uint32_t head = 0; head < attention.heads; ++head) {
            TESSERA_CHECK(operation.checkStop());
            heads.push_back({attentionThumbnail(attention, head, kThumbnailSide), summarizeHead(attention, head)});
        }
        return heads;
    };
    session().jobs().start(std::move(info), work, this, [this, request = ++m_layer_request, index = m_loaded_layer](Result<std::vector<HeadThumbnails::Head>> heads) {
        if (request != m_layer_request || !heads) return;
        m_thumbnails.setHeads(index, std::move(*heads));
        m_thumbnail_grid->setSource(&m_thumbnails);
        m_thumbnail_grid->setCurrent(selection().head() / HeadThumbnails::kColumns, selection().head() % HeadThumbnails::kColumns);
        showPlace();
    });
    loadMatrix();
}

void HeadsView::loadMatrix() {
    if (!isVisible() || !layer()) return;
    const int index = selection().layer(), head = selection().shownHead();
    if (index == m_matrix_layer && head == m_matrix_head) return;
    m_matrix_layer = index;
    m_matrix_head = head;
    const QString title = tr("Layer %1, head %2").arg(index).arg(head);
    JobInfo info;
    info.title = title;
    info.pool = JobPool::Compute;
    info.quiet = true;
    const auto work = [shown = session().run(), index, head](const Operation&) -> Result<std::shared_ptr<const Rows>> {
        return std::make_shared<const Rows>(attentionWeights(*shown->seen.attentionOf(LayerIndex{index}), static_cast<std::uint32_t>(head)));
    };
    session().jobs().start(std::move(info), work, this,
                           [this, request = ++m_matrix_request, shown = session().run(), index, head, title](Result<std::shared_ptr<const Rows>> weights) {
                               if (request != m_matrix_request || !weights) return;
                               m_matrix.set(shown, index, head, std::move(*weights));
                               if (m_matrix_grid->cellRows() == 0) m_matrix_grid->setSource(&m_matrix);
                               m_matrix_grid->refresh();
                               m_frame->setTitle(title);
                               m_frame->refresh();
                               showPlace();
                               emit matrixChanged();
                           });
}

std::vector<float> HeadsView::tints() const {
    const int token = selection().shownToken();
    if (m_matrix.isEmpty() || token < 0 || token >= m_matrix.rows()) return {};
    const auto row = m_matrix.weights()->row(static_cast<std::size_t>(token));
    return {row.begin(), row.end()};
}

void HeadsView::showPlace() {
    emit tintsChanged();
    if (!m_kind) return;
    const int head = selection().shownHead();
    if (head >= 0 && head < m_thumbnails.count()) m_kind->setText(tr("Head %1 of %2. %3.").arg(QString::number(head), QString::number(m_thumbnails.count()), headKind(m_thumbnails.head(head).summary)));
    if (m_matrix.isEmpty()) return m_sources->clearRows();
    m_matrix_grid->setCurrent(selection().token(), std::max(0, m_matrix_grid->currentColumn()));
    std::vector<std::pair<int, float>> sources;
    const std::vector<float> weights = tints();
    for (int i = 0; i < static_cast<int>(weights.size()); ++i)
        if (weights[static_cast<std::size_t>(i)] > 0) sources.emplace_back(i, weights[static_cast<std::size_t>(i)]);
    const auto shown = std::min<std::size_t>(kSourcesShown, sources.size());
    std::partial_sort(sources.begin(), sources.begin() + static_cast<std::ptrdiff_t>(shown), sources.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
    sources.resize(shown);
    PlotTable table = m_sources->table();
    table.rows = static_cast<int>(sources.size());
    table.cell = [sources, labels = run()->labels](int row, int column) -> QVariant {
        const auto& [position, weight] = sources[static_cast<std::size_t>(row)];
        return column == 0 ? QVariant(labels.value(position)) : column == 1 ? QVariant(position) : QVariant(static_cast<double>(weight));
    };
    m_sources->setTable(std::move(table));
}

}  // namespace tessera::ui
