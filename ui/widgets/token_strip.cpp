// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/token_strip.h"

#include "ui/style/paint.h"
#include "ui/style/theme.h"
#include "ui/widgets/color_scale.h"
#include "ui/widgets/text_format.h"

#include <QFocusEvent>
#include <QPainter>
#include <QScrollBar>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace tessera::ui {
namespace {

constexpr int kChipHeight = 24, kWidestChip = 220;

}  // namespace

TokenStrip::TokenStrip(const QString& name, Flow flow, QWidget* parent) : CellView(name, parent), m_flow(flow) {
    setHorizontalScrollBarPolicy(flow == OneLine ? Qt::ScrollBarAsNeeded : Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(flow == OneLine ? Qt::ScrollBarAlwaysOff : Qt::ScrollBarAsNeeded);
    setSizePolicy(QSizePolicy::Expanding, flow == OneLine ? QSizePolicy::Fixed : QSizePolicy::Expanding);
    connect(&Theme::instance(), &Theme::changed, this, &QWidget::updateGeometry);
}

void TokenStrip::setTokens(std::vector<TokenChip> tokens) {
    m_tokens = std::move(tokens);
    m_tints.clear();
    forgetHovered();
    if (m_current >= count()) m_current = -1;
    tellCellsReset(this);
    layOut();
    updateGeometry();
}

void TokenStrip::setTints(std::vector<float> tints, const QString& what) {
    m_tints = std::move(tints);
    m_tint_text = what;
    viewport()->update();
}

void TokenStrip::setCurrent(int token) {
    const int wanted = token >= 0 && token < count() ? token : -1;
    if (wanted == m_current) return;
    m_current = wanted;
    if (wanted >= 0) {
        const QRectF area = chipArea(wanted);
        QScrollBar* bar = m_flow == OneLine ? horizontalScrollBar() : verticalScrollBar();
        const double low = m_flow == OneLine ? area.left() : area.top(), high = m_flow == OneLine ? area.right() : area.bottom();
        const int room = m_flow == OneLine ? viewport()->width() : viewport()->height();
        if (low < 0) bar->setValue(static_cast<int>(bar->value() + low) - px(kSpaceLarge));
        else if (high > room) bar->setValue(static_cast<int>(bar->value() + high) - room + px(kSpaceLarge));
    }
    setAccessibleDescription(wanted < 0 ? QString() : cellName(0, wanted));
    tellCurrentCell(this, *this);
    viewport()->update();
}

QString TokenStrip::cellName(int, int column) const {
    const auto at = static_cast<std::size_t>(column);
    if (at >= m_tokens.size()) return {};
    const QString& text = m_tokens[at].description;
    if (m_tint_text.isEmpty() || at >= m_tints.size() || std::isnan(m_tints[at])) return text;
    return text + QStringLiteral(", ") + m_tint_text.arg(formatNumber(100.0 * static_cast<double>(m_tints[at]), 1));
}

QRectF TokenStrip::chipArea(int token) const { return m_areas[static_cast<std::size_t>(token)].translated(-horizontalScrollBar()->value(), -verticalScrollBar()->value()); }
QRect TokenStrip::cellRect(int, int column) const { return chipArea(column).toAlignedRect().intersected(viewport()->rect()); }

QPoint TokenStrip::cellUnder(const QPoint& place) const {
    for (int i = 0; i < count(); ++i)
        if (chipArea(i).contains(place)) return QPoint(i, 0);
    return QPoint(-1, -1);
}

void TokenStrip::setCurrentCell(int, int column) { choose(column); }

int TokenStrip::lineHeight() const { return px(kChipHeight) + px(kSpaceTiny); }

QSize TokenStrip::sizeHint() const {
    return m_flow == OneLine ? QSize(px(400), px(kChipHeight) + 4 + px(12)) : QSize(px(400), 4 * lineHeight());
}

QSize TokenStrip::minimumSizeHint() const { return QSize(px(120), m_flow == OneLine ? sizeHint().height() : lineHeight() + 4); }

void TokenStrip::layOut() {
    const QFontMetrics metrics(ui::font(TextStyle::Interface));
    m_areas.clear();
    m_areas.reserve(m_tokens.size());
    double x = 2, y = 2;
    const double height = px(kChipHeight);
    for (const TokenChip& token : m_tokens) {
        const double width = std::clamp(metrics.horizontalAdvance(token.label) + 2 * px(6), px(16), px(kWidestChip));
        if (m_flow == Lines && x > 2 && x + width > viewport()->width() - 2) {
            x = 2;
            y += lineHeight();
        }
        m_areas.emplace_back(x, y, width, height);
        x += width + px(3);
    }
    horizontalScrollBar()->setRange(0, m_flow == OneLine ? std::max(0, static_cast<int>(std::ceil(x)) - viewport()->width()) : 0);
    horizontalScrollBar()->setPageStep(viewport()->width());
    horizontalScrollBar()->setSingleStep(px(60));
    verticalScrollBar()->setRange(0, m_flow == Lines ? std::max(0, static_cast<int>(std::ceil(y)) + lineHeight() - viewport()->height()) : 0);
    verticalScrollBar()->setPageStep(viewport()->height());
    verticalScrollBar()->setSingleStep(lineHeight());
    viewport()->update();
}

void TokenStrip::paintEvent(QPaintEvent* event) {
    QPainter painter(viewport());
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(ui::font(TextStyle::Interface));
    for (int i = 0; i < count(); ++i) {
        const QRectF area = chipArea(i);
        if (!area.intersects(event->rect())) continue;
        const auto at = static_cast<std::size_t>(i);
        const bool tinted = at < m_tints.size() && !std::isnan(m_tints[at]);
        const QColor ground = tinted ? QColor::fromRgb(cellColor(ColorScale::Sequential, std::sqrt(m_tints[at]))) : color(i == m_current ? Role::Selected : Role::Raised);
        const bool marked = i == m_current;
        paintBox(painter, area, px(4), ground, marked ? color(Role::Text) : i == hoveredCell().x() ? color(Role::Control) : QColor(), marked ? 2 : 1);
        painter.setPen(color(Role::Text));
        const double room = area.width() - 2 * px(5);
        painter.drawText(area, Qt::AlignCenter | Qt::TextSingleLine, painter.fontMetrics().elidedText(m_tokens[at].label, Qt::ElideRight, static_cast<int>(room) + 1));
    }
    paintFocus(painter);
}

void TokenStrip::choose(int token) {
    if (token < 0 || token >= count()) return;
    setCurrent(token);
    emit chosen(token);
}

void TokenStrip::hoverCell(const QPoint&, const QPoint& now) {
    viewport()->update();
    emit hovered(now.x());
}

int TokenStrip::neighbour(bool down) const {
    if (m_current < 0) return 0;
    const QRectF from = m_areas[static_cast<std::size_t>(m_current)];
    const double line = from.top() + (down ? lineHeight() : -lineHeight());
    int best = m_current;
    double distance = 1e9;
    for (int i = 0; i < count(); ++i) {
        const QRectF& area = m_areas[static_cast<std::size_t>(i)];
        if (std::abs(area.top() - line) > 1) continue;
        if (const double apart = std::abs(area.center().x() - from.center().x()); apart < distance) {
            distance = apart;
            best = i;
        }
    }
    return best;
}

void TokenStrip::moveBy(int rows, int columns) {
    if (columns != 0) return choose(std::clamp(m_current + columns, 0, count() - 1));
    if (m_flow == Lines) choose(neighbour(rows > 0));
}

void TokenStrip::wheelEvent(QWheelEvent* event) {
    if (m_flow == Lines) return CellView::wheelEvent(event);
    const QPoint delta = event->angleDelta();
    horizontalScrollBar()->setValue(horizontalScrollBar()->value() - (delta.x() != 0 ? delta.x() : delta.y()));
}

void TokenStrip::focusInEvent(QFocusEvent* event) {
    CellView::focusInEvent(event);
    if (m_current < 0 && count() > 0 && event->reason() != Qt::MouseFocusReason) choose(0);
}

}  // namespace tessera::ui
