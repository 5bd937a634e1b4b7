// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/style/icons.h"
#include "ui/style/paint.h"
#include "ui/style/paint_controls.h"
#include "ui/style/theme.h"

#include <QPainter>
#include <QStyle>

#include <algorithm>

namespace tessera::ui {
namespace {

QRectF square(const QRectF& inside, double side) {
    return QRectF(inside.center().x() - side / 2, inside.center().y() - side / 2, side, side);
}

QColor ink(const QStyleOption& option) {
    return color(option.state & QStyle::State_Enabled ? Role::Text : Role::Muted);
}

}  // namespace

void paintField(const QStyleOption& option, QPainter& painter) {
    const bool enabled = option.state & QStyle::State_Enabled, focus = option.state & QStyle::State_HasFocus;
    const bool read_only = option.state & QStyle::State_ReadOnly;
    paintBox(painter, option.rect, px(kRadiusControl), color(enabled && !read_only ? Role::Surface : Role::Window),
             color(focus ? Role::Accent : enabled ? Role::Control : Role::Divider), focus ? 2 : 1);
}

void paintComboBox(const QStyleOptionComboBox& option, QPainter& painter) {
    QStyleOption field = option;
    if (!option.editable && !(option.state & QStyle::State_KeyboardFocusChange)) field.state &= ~QStyle::State_HasFocus;
    paintField(field, painter);
    const QRectF end(option.rect.right() - px(26), option.rect.top(), px(22), option.rect.height());
    paintIcon(painter, square(end, px(12)), Icon::ChevronDown, ink(option));
}

void paintSpinButtons(const QStyleOptionSpinBox& option, QPainter& painter, const QRect& up, const QRect& down) {
    const auto arrow = [&](const QRect& rect, QStyle::SubControl control, QAbstractSpinBox::StepEnabledFlag step, Icon name) {
        const bool enabled = (option.state & QStyle::State_Enabled) && (option.stepEnabled & step);
        if (enabled && (option.activeSubControls & control))
            paintBox(painter, QRectF(rect).adjusted(1, 1, -1, -1), px(4), color(Role::Raised), QColor());
        paintIcon(painter, square(rect, px(10)), name, color(enabled ? Role::Text : Role::Control));
    };
    arrow(up, QStyle::SC_SpinBoxUp, QAbstractSpinBox::StepUpEnabled, Icon::ChevronUp);
    arrow(down, QStyle::SC_SpinBoxDown, QAbstractSpinBox::StepDownEnabled, Icon::ChevronDown);
}

void paintSlider(const QStyleOptionSlider& option, QPainter& painter, const QRect& groove, const QRect& handle) {
    const bool enabled = option.state & QStyle::State_Enabled, across = option.orientation == Qt::Horizontal;
    const double thickness = px(4);
    const QRectF track = across ? QRectF(groove.left(), handle.center().y() + 0.5 - thickness / 2, groove.width(), thickness)
                                : QRectF(handle.center().x() + 0.5 - thickness / 2, groove.top(), thickness, groove.height());
    paintBox(painter, track, thickness / 2, color(Role::Control), QColor());
    QRectF filled = track;
    if (across) {
        if (option.upsideDown) filled.setLeft(handle.center().x());
        else filled.setRight(handle.center().x());
    } else {
        filled.setTop(handle.center().y());
    }
    const QColor accent = color(enabled ? Role::Accent : Role::Muted);
    paintBox(painter, filled, thickness / 2, accent, QColor());
    const QRectF knob = square(QRectF(handle), px(16));
    paintBox(painter, knob, knob.width() / 2, accent, color(Role::Surface), 2);
    if (showsFocus(option)) paintFocusRing(painter, knob.adjusted(-2, -2, 2, 2), knob.width());
}

void paintScrollBar(const QStyleOptionSlider& option, QPainter& painter, const QRect& handle) {
    if (option.minimum == option.maximum || handle.isEmpty()) return;
    const bool lit = option.state & (QStyle::State_MouseOver | QStyle::State_Sunken);
    const bool across = option.orientation == Qt::Horizontal;
    const double thickness = px(lit ? 8 : 6);
    const QPointF middle = QRectF(handle).center();
    const QRectF bar = across ? QRectF(handle.left() + 2, middle.y() - thickness / 2, handle.width() - 4, thickness)
                              : QRectF(middle.x() - thickness / 2, handle.top() + 2, thickness, handle.height() - 4);
    QColor ground = color(Role::Control);
    ground.setAlphaF(lit ? 1.0F : 0.7F);
    paintBox(painter, bar, thickness / 2, ground, QColor());
}

void paintProgress(const QStyleOptionProgressBar& option, QPainter& painter) {
    const double thickness = px(6);
    const QRectF track(option.rect.left(), option.rect.center().y() + 0.5 - thickness / 2, option.rect.width(), thickness);
    paintBox(painter, track, thickness / 2, color(Role::Divider), QColor());
    QRectF filled = track;
    if (option.maximum > option.minimum) {
        const double part = double(option.progress - option.minimum) / (option.maximum - option.minimum);
        filled.setWidth(track.width() * std::clamp(part, 0.0, 1.0));
        if (filled.width() < 1) return;
        filled.setWidth(std::max(filled.width(), thickness));
        paintBox(painter, filled, thickness / 2, color(Role::Accent), QColor());
        return;
    }
    // How long it takes is not known: hatched all over, without moving.
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(QBrush(color(Role::Accent), Qt::BDiagPattern));
    painter.drawRoundedRect(track, thickness / 2, thickness / 2);
    painter.restore();
}

}  // namespace tessera::ui
