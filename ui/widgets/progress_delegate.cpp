// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/progress_delegate.h"

#include "ui/style/paint.h"
#include "ui/style/theme.h"

#include <QPainter>

#include <algorithm>

namespace tessera::ui {

void ProgressDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    QStyledItemDelegate::paint(painter, option, index);
    const double fraction = index.data(m_role).toDouble();
    if (fraction < 0) return;
    const QRectF track(option.rect.left() + px(6), option.rect.bottom() - px(3), option.rect.width() - px(kSpace), px(2));
    paintBox(*painter, track, 1, color(Role::Divider), QColor());
    QRectF filled = track;
    filled.setWidth(track.width() * std::clamp(fraction, 0.0, 1.0));
    paintBox(*painter, filled, 1, color(Role::Accent), QColor());
}

}  // namespace tessera::ui
