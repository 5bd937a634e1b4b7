// SPDX-License-Identifier: GPL-3.0-or-later
// Curves over a whole-numbered axis (layers, positions), in the colours of the window.
#pragma once

#include <QColor>
#include <QString>
#include <QWidget>

#include <vector>

class QCustomPlot;
class QCPItemStraightLine;

namespace tessera::ui {

enum class Role;

struct Curve {
    QString name;
    Role role;
    std::vector<double> values;  // at 0, 1, 2…; NaN leaves a gap
};

/// Left and right move the mark, as a click does.
class CurvePlot : public QWidget {
    Q_OBJECT
public:
    explicit CurvePlot(const QString& name, QWidget* parent = nullptr);

    void setAxes(const QString& horizontal, const QString& vertical);
    /// With low < high the vertical axis is fixed; otherwise it follows the values.
    void setRange(double low, double high);
    void setCurves(std::vector<Curve> curves);
    const std::vector<Curve>& curves() const { return m_curves; }
    /// A vertical line; −1: none.
    void setMark(int at);
    int mark() const { return m_mark; }

    QSize sizeHint() const override;

signals:
    void markChosen(int at);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    void rebuild();
    void describe();
    int count() const;

    std::vector<Curve> m_curves;
    QString m_horizontal, m_vertical;
    double m_low = 0, m_high = 0;
    int m_mark = -1;
    QCustomPlot* m_plot;
    QCPItemStraightLine* m_line;
};

}  // namespace tessera::ui
