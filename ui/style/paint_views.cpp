// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/style/icons.h"
#include "ui/style/paint.h"
#include "ui/style/paint_controls.h"
#include "ui/style/theme.h"

#include <QAbstractItemView>
#include <QListView>
#include <QPainter>

namespace tessera::ui {
namespace {

/// Ground of an item, invalid when it has none.
QColor itemGround(const QStyleOptionViewItem& option) {
    if (option.state & QStyle::State_Selected) return color(Role::Selected);
    if ((option.state & QStyle::State_MouseOver) && (option.state & QStyle::State_Enabled)) return color(Role::Raised);
    return QColor();
}

}  // namespace

void paintRowPanel(const QStyleOptionViewItem& option, QPainter& painter) {
    const QColor ground = itemGround(option);
    if (ground.isValid()) painter.fillRect(option.rect, ground);
    else if (option.features & QStyleOptionViewItem::Alternate) painter.fillRect(option.rect, option.palette.alternateBase());
}

void paintItemPanel(const QStyleOptionViewItem& option, QPainter& painter, const QWidget* widget) {
    if (option.backgroundBrush.style() != Qt::NoBrush) painter.fillRect(option.rect, option.backgroundBrush);
    const QColor ground = itemGround(option);
    if (!ground.isValid()) return;
    const bool list = qobject_cast<const QListView*>(widget);
    paintBox(painter, option.rect, list ? px(kRadiusControl) : 0, ground, QColor());
}

void paintHeaderSection(const QStyleOptionHeader& option, QPainter& painter) {
    painter.fillRect(option.rect, color(Role::Surface));
    painter.fillRect(QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1), color(Role::Divider));
    if (option.state & QStyle::State_MouseOver)
        painter.fillRect(option.rect.adjusted(0, 0, 0, -1), color(Role::Raised));
}

void paintTab(const QStyleOptionTab& option, QPainter& painter) {
    const bool selected = option.state & QStyle::State_Selected, hovered = option.state & QStyle::State_MouseOver;
    const QRectF rect = QRectF(option.rect).adjusted(2, 2, -2, -2);
    if (selected) paintBox(painter, rect, px(kRadiusControl), color(Role::Selected), QColor());
    else if (hovered) paintBox(painter, rect, px(kRadiusControl), color(Role::Raised), QColor());
    if (showsFocus(option) && selected) paintFocusRing(painter, rect, px(kRadiusControl));
    painter.setPen(color(selected ? Role::Accent : Role::Muted));
    painter.drawText(option.rect, Qt::AlignCenter | Qt::TextShowMnemonic, option.text);
}

void paintMenuItem(const QStyleOptionMenuItem& option, QPainter& painter) {
    const QRect rect = option.rect;
    if (option.menuItemType == QStyleOptionMenuItem::Separator) {
        painter.fillRect(QRect(rect.left() + px(8), rect.center().y(), rect.width() - px(16), 1), color(Role::Divider));
        return;
    }
    const bool enabled = option.state & QStyle::State_Enabled;
    if (enabled && (option.state & QStyle::State_Selected))
        paintBox(painter, QRectF(rect).adjusted(px(4), 1, -px(4), -1), px(4), color(Role::Selected), QColor());
    int left = rect.left() + px(kSpace);
    const int side = px(kIconSmall);
    const QRect mark(left, rect.center().y() + 1 - side / 2, side, side);
    const bool checkable = option.checkType != QStyleOptionMenuItem::NotCheckable;
    if (checkable && option.checked) paintIcon(painter, mark, Icon::Check, color(Role::Accent));
    else if (!option.icon.isNull()) option.icon.paint(&painter, mark, Qt::AlignCenter, enabled ? QIcon::Normal : QIcon::Disabled);
    if (checkable || option.maxIconWidth > 0 || !option.icon.isNull()) left += side + px(kSpaceSmall);
    const QStringList parts = option.text.split(QLatin1Char('\t'));
    painter.setFont(option.font);
    painter.setPen(color(enabled ? Role::Text : Role::Muted));
    const QRect text(left, rect.top(), rect.right() - left - px(kSpace), rect.height());
    painter.drawText(text, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextShowMnemonic, parts.value(0));
    if (parts.size() > 1) {
        painter.setPen(color(Role::Muted));
        painter.drawText(text, Qt::AlignRight | Qt::AlignVCenter, parts.value(1));
    }
    if (option.menuItemType == QStyleOptionMenuItem::SubMenu)
        paintIcon(painter, QRectF(rect.right() - px(22), rect.center().y() - px(6), px(12), px(12)), Icon::ChevronRight,
                  color(Role::Muted));
}

}  // namespace tessera::ui
