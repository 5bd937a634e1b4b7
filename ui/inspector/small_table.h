// SPDX-License-Identifier: GPL-3.0-or-later
// The tables of the detail column.
#pragma once

#include <QList>
#include <QString>

class QTableView;

namespace tessera::ui {

class PlotTableModel;
class Settings;

/// Columns but the last have `widths` (at zoom 100 %); the last takes the rest. The model has its columns already.
QTableView* makeSmallTable(PlotTableModel* model, const QString& name, Settings& settings, const QString& key, const QList<int>& widths);

}  // namespace tessera::ui
