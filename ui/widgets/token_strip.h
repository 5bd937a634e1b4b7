// SPDX-License-Identifier: GPL-3.0-or-later
// Tokens as chips, in one line or as a text, tinted by a number each.
#pragma once

#include "ui/widgets/cell_view.h"

#include <QRectF>
#include <QString>

#include <vector>

namespace tessera::ui {

struct TokenChip {
    QString label;        // as tokenLabel() writes it
    QString description;  // "Token 5 of 7: “is”"
};

/// In lines, up and down go to the token above and below.
class TokenStrip : public CellView {
    Q_OBJECT
public:
    enum Flow { OneLine, Lines };
    TokenStrip(const QString& name, Flow flow, QWidget* parent = nullptr);

    void setTokens(std::vector<TokenChip> tokens);
    int count() const { return static_cast<int>(m_tokens.size()); }
    /// 0…1 each, NaN or missing: none. `what` names the tint for tool tips: "attention 42 %" is made of "%1".
    void setTints(std::vector<float> tints, const QString& what = {});
    const std::vector<float>& tints() const { return m_tints; }
    int current() const { return m_current; }
    void setCurrent(int token);

    // CellHost: one row
    int cellRows() const override { return count() > 0 ? 1 : 0; }
    int cellColumns() const override { return count(); }
    QString cellName(int row, int column) const override;
    QString cellRowTitle(int) const override { return {}; }
    QString cellColumnTitle(int column) const override { return m_tokens[static_cast<std::size_t>(column)].label; }
    QRect cellRect(int row, int column) const override;
    QPoint cellUnder(const QPoint& place) const override;
    QPoint currentCell() const override { return QPoint(m_current, m_current < 0 ? -1 : 0); }
    void setCurrentCell(int row, int column) override;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

signals:
    void chosen(int token);
    void hovered(int token);  // −1: left

protected:
    void paintEvent(QPaintEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void layOut() override;
    void moveBy(int rows, int columns) override;
    void activateCell(int, int) override {}
    void hoverCell(const QPoint& before, const QPoint& now) override;

private:
    void choose(int token);
    int neighbour(bool down) const;
    QRectF chipArea(int token) const;  // in the viewport
    int lineHeight() const;

    Flow m_flow;
    std::vector<TokenChip> m_tokens;
    std::vector<QRectF> m_areas;
    std::vector<float> m_tints;
    QString m_tint_text;
    int m_current = -1;
};

}  // namespace tessera::ui
