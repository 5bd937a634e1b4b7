// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures of a fragment's values.
#pragma once

#include "ui/fragments/fragment_content.h"

#include <QImage>
#include <QWidget>

#include <memory>

namespace tessera::ui {

/// How often values occur, from the least to the greatest.
class HistogramPlot : public QWidget {
    Q_OBJECT
public:
    explicit HistogramPlot(QWidget* parent = nullptr);
    void setContent(std::shared_ptr<const FragmentContent> content);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    std::shared_ptr<const FragmentContent> m_content;
};

/// Rows × columns as colours: blue below zero, red above, the ground at zero; each pixel is the value of the greatest
/// magnitude among those it stands for.
class HeatMap : public QWidget {
    Q_OBJECT
public:
    HeatMap(std::shared_ptr<const FragmentContent> content, QWidget* parent = nullptr);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    std::shared_ptr<const FragmentContent> m_content;
    QImage m_image;
    QSize m_size;
    bool m_dark = false;
};

}  // namespace tessera::ui
