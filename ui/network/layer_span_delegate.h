// SPDX-License-Identifier: GPL-3.0-or-later
// A node's layers as cells on the axis of all layers, under their numbers.
#pragma once

#include <QStyledItemDelegate>

namespace tessera::ui {

class LayerSpanDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

}  // namespace tessera::ui
