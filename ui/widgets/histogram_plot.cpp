// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/histogram_plot.h"

#include "ui/style/theme.h"
#include "ui/widgets/text_format.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace tessera::ui {

HistogramPlot::HistogramPlot(QWidget* parent) : QWidget(parent) {
    setAccessibleName(tr("Histogram of the values"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void HistogramPlot::setHistogram(Histogram histogram) {
    m_histogram = std::move(histogram);
    setVisible(!m_histogram.counts.empty());
    if (!m_histogram.counts.empty())
        setAccessibleDescription(tr("From %1 to %2, mean %3, standard deviation %4")
                                     .arg(formatValue(m_histogram.minimum, 4), formatValue(m_histogram.maximum, 4), formatValue(m_histogram.mean, 4), formatValue(m_histogram.deviation, 4)));
    update();
}

QSize HistogramPlot::sizeHint() const { return QSize(px(200), px(76)); }

void HistogramPlot::paintEvent(QPaintEvent*) {
    if (m_histogram.counts.empty()) return;
    QPainter painter(this);
    const int foot = fontMetrics().height();
    const auto most = static_cast<double>(std::max<std::uint64_t>(1, *std::max_element(m_histogram.counts.begin(), m_histogram.counts.end())));
    const double bin = width() / static_cast<double>(m_histogram.counts.size()), tall = height() - foot - px(kSpaceTiny);
    for (std::size_t i = 0; i < m_histogram.counts.size(); ++i) {
        const double part = std::sqrt(static_cast<double>(m_histogram.counts[i]) / most) * tall;  // tails stay in sight
        const double left = std::round(static_cast<double>(i) * bin), right = std::round(static_cast<double>(i + 1) * bin);
        painter.fillRect(QRectF(left, tall - part, std::max(1.0, right - left - 1), part), color(Role::Accent));
    }
    painter.fillRect(QRectF(0, tall, width(), 1), color(Role::Control));
    painter.setFont(ui::font(TextStyle::Caption));
    painter.setPen(color(Role::Muted));
    const QRectF line(0, height() - foot, width(), foot);
    painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter, formatValue(m_histogram.minimum, 3));
    painter.drawText(line, Qt::AlignRight | Qt::AlignVCenter, formatValue(m_histogram.maximum, 3));
}

}  // namespace tessera::ui
