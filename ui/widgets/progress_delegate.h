// SPDX-License-Identifier: GPL-3.0-or-later
// A cell with a bar under its text.
#pragma once

#include <QStyledItemDelegate>

namespace tessera::ui {

/// The fraction (0…1, negative: not known) comes from `fraction_role`.
class ProgressDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    explicit ProgressDelegate(int fraction_role, QObject* parent = nullptr) : QStyledItemDelegate(parent), m_role(fraction_role) {}
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    int m_role;
};

}  // namespace tessera::ui
