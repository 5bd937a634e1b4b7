// SPDX-License-Identifier: GPL-3.0-or-later
// Machines that compute: this one, and the nodes that were joined. One row each.
#pragma once

#include <QAbstractTableModel>

#include <vector>

namespace tessera::ui {

enum class NodeKind { ThisMachine, Node };

/// How a node stands to the loaded model.
enum class NodeStanding {
    Computes,  // layers of it, for us
    Ready,     // would
    Idle,      // has nothing to do with it
    Absent,    // cannot be used
};

struct NodeInfo {
    QString id;                       // stays the same while its numbers change
    QString name;
    NodeKind kind = NodeKind::ThisMachine;
    NodeStanding standing = NodeStanding::Idle;
    int first_layer = -1, last_layer = -1;  // held there; −1: none
    bool holds_rows = false;          // it answers, and has no layers: rows of matrices alone
    int layers = 0;                   // of the whole model; 0: not known
    std::vector<std::pair<int, int>> computes = {};  // runs of layers that it computes for us …
    std::vector<int> shares = {};     // … or of all their matrices these shares of rows, from 0 …
    int of_shares = 0;                // … of so many
    bool busy = false;                // with a step of ours, now
    std::uint64_t rows = 0;           // that it computed for us
    double seconds_per_row = 0;       // through all its layers; 0: not known
    double round_trip_seconds = 0;
    std::uint32_t sessions = 0, max_sessions = 0;
    std::uint64_t memory = 0, memory_used = 0;  // for keys and values; this machine: all of it
    QString numerics = {}, address = {};
    QString state = {};               // in a few words
    QString why = {};                 // it is absent, in full
    bool used = true;                 // the user lets us use it
};

class NodeModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Name, Layers, State, Speed, Latency, Queue, Memory, Class, Address, kColumns };
    /// QPoint(first, last) and the number of all layers, for LayerSpanDelegate.
    enum ItemRole { SpanRole = Qt::UserRole, LayerCountRole };

    using QAbstractTableModel::QAbstractTableModel;
    /// Changes the rows with the same ids, adds and removes the others.
    void setNodes(const std::vector<NodeInfo>& nodes);
    /// Changes the row with that id, or adds it.
    void set(const NodeInfo& node);
    void remove(const QString& id);
    const std::vector<NodeInfo>& nodes() const { return m_nodes; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;

signals:
    /// The user ticked a node, or its tick away.
    void used(const QString& id, bool used);

private:
    std::vector<NodeInfo> m_nodes;
};

/// "all 30", "0 to 14 of 30", "rows only", "–".
QString layersText(const NodeInfo& node);

}  // namespace tessera::ui
