// SPDX-License-Identifier: GPL-3.0-or-later
// Many small cells as one picture, made piece by piece so that no event of the window takes long.
#pragma once

#include "ui/widgets/color_scale.h"
#include "ui/widgets/grid_source.h"

#include <QImage>
#include <QRect>

#include <vector>

namespace tessera::ui {

/// Where several cells share a pixel, the value of the greatest magnitude gives the colour.
class GridImage {
public:
    /// Begins anew: `cells` (x: columns, y: rows) onto at most `pixels`.
    void start(const QRect& cells, const QSize& pixels, ColorScale scale);
    /// Works for about `milliseconds`; true when the picture is complete.
    bool advance(const GridSource& source, int milliseconds);
    bool isComplete() const { return m_next_line >= m_image.height(); }
    bool isEmpty() const { return m_image.isNull(); }
    /// Lines that are not done yet have the ground's colour.
    const QImage& image() const { return m_image; }
    const QRect& cells() const { return m_cells; }

private:
    void makeLine(const GridSource& source, int line);

    QRect m_cells;
    ColorScale m_scale = ColorScale::Sequential;
    QImage m_image;
    int m_next_line = 0;
    std::vector<float> m_row, m_line;
};

}  // namespace tessera::ui
