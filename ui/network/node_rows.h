// SPDX-License-Identifier: GPL-3.0-or-later
// From what core knows of nodes to the rows that are shown. Pure but for the language.
#pragma once

#include "core/compute/node_directory.h"
#include "core/compute/nodes_engine.h"
#include "core/compute/row_nodes.h"
#include "ui/network/node_model.h"

#include <optional>

namespace tessera::ui {

/// The loaded model as far as nodes go.
struct ModelOnNodes {
    int layers = 0;
    Sha256Digest set_id{};
    bool over_nodes = false;               // the rest is empty otherwise
    std::vector<RowPart> parts = {};       // they multiply rows; the rest is empty then, too
    std::vector<PlacedSpan> plan = {};
    std::vector<NodeState> nodes = {};
    std::vector<SpanActivity> activity = {};
};

/// "layers 0 to 14", "layer 7".
QString layersText(LayerSpan span);

/// `left_out`: ids in hex that the user does not want.
std::vector<NodeInfo> nodeRows(const NodeInfo& this_machine, const std::vector<ListedPeer>& peers, const std::optional<ModelOnNodes>& model, const QStringList& left_out);

}  // namespace tessera::ui
