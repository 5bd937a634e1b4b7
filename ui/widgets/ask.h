// SPDX-License-Identifier: GPL-3.0-or-later
// Messages and short questions over a window. The program has no others, so that all look, read and close alike.
#pragma once

#include <QString>

#include <functional>

class QWidget;

namespace tessera::ui {

/// Nobody waits for the user to close it.
void tell(QWidget* over, const QString& title, const QString& text);
void tellProblem(QWidget* over, const QString& title, const QString& text);

struct Question {
    QString title;
    QString text;
    QString details;  // below the text, may be empty
    QString yes;      // the button that does it: a verb
    QString no;
};
/// `done` after "yes". Return and Escape mean "no".
void ask(QWidget* over, const Question& question, std::function<void()> done);
/// The same, and waits for the answer: for what cannot go on without it.
bool waitForYes(QWidget* over, const Question& question);

/// A name of one line; `done` when it is not empty.
void askName(QWidget* over, const QString& title, const QString& before, std::function<void(const QString&)> done);

}  // namespace tessera::ui
