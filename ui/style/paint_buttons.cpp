// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/style/icons.h"
#include "ui/style/paint.h"
#include "ui/style/paint_controls.h"
#include "ui/style/theme.h"

#include <QPainter>
#include <QWidget>

namespace tessera::ui {
namespace {

bool has(const QStyleOption& option, QStyle::StateFlag flag) { return option.state & flag; }

/// A shade for hovered and pressed on top of `ground`.
QColor shaded(const QStyleOption& option, const QColor& ground) {
    if (!has(option, QStyle::State_Enabled)) return ground;
    if (has(option, QStyle::State_Sunken)) return mixColors(ground, color(Role::Text), 0.14);
    if (has(option, QStyle::State_MouseOver)) return mixColors(ground, color(Role::Text), 0.07);
    return ground;
}

QColor labelColor(const QStyleOptionButton& option, const QWidget* widget) {
    if (!has(option, QStyle::State_Enabled)) return color(Role::Muted);
    if (isPrimary(option, widget)) return color(Role::OnAccent);
    if (isSegment(widget)) return color(has(option, QStyle::State_On) ? Role::Accent : Role::Muted);
    return option.palette.color(QPalette::ButtonText);
}

void paintSegment(const QStyleOptionButton& option, QPainter& painter) {
    const QRectF rect = option.rect;
    if (has(option, QStyle::State_On))
        paintBox(painter, rect, px(kRadiusControl), color(Role::Selected), QColor());
    else if (has(option, QStyle::State_MouseOver))
        paintBox(painter, rect, px(kRadiusControl), color(Role::Raised), QColor());
    if (showsFocus(option)) paintFocusRing(painter, rect, px(kRadiusControl));
}

}  // namespace

bool isPrimary(const QStyleOptionButton& option, const QWidget* widget) {
    return (option.features & QStyleOptionButton::DefaultButton) || (widget && widget->property("primary").toBool());
}

bool isSegment(const QWidget* widget) { return widget && widget->property("segment").toBool(); }

void paintButtonPanel(const QStyleOptionButton& option, QPainter& painter, const QWidget* widget) {
    if (isSegment(widget)) return paintSegment(option, painter);
    const QRectF rect = option.rect;
    const double radius = px(kRadiusControl);
    const bool enabled = has(option, QStyle::State_Enabled);
    if (isPrimary(option, widget)) {
        paintBox(painter, rect, radius, enabled ? shaded(option, color(Role::Accent)) : color(Role::Divider), QColor());
        if (showsFocus(option)) {
            paintFocusRing(painter, rect, radius);
            paintBox(painter, rect.adjusted(2, 2, -2, -2), radius - 1, QColor(), color(Role::OnAccent), 1);
        }
        return;
    }
    const bool flat = option.features & QStyleOptionButton::Flat;
    const bool on = has(option, QStyle::State_On);
    const QColor ground = on ? color(Role::Selected) : color(Role::Surface);
    if (flat) {
        const bool lit = enabled && (on || has(option, QStyle::State_Sunken) || has(option, QStyle::State_MouseOver));
        if (lit) paintBox(painter, rect, radius, shaded(option, on ? ground : color(Role::Raised)), QColor());
    } else {
        paintBox(painter, rect, radius, shaded(option, ground), color(enabled ? Role::Control : Role::Divider));
    }
    if (showsFocus(option)) paintFocusRing(painter, rect, radius);
}

void paintButtonLabel(const QStyleOptionButton& option, QPainter& painter, const QWidget* widget) {
    const QColor ink = labelColor(option, widget);
    const int margin = px(option.text.isEmpty() ? kSpaceTiny : kSpace), gap = px(kSpaceSmall);
    QRect rect = option.rect.adjusted(margin, 0, -margin, 0);
    if (option.features & QStyleOptionButton::HasMenu) {
        const int side = px(12);
        const QRectF chevron(rect.right() + 1 - side, rect.center().y() + 0.5 - side / 2.0, side, side);
        paintIcon(painter, chevron, Icon::ChevronDown, ink);
        rect.setRight(rect.right() - side - gap);
    }
    const bool has_icon = !option.icon.isNull();
    const int icon_width = has_icon ? option.iconSize.width() : 0;
    const int icon_gap = has_icon && !option.text.isEmpty() ? gap : 0;
    const int room = rect.width() - icon_width - icon_gap;
    const bool fits = option.fontMetrics.size(Qt::TextShowMnemonic, option.text).width() <= room;
    const QString text = fits ? option.text : option.fontMetrics.elidedText(option.text, Qt::ElideMiddle, room, Qt::TextShowMnemonic);
    const int width = icon_width + icon_gap + option.fontMetrics.size(Qt::TextShowMnemonic, text).width();
    const bool leading = (option.features & QStyleOptionButton::HasMenu) || (widget && widget->property("leading").toBool());
    int left = leading ? rect.left() : rect.left() + (rect.width() - width) / 2;
    if (has_icon) {
        const QRect square(left, rect.center().y() + 1 - option.iconSize.height() / 2, icon_width, option.iconSize.height());
        option.icon.paint(&painter, square, Qt::AlignCenter,
                          has(option, QStyle::State_Enabled) ? QIcon::Normal : QIcon::Disabled,
                          has(option, QStyle::State_On) ? QIcon::On : QIcon::Off);
        left += icon_width + icon_gap;
    }
    painter.setPen(ink);
    painter.drawText(QRect(left, rect.top(), rect.right() - left + px(2), rect.height()),
                     Qt::AlignLeft | Qt::AlignVCenter | Qt::TextShowMnemonic, text);
}

void paintToolButtonPanel(const QStyleOption& option, QPainter& painter, const QWidget*) {
    const QRectF rect = option.rect;
    const double radius = px(kRadiusControl);
    if (has(option, QStyle::State_On))
        paintBox(painter, rect, radius, shaded(option, color(Role::Selected)), QColor());
    else if (has(option, QStyle::State_Enabled) && (has(option, QStyle::State_MouseOver) || has(option, QStyle::State_Sunken)))
        paintBox(painter, rect, radius, shaded(option, color(Role::Raised)), QColor());
    if (showsFocus(option)) paintFocusRing(painter, rect, radius);
}

void paintCheckBox(const QStyleOption& option, QPainter& painter) {
    const bool enabled = has(option, QStyle::State_Enabled);
    const bool mixed = has(option, QStyle::State_NoChange), on = has(option, QStyle::State_On) || mixed;
    const QRectF rect = option.rect;
    const QColor fill = on ? color(enabled ? Role::Accent : Role::Muted) : shaded(option, color(Role::Surface));
    paintBox(painter, rect, px(4), fill, on ? QColor() : color(Role::Control));
    if (on) paintIcon(painter, rect.adjusted(1, 1, -1, -1), mixed ? Icon::Dash : Icon::Check, color(Role::OnAccent));
    if (showsFocus(option)) paintFocusRing(painter, rect.adjusted(-2, -2, 2, 2), px(kRadiusControl));
}

void paintRadioButton(const QStyleOption& option, QPainter& painter) {
    const bool on = has(option, QStyle::State_On), enabled = has(option, QStyle::State_Enabled);
    const QRectF rect = option.rect;
    const QColor accent = color(enabled ? Role::Accent : Role::Muted);
    paintBox(painter, rect, rect.width() / 2, on ? accent : shaded(option, color(Role::Surface)),
             on ? QColor() : color(Role::Control));
    const double inset = rect.width() * 0.31;
    if (on) paintBox(painter, rect.adjusted(inset, inset, -inset, -inset), rect.width(), color(Role::OnAccent), QColor());
    if (showsFocus(option)) paintFocusRing(painter, rect.adjusted(-2, -2, 2, 2), rect.width());
}

}  // namespace tessera::ui
