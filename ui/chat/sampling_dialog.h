// SPDX-License-Identifier: GPL-3.0-or-later
// How answers are sampled: every number of the sampler, presets, and what happens when the context is full.
#pragma once

#include "core/chat/store/conversation_store.h"

#include <QDialog>

class QComboBox;
class QDoubleSpinBox;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;
class QSpinBox;

namespace tessera::ui {

class Presets;

class SamplingDialog : public QDialog {
    Q_OBJECT
public:
    SamplingDialog(Presets& presets, const SamplingSettings& settings, ContextPolicy policy, QWidget* parent);

    SamplingSettings settings() const;
    ContextPolicy policy() const;
    void setSettings(const SamplingSettings& settings);

    // For the buttons, with the name asked before
    bool saveAs(const QString& name);
    bool renameTo(const QString& name);
    void removePreset();

private:
    QWidget* makePresetRow();
    QWidget* makeForm();
    void fillPresets();
    void edited();

    Presets& m_presets;
    QComboBox* m_preset;
    QPushButton *m_save, *m_rename, *m_remove;
    QDoubleSpinBox *m_temperature, *m_top_p, *m_min_p, *m_repeat, *m_presence, *m_frequency;
    QSpinBox *m_top_k, *m_last_n, *m_max_tokens;
    QLineEdit* m_seed;
    QPlainTextEdit* m_stops;
    QComboBox* m_policy;
    std::string m_name;  // of the preset these values are; empty when changed by hand
    std::vector<std::pair<TokenId, float>> m_bias;
    bool m_setting = false;
};

}  // namespace tessera::ui
