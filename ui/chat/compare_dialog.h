// SPDX-License-Identifier: GPL-3.0-or-later
// What an answer is to be compared with: another version of it, or a new one with other settings.
#pragma once

#include "ui/chat/chat_controller.h"

#include <QDialog>

class QComboBox;
class QLineEdit;

namespace tessera::ui {

class ModelLibrary;
class Presets;

class CompareDialog : public QDialog {
    Q_OBJECT
public:
    CompareDialog(const ChatController& controller, const Presets& presets, const ModelLibrary& library, MessageNumber number, QWidget* parent);

    /// kNoMessage: a new answer, by variant().
    MessageNumber version() const;
    AnswerVariant variant() const;

private:
    void showFields();

    SamplingSettings m_now;
    const Presets& m_presets;
    QComboBox *m_version, *m_preset, *m_model;
    QLineEdit* m_seed;
};

}  // namespace tessera::ui
