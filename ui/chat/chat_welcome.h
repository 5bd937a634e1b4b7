// SPDX-License-Identifier: GPL-3.0-or-later
// What stands where the messages will be: the way to a model, or some first questions.
#pragma once

#include <QWidget>

class QPushButton;
class QStackedWidget;

namespace tessera::ui {

class EmptyState;

class ChatWelcome : public QWidget {
    Q_OBJECT
public:
    /// `can_fetch`: this installation has the script that gets the default model.
    explicit ChatWelcome(bool can_fetch, QWidget* parent = nullptr);

    void setHasModel(bool has_model);
    bool hasModel() const;
    /// While the default model comes.
    void setFetching(bool fetching);

signals:
    void fetchRequested();
    void openRequested();
    void questionChosen(const QString& text);

private:
    QStackedWidget* m_stack;
    EmptyState* m_no_model;
    QPushButton* m_fetch = nullptr;
};

}  // namespace tessera::ui
