// SPDX-License-Identifier: GPL-3.0-or-later
// What the patterns of the map mean, with counts.
#pragma once

#include <QWidget>

namespace tessera::ui {

class FragmentView;

class MapLegend : public QWidget {
    Q_OBJECT
public:
    explicit MapLegend(FragmentView& view, QWidget* parent = nullptr);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void describeCounts();
    FragmentView& m_view;
};

}  // namespace tessera::ui
