// SPDX-License-Identifier: GPL-3.0-or-later
// Machines that compute: this one, and whatever else the build can reach. One row each.
#pragma once

#include <QAbstractTableModel>

#include <vector>

namespace tessera::ui {

enum class NodeKind { ThisMachine, Node, Peer };

struct NodeInfo {
    QString id;                       // stays the same while its numbers change
    QString name;
    NodeKind kind = NodeKind::ThisMachine;
    int first_layer = -1, last_layer = -1;  // held and computed there; −1: none
    int layers = 0;                   // of the whole model; 0: no model
    std::uint64_t memory = 0;         // bytes it offers
    QString state;                    // in words; for an absent one the reason
};

class NodeModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Name, Kind, Layers, Memory, State, kColumns };
    /// QPoint(first, last) and the number of all layers, for LayerSpanDelegate.
    enum ItemRole { SpanRole = Qt::UserRole, LayerCountRole };

    using QAbstractTableModel::QAbstractTableModel;
    /// Changes the row with that id, or adds it.
    void set(const NodeInfo& node);
    void remove(const QString& id);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<NodeInfo> m_nodes;
};

QString nodeKindName(NodeKind kind);

}  // namespace tessera::ui
