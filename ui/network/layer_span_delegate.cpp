// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/network/layer_span_delegate.h"

#include "ui/network/node_model.h"
#include "ui/style/theme.h"

#include <QPainter>
#include <QPoint>

#include <algorithm>

namespace tessera::ui {

void LayerSpanDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const QPoint span = index.data(NodeModel::SpanRole).toPoint();
    const int layers = index.data(NodeModel::LayerCountRole).toInt();
    QStyleOptionViewItem text = option;
    const int bar = px(8);
    QStyledItemDelegate::paint(painter, text, index);
    if (layers <= 0) return;
    // Beside the words, where there is room.
    const QFontMetrics metrics(option.font);
    const double left = option.rect.left() + px(kSpace) + metrics.horizontalAdvance(index.data().toString()) + px(kSpaceSmall);
    const double right = option.rect.right() - px(kSpaceSmall), width = right - left;
    if (width < px(40)) return;
    const double top = option.rect.center().y() - bar / 2.0, cell = width / layers;
    for (int layer = 0; layer < layers; ++layer) {
        const QRectF rect(left + layer * cell, top, std::max(1.0, cell - (cell > 4 ? 1 : 0)), bar);
        painter->fillRect(rect, color(layer >= span.x() && layer <= span.y() ? Role::Accent : Role::Divider));
    }
}

}  // namespace tessera::ui
