// SPDX-License-Identifier: GPL-3.0-or-later
// The named sampling settings: those that are built in, and the user's own.
#pragma once

#include "core/chat/store/sampling.h"

#include <QObject>
#include <QString>

#include <vector>

namespace tessera::ui {

class ChatStore;

/// UI thread only. Changes are seen at once and kept by the store.
class Presets : public QObject {
    Q_OBJECT
public:
    explicit Presets(ChatStore& store, QObject* parent = nullptr);

    /// Built-in ones first.
    std::vector<SamplingSettings> all() const;
    const SamplingSettings* find(const QString& name) const;
    static bool isBuiltIn(const QString& name);

    /// Under settings.preset. Names of built-in ones are refused: false.
    bool save(const SamplingSettings& settings);
    bool rename(const QString& from, const QString& to);
    void remove(const QString& name);

    /// "Precise" in the language of the window; the user's own as they are.
    static QString title(const std::string& name);

signals:
    void changed();

private:
    ChatStore& m_store;
    std::vector<SamplingSettings> m_own;
};

}  // namespace tessera::ui
