// SPDX-License-Identifier: GPL-3.0-or-later
// The one table of keys.
#include "ui/widgets/commands.h"

#include <QCoreApplication>
#include <QHash>

namespace tessera::ui {
namespace {

struct Row {
    const char* id;
    const char* keys;  // several apart by ", "
};

constexpr Row kTable[] = {
    {"window.palette", "Ctrl+K, Ctrl+Shift+P"},
    {"window.shortcuts", "F1"},
    {"window.settings", "Ctrl+,"},
    {"window.log", "Ctrl+Shift+L"},
    {"window.jobs", "Ctrl+Shift+J"},
    {"window.quit", "Ctrl+Q"},
    {"window.zoomIn", "Ctrl++, Ctrl+="},
    {"window.zoomOut", "Ctrl+-"},
    {"window.zoomReset", "Ctrl+0"},
    {"window.fullScreen", "F11"},
    {"page.1", "Ctrl+1"},
    {"page.2", "Ctrl+2"},
    {"page.3", "Ctrl+3"},
    {"page.4", "Ctrl+4"},
    {"page.5", "Ctrl+5"},
    {"page.6", "Ctrl+6"},
    {"model.open", "Ctrl+O"},
    {"model.pick", "Ctrl+M"},
    {"model.load", "Ctrl+L"},
    {"model.unload", "Ctrl+U"},
    {"chat.new", "Ctrl+N"},
    {"chat.search", "Ctrl+Shift+F"},
    {"chat.find", "Ctrl+F"},
    {"chat.stop", "Esc"},
    {"chat.regenerate", "Ctrl+R"},
    {"chat.copyAll", "Ctrl+Shift+C"},
    {"chat.export", "Ctrl+E"},
    {"inspector.run", "Ctrl+Return, Ctrl+Enter"},
    {"fragments.nextProblem", "N"},
    {"fragments.previousProblem", "Shift+N"},
    {"fragments.filter", "Ctrl+F"},
    {"fragments.verify", "Ctrl+Shift+V"},
    {"validation.run", "F5"},
};

}  // namespace

QList<QKeySequence> shortcutsFor(const QString& id) {
    for (const Row& row : kTable) {
        if (id != QLatin1String(row.id)) continue;
        QList<QKeySequence> keys;
        for (const QString& key : QString::fromLatin1(row.keys).split(QStringLiteral(", ")))
            keys.append(QKeySequence(key, QKeySequence::PortableText));
        return keys;
    }
    return {};
}

std::vector<FixedShortcut> fixedShortcuts() {
    const auto say = [](const char* text) { return QCoreApplication::translate("tessera::ui::Shortcuts", text); };
    const QString messages = say(QT_TRANSLATE_NOOP("tessera::ui::Shortcuts", "Messages"));
    const QString map = say(QT_TRANSLATE_NOOP("tessera::ui::Shortcuts", "Fragment map"));
    const QString chat = say(QT_TRANSLATE_NOOP("tessera::ui::Shortcuts", "Chat"));
    const QString grid = say(QT_TRANSLATE_NOOP("tessera::ui::Shortcuts", "Grids and tokens of the inspector"));
    return {
        {messages, say(QT_TRANSLATE_NOOP("tessera::ui::Shortcuts", "Up, Down, Home, End")), say(QT_TRANSLATE_NOOP("tessera::ui::Shortcuts", "Go from message to message"))},
        {messages, say(QT_TRANSLATE_NOOP("tessera::ui::Shortcuts", "Left, Right, Shift, Ctrl")), say(QT_TRANSLATE_NOOP("tessera::ui::Shortcuts", "Move in the text and select; with probabilities shown: from token to token"))},
        {messages, say(QT_TRANSLATE_NOOP("tessera::ui::Shortcuts", "F2, Delete")), say(QT_TRANSLATE_NOOP("tessera::ui::Shortcuts", "Edit or delete the message"))},
        {messages, say(QT_TRANSLATE_NOOP("tessera::ui::Shortcuts", "Alt+Left, Alt+Right")), say(QT_TRANSLATE_NOOP("tessera::ui::Shortcuts", "Previous and next version"))},
        {chat, say(QT_TRANSLATE_NOOP("tessera::ui::Shortcuts", "Enter")), say(QT_TRANSLATE_NOOP("tessera::ui::Shortcuts", "Send the message"))},
        {chat, say(QT_TRANSLATE_NOOP("tessera::ui::Shortcuts", "Shift+Enter")), say(QT_TRANSLATE_NOOP("tessera::ui::Shortcuts", "Start a new line"))},
        {chat, say(QT_TRANSLATE_NOOP("tessera::ui::Shortcuts", "Up")), say(QT_TRANSLATE_NOOP("tessera::ui::Shortcuts", "In an empty message: edit the last question"))},
        {grid, say(QT_TRANSLATE_NOOP("tessera::ui::Shortcuts", "Arrow keys")), say(QT_TRANSLATE_NOOP("tessera::ui::Shortcuts", "Go to the next layer, token or head"))},
        {grid, say(QT_TRANSLATE_NOOP("tessera::ui::Shortcuts", "Ctrl+Home, Ctrl+End")), say(QT_TRANSLATE_NOOP("tessera::ui::Shortcuts", "First and last cell"))},
        {grid, say(QT_TRANSLATE_NOOP("tessera::ui::Shortcuts", "+, − and 0")), say(QT_TRANSLATE_NOOP("tessera::ui::Shortcuts", "Zoom"))},
        {map, say(QT_TRANSLATE_NOOP("tessera::ui::Shortcuts", "Arrow keys")), say(QT_TRANSLATE_NOOP("tessera::ui::Shortcuts", "Go to the next fragment or layer"))},
        {map, say(QT_TRANSLATE_NOOP("tessera::ui::Shortcuts", "Home, End")), say(QT_TRANSLATE_NOOP("tessera::ui::Shortcuts", "First and last fragment of the layer"))},
        {map, say(QT_TRANSLATE_NOOP("tessera::ui::Shortcuts", "+ and −")), say(QT_TRANSLATE_NOOP("tessera::ui::Shortcuts", "Zoom"))},
        {say(QT_TRANSLATE_NOOP("tessera::ui::Shortcuts", "Error per layer")), say("Arrow keys"), say(QT_TRANSLATE_NOOP("tessera::ui::Shortcuts", "Go to the next layer"))},
        {say("Error per layer"), say(QT_TRANSLATE_NOOP("tessera::ui::Shortcuts", "Enter")), say(QT_TRANSLATE_NOOP("tessera::ui::Shortcuts", "Show the layer's fragments"))},
    };
}

}  // namespace tessera::ui
