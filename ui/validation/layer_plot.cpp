// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/validation/layer_plot.h"

#include "ui/style/paint.h"
#include "ui/style/theme.h"
#include "ui/validation/check_view.h"

#include <QPainter>
#include <QScrollBar>

#include <algorithm>
#include <cmath>

namespace tessera::ui {
namespace {

constexpr int kSmallestPitch = 7, kLargestPitch = 24;

double relative(double difference, const LayerDifference& layer) {
    return layer.reference_rms > 0 ? difference / layer.reference_rms : difference;
}

}  // namespace

QString layerText(const LayerDifference& layer) {
    const QString name = LayerPlot::tr("Layer %1").arg(toInt(layer.layer));
    if (layer.bit_identical) return LayerPlot::tr("%1: equal bits").arg(name);
    return LayerPlot::tr("%1: largest difference %2, mean %3").arg(name, formatError(layer.largest), formatError(layer.mean));
}

LayerPlot::LayerPlot(QWidget* parent) : CellView(tr("Difference of each layer"), parent) { setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff); }

QSize LayerPlot::sizeHint() const { return QSize(px(320), px(420)); }
QSize LayerPlot::minimumSizeHint() const { return QSize(px(140), px(120)); }

void LayerPlot::setLayers(std::vector<LayerDifference> layers, bool must_be_equal) {
    m_layers = std::move(layers);
    m_must_be_equal = must_be_equal;
    double low = 1, high = 0;
    for (const LayerDifference& layer : m_layers) {
        if (layer.bit_identical) continue;
        for (const double value : {relative(layer.mean, layer), relative(layer.largest, layer)}) {
            if (!std::isfinite(value) || value <= 0) continue;
            low = high == 0 ? value : std::min(low, value);
            high = std::max(high, value);
        }
    }
    // float32 resolves 6e-8 of a value: an axis that begins there shows what rounding alone may do.
    m_low = std::min(-8, static_cast<int>(std::floor(std::log10(std::max(low, 1e-12)))));
    m_high = std::max(0, static_cast<int>(std::ceil(std::log10(std::max(high, 1e-12)))));
    if (m_current >= cellRows()) m_current = -1;
    tellCellsReset(this);
    layOut();
}

void LayerPlot::layOut() {
    const QFontMetrics metrics(ui::font(TextStyle::Caption));
    m_label_width = px(kSpaceSmall);
    for (const LayerDifference& layer : m_layers)
        m_label_width = std::max(m_label_width, double(metrics.horizontalAdvance(QString::number(toInt(layer.layer)))) + px(kSpaceSmall));
    m_axis_height = metrics.height() + px(kSpaceTiny);
    const int words = metrics.horizontalAdvance(tr("mean") + tr("largest") + tr("equal bits")) + px(76);
    m_legend_rows = words > viewport()->width() ? 2 : 1;
    m_legend_height = m_legend_rows * metrics.height() + px(kSpaceSmall);
    const double rows = std::max<double>(1, static_cast<double>(m_layers.size()));
    const double height = viewport()->height() - m_axis_height - m_legend_height;
    m_pitch = std::clamp(std::floor(height / rows), double(px(kSmallestPitch)), double(px(kLargestPitch)));
    verticalScrollBar()->setRange(0, std::max(0, static_cast<int>(std::ceil(m_pitch * rows - height))));
    verticalScrollBar()->setPageStep(std::max(1, static_cast<int>(height)));
    verticalScrollBar()->setSingleStep(static_cast<int>(m_pitch));
    viewport()->update();
}

double LayerPlot::xOf(double value) const {
    const double left = m_label_width, width = std::max(10.0, viewport()->width() - m_label_width - px(6));
    if (!std::isfinite(value)) return left + width;
    const double decade = value > 0 ? std::log10(value) : m_low;
    return left + width * std::clamp((decade - m_low) / (m_high - m_low), 0.0, 1.0);
}

QRect LayerPlot::rowRect(int row) const {
    const double top = m_axis_height + row * m_pitch - verticalScrollBar()->value();
    return QRect(0, static_cast<int>(top), viewport()->width(), static_cast<int>(m_pitch));
}

QRect LayerPlot::field() const { return viewport()->rect().adjusted(0, static_cast<int>(m_axis_height), 0, -static_cast<int>(m_legend_height)); }

QString LayerPlot::cellName(int row, int) const { return row >= 0 && row < cellRows() ? layerText(m_layers[static_cast<std::size_t>(row)]) : QString(); }
QString LayerPlot::cellRowTitle(int row) const { return QString::number(toInt(m_layers[static_cast<std::size_t>(row)].layer)); }
QRect LayerPlot::cellRect(int row, int) const { return rowRect(row).intersected(field()); }

QPoint LayerPlot::cellUnder(const QPoint& place) const {
    if (!field().contains(place)) return QPoint(-1, -1);
    const int row = static_cast<int>(std::floor((place.y() - m_axis_height + verticalScrollBar()->value()) / m_pitch));
    return row < cellRows() ? QPoint(0, row) : QPoint(-1, -1);
}

void LayerPlot::paintEvent(QPaintEvent*) {
    QPainter painter(viewport());
    painter.setFont(ui::font(TextStyle::Caption));
    if (m_layers.empty()) {
        painter.setPen(color(Role::Muted));
        painter.drawText(viewport()->rect().adjusted(px(kSpace), 0, -px(kSpace), 0), Qt::AlignCenter | Qt::TextWordWrap,
                         tr("Choose a condition of the comparison to see how far each layer is from llama.cpp's."));
        return;
    }
    paintAxis(painter);
    painter.save();
    painter.setClipRect(QRectF(0, m_axis_height, viewport()->width(), viewport()->height() - m_axis_height - m_legend_height));
    for (int row = 0; row < static_cast<int>(m_layers.size()); ++row) paintRow(painter, row);
    painter.restore();
    paintLegend(painter);
}

