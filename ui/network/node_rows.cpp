// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/network/node_rows.h"

#include "ui/widgets/error_text.h"

#include <algorithm>

namespace tessera::ui {
namespace {

class Words {
    Q_DECLARE_TR_FUNCTIONS(tessera::ui::NodeRows)
};

QString absence(const Error& error) {
    switch (error.kind) {
        case ErrorKind::Refused: return Words::tr("refuses this machine");
        case ErrorKind::Network: return Words::tr("no answer");
        case ErrorKind::OutOfMemory: return Words::tr("full");
        default: return Words::tr("cannot be used");
    }
}

void addWork(NodeInfo& row, const ModelOnNodes& model, const std::optional<NodeAddress>& who) {
    for (const PlacedSpan& placed : model.plan)
        if (placed.node == who) row.computes.emplace_back(placed.span.first, placed.span.last);
    for (const SpanActivity& activity : model.activity) {
        if (activity.node != who) continue;
        row.busy = row.busy || activity.steps > 0;
        row.rows += activity.rows;
    }
    if (row.computes.empty()) return;
    QStringList runs;
    for (const auto& [first, last] : row.computes) runs.append(first == last ? QString::number(first) : Words::tr("%1 to %2").arg(first).arg(last));
    row.state = Words::tr("computes layers %1").arg(runs.join(QStringLiteral(", ")));
    row.standing = NodeStanding::Computes;
}

void judge(NodeInfo& row, const ListedPeer& listed, const std::optional<ModelOnNodes>& model) {
    if (!row.used) {
        row.state = Words::tr("not used: unticked");
        return;
    }
    if (!listed.said) {
        row.standing = NodeStanding::Absent;
        row.state = absence(listed.absent);
        row.why = errorText(listed.absent);
        return;
    }
    row.standing = NodeStanding::Ready;
    if (!model) {
        row.state = Words::tr("ready");
        return;
    }
    if (listed.said->set_id != model->set_id) {
        row.standing = NodeStanding::Idle;
        row.state = Words::tr("serves another model");
        row.layers = 0;
        return;
    }
    row.state = model->over_nodes ? Words::tr("ready, in reserve") : Words::tr("ready for this model");
    const auto known = std::ranges::find_if(model->nodes, [&](const NodeState& node) { return node.address.id == listed.peer.id; });
    if (known != model->nodes.end() && !known->available) {
        row.standing = NodeStanding::Absent;
        row.state = Words::tr("left out");
        row.why = QString::fromStdString(known->why);
    }
    addWork(row, *model, NodeAddress{listed.peer.id, listed.peer.endpoint});
}

}  // namespace

QString layersText(LayerSpan span) { return span.first == span.last ? Words::tr("layer %1").arg(span.first) : Words::tr("layers %1 to %2").arg(span.first).arg(span.last); }

std::vector<NodeInfo> nodeRows(const NodeInfo& this_machine, const std::vector<ListedPeer>& peers, const std::optional<ModelOnNodes>& model, const QStringList& left_out) {
    std::vector<NodeInfo> rows{this_machine};
    if (model && model->over_nodes) {
        rows.front().standing = NodeStanding::Ready;
        rows.front().state = Words::tr("computes embedding and output");
        addWork(rows.front(), *model, std::nullopt);
    }
    for (const ListedPeer& listed : peers) {
        if (listed.peer.endpoint.empty()) continue;
        NodeInfo row;
        row.id = QString::fromStdString(toHex(listed.peer.id));
        row.name = QString::fromStdString(listed.peer.name.empty() ? shortId(listed.peer.id) : listed.peer.name);
        row.kind = NodeKind::Node;
        row.address = QString::fromStdString(listed.peer.endpoint);
        row.used = !left_out.contains(row.id);
        row.layers = model ? model->layers : 0;
        if (listed.said) {
            const NodeDescription& said = *listed.said;
            row.first_layer = said.span.first;
            row.last_layer = said.span.last;
            row.seconds_per_row = said.seconds_per_row;
            row.round_trip_seconds = said.round_trip_seconds;
            row.sessions = said.sessions;
            row.max_sessions = said.max_sessions;
            row.memory = said.memory_budget;
            row.memory_used = said.memory_used;
            row.numerics = QString::fromStdString(said.numerics);
        }
        judge(row, listed, model);
        rows.push_back(std::move(row));
    }
    return rows;
}

}  // namespace tessera::ui
