// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/network/node_model.h"

#include "ui/style/icons.h"
#include "ui/widgets/text_format.h"

#include <QPoint>

#include <algorithm>

namespace tessera::ui {
namespace {

QString layersText(const NodeInfo& node) {
    if (node.first_layer < 0) return QStringLiteral("–");
    if (node.first_layer == 0 && node.last_layer == node.layers - 1) return NodeModel::tr("all %1").arg(node.layers);
    return NodeModel::tr("%1 to %2 of %3").arg(node.first_layer).arg(node.last_layer).arg(node.layers);
}

}  // namespace

QString nodeKindName(NodeKind kind) {
    switch (kind) {
        case NodeKind::ThisMachine: return NodeModel::tr("This machine");
        case NodeKind::Node: return NodeModel::tr("Node");
        case NodeKind::Peer: return NodeModel::tr("Peer");
    }
    return {};
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
    if (role == Qt::DisplayRole) {
        switch (index.column()) {
            case Name: return node.name;
            case Kind: return nodeKindName(node.kind);
            case Layers: return layersText(node);
            case Memory: return node.memory == 0 ? QString() : formatSize(node.memory);
            case State: return node.state;
            default: return {};
        }
    }
    if (role == Qt::DecorationRole && index.column() == Name)
        return node.kind == NodeKind::ThisMachine ? icon(Icon::Processor, Role::Accent) : icon(node.kind == NodeKind::Node ? Icon::Network : Icon::ModePeers, Role::Remote);
    if (role == Qt::ToolTipRole) return node.state;
    if (role == SpanRole) return QPoint(node.first_layer, node.last_layer);
    if (role == LayerCountRole) return node.layers;
    return {};
}

QVariant NodeModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
    switch (section) {
        case Name: return tr("Name");
        case Kind: return tr("Kind");
        case Layers: return tr("Layers");
        case Memory: return tr("Memory");
        case State: return tr("State");
        default: return {};
    }
}

}  // namespace tessera::ui
