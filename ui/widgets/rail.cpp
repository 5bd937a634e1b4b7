// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/rail.h"

#include "ui/style/icons.h"
#include "ui/style/paint.h"
#include "ui/style/theme.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QStyleOptionTab>

#include <algorithm>

namespace tessera::ui {
namespace {

constexpr int kMinimumWidth = 84, kPlateHeight = 56, kGap = 6, kGroupGap = 22;

QFont labelFont(bool selected) {
    QFont label = font(TextStyle::Caption);
    if (selected) label.setWeight(QFont::DemiBold);
    return label;
}

}  // namespace

Rail::Rail(QWidget* parent) : QTabBar(parent) {
    setShape(QTabBar::RoundedWest);
    setDrawBase(false);
    setExpanding(false);
    setUsesScrollButtons(false);
    setDocumentMode(true);
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Preferred);
    setAccessibleName(tr("Pages"));
}

int Rail::addPage(const QString& title, Icon name, int group) {
    m_items.push_back({name, group});
    const int index = addTab(title);
    setTabToolTip(index, QString());
    return index;
}

void Rail::setDimmed(bool dimmed) {
    if (m_dimmed == dimmed) return;
    m_dimmed = dimmed;
    update();
}

bool Rail::opensGroup(int index) const {
    return index > 0 && m_items[static_cast<std::size_t>(index)].group != m_items[static_cast<std::size_t>(index - 1)].group;
}

int Rail::widestLabel() const {
    const QFontMetrics metrics(labelFont(true));
    int widest = 0;
    for (int i = 0; i < count(); ++i) widest = std::max(widest, metrics.horizontalAdvance(tabText(i)));
    return widest;
}

QSize Rail::tabSizeHint(int index) const {
    const int width = std::max(px(kMinimumWidth), widestLabel() + 2 * px(kSpaceTiny) + 2 * px(kSpaceSmall));
    return QSize(width, px(kPlateHeight + (index > 0 ? opensGroup(index) ? kGroupGap : kGap : 0)));
}

QSize Rail::sizeHint() const {
    QSize size(0, 0);
    for (int i = 0; i < count(); ++i) {
        const QSize tab = tabSizeHint(i);
        size = QSize(std::max(size.width(), tab.width()), size.height() + tab.height());
    }
    return size;
}

QSize Rail::minimumSizeHint() const { return sizeHint(); }

QRectF Rail::plate(int index) const {
    QRectF rect = tabRect(index);
    rect.setTop(rect.bottom() + 0 - px(kPlateHeight) + 1);
    return rect.adjusted(px(kSpaceSmall), 0, -px(kSpaceSmall), 0);
}

void Rail::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const QPoint mouse = mapFromGlobal(QCursor::pos());
    for (int i = 0; i < count(); ++i) {
        const QRectF rect = plate(i);
        if (opensGroup(i)) {
            const double y = rect.top() - px(kGroupGap) / 2.0;
            painter.fillRect(QRectF(rect.left() + px(kSpaceSmall), y, rect.width() - 2 * px(kSpaceSmall), 1), color(Role::Divider));
        }
        const bool selected = i == currentIndex() && !m_dimmed;
        const bool hovered = underMouse() && rect.contains(mouse);
        if (selected) paintBox(painter, rect, px(kRadiusCard), color(Role::Selected), QColor());
        else if (hovered) paintBox(painter, rect, px(kRadiusCard), color(Role::Raised), QColor());
        QStyleOptionTab option;
        initStyleOption(&option, i);
        option.state.setFlag(QStyle::State_KeyboardFocusChange, window() && window()->testAttribute(Qt::WA_KeyboardFocusChange));
        option.state.setFlag(QStyle::State_HasFocus, hasFocus());
        if (i == currentIndex() && showsFocus(option)) paintFocusRing(painter, rect, px(kRadiusCard));
        const QColor ink = color(selected ? Role::Accent : Role::Muted);
        const int side = px(kIconLarge);
        paintIcon(painter, QRectF(rect.center().x() - side / 2.0, rect.top() + px(7), side, side),
                  m_items[static_cast<std::size_t>(i)].icon, ink);
        painter.setPen(ink);
        painter.setFont(labelFont(selected));
        painter.drawText(QRectF(rect.left(), rect.top() + px(28), rect.width(), px(22)), Qt::AlignCenter, tabText(i));
    }
}

void Rail::mousePressEvent(QMouseEvent* event) {
    QTabBar::mousePressEvent(event);
    const int index = tabAt(event->pos());
    if (index >= 0 && event->button() == Qt::LeftButton) emit chosen(index);
}

void Rail::keyPressEvent(QKeyEvent* event) {
    QTabBar::keyPressEvent(event);
    switch (event->key()) {
        case Qt::Key_Up:
        case Qt::Key_Down:
        case Qt::Key_Left:
        case Qt::Key_Right:
        case Qt::Key_Home:
        case Qt::Key_End:
        case Qt::Key_Return:
        case Qt::Key_Enter:
        case Qt::Key_Space: emit chosen(currentIndex());
    }
}

void Rail::changeEvent(QEvent* event) {
    QTabBar::changeEvent(event);
    if (event->type() == QEvent::StyleChange || event->type() == QEvent::FontChange) updateGeometry();
}

}  // namespace tessera::ui
