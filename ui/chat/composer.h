// SPDX-License-Identifier: GPL-3.0-or-later
// Where one writes: text, attached files, what the answer is made with, how full the context is, send or stop.
#pragma once

#include "core/chat/store/message_tree.h"
#include "ui/chat/context_meter.h"

#include <QPlainTextEdit>
#include <QPushButton>
#include <QWidget>

#include <vector>

class QHBoxLayout;
class QMenu;
class QMimeData;
class QToolButton;

namespace tessera::ui {

/// Grows with its text up to a limit. Enter sends, Shift+Enter starts a line.
class ComposerEdit : public QPlainTextEdit {
    Q_OBJECT
public:
    explicit ComposerEdit(QWidget* parent = nullptr);

signals:
    void sendPressed();
    void filesGiven(const QStringList& paths);
    /// Arrow up in an empty field: edit the last question.
    void editLastPressed();

protected:
    void keyPressEvent(QKeyEvent* event) override;
    bool canInsertFromMimeData(const QMimeData* source) const override;
    void insertFromMimeData(const QMimeData* source) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void fitHeight();
};

class Composer : public QWidget {
    Q_OBJECT
public:
    explicit Composer(QWidget* parent = nullptr);

    ComposerEdit* edit() const { return m_edit; }
    QPushButton* modelButton() const { return m_model; }
    QPushButton* presetButton() const { return m_preset; }
    QPushButton* systemButton() const { return m_system; }
    QToolButton* attachButton() const { return m_attach; }
    /// Checked: answers are recorded with the probabilities of their tokens.
    QToolButton* probabilitiesButton() const { return m_probabilities; }
    QPushButton* sendButton() const { return m_send; }
    ContextBar* contextBar() const { return m_context; }

    /// Shown as far as there is room for it.
    void setModelName(const QString& name);
    QString text() const { return m_edit->toPlainText(); }
    void setText(const QString& text);
    const std::vector<Attachment>& attachments() const { return m_attachments; }
    /// False over the limit on files.
    bool addAttachment(Attachment attachment);
    void clear();
    void setMeasure(const std::optional<ContextMeasure>& measure);
    /// The button stops instead of sending.
    void setBusy(bool busy);
    bool isBusy() const { return m_busy; }
    /// The button answers the last question even without a text.
    void setMayAnswer(bool may);

signals:
    void sendRequested();
    void stopRequested();
    /// Text or files.
    void changed();
    void filesGiven(const QStringList& paths);

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void showAttachments();
    void showSend();
    void fitRow();

    ComposerEdit* m_edit;
    QWidget* m_files;
    QHBoxLayout* m_files_row;
    QPushButton *m_model, *m_preset, *m_system;
    QToolButton *m_attach, *m_probabilities;
    QHBoxLayout* m_row;
    ContextBar* m_context;
    QPushButton* m_send;
    std::vector<Attachment> m_attachments;
    std::vector<std::uint32_t> m_attachment_tokens;
    QString m_model_name;
    bool m_busy = false;
    bool m_may_answer = false;
};

}  // namespace tessera::ui
