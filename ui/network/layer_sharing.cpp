// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/network/layer_sharing.h"

#include "core/base/platform/paths.h"
#include "ui/model/model_holder.h"

namespace tessera::ui {

void LayerSharing::start(const QString& set, const OfferOptions& options) {
    run(
        tr("Compute layers of %1 for others").arg(setTitle(set)),
        [path = fromUtf8(set.toStdString()), options](const Operation& operation) { return offerLayers(path, options, operation); },
        [](const LayerOffer& offer) {
            const NodeAddress address = offer.address();
            return Numbers{offer.span(), offer.speed(), offer.status(), QString::fromStdString(offer.modelName()), QString::fromStdString(address.text()), address.endpoint};
        },
        [this](const Numbers& numbers) { m_numbers = numbers; });
}

}  // namespace tessera::ui
