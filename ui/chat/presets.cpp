// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chat/presets.h"

#include "ui/chat/chat_store.h"

#include <algorithm>

namespace tessera::ui {
namespace {

constexpr int kLongestName = 60;

}  // namespace

Presets::Presets(ChatStore& store, QObject* parent) : QObject(parent), m_store(store) {
    m_store.run([](ConversationStore& open) { return open.presets(); }, this, [this](Result<std::vector<SamplingSettings>> presets) {
        if (!presets) return;
        m_own = std::move(*presets);
        emit changed();
    });
}

std::vector<SamplingSettings> Presets::all() const {
    std::vector<SamplingSettings> presets = builtInPresets();
    presets.insert(presets.end(), m_own.begin(), m_own.end());
    return presets;
}

const SamplingSettings* Presets::find(const QString& name) const {
    for (const std::vector<SamplingSettings>* presets : {&builtInPresets(), &m_own})
        for (const SamplingSettings& preset : *presets)
            if (QString::fromStdString(preset.preset) == name) return &preset;
    return nullptr;
}

bool Presets::isBuiltIn(const QString& name) {
    return std::any_of(builtInPresets().begin(), builtInPresets().end(), [&](const SamplingSettings& preset) { return QString::fromStdString(preset.preset) == name; });
}

bool Presets::save(const SamplingSettings& settings) {
    const QString name = QString::fromStdString(settings.preset);
    if (name.isEmpty() || name.size() > kLongestName || isBuiltIn(name)) return false;
    std::erase_if(m_own, [&](const SamplingSettings& preset) { return preset.preset == settings.preset; });
    m_own.push_back(settings);
    std::sort(m_own.begin(), m_own.end(), [](const SamplingSettings& a, const SamplingSettings& b) {
        return QString::localeAwareCompare(QString::fromStdString(a.preset), QString::fromStdString(b.preset)) < 0;
    });
    m_store.save([settings](ConversationStore& store) { return store.savePreset(settings); });
    emit changed();
    return true;
}

bool Presets::rename(const QString& from, const QString& to) {
    const SamplingSettings* found = find(from);
    if (!found || isBuiltIn(from) || find(to)) return false;
    SamplingSettings settings = *found;
    settings.preset = to.toStdString();
    if (!save(settings)) return false;
    remove(from);
    return true;
}

void Presets::remove(const QString& name) {
    std::erase_if(m_own, [&](const SamplingSettings& preset) { return QString::fromStdString(preset.preset) == name; });
    m_store.save([name = name.toStdString()](ConversationStore& store) { return store.removePreset(name); });
    emit changed();
}

QString Presets::title(const std::string& name) {
    if (name == "Precise") return tr("Precise");
    if (name == "Balanced") return tr("Balanced");
    if (name == "Creative") return tr("Creative");
    return name.empty() ? tr("Own settings") : QString::fromStdString(name);
}

}  // namespace tessera::ui
