// SPDX-License-Identifier: GPL-3.0-or-later
// What every table of the window can do: look, columns that are kept, copy, a menu.
#pragma once

#include <QString>

#include <functional>

class QMenu;
class QTableView;

namespace tessera::ui {

class Settings;

/// Rows as high as the specification says, whole rows selected, Ctrl+C copies them as tab-separated text, the header's
/// menu chooses columns, and widths and order are kept under `name`. `more` adds entries to the context menu.
void setUpTable(QTableView& table, Settings& settings, const QString& name, std::function<void(QMenu&)> more = {});

/// Selected rows with the header's titles, visible columns only.
QString selectedRowsAsText(const QTableView& table);

/// Shows a file or folder in the system's file manager.
void revealInFileManager(const QString& path);

}  // namespace tessera::ui
