// SPDX-License-Identifier: GPL-3.0-or-later
// The checks of a report as a tree: name, what was found, what is allowed. Rows appear and change as a run goes on.
#pragma once

#include "ui/validation/check_view.h"

#include <QAbstractItemModel>

#include <memory>

namespace tessera::ui {

class ChecklistModel : public QAbstractItemModel {
    Q_OBJECT
public:
    enum Column { Name, Found, Allowed, kColumns };

    explicit ChecklistModel(QObject* parent = nullptr);
    ~ChecklistModel() override;

    /// Keeps the rows that stay; a report of another shape resets the model.
    void setView(ReportView view);
    const ReportView& view() const { return m_view; }

    CheckRef checkAt(const QModelIndex& index) const;
    QModelIndex indexOf(CheckRef check) const;

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& index) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Node;
    Node* nodeOf(const QModelIndex& index) const;
    QModelIndex indexOf(const Node& node, int column) const;
    void grow(Node& node);

    ReportView m_view;
    std::unique_ptr<Node> m_root;
};

/// How a state looks, here and in the history.
QIcon checkStateIcon(CheckState state);

}  // namespace tessera::ui
