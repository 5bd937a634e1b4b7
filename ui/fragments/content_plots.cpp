// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/fragments/content_plots.h"

#include "ui/style/theme.h"
#include "ui/widgets/text_format.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace tessera::ui {
namespace {

/// Value of the greatest magnitude in a block of the matrix; a sample of large blocks.
float strongest(const FragmentContent& content, std::int64_t row0, std::int64_t row1, std::int64_t column0, std::int64_t column1) {
    float best = 0;
    const std::int64_t row_step = std::max<std::int64_t>(1, (row1 - row0) / 8), column_step = std::max<std::int64_t>(1, (column1 - column0) / 8);
    for (std::int64_t row = row0; row < row1; row += row_step)
        for (std::int64_t column = column0; column < column1; column += column_step) {
            const float value = content.values[static_cast<std::size_t>(row * content.columns + column)];
            if (std::isfinite(value) && std::abs(value) > std::abs(best)) best = value;
        }
    return best;
}

QImage heatImage(const FragmentContent& content, QSize size) {
    const std::int64_t rows = static_cast<std::int64_t>(content.values.size()) / std::max<std::int64_t>(1, content.columns);
    const int width = static_cast<int>(std::min<std::int64_t>(size.width(), content.columns)), height = static_cast<int>(std::min<std::int64_t>(size.height(), rows));
    QImage image(std::max(1, width), std::max(1, height), QImage::Format_RGB32);
    const QColor ground = color(Role::Surface), low = color(Role::Accent), high = color(Role::Error);
    image.fill(ground);
    // Three deviations carry full colour, or one outlier would blank everything else.
    const double full = std::max(3 * content.deviation, 1e-12);
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
            const float value = strongest(content, y * rows / height, std::max(y * rows / height + 1, (y + 1) * rows / height),
                                          x * content.columns / width, std::max(x * content.columns / width + 1, (x + 1) * content.columns / width));
            image.setPixelColor(x, y, mixColors(ground, value < 0 ? low : high, std::min(1.0, std::abs(double(value)) / full)));
        }
    return image;
}

}  // namespace

HistogramPlot::HistogramPlot(QWidget* parent) : QWidget(parent) {
    setAccessibleName(tr("Histogram of the values"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void HistogramPlot::setContent(std::shared_ptr<const FragmentContent> content) {
    m_content = std::move(content);
    setVisible(m_content && !m_content->histogram.empty());
    if (isVisibleTo(parentWidget()))
        setAccessibleDescription(tr("From %1 to %2, mean %3, standard deviation %4")
                                     .arg(m_content->minimum, 0, 'g', 4).arg(m_content->maximum, 0, 'g', 4)
                                     .arg(m_content->mean, 0, 'g', 4).arg(m_content->deviation, 0, 'g', 4));
    update();
}

QSize HistogramPlot::sizeHint() const { return QSize(px(200), px(76)); }

void HistogramPlot::paintEvent(QPaintEvent*) {
    if (!m_content || m_content->histogram.empty()) return;
    QPainter painter(this);
    const int foot = fontMetrics().height();
    const auto most = static_cast<double>(*std::max_element(m_content->histogram.begin(), m_content->histogram.end()));
    const double bin = width() / double(kHistogramBins), tall = height() - foot - px(kSpaceTiny);
    for (std::size_t i = 0; i < kHistogramBins; ++i) {
        const double part = std::sqrt(static_cast<double>(m_content->histogram[i]) / most) * tall;  // tails stay in sight
        const double left = std::round(static_cast<double>(i) * bin), right = std::round(static_cast<double>(i + 1) * bin);
        painter.fillRect(QRectF(left, tall - part, std::max(1.0, right - left - 1), part), color(Role::Accent));
    }
    painter.fillRect(QRectF(0, tall, width(), 1), color(Role::Control));
    painter.setFont(ui::font(TextStyle::Caption));
    painter.setPen(color(Role::Muted));
    const QRectF line(0, height() - foot, width(), foot);
    painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter, QString::number(m_content->minimum, 'g', 3));
    painter.drawText(line, Qt::AlignRight | Qt::AlignVCenter, QString::number(m_content->maximum, 'g', 3));
}

HeatMap::HeatMap(std::shared_ptr<const FragmentContent> content, QWidget* parent) : QWidget(parent), m_content(std::move(content)) {
    setAccessibleName(tr("Heat map of the values"));
    setAccessibleDescription(tr("The table of values says the same in numbers"));
}

QSize HeatMap::sizeHint() const { return QSize(px(480), px(360)); }

void HeatMap::paintEvent(QPaintEvent*) {
    const QSize wanted = size() * devicePixelRatioF();
    if (m_image.isNull() || m_size != wanted || m_dark != Theme::instance().isDark()) {
        m_image = heatImage(*m_content, wanted);
        m_size = wanted;
        m_dark = Theme::instance().isDark();
    }
    QPainter painter(this);
    painter.drawImage(rect(), m_image);
}

}  // namespace tessera::ui
