// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/network/layer_strip.h"

#include "ui/network/plain_tip.h"
#include "ui/style/paint.h"
#include "ui/style/theme.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace tessera::ui {
namespace {

constexpr int kRow = 24, kBar = 16, kAxis = 18, kNameWidth = 132;

bool computes(const NodeInfo& node, int layer) {
    return std::ranges::any_of(node.computes, [layer](const auto& run) { return run.first <= layer && layer <= run.second; });
}

QString sharesName(const NodeInfo& node, int layer) {
    QStringList numbers;
    for (const int share : node.shares) numbers.append(QString::number(share + 1));
    const QString text = node.busy ? LayerStrip::tr("Layer %1: %2 multiplies part %3 of %4 of its rows, and is at work now") : LayerStrip::tr("Layer %1: %2 multiplies part %3 of %4 of its rows");
    return text.arg(layer).arg(node.name, numbers.join(QStringLiteral(", "))).arg(node.of_shares);
}

/// The rows of a layer's matrices from top to bottom; filled are the machine's own.
void paintShares(QPainter& painter, const NodeInfo& node, const QRectF& area, Role role) {
    painter.fillRect(area, mixColors(color(Role::Surface), color(role), 0.18));
    const double height = area.height() / node.of_shares;
    for (const int share : node.shares) {
        const QRectF rows(area.left(), area.top() + share * height, area.width(), height);
        painter.fillRect(rows, color(role));
        if (node.busy) painter.fillRect(rows.adjusted(0, height / 3, 0, -height / 3), color(Role::Warn));
    }
}

}  // namespace

LayerStrip::LayerStrip(QWidget* parent) : QWidget(parent) {
    announceCells();
    setAccessibleName(tr("Who computes which layers"));
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&Theme::instance(), &Theme::changed, this, [this] { updateGeometry(); });
    hide();
}

void LayerStrip::setNodes(const std::vector<NodeInfo>& nodes, int layers) {
    std::vector<NodeInfo> shown;
    for (const NodeInfo& node : nodes)
        if (node.layers == layers && layers > 0 && (node.first_layer >= 0 || !node.computes.empty()) && shown.size() < kMaxRows) shown.push_back(node);
    const bool reset = shown.size() != m_nodes.size() || layers != m_layers;
    m_nodes = std::move(shown);
    m_layers = layers;
    setVisible(!m_nodes.empty());
    if (reset) {
        m_current = {-1, -1};
        tellCellsReset(this);
        updateGeometry();
    }
    setAccessibleDescription(m_current.x() < 0 ? QString() : cellName(m_current.y(), m_current.x()));
    update();
}

LayerStrip::Cell LayerStrip::cell(int row, int column) const {
    const NodeInfo& node = m_nodes[static_cast<std::size_t>(row)];
    if (computes(node, column)) return Cell::Computes;
    return node.standing != NodeStanding::Absent && node.first_layer <= column && column <= node.last_layer ? Cell::Holds : Cell::Nothing;
}

QString LayerStrip::cellColumnTitle(int column) const { return tr("Layer %1").arg(column); }

QString LayerStrip::cellName(int row, int column) const {
    if (row < 0 || row >= cellRows() || column < 0 || column >= m_layers) return {};
    const NodeInfo& node = m_nodes[static_cast<std::size_t>(row)];
    switch (cell(row, column)) {
        case Cell::Computes:
            if (node.of_shares > 0) return sharesName(node, column);
            return node.busy ? tr("Layer %1: %2 computes it, and is at work now").arg(column).arg(node.name) : tr("Layer %1: %2 computes it").arg(column).arg(node.name);
        case Cell::Holds: return tr("Layer %1: %2 holds it in reserve").arg(column).arg(node.name);
        case Cell::Nothing: return tr("Layer %1: not on %2").arg(column).arg(node.name);
    }
    return {};
}

int LayerStrip::nameWidth() const { return std::min(px(kNameWidth), width() / 3); }

QRectF LayerStrip::cellArea(int row, int column) const {
    const double left = nameWidth() + px(kSpaceSmall), step = (width() - left - 2) / std::max(1, m_layers);
    const double gap = step >= 5 ? 1 : 0;
    return QRectF(left + column * step, row * px(kRow) + (px(kRow) - px(kBar)) / 2.0, std::max(1.0, step - gap), px(kBar));
}

QRect LayerStrip::cellRect(int row, int column) const { return cellArea(row, column).toAlignedRect(); }

QPoint LayerStrip::cellUnder(const QPoint& place) const {
    const int row = place.y() / px(kRow);
    if (m_layers == 0 || row >= cellRows()) return {-1, -1};
    const double left = nameWidth() + px(kSpaceSmall), step = (width() - left - 2) / m_layers;
    const int column = static_cast<int>(std::floor((place.x() - left) / step));
    return column < 0 || column >= m_layers ? QPoint(-1, -1) : QPoint(column, row);
}

