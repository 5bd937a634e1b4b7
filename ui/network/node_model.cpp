// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/network/node_model.h"

#include "ui/network/plain_tip.h"
#include "ui/style/icons.h"
#include "ui/widgets/text_format.h"

#include <QPoint>

#include <algorithm>

namespace tessera::ui {
namespace {

QString milliseconds(double seconds) { return seconds > 0 ? NodeModel::tr("%1 ms").arg(formatNumber(1e3 * seconds, seconds < 0.01 ? 2 : 0)) : QString(); }

Role roleOf(const NodeInfo& node) {
    if (node.standing == NodeStanding::Absent) return Role::Warn;
    return node.kind == NodeKind::ThisMachine ? Role::Accent : Role::Remote;
}

QString textOf(const NodeInfo& node, int column) {
    switch (column) {
        case NodeModel::Name: return node.name;
        case NodeModel::Layers: return layersText(node);
        case NodeModel::State: return node.busy ? NodeModel::tr("%1 · at work").arg(node.state) : node.state;
        case NodeModel::Speed: return node.seconds_per_row > 0 ? NodeModel::tr("%1 a token").arg(milliseconds(node.seconds_per_row)) : QString();
        case NodeModel::Latency: return milliseconds(node.round_trip_seconds);
        case NodeModel::Queue: return node.max_sessions == 0 ? QString() : NodeModel::tr("%1 of %2").arg(node.sessions).arg(node.max_sessions);
        case NodeModel::Memory:
            if (node.memory == 0) return {};
            return node.kind == NodeKind::ThisMachine ? formatSize(node.memory) : NodeModel::tr("%1 of %2").arg(formatSize(node.memory_used), formatSize(node.memory));
        case NodeModel::Class: return node.numerics;
        case NodeModel::Address: return node.address;
        default: return {};
    }
}

}  // namespace

QString layersText(const NodeInfo& node) {
    if (node.first_layer < 0 && node.holds_rows) return NodeModel::tr("rows only");
    if (node.first_layer < 0) return QStringLiteral("–");
    if (node.layers == 0) return NodeModel::tr("%1 to %2").arg(node.first_layer).arg(node.last_layer);
    if (node.first_layer == 0 && node.last_layer == node.layers - 1) return NodeModel::tr("all %1").arg(node.layers);
    return NodeModel::tr("%1 to %2 of %3").arg(node.first_layer).arg(node.last_layer).arg(node.layers);
}

void NodeModel::setNodes(const std::vector<NodeInfo>& nodes) {
    const auto before = m_nodes;
    for (const NodeInfo& known : before)
        if (std::none_of(nodes.begin(), nodes.end(), [&](const NodeInfo& each) { return each.id == known.id; })) remove(known.id);
    for (const NodeInfo& node : nodes) set(node);
}

void NodeModel::set(const NodeInfo& node) {
    const auto found = std::find_if(m_nodes.begin(), m_nodes.end(), [&](const NodeInfo& each) { return each.id == node.id; });
    const int row = static_cast<int>(found - m_nodes.begin());
    if (found != m_nodes.end()) {
        *found = node;
        emit dataChanged(index(row, 0), index(row, kColumns - 1));
        return;
    }
    beginInsertRows({}, row, row);
    m_nodes.push_back(node);
    endInsertRows();
}

void NodeModel::remove(const QString& id) {
    const auto found = std::find_if(m_nodes.begin(), m_nodes.end(), [&](const NodeInfo& each) { return each.id == id; });
    if (found == m_nodes.end()) return;
    const int row = static_cast<int>(found - m_nodes.begin());
    beginRemoveRows({}, row, row);
    m_nodes.erase(found);
    endRemoveRows();
}

int NodeModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(m_nodes.size()); }
int NodeModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : kColumns; }

QVariant NodeModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) return {};
    const NodeInfo& node = m_nodes.at(static_cast<std::size_t>(index.row()));
    switch (role) {
        case Qt::DisplayRole: return textOf(node, index.column());
        case Qt::DecorationRole:
            if (index.column() != Name) return {};
            return icon(node.standing == NodeStanding::Absent ? Icon::Warning : node.kind == NodeKind::ThisMachine ? Icon::Processor : Icon::Network, roleOf(node));
        case Qt::CheckStateRole:
            if (index.column() != Name || node.kind == NodeKind::ThisMachine) return {};
            return node.used ? Qt::Checked : Qt::Unchecked;
        case Qt::ToolTipRole: return plainTip(node.why.isEmpty() ? textOf(node, index.column()) : node.why);
        case SpanRole: return QPoint(node.first_layer, node.last_layer);
        case LayerCountRole: return node.layers;
        default: return {};
    }
}

QVariant NodeModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
    switch (section) {
        case Name: return tr("Name");
        case Layers: return tr("Layers");
        case State: return tr("State");
        case Speed: return tr("Speed");
        case Latency: return tr("Latency");
        case Queue: return tr("Sessions");
        case Memory: return tr("Memory");
        case Class: return tr("Numerics class");
        case Address: return tr("Address");
        default: return {};
    }
}

Qt::ItemFlags NodeModel::flags(const QModelIndex& index) const {
    const Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    const bool ticked = index.isValid() && index.column() == Name && m_nodes.at(static_cast<std::size_t>(index.row())).kind == NodeKind::Node;
    return ticked ? flags | Qt::ItemIsUserCheckable : flags;
}

bool NodeModel::setData(const QModelIndex& index, const QVariant& value, int role) {
    if (!index.isValid() || role != Qt::CheckStateRole || index.column() != Name) return false;
    NodeInfo& node = m_nodes.at(static_cast<std::size_t>(index.row()));
    node.used = value.toInt() == Qt::Checked;
    emit dataChanged(index, index);
    emit used(node.id, node.used);
    return true;
}

}  // namespace tessera::ui
