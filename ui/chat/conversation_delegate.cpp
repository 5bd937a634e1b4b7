// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chat/conversation_delegate.h"

#include "ui/chat/conversation_list.h"
#include "ui/style/icons.h"
#include "ui/style/paint.h"
#include "ui/style/theme.h"

#include <QLineEdit>
#include <QPainter>
#include <QTextLayout>

#include <map>
#include <utility>

namespace tessera::ui {
namespace {

constexpr int kExcerptLines = 2;

/// Asked for each row of a list that may have thousands, so measured once per zoom.
int lineHeight(TextStyle style) {
    static int zoom = 0;
    static std::map<TextStyle, int> heights;
    if (std::exchange(zoom, Theme::instance().zoom()) != Theme::instance().zoom()) heights.clear();
    int& height = heights[style];
    if (height == 0) height = QFontMetrics(font(style)).height();
    return height;
}

/// Text with \x02 and \x03 around what matched → plain text and the ranges.
QString withoutMarks(const QString& marked, QList<QTextLayout::FormatRange>& ranges) {
    QString text;
    QTextCharFormat bold;
    bold.setFontWeight(QFont::DemiBold);
    bold.setForeground(color(Role::Text));
    for (const QChar c : marked) {
        if (c == QChar(2)) ranges.append({static_cast<int>(text.size()), 0, bold});
        else if (c == QChar(3) && !ranges.isEmpty()) ranges.last().length = static_cast<int>(text.size()) - ranges.last().start;
        else text += c.isSpace() ? QLatin1Char(' ') : c;
    }
    return text;
}

void paintExcerpt(QPainter& painter, const QRect& rect, const QString& marked) {
    QList<QTextLayout::FormatRange> ranges;
    const QString text = withoutMarks(marked, ranges);
    QTextLayout layout(text, font(TextStyle::Caption));
    layout.setFormats(ranges);
    layout.beginLayout();
    double y = 0;
    for (int i = 0; i < kExcerptLines; ++i) {
        QTextLine line = layout.createLine();
        if (!line.isValid()) break;
        line.setLineWidth(rect.width());
        line.setPosition(QPointF(0, y));
        y += line.height();
    }
    layout.endLayout();
    painter.setPen(color(Role::Muted));
    layout.draw(&painter, rect.topLeft());
}

void paintHeading(QPainter& painter, const QRect& rect, const QModelIndex& index) {
    painter.setFont(font(TextStyle::Caption));
    painter.setPen(color(Role::Muted));
    const QRect text = rect.adjusted(0, 0, 0, -px(kSpaceTiny));
    painter.drawText(text, Qt::AlignLeft | Qt::AlignBottom, painter.fontMetrics().elidedText(index.data().toString(), Qt::ElideRight, text.width()));
}

void paintFolder(QPainter& painter, const QStyleOptionViewItem& option, const QModelIndex& index) {
    const QRect rect = option.rect.adjusted(px(kSpaceTiny), 0, -px(kSpaceSmall), 0);
    const bool open = index.data(ConversationList::OpenRole).toBool();
    const int side = px(12), symbol = px(kIconSmall);
    paintIcon(painter, QRectF(rect.left(), rect.center().y() - side / 2.0 + 0.5, side, side), open ? Icon::ChevronDown : Icon::ChevronRight, color(Role::Muted));
    const int after = rect.left() + side + px(kSpaceTiny);
    paintIcon(painter, QRectF(after, rect.center().y() - symbol / 2.0 + 0.5, symbol, symbol), Icon::Folder, color(Role::Muted));
    painter.setFont(font(TextStyle::Interface));
    painter.setPen(color(Role::Text));
    const QString count = index.data(ConversationList::SubtitleRole).toString();
    const int count_width = painter.fontMetrics().horizontalAdvance(count);
    const QRect text(after + symbol + px(kSpaceSmall), rect.top(), rect.right() - after - symbol - px(kSpaceSmall) - count_width - px(kSpaceSmall), rect.height());
    painter.drawText(text, Qt::AlignLeft | Qt::AlignVCenter, painter.fontMetrics().elidedText(index.data().toString(), Qt::ElideRight, text.width()));
    painter.setPen(color(Role::Muted));
    painter.drawText(rect, Qt::AlignRight | Qt::AlignVCenter, count);
}

}  // namespace

void ConversationDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const int kind = index.data(ConversationList::KindRole).toInt();
    if (kind == ConversationList::Heading) return paintHeading(*painter, option.rect, index);
    const bool selected = option.state & QStyle::State_Selected, hovered = option.state & QStyle::State_MouseOver;
    const QRectF plate = QRectF(option.rect).adjusted(0, 1, 0, -1);
    if (selected && kind != ConversationList::Folder) paintBox(*painter, plate, px(kRadiusControl), color(Role::Selected), QColor());
    else if (hovered) paintBox(*painter, plate, px(kRadiusControl), color(Role::Raised), QColor());
    if (showsFocus(option)) paintFocusRing(*painter, plate, px(kRadiusControl));
    if (kind == ConversationList::Folder) return paintFolder(*painter, option, index);
    const QRect text = option.rect.adjusted(px(kSpace), px(kSpaceTiny) + px(2), -px(kSpaceSmall), -px(kSpaceTiny));
    painter->setFont(font(selected ? TextStyle::Strong : TextStyle::Interface));
    painter->setPen(color(Role::Text));
    const int line = painter->fontMetrics().height();
    painter->drawText(QRect(text.left(), text.top(), text.width(), line), Qt::AlignLeft | Qt::AlignVCenter,
                      painter->fontMetrics().elidedText(index.data().toString(), Qt::ElideRight, text.width()));
    const QRect below = text.adjusted(0, line + px(1), 0, 0);
    if (kind == ConversationList::Hit) return paintExcerpt(*painter, below, index.data(ConversationList::SubtitleRole).toString());
    painter->setFont(font(TextStyle::Caption));
    painter->setPen(color(Role::Muted));
    painter->drawText(QRect(below.left(), below.top(), below.width(), painter->fontMetrics().height()), Qt::AlignLeft | Qt::AlignVCenter,
                      painter->fontMetrics().elidedText(index.data(ConversationList::SubtitleRole).toString(), Qt::ElideRight, below.width()));
}

QSize ConversationDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const {
    const int interface = lineHeight(TextStyle::Interface), caption = lineHeight(TextStyle::Caption);
    switch (index.data(ConversationList::KindRole).toInt()) {
        case ConversationList::Heading: return QSize(px(160), caption + px(index.row() == 0 ? kSpaceSmall : kSpaceWide));
        case ConversationList::Folder: return QSize(px(160), std::max(px(kControlHeight), interface + px(kSpaceSmall)));
        case ConversationList::Hit: return QSize(px(160), interface + kExcerptLines * caption + px(kSpaceWide));
        default: return QSize(px(160), interface + caption + px(kSpaceWide));
    }
}

QWidget* ConversationDelegate::createEditor(QWidget* parent, const QStyleOptionViewItem&, const QModelIndex&) const {
    auto* edit = new QLineEdit(parent);
    edit->setAccessibleName(tr("New name"));
    edit->setMaxLength(200);
    return edit;
}

void ConversationDelegate::updateEditorGeometry(QWidget* editor, const QStyleOptionViewItem& option, const QModelIndex&) const {
    const int height = std::min(option.rect.height(), editor->sizeHint().height());
    editor->setGeometry(option.rect.left(), option.rect.top() + (option.rect.height() - height) / 2, option.rect.width(), height);
}

}  // namespace tessera::ui
