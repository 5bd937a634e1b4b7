// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/commands.h"

#include "ui/style/icons.h"

#include <QWidget>

namespace tessera::ui {

Commands::Commands(QWidget* window) : QObject(window), m_window(window) {}

QAction* Commands::add(const QString& id, const QString& section, const QString& title, Icon name,
                       std::function<void()> run, QWidget* scope) {
    auto* action = new QAction(icon(name), title, this);
    action->setObjectName(id);
    action->setShortcuts(shortcutsFor(id));
    action->setShortcutContext(scope ? Qt::WidgetWithChildrenShortcut : Qt::WindowShortcut);
    action->setAutoRepeat(false);
    connect(action, &QAction::triggered, this, std::move(run));
    (scope ? scope : m_window)->addAction(action);
    m_commands.push_back({id, section, action});
    return action;
}

QAction* Commands::find(const QString& id) const {
    for (const Command& command : m_commands)
        if (command.id == id) return command.action;
    return nullptr;
}

}  // namespace tessera::ui
