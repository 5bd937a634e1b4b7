// SPDX-License-Identifier: GPL-3.0-or-later
// A list row with a title and a muted line under it.
#pragma once

#include <QStyledItemDelegate>

namespace tessera::ui {

class TwoLineDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    explicit TwoLineDelegate(int subtitle_role, QObject* parent = nullptr) : QStyledItemDelegate(parent), m_role(subtitle_role) {}
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    int m_role;
};

}  // namespace tessera::ui
