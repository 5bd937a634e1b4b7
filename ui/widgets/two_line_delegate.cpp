// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/two_line_delegate.h"

#include "ui/style/paint.h"
#include "ui/style/theme.h"

#include <QIcon>
#include <QPainter>

namespace tessera::ui {

void TwoLineDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const bool selected = option.state & QStyle::State_Selected, hovered = option.state & QStyle::State_MouseOver;
    const QRectF plate = QRectF(option.rect).adjusted(0, 1, 0, -1);
    if (selected) paintBox(*painter, plate, px(kRadiusControl), color(Role::Selected), QColor());
    else if (hovered) paintBox(*painter, plate, px(kRadiusControl), color(Role::Raised), QColor());
    if (showsFocus(option)) paintFocusRing(*painter, plate, px(kRadiusControl));
    QRect text = option.rect.adjusted(px(kSpace), px(kSpaceTiny) + px(2), -px(kSpaceSmall), -px(kSpaceTiny));
    const QIcon mark = qvariant_cast<QIcon>(index.data(Qt::DecorationRole));
    if (!mark.isNull()) {
        const int side = px(kIconSmall);
        mark.paint(painter, QRect(text.left(), text.top() + px(2), side, side));
        text.setLeft(text.left() + side + px(kSpaceSmall));
    }
    painter->setFont(font(selected ? TextStyle::Strong : TextStyle::Interface));
    painter->setPen(color(Role::Text));
    const int line = painter->fontMetrics().height();
    painter->drawText(QRect(text.left(), text.top(), text.width(), line), Qt::AlignLeft | Qt::AlignVCenter,
                      painter->fontMetrics().elidedText(index.data().toString(), Qt::ElideMiddle, text.width()));
    painter->setFont(font(TextStyle::Caption));
    painter->setPen(color(Role::Muted));
    painter->drawText(QRect(text.left(), text.top() + line + px(1), text.width(), painter->fontMetrics().height()), Qt::AlignLeft | Qt::AlignVCenter,
                      painter->fontMetrics().elidedText(index.data(m_role).toString(), Qt::ElideMiddle, text.width()));
}

QSize TwoLineDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const {
    const int lines = QFontMetrics(font(TextStyle::Interface)).height() + QFontMetrics(font(TextStyle::Caption)).height();
    return QSize(px(180), lines + px(kSpaceWide));
}

}  // namespace tessera::ui
