// SPDX-License-Identifier: GPL-3.0-or-later
// This machine as a node: computes layers for whoever it lets.
#pragma once

#include "core/model/layer_offer.h"
#include "ui/network/running_service.h"

namespace tessera::ui {

class LayerSharing : public RunningService {
    Q_OBJECT
public:
    using RunningService::RunningService;

    struct Numbers {
        LayerSpan span;
        NodeSpeed speed;
        NodeStatus status;
        QString model, address;  // "ID@HOST:PORT"
        std::string endpoint;
    };
    void start(const QString& set, const OfferOptions& options);
    /// As last heard; only good while On.
    const Numbers& numbers() const { return m_numbers; }

private:
    Numbers m_numbers;
};

}  // namespace tessera::ui
