// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/small_table.h"

#include "ui/style/theme.h"
#include "ui/widgets/plot_table.h"
#include "ui/widgets/table_menu.h"

#include <QHeaderView>
#include <QTableView>

namespace tessera::ui {
namespace {

constexpr int kRowsAtLeast = 5;

}  // namespace

QTableView* makeSmallTable(PlotTableModel* model, const QString& name, Settings& settings, const QString& key, const QList<int>& widths) {
    auto* table = new QTableView;
    table->setModel(model);
    table->setAccessibleName(name);
    setUpTable(*table, settings, QStringLiteral("inspector.") + key);
    QHeaderView* header = table->horizontalHeader();
    header->setMinimumSectionSize(px(40));
    header->setStretchLastSection(false);
    header->setSectionResizeMode(static_cast<int>(widths.size()), QHeaderView::Stretch);
    for (int i = 0; i < widths.size(); ++i) table->setColumnWidth(i, px(widths[i]));
    table->setMinimumHeight(px(kRowsAtLeast * kRowHeight));
    return table;
}

}  // namespace tessera::ui