void LayerPlot::paintAxis(QPainter& painter) const {
    const double bottom = std::min(m_axis_height + m_pitch * static_cast<double>(m_layers.size()), viewport()->height() - m_legend_height);
    const QFontMetrics metrics = painter.fontMetrics();
    double free_from = 0;
    for (int decade = m_low; decade <= m_high; decade += 2) {
        const double x = std::round(xOf(std::pow(10.0, decade)));
        painter.setPen(color(Role::Divider));
        painter.drawLine(QPointF(x + 0.5, m_axis_height), QPointF(x + 0.5, bottom));
        const QString text = decade == 0 ? QStringLiteral("1") : QStringLiteral("1e%1").arg(decade);
        const double width = metrics.horizontalAdvance(text), left = std::clamp(x - width / 2, 0.0, viewport()->width() - width);
        if (left < free_from) continue;
        painter.setPen(color(Role::Muted));
        painter.drawText(QRectF(left, 0, width + 2, m_axis_height), Qt::AlignLeft | Qt::AlignTop, text);
        free_from = left + width + px(kSpaceSmall);
    }
}

void LayerPlot::paintRow(QPainter& painter, int row) const {
    const QRectF rect = rowRect(row);
    if (rect.bottom() < m_axis_height || rect.top() > viewport()->height()) return;
    const LayerDifference& layer = m_layers[static_cast<std::size_t>(row)];
    if (row == m_current) painter.fillRect(rect, color(Role::Selected));
    const bool fault = m_must_be_equal && !layer.bit_identical;
    // Every row where there is room, else every second, fifth, tenth.
    const int height = painter.fontMetrics().height();
    const int step = m_pitch >= height - 2 ? 1 : m_pitch * 2 >= height ? 2 : m_pitch * 5 >= height ? 5 : 10;
    if (row % step == 0 || row == m_current) {
        painter.setPen(color(fault ? Role::Error : row == m_current ? Role::Text : Role::Muted));
        painter.drawText(QRectF(0, rect.center().y() - height, m_label_width - px(6), 2 * height), Qt::AlignRight | Qt::AlignVCenter, QString::number(toInt(layer.layer)));
    }
    painter.setRenderHint(QPainter::Antialiasing);
    const double middle = rect.center().y() + 0.5;
    if (layer.bit_identical) {
        painter.setPen(QPen(color(Role::Ok), 1.5));
        painter.setBrush(Qt::NoBrush);
        const double radius = std::min<double>(px(3), m_pitch / 2 - 1);
        painter.drawEllipse(QPointF(m_label_width + radius + 1, middle), radius, radius);
        return;
    }
    const QColor ink = color(fault ? Role::Error : Role::Accent);
    const double thick = std::max(2.0, std::round(m_pitch / 2.5));
    const double mean = xOf(relative(layer.mean, layer)), largest = xOf(relative(layer.largest, layer));
    painter.fillRect(QRectF(m_label_width, std::round(middle - thick / 2), std::max(2.0, mean - m_label_width), thick), ink);
    painter.setPen(QPen(ink, 1));
    painter.drawLine(QPointF(mean, middle), QPointF(largest, middle));
    painter.fillRect(QRectF(largest - 1.5, std::round(middle - thick / 2) - 1, 3, thick + 2), ink);
    if (hasFocus() && row == m_current) paintFocusRing(painter, rect.adjusted(1, 0, -1, 0), 3);
}

void LayerPlot::paintLegend(QPainter& painter) const {
    const double row_height = m_legend_height / m_legend_rows;
    double x = 0, top = viewport()->height() - m_legend_height;
    const auto label = [&](const QString& text) {
        const double width = painter.fontMetrics().horizontalAdvance(text);
        painter.setPen(color(Role::Muted));
        painter.drawText(QRectF(x, top, width + 2, row_height), Qt::AlignLeft | Qt::AlignVCenter, text);
        x += width + px(kSpace);
    };
    const QColor ink = color(m_must_be_equal ? Role::Error : Role::Accent);
    const double middle = top + row_height / 2;
    painter.fillRect(QRectF(x, middle - 3, px(12), 6), ink);
    x += px(16);
    label(tr("mean"));
    painter.fillRect(QRectF(x, middle - 5, 3, 10), ink);
    x += px(8);
    label(tr("largest"));
    if (m_legend_rows > 1) {
        x = 0;
        top += row_height;
    }
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(color(Role::Ok), 1.5));
    painter.setBrush(Qt::NoBrush);
    painter.drawEllipse(QPointF(x + px(4), top + row_height / 2), px(3), px(3));
    x += px(12);
    label(tr("equal bits"));
}

void LayerPlot::setCurrent(int row) {
    row = m_layers.empty() ? -1 : std::clamp(row, -1, static_cast<int>(m_layers.size()) - 1);
    if (row == m_current) return;
    m_current = row;
    if (row >= 0) {
        const QRect rect = rowRect(row);
        const QRect room = field();
        if (rect.top() < room.top()) verticalScrollBar()->setValue(verticalScrollBar()->value() + rect.top() - room.top());
        if (rect.bottom() > room.bottom()) verticalScrollBar()->setValue(verticalScrollBar()->value() + rect.bottom() - room.bottom());
        setAccessibleDescription(cellName(row, 0));
    }
    tellCurrentCell(this, *this);
    viewport()->update();
    emit currentChanged(row);
}

void LayerPlot::moveBy(int rows, int) {
    if (rows != 0) setCurrent(std::clamp(m_current + rows, 0, cellRows() - 1));
}

}  // namespace tessera::ui
