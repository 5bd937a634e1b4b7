// SPDX-License-Identifier: GPL-3.0-or-later
// What to run and what to keep of it, with what that costs.
#pragma once

#include "ui/inspector/inspector_session.h"
#include "ui/inspector/inspector_view.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QProgressBar;
class QPushButton;
class QTimer;

namespace tessera::ui {

class Card;
class ElidedLabel;
class Settings;

class InspectorFormWidget : public QWidget {
    Q_OBJECT
public:
    InspectorFormWidget(InspectorSession& session, Settings& settings, QWidget* parent = nullptr);

    InspectorForm form() const;
    void setPrompt(const QString& prompt, PromptKind kind);
    /// Tokens of an answer: they run as they are until the text is changed.
    void setTokens(const QString& text, std::vector<TokenId> tokens);
    void setForm(const InspectorForm& form);

    bool keeps(CapturePart part) const;
    /// Why this part cannot be kept of the loaded model; empty: it can.
    QString whyNot(CapturePart part) const;
    void setKeeps(CapturePart part, bool keep);
    void setCaptures(const QString& captures);
    void addCaptures(const QString& captures);
    void setEngine(EngineKind engine);
    void unfold(bool open);

    /// Of the form as it stands; `cost.parts` empty until it is known.
    const InspectorEstimate& estimate() const { return m_estimate; }
    QString costText() const;
    void focusPrompt();

signals:
    void runWanted();
    void stopWanted();
    void estimateChanged();
    void chooseTensorsWanted();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void followModel();
    QWidget* makePromptRow();
    QWidget* makeCostRow();
    QWidget* makeParts();
    void change();
    void ask();
    void showEstimate();
    void showBusy();
    quint64 partBytes(CapturePart part) const;

    InspectorSession& m_session;
    Settings& m_settings;
    QPlainTextEdit* m_prompt;
    QComboBox *m_kind, *m_engine;
    QPushButton *m_run, *m_fold;
    ElidedLabel* m_cost;
    QProgressBar* m_progress;
    Card* m_parts;
    QCheckBox* m_boxes[6] = {};
    QLabel* m_part_costs[6] = {};
    QString m_hints[6];
    QLineEdit* m_captures;
    QTimer* m_delay;
    std::vector<TokenId> m_tokens;
    bool m_through_nodes = false;
    InspectorEstimate m_estimate;
    bool m_setting = false;
};

}  // namespace tessera::ui
