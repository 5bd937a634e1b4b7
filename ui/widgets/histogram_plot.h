// SPDX-License-Identifier: GPL-3.0-or-later
// How often values occur, from the least to the greatest.
#pragma once

#include <QWidget>

#include <cstdint>
#include <vector>

namespace tessera::ui {

struct Histogram {
    std::vector<std::uint64_t> counts;  // equal bins from minimum to maximum; empty: nothing to show
    double minimum = 0, maximum = 0, mean = 0, deviation = 0;
};

class HistogramPlot : public QWidget {
    Q_OBJECT
public:
    explicit HistogramPlot(QWidget* parent = nullptr);
    /// Hides itself when there is nothing to show.
    void setHistogram(Histogram histogram);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Histogram m_histogram;
};

}  // namespace tessera::ui
