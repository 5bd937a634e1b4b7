// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/layer_offer.h"

#include "core/base/format.h"
#include "core/engine/model_facts.h"

namespace tessera {
namespace {

Result<LayerSpan> chooseSpan(const std::optional<LayerSpan>& wanted, const LoadedModel& model) {
    TESSERA_TRY(const auto facts, readModelFacts(model.source->model()));
    const auto here = layersPresent(*model.set.store, static_cast<std::int32_t>(facts.layers));
    LayerSpan best{0, -1, true};
    if (!wanted) {
        for (const LayerSpan& span : here)
            if (span.layers() > best.layers()) best = {span.first, span.last, true};
        if (best.layers() == 0) return fail(ErrorKind::NotFound, "no layer's fragments are complete on this machine; 'tessera fetch' gets them, --layers none serves rows of matrices alone");
        return best;
    }
    best = {wanted->first, wanted->last, true};
    if (best.layers() == 0) return best;
    if (best.first < 0 || best.last >= static_cast<std::int32_t>(facts.layers))
        return fail(ErrorKind::InvalidArgument, format("there are no layers {}–{}: {} has 0–{}", best.first, best.last, model.set.store->manifest().model_name, facts.layers - 1));
    for (const LayerSpan& span : here)
        if (span.first <= best.first && best.last <= span.last) return best;
    return fail(ErrorKind::NotFound, format("fragments of layers {}–{} are missing on this machine; 'tessera fetch' gets them", best.first, best.last));
}

}  // namespace

Result<std::unique_ptr<LayerOffer>> offerLayers(const std::filesystem::path& set, const OfferOptions& options, const Operation& operation) {
    TESSERA_CHECK(checkEndpoint(options.node.listen));
    LoadOptions load = options.load;
    load.chat_template = false;
    auto offer = std::unique_ptr<LayerOffer>(new LayerOffer);
    TESSERA_TRY(offer->m_model, openModel(set, load, operation));
    const LoadedModel& model = *offer->m_model;
    if (!model.set.verifiable)
        return fail(ErrorKind::InvalidArgument, "callers know a model by its manifest, which this one does not have; 'tessera fragment' makes it");
    TESSERA_TRY(const LayerSpan span, chooseSpan(options.layers, model));
    TESSERA_TRY(offer->m_engine, loadFragmentEngine(*model.source, load.engine_options, operation, span));
    const auto folder = options.identity.empty() ? identityFolder() : options.identity;
    TESSERA_TRY(const auto identity, loadOrCreateIdentity(folder));
    if (span.layers() > 0) {
        TESSERA_TRY(offer->m_speed, measureSpeed(*offer->m_engine));
    }
    TESSERA_CHECK(operation.checkStop());
    offer->m_peers = std::make_unique<PeerList>(folder);
    NodeOptions node = options.node;
    node.set_id = model.set.store->manifest().set_id;
    TESSERA_TRY(offer->m_server, NodeServer::start(*offer->m_engine, identity, *offer->m_peers, node, offer->m_speed));
    return offer;
}

}  // namespace tessera
