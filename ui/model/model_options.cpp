// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/model/model_options.h"

#include "core/base/limits.h"
#include "ui/settings/settings.h"

#include <array>

namespace tessera::ui {
namespace {

const QString kArea = QStringLiteral("model");
const QString kNetwork = QStringLiteral("network");

template <class Enum, std::size_t N>
Enum named(const QString& text, const std::array<const char*, N>& names, Enum fallback) {
    for (std::size_t i = 0; i < N; ++i)
        if (text == QLatin1String(names[i])) return static_cast<Enum>(i);
    return fallback;
}

constexpr std::array kEngines{"fragments", "llama.cpp"};
constexpr std::array kKvTypes{"f16", "f32", "q8_0"};
constexpr std::array kKernels{"ggml", "own"};
constexpr std::array kVerify{"first use", "at load", "never"};

/// Nodes and this machine must choose the same, so what is chosen for this machine alone says nothing of nodes.
QString kernelsKey(const Settings& settings) { return isNetworkMode(settings) ? QStringLiteral("kernelsOnNodes") : QStringLiteral("kernels"); }

}  // namespace

ModelOptions readModelOptions(const Settings& settings) {
    ModelOptions options;
    options.load.engine = named(settings.text(kArea, QStringLiteral("engine")), kEngines, EngineKind::Fragments);
    options.load.verify = named(settings.text(kArea, QStringLiteral("verify")), kVerify, VerifyPolicy::FirstUse);
    const int threads = settings.number(kArea, QStringLiteral("threads"), 0);
    if (threads > 0 && threads <= limits::kMaxThreads) options.load.engine_options.threads = threads;
    const int context = settings.number(kArea, QStringLiteral("context"), 0);
    if (context > 0 && static_cast<std::uint32_t>(context) <= limits::kMaxContextTokens)
        options.session.context_tokens = static_cast<std::uint32_t>(context);
    options.session.kv_type = named(settings.text(kArea, QStringLiteral("kv")), kKvTypes, KvType::F16);
    options.network = isNetworkMode(settings);
    options.rows = options.network && nodesMultiplyRows(settings);
    if (options.network) options.load.engine = EngineKind::Fragments;  // nodes compute with ours, and rows with ggml's kernels
    if (!options.rows && options.load.engine == EngineKind::Fragments)
        options.load.engine_options.kernels = named(settings.text(kArea, kernelsKey(settings)), kKernels, KernelPolicy::Ggml);
    for (const QString& id : settings.list(kNetwork, QStringLiteral("leftOut"))) options.left_out.push_back(id.toStdString());
    return options;
}

void writeModelOptions(Settings& settings, const ModelOptions& options) {
    const auto name = [](const auto& names, auto value) { return QString::fromLatin1(names[static_cast<std::size_t>(value)]); };
    if (!isNetworkMode(settings)) settings.set(kArea, QStringLiteral("engine"), name(kEngines, options.load.engine));
    if (!(isNetworkMode(settings) && nodesMultiplyRows(settings)) && options.load.engine == EngineKind::Fragments)
        settings.set(kArea, kernelsKey(settings), name(kKernels, options.load.engine_options.kernels));
    settings.set(kArea, QStringLiteral("verify"), name(kVerify, options.load.verify));
    settings.set(kArea, QStringLiteral("threads"), options.load.engine_options.threads);
    settings.set(kArea, QStringLiteral("context"), static_cast<int>(options.session.context_tokens));
    settings.set(kArea, QStringLiteral("kv"), name(kKvTypes, options.session.kv_type));
}

bool isNetworkMode(const Settings& settings) { return settings.text(kNetwork, QStringLiteral("mode")) == QLatin1String("network"); }

void setNetworkMode(Settings& settings, bool network) { settings.set(kNetwork, QStringLiteral("mode"), network ? QStringLiteral("network") : QStringLiteral("local")); }

bool nodesMultiplyRows(const Settings& settings) { return settings.text(kNetwork, QStringLiteral("work")) == QLatin1String("rows"); }

void setNodesMultiplyRows(Settings& settings, bool rows) { settings.set(kNetwork, QStringLiteral("work"), rows ? QStringLiteral("rows") : QStringLiteral("layers")); }

}  // namespace tessera::ui
