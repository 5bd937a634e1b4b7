// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/grid_image.h"

#include "ui/style/theme.h"

#include <QElapsedTimer>

#include <algorithm>
#include <cmath>

namespace tessera::ui {

void GridImage::start(const QRect& cells, const QSize& pixels, ColorScale scale) {
    m_cells = cells;
    m_scale = scale;
    const QSize size(std::min(cells.width(), pixels.width()), std::min(cells.height(), pixels.height()));
    m_image = size.isEmpty() ? QImage() : QImage(size, QImage::Format_RGB32);
    m_image.fill(color(Role::Surface));
    m_next_line = 0;
    m_row.resize(static_cast<std::size_t>(cells.width()));
    m_line.resize(static_cast<std::size_t>(std::max(0, size.width())));
}

bool GridImage::advance(const GridSource& source, int milliseconds) {
    QElapsedTimer clock;
    clock.start();
    while (!isComplete()) {
        makeLine(source, m_next_line++);
        if (clock.elapsed() >= milliseconds) break;
    }
    return isComplete();
}

void GridImage::makeLine(const GridSource& source, int line) {
    const qint64 rows = m_cells.height(), columns = m_cells.width(), height = m_image.height(), width = m_image.width();
    const auto first = static_cast<int>(line * rows / height), last = std::max(first + 1, static_cast<int>((line + 1) * rows / height));
    std::fill(m_line.begin(), m_line.end(), std::nanf(""));
    for (int row = first; row < last; ++row) {
        source.values(m_cells.top() + row, m_cells.left(), m_row);
        for (qint64 x = 0; x < width; ++x) {
            const qint64 from = x * columns / width, to = std::max(from + 1, (x + 1) * columns / width);
            float& best = m_line[static_cast<std::size_t>(x)];
            for (qint64 column = from; column < to; ++column) {
                const float value = m_row[static_cast<std::size_t>(column)];
                if (std::isnan(best) || std::abs(value) > std::abs(best)) best = value;
            }
        }
    }
    auto* pixels = reinterpret_cast<QRgb*>(m_image.scanLine(line));
    for (std::size_t x = 0; x < m_line.size(); ++x) pixels[x] = scaleColor(m_scale, m_line[x]);
}

}  // namespace tessera::ui
