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

/// "part 2 of 3", "parts 1 and 3 of 3"; counted from 1.
QString sharesText(const NodeInfo& row) {
    QStringList numbers;
    for (const int share : row.shares) numbers.append(QString::number(share + 1));
    const QString all = QString::number(row.of_shares);
    if (numbers.size() == 1) return Words::tr("multiplies part %1 of %2").arg(numbers.front(), all);
    return Words::tr("multiplies parts %1 of %2").arg(numbers.join(QStringLiteral(", ")), all);
}

/// Shares of every matrix: the first one is this machine's, the others the nodes' or of whoever replaces them.
void addShares(NodeInfo& row, const ModelOnNodes& model, const std::optional<NodeAddress>& who) {
    if (model.parts.empty()) return;
    row.of_shares = static_cast<int>(model.parts.size()) + 1;
    if (!who) row.shares.push_back(0);
    for (std::size_t i = 0; i < model.parts.size(); ++i) {
        const RowPart& part = model.parts[i];
        const bool own = who && part.node == *who;
        if (part.replaced ? part.by == who : own) {
            row.shares.push_back(static_cast<int>(i) + 1);
            row.busy = row.busy || part.busy;
        }
        if (own) row.rows = part.rows;
        if (own && part.replaced) {
            row.standing = NodeStanding::Absent;
            row.state = part.by ? Words::tr("another node does its work") : Words::tr("this machine does its work");
            row.why = coreText(part.why);
        }
    }
    if (row.shares.empty()) return;
    row.computes = {{0, model.layers - 1}};
    row.standing = NodeStanding::Computes;
    row.state = sharesText(row);
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
        row.why = coreText(known->why);
    }
    addWork(row, *model, NodeAddress{listed.peer.id, listed.peer.endpoint});
    addShares(row, *model, NodeAddress{listed.peer.id, listed.peer.endpoint});
}

}  // namespace

QString layersText(LayerSpan span) { return span.first == span.last ? Words::tr("layer %1").arg(span.first) : Words::tr("layers %1 to %2").arg(span.first).arg(span.last); }

std::vector<NodeInfo> nodeRows(const NodeInfo& this_machine, const std::vector<ListedPeer>& peers, const std::optional<ModelOnNodes>& model, const QStringList& left_out) {
    std::vector<NodeInfo> rows{this_machine};
    if (model && model->over_nodes) {
        rows.front().standing = NodeStanding::Ready;
        rows.front().state = Words::tr("computes embedding and output");
        addWork(rows.front(), *model, std::nullopt);
        addShares(rows.front(), *model, std::nullopt);
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
            row.holds_rows = said.span.layers() <= 0;
            row.first_layer = row.holds_rows ? -1 : said.span.first;
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