void LayerStrip::setCurrentCell(int row, int column) {
    if (cellRows() == 0) return;
    m_current = {std::clamp(column, 0, m_layers - 1), std::clamp(row, 0, cellRows() - 1)};
    setAccessibleDescription(cellName(m_current.y(), m_current.x()));
    tellCurrentCell(this, *this);
    update();
}

QSize LayerStrip::sizeHint() const { return QSize(px(400), std::max(1, cellRows()) * px(kRow) + px(kAxis)); }
QSize LayerStrip::minimumSizeHint() const { return QSize(px(200), sizeHint().height()); }

void LayerStrip::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    for (int row = 0; row < cellRows(); ++row) {
        const NodeInfo& node = m_nodes[static_cast<std::size_t>(row)];
        const Role role = node.kind == NodeKind::ThisMachine ? Role::Accent : Role::Remote;
        painter.setFont(ui::font(node.busy ? TextStyle::Strong : TextStyle::Interface));
        painter.setPen(color(Role::Text));
        painter.drawText(QRect(0, row * px(kRow), nameWidth(), px(kRow)), Qt::AlignVCenter | Qt::AlignLeft,
                         painter.fontMetrics().elidedText(node.name, Qt::ElideRight, nameWidth()));
        for (int layer = 0; layer < m_layers; ++layer) {
            const QRectF area = cellArea(row, layer);
            switch (cell(row, layer)) {
                case Cell::Computes:
                    if (node.of_shares > 0) {
                        paintShares(painter, node, area, role);
                        break;
                    }
                    painter.fillRect(area, color(role));
                    // Colour is not all that tells it: a bright band while a step is there.
                    if (node.busy) painter.fillRect(area.adjusted(0, area.height() / 3, 0, -area.height() / 3), color(Role::Warn));
                    break;
                case Cell::Holds:
                    painter.fillRect(area, mixColors(color(Role::Surface), color(role), 0.18));
                    painter.fillRect(QRectF(area.left(), area.bottom() - px(2), area.width(), px(2)), color(role));
                    break;
                case Cell::Nothing: painter.fillRect(QRectF(area.left(), area.center().y(), area.width(), 1), color(Role::Divider)); break;
            }
        }
    }
    // Numbers under every so many layers.
    painter.setFont(ui::font(TextStyle::Caption));
    painter.setPen(color(Role::Muted));
    const double step = m_layers > 0 ? cellArea(0, std::min(1, m_layers - 1)).left() - cellArea(0, 0).left() : 0;
    const int width = painter.fontMetrics().horizontalAdvance(QStringLiteral("000"));
    const int every = step <= 0 ? 1 : std::max(1, static_cast<int>(std::ceil(width / step)));
    const int stride = every <= 1 ? 1 : every <= 2 ? 2 : every <= 5 ? 5 : 10 * ((every + 9) / 10);
    for (int layer = 0; layer < m_layers; layer += stride) {
        const QRectF area = cellArea(0, layer);
        painter.drawText(QRectF(area.center().x() - 20, cellRows() * px(kRow), 40, px(kAxis)), Qt::AlignCenter, QString::number(layer));
    }
    if (hasFocus() && m_current.x() >= 0) paintFocusRing(painter, cellArea(m_current.y(), m_current.x()).adjusted(-2, -2, 2, 2), px(3));
}

void LayerStrip::keyPressEvent(QKeyEvent* event) {
    const int row = std::max(0, m_current.y()), column = std::max(0, m_current.x());
    switch (event->key()) {
        case Qt::Key_Left: return setCurrentCell(row, column - 1);
        case Qt::Key_Right: return setCurrentCell(row, column + 1);
        case Qt::Key_Up: return setCurrentCell(row - 1, column);
        case Qt::Key_Down: return setCurrentCell(row + 1, column);
        case Qt::Key_Home: return setCurrentCell(row, 0);
        case Qt::Key_End: return setCurrentCell(row, m_layers - 1);
        default: QWidget::keyPressEvent(event);
    }
}

void LayerStrip::mousePressEvent(QMouseEvent* event) {
    const QPoint under = cellUnder(event->position().toPoint());
    if (under.x() >= 0) setCurrentCell(under.y(), under.x());
}

void LayerStrip::focusInEvent(QFocusEvent* event) {
    QWidget::focusInEvent(event);
    if (m_current.x() < 0) setCurrentCell(0, 0);
    update();
}

void LayerStrip::focusOutEvent(QFocusEvent* event) {
    QWidget::focusOutEvent(event);
    update();
}

bool LayerStrip::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip) return QWidget::event(event);
    auto* help = static_cast<QHelpEvent*>(event);
    const QPoint under = cellUnder(help->pos());
    if (under.x() < 0) QToolTip::hideText();
    else QToolTip::showText(help->globalPos(), plainTip(cellName(under.y(), under.x())), this);
    return true;
}

}  // namespace tessera::ui
