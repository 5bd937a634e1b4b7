// SPDX-License-Identifier: GPL-3.0-or-later
// What else might have stood where a token stands: shown under the mouse and beside the token that has the focus.
#pragma once

#include "core/chat/store/message_tree.h"
#include "core/chat/token_trace.h"

#include <QFrame>
#include <QTimer>

class QLabel;
class QListWidget;
class QPushButton;

namespace tessera::ui {

/// In quotation marks, with signs for line ends and tabs: “ Paris”.
QString shownToken(const std::string& text);
/// "63 %"; under one in a hundred with a decimal.
QString shownProbability(double probability);

class TokenPopup : public QFrame {
    Q_OBJECT
public:
    struct Options {
        bool inspect = false;  // the inspector is there
        bool change = true;    // the answer may be regenerated
        bool at_once = false;  // without waiting whether the mouse rests
    };

    explicit TokenPopup(QWidget* parent);

    /// `place`: of the token, in the parent's coordinates.
    void showFor(MessageNumber number, const TokenTrace& trace, int token, const QRect& place, Options options);
    /// The pointer has left the token: it goes unless the pointer or the focus is in it.
    void leave();
    void takeFocus();
    /// In one sentence, for screen readers.
    QString description() const { return m_description; }
    QListWidget* list() const { return m_list; }

signals:
    void alternativeChosen(tessera::MessageNumber number, int token, int alternative);
    void inspectChosen(tessera::MessageNumber number, int token);
    /// Left by Escape: the focus should go back to the message.
    void left(tessera::MessageNumber number);

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void appear();
    void choose(int row);

    QLabel* m_title;
    QListWidget* m_list;
    QPushButton* m_again;
    QPushButton* m_inspect;
    QTimer m_appear_timer;
    QTimer m_leave_timer;
    MessageNumber m_number = kNoMessage;
    int m_token = -1;
    QRect m_place;
    QString m_description;
};

}  // namespace tessera::ui
