// SPDX-License-Identifier: GPL-3.0-or-later
// What the grounds of the tokens mean, in one line above the conversation.
#pragma once

#include <QWidget>

namespace tessera::ui {

class TintLegend : public QWidget {
    Q_OBJECT
public:
    explicit TintLegend(QWidget* parent);
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    /// Paints when `painter` is not null; returns the height in both cases.
    int draw(QPainter* painter, int width) const;
};

}  // namespace tessera::ui
