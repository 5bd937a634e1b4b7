// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/curve_plot.h"

#include "ui/style/theme.h"

#include <QKeyEvent>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>
#include <QVBoxLayout>

#include <qcustomplot.h>

#include <algorithm>
#include <cmath>

namespace tessera::ui {
namespace {

void styleAxis(QCPAxis& axis, const QString& title) {
    const QPen line(color(Role::Control), 1);
    axis.setBasePen(line);
    axis.setTickPen(line);
    axis.setSubTickPen(Qt::NoPen);
    axis.setTickLabelColor(color(Role::Muted));
    axis.setLabelColor(color(Role::Muted));
    axis.setTickLabelFont(font(TextStyle::Caption));
    axis.setLabelFont(font(TextStyle::Caption));
    axis.setLabel(title);
    axis.grid()->setPen(QPen(color(Role::Divider), 1));
    axis.grid()->setZeroLinePen(QPen(color(Role::Divider), 1));
    axis.setTickLength(0, px(3));
    axis.setTickLabelPadding(px(3));
    axis.setLabelPadding(px(2));
}

}  // namespace

CurvePlot::CurvePlot(const QString& name, QWidget* parent) : QWidget(parent), m_plot(new QCustomPlot) {
    setAccessibleName(name);
    setFocusPolicy(Qt::StrongFocus);
    m_plot->setFocusPolicy(Qt::NoFocus);
    m_plot->installEventFilter(this);
    m_line = new QCPItemStraightLine(m_plot);
    m_line->setVisible(false);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(2, 2, 2, 2);
    column->addWidget(m_plot);
    connect(&Theme::instance(), &Theme::changed, this, &CurvePlot::rebuild);
    rebuild();
}

QSize CurvePlot::sizeHint() const { return QSize(px(260), px(160)); }

int CurvePlot::count() const {
    std::size_t most = 0;
    for (const Curve& curve : m_curves) most = std::max(most, curve.values.size());
    return static_cast<int>(most);
}

void CurvePlot::setAxes(const QString& horizontal, const QString& vertical) {
    m_horizontal = horizontal;
    m_vertical = vertical;
    rebuild();
}

void CurvePlot::setRange(double low, double high) {
    m_low = low;
    m_high = high;
    rebuild();
}

void CurvePlot::setCurves(std::vector<Curve> curves) {
    m_curves = std::move(curves);
    rebuild();
}

void CurvePlot::setMark(int at) {
    if (at == m_mark) return;
    m_mark = at;
    m_line->setVisible(at >= 0);
    m_line->point1->setCoords(at, 0);
    m_line->point2->setCoords(at, 1);
    m_plot->replot(QCustomPlot::rpQueuedReplot);
    describe();
}

void CurvePlot::rebuild() {
    m_plot->setBackground(QBrush(palette().color(backgroundRole())));
    m_plot->setLocale(QLocale());
    m_plot->clearGraphs();
    styleAxis(*m_plot->xAxis, m_horizontal);
    styleAxis(*m_plot->yAxis, m_vertical);
    m_plot->legend->setVisible(m_curves.size() > 1);
    m_plot->legend->setFont(ui::font(TextStyle::Caption));
    m_plot->legend->setTextColor(color(Role::Text));
    m_plot->legend->setBrush(color(Role::Surface));
    m_plot->legend->setBorderPen(QPen(color(Role::Divider)));
    for (const Curve& curve : m_curves) {
        QCPGraph* graph = m_plot->addGraph();
        graph->setName(curve.name);
        graph->setPen(QPen(color(curve.role), 2));
        QVector<double> places(static_cast<qsizetype>(curve.values.size()));
        for (qsizetype i = 0; i < places.size(); ++i) places[i] = static_cast<double>(i);
        graph->setData(places, QVector<double>(curve.values.begin(), curve.values.end()), true);
        // Few points are seen one by one.
        if (places.size() <= 64) graph->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, px(5)));
    }
    m_plot->xAxis->setRange(-0.5, std::max(1, count()) - 0.5);
    if (m_low < m_high) {
        m_plot->yAxis->setRange(m_low, m_high);
    } else {
        m_plot->yAxis->rescale();
        m_plot->yAxis->scaleRange(1.1);
    }
    m_line->setPen(QPen(color(Role::Text), 1, Qt::DashLine));
    m_plot->replot(QCustomPlot::rpQueuedReplot);
    describe();
}

void CurvePlot::describe() {
    QStringList parts;
    for (const Curve& curve : m_curves)
        if (m_mark >= 0 && m_mark < static_cast<int>(curve.values.size()))
            parts.append(tr("%1 at %2: %3").arg(curve.name, QString::number(m_mark), QLocale().toString(curve.values[static_cast<std::size_t>(m_mark)], 'g', 4)));
    setAccessibleDescription(parts.join(QStringLiteral("; ")));
}

bool CurvePlot::eventFilter(QObject* watched, QEvent* event) {
    if (watched == m_plot && event->type() == QEvent::MouseButtonPress && count() > 0) {
        const double at = m_plot->xAxis->pixelToCoord(static_cast<QMouseEvent*>(event)->position().x());
        emit markChosen(std::clamp(static_cast<int>(std::lround(at)), 0, count() - 1));
        setFocus(Qt::MouseFocusReason);
    }
    return QWidget::eventFilter(watched, event);
}

void CurvePlot::keyPressEvent(QKeyEvent* event) {
    const int step = event->key() == Qt::Key_Left ? -1 : event->key() == Qt::Key_Right ? 1 : 0;
    if (step == 0 || count() == 0) return QWidget::keyPressEvent(event);
    emit markChosen(std::clamp(std::max(0, m_mark) + step, 0, count() - 1));
}

void CurvePlot::paintEvent(QPaintEvent*) {
    if (!hasFocus() || !window()->testAttribute(Qt::WA_KeyboardFocusChange)) return;
    QPainter painter(this);
    painter.setPen(QPen(color(Role::Accent), 2));
    painter.drawRect(QRectF(rect()).adjusted(1, 1, -1, -1));
}

void CurvePlot::focusInEvent(QFocusEvent* event) {
    QWidget::focusInEvent(event);
    update();
}

void CurvePlot::focusOutEvent(QFocusEvent* event) {
    QWidget::focusOutEvent(event);
    update();
}

}  // namespace tessera::ui
