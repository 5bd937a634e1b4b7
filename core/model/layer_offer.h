// SPDX-License-Identifier: GPL-3.0-or-later
// This machine as a node for a fragment set: what `tessera node` runs, and the window.
#pragma once

#include "core/compute/node_server.h"
#include "core/model/loaded_model.h"

#include <filesystem>
#include <memory>
#include <optional>

namespace tessera {

struct OfferOptions {
    std::optional<LayerSpan> layers = {};   // nullopt: the longest run whose fragments are here; {0, −1}: rows of matrices alone
    LoadOptions load = {};                  // how the weights are loaded
    NodeOptions node = {};                  // its set_id is filled in
    std::filesystem::path identity = {};    // the identity's folder; empty: this user's
};

/// Members are listed so that each is destroyed before what it borrows. Any thread may call any method.
class LayerOffer {
public:
    LayerSpan span() const { return m_engine->span(); }
    const FragmentEngine& engine() const { return *m_engine; }
    const NodeSpeed& speed() const { return m_speed; }
    NodeAddress address() const { return m_server->address(); }
    NodeStatus status() const { return m_server->status(); }
    const std::string& modelName() const { return m_model->set.store->manifest().model_name; }

private:
    friend Result<std::unique_ptr<LayerOffer>> offerLayers(const std::filesystem::path&, const OfferOptions&, const Operation&);
    LayerOffer() = default;

    std::unique_ptr<LoadedModel> m_model;
    std::unique_ptr<FragmentEngine> m_engine;
    std::unique_ptr<PeerList> m_peers;
    NodeSpeed m_speed;
    std::unique_ptr<NodeServer> m_server;
};

/// Loads the layers, measures them and listens. NotFound names layers whose fragments are missing; InvalidArgument when
/// the set has no hashes, by which callers know it; Io when the address cannot be listened on.
Result<std::unique_ptr<LayerOffer>> offerLayers(const std::filesystem::path& set, const OfferOptions& options, const Operation& operation);

}  // namespace tessera
