// SPDX-License-Identifier: GPL-3.0-or-later
// What stands at the top of pages: the title with its actions and facts, and tabs over the views.
#pragma once

#include <QStringList>
#include <QWidget>

#include <functional>
#include <initializer_list>

class QButtonGroup;
class QHBoxLayout;
class QMenu;
class QPushButton;

namespace tessera::ui {

/// The title, at the right of it the actions, and the facts below.
QWidget* makePageHeader(QWidget* title, std::initializer_list<QWidget*> actions, QWidget* facts);

/// The button with three dots; its menu is filled anew each time.
QPushButton* makeMoreButton(std::function<void(QMenu&)> fill);

/// A row of buttons of which one is chosen: tabs over a stack of views.
class SegmentBar : public QWidget {
    Q_OBJECT
public:
    explicit SegmentBar(const QStringList& titles, QWidget* parent = nullptr);

    /// What stands at the right end of the row.
    void addAtEnd(QWidget* widget);
    /// Without chosen().
    void choose(int index);
    QString title(int index) const;

signals:
    /// By the user.
    void chosen(int index);

private:
    QHBoxLayout* m_row;
    QButtonGroup* m_buttons;
};

}  // namespace tessera::ui
