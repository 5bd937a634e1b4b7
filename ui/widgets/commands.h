// SPDX-License-Identifier: GPL-3.0-or-later
// Everything the window can be told to do, by name: menus, shortcuts, the command palette and the list of shortcuts all
// read from here. The keys stand in one table, shortcuts.cpp.
#pragma once

#include <QAction>
#include <QObject>

#include <functional>
#include <vector>

class QWidget;

namespace tessera::ui {

enum class Icon;

struct Command {
    QString id;       // "fragments.verify"
    QString section;  // "Fragments", for lists
    QAction* action = nullptr;
};

class Commands : public QObject {
    Q_OBJECT
public:
    /// Actions without a scope of their own work in all of `window`.
    explicit Commands(QWidget* window);

    /// `scope`: the key works only while focus is inside it (a page); the command itself can always be called from
    /// the palette. The shortcut comes from the table by `id`. Owned here.
    QAction* add(const QString& id, const QString& section, const QString& title, Icon icon, std::function<void()> run,
                 QWidget* scope = nullptr);

    QAction* find(const QString& id) const;
    const std::vector<Command>& all() const { return m_commands; }

private:
    QWidget* m_window;
    std::vector<Command> m_commands;
};

/// Keys of a command, empty when it has none.
QList<QKeySequence> shortcutsFor(const QString& id);
/// Keys that views handle themselves (arrows in the fragment map…), for the list of shortcuts.
struct FixedShortcut {
    QString section, keys, title;
};
std::vector<FixedShortcut> fixedShortcuts();

}  // namespace tessera::ui
