// SPDX-License-Identifier: GPL-3.0-or-later
// What of the network lives as long as the program: the nodes that are known, and what this machine offers to others, as
// the settings say.
#pragma once

#include "ui/network/layer_sharing.h"
#include "ui/network/local_api.h"
#include "ui/network/node_watch.h"

namespace tessera::ui {

class ModelHolder;
class Settings;

/// What both services are asked for: which model, who reaches it.
struct ServiceSettings {
    QString set;              // empty: the loaded model
    bool everywhere = false;  // every network; otherwise this machine only
    int port = 0;
};
struct SharingSettings : ServiceSettings {
    enum Layers { Longest, Chosen, RowsOnly };
    Layers layers = Longest;  // the longest run that is here, these, or rows of matrices alone
    int first = 0, last = 0;
    bool own_kernels = false; // for callers that choose them, too
};
struct ApiSettings : ServiceSettings {
    bool key = false;         // asked for on this machine, too
    bool fragments = false;   // served beside the API
    bool at_start = false;
};
SharingSettings readSharingSettings(const Settings& settings);
void writeSharingSettings(Settings& settings, const SharingSettings& wish);
ApiSettings readApiSettings(const Settings& settings);
void writeApiSettings(Settings& settings, const ApiSettings& wish);

/// UI thread only.
class NetworkServices : public QObject {
    Q_OBJECT
public:
    NetworkServices(Settings& settings, JobRunner& jobs, ModelHolder& model, QObject* parent = nullptr);

    NodeWatch& watch() { return m_watch; }
    LayerSharing& sharing() { return m_sharing; }
    LocalApi& api() { return m_api; }

    /// The set that a service would take; empty while none is chosen and none is loaded.
    QString setFor(const ServiceSettings& wish) const;
    void startSharing();
    void startApi();
    /// Stops it when it runs, and starts it again.
    void restartApi();
    /// What the user wants to have with the program: at once, or as soon as its model is loaded.
    void startChosen();

private:
    Settings& m_settings;
    ModelHolder& m_model;
    NodeWatch m_watch;
    LayerSharing m_sharing;
    LocalApi m_api;
    bool m_api_waits = false;    // for the loaded model
    bool m_api_restarts = false;  // once it has stopped
};

}  // namespace tessera::ui
