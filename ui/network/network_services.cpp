// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/network/network_services.h"

#include "ui/model/model_holder.h"
#include "ui/model/model_options.h"
#include "ui/settings/settings.h"

#include <algorithm>

namespace tessera::ui {
namespace {

const QString kArea = QStringLiteral("network");
constexpr int kSharingPort = 7420, kApiPort = 8337;  // as the command line's

void readService(const Settings& settings, const QString& prefix, int port, ServiceSettings& wish) {
    wish.set = settings.text(kArea, prefix + QStringLiteral("Set"));
    wish.everywhere = settings.flag(kArea, prefix + QStringLiteral("Everywhere"), false);
    wish.port = std::clamp(settings.number(kArea, prefix + QStringLiteral("Port"), port), 0, 65535);
}

void writeService(Settings& settings, const QString& prefix, const ServiceSettings& wish) {
    settings.set(kArea, prefix + QStringLiteral("Set"), wish.set);
    settings.set(kArea, prefix + QStringLiteral("Everywhere"), wish.everywhere);
    settings.set(kArea, prefix + QStringLiteral("Port"), wish.port);
}

const QString kSharing = QStringLiteral("sharing");
const QString kApi = QStringLiteral("api");

std::string hostOf(const ServiceSettings& wish) { return wish.everywhere ? "0.0.0.0" : "127.0.0.1"; }

}  // namespace

SharingSettings readSharingSettings(const Settings& settings) {
    SharingSettings wish;
    readService(settings, kSharing, kSharingPort, wish);
    const QString layers = settings.text(kArea, QStringLiteral("sharingLayers"));
    wish.layers = layers == QLatin1String("chosen") ? SharingSettings::Chosen : layers == QLatin1String("rows") ? SharingSettings::RowsOnly : SharingSettings::Longest;
    wish.own_kernels = settings.flag(kArea, QStringLiteral("sharingOwnKernels"), false);
    wish.first = std::max(0, settings.number(kArea, QStringLiteral("sharingFirst"), 0));
    wish.last = std::max(0, settings.number(kArea, QStringLiteral("sharingLast"), 0));
    return wish;
}

void writeSharingSettings(Settings& settings, const SharingSettings& wish) {
    writeService(settings, kSharing, wish);
    constexpr const char* kLayers[] = {"longest", "chosen", "rows"};
    settings.set(kArea, QStringLiteral("sharingLayers"), QString::fromLatin1(kLayers[wish.layers]));
    settings.set(kArea, QStringLiteral("sharingOwnKernels"), wish.own_kernels);
    settings.set(kArea, QStringLiteral("sharingFirst"), wish.first);
    settings.set(kArea, QStringLiteral("sharingLast"), wish.last);
}

ApiSettings readApiSettings(const Settings& settings) {
    ApiSettings wish;
    readService(settings, kApi, kApiPort, wish);
    wish.key = settings.flag(kArea, QStringLiteral("apiKey"), false);
    wish.fragments = settings.flag(kArea, QStringLiteral("apiFragments"), false);
    wish.at_start = settings.flag(kArea, QStringLiteral("apiAtStart"), false);
    return wish;
}

void writeApiSettings(Settings& settings, const ApiSettings& wish) {
    writeService(settings, kApi, wish);
    settings.set(kArea, QStringLiteral("apiKey"), wish.key);
    settings.set(kArea, QStringLiteral("apiFragments"), wish.fragments);
    settings.set(kArea, QStringLiteral("apiAtStart"), wish.at_start);
}

NetworkServices::NetworkServices(Settings& settings, JobRunner& jobs, ModelHolder& model, QObject* parent)
    : QObject(parent), m_settings(settings), m_model(model), m_watch(jobs), m_sharing(jobs), m_api(jobs) {
    connect(&model, &ModelHolder::stateChanged, this, [this] {
        if (m_model.isReady() && std::exchange(m_api_waits, false)) startApi();
    });
    connect(&m_api, &RunningService::changed, this, [this] {
        if (m_api.state() == ServiceState::Off && std::exchange(m_api_restarts, false)) startApi();
    });
}

QString NetworkServices::setFor(const ServiceSettings& wish) const { return !wish.set.isEmpty() ? wish.set : m_model.isReady() ? m_model.path() : QString(); }

void NetworkServices::startSharing() {
    const SharingSettings wish = readSharingSettings(m_settings);
    const QString set = setFor(wish);
    if (set.isEmpty()) return;
    OfferOptions options;
    options.load = readModelOptions(m_settings).load;
    if (wish.layers == SharingSettings::Chosen) options.layers = LayerSpan{wish.first, wish.last, true};
    if (wish.layers == SharingSettings::RowsOnly) options.layers = LayerSpan{0, -1, true};
    options.load.engine_options.kernels = wish.own_kernels && wish.layers != SharingSettings::RowsOnly ? KernelPolicy::Own : KernelPolicy::Ggml;
    options.node.listen = hostOf(wish) + ":" + std::to_string(wish.port);
    m_sharing.start(set, options);
}

void NetworkServices::startApi() {
    const ApiSettings wish = readApiSettings(m_settings);
    const QString set = setFor(wish);
    if (set.isEmpty()) return;
    const ModelOptions how = readModelOptions(m_settings);
    ModelServerOptions options;
    options.server.address = hostOf(wish);
    options.server.port = static_cast<std::uint16_t>(wish.port);
    options.load = how.load;
    options.session = how.session;
    options.fragments = wish.fragments;
    if (m_model.isReady() && m_model.path() == set) options.loaded = m_model.model();
    m_api.start(set, std::move(options), wish.key || wish.everywhere);
}

void NetworkServices::restartApi() {
    if (m_api.state() == ServiceState::Off) return startApi();
    m_api_restarts = true;
    m_api.stop();
}

void NetworkServices::startChosen() {
    const ApiSettings wish = readApiSettings(m_settings);
    if (!wish.at_start) return;
    if (setFor(wish).isEmpty()) m_api_waits = true;
    else startApi();
}

}  // namespace tessera::ui
