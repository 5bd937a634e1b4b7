// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/table_menu.h"

#include "ui/settings/settings.h"
#include "ui/style/icons.h"
#include "ui/style/theme.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QCoreApplication>
#include <QDesktopServices>
#include <QFileInfo>
#include <QHeaderView>
#include <QMenu>
#include <QTableView>
#include <QTimer>
#include <QUrl>

#include <algorithm>

namespace tessera::ui {
namespace {

class Words {
    Q_DECLARE_TR_FUNCTIONS(tessera::ui::TableMenu)
};

void fillColumnMenu(QMenu& menu, QHeaderView& header) {
    for (int i = 0; i < header.count(); ++i) {
        QAction* entry = menu.addAction(header.model()->headerData(i, Qt::Horizontal).toString());
        entry->setCheckable(true);
        entry->setChecked(!header.isSectionHidden(i));
        entry->setEnabled(header.isSectionHidden(i) || header.hiddenSectionCount() + 1 < header.count());
        QObject::connect(entry, &QAction::toggled, &header, [&header, i](bool on) { header.setSectionHidden(i, !on); });
    }
}

void keepHeader(QTableView& table, Settings& settings, const QString& name) {
    QHeaderView* header = table.horizontalHeader();
    const QString key = QStringLiteral("header.") + name;
    // After the page has set its default widths.
    QTimer::singleShot(0, &table, [&table, &settings, key] {
        QHeaderView* restored = table.horizontalHeader();
        restored->restoreState(settings.bytes(QStringLiteral("tables"), key));
        if (restored->isSortIndicatorShown()) table.sortByColumn(restored->sortIndicatorSection(), restored->sortIndicatorOrder());
        const auto save = [restored, &settings, key] { settings.setBytes(QStringLiteral("tables"), key, restored->saveState()); };
        QObject::connect(restored, &QHeaderView::sectionResized, restored, save);
        QObject::connect(restored, &QHeaderView::sectionMoved, restored, save);
        QObject::connect(restored, &QHeaderView::sortIndicatorChanged, restored, save);
    });
    header->setContextMenuPolicy(Qt::CustomContextMenu);
    QObject::connect(header, &QHeaderView::customContextMenuRequested, header, [header](const QPoint& at) {
        QMenu menu;
        fillColumnMenu(menu, *header);
        menu.exec(header->mapToGlobal(at));
    });
}

}  // namespace

void setUpTable(QTableView& table, Settings& settings, const QString& name, std::function<void(QMenu&)> more) {
    table.setSelectionBehavior(QAbstractItemView::SelectRows);
    table.setShowGrid(false);
    table.setWordWrap(false);
    table.setTabKeyNavigation(false);
    table.setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    table.verticalHeader()->hide();
    const auto set_rows = [&table] {
        table.verticalHeader()->setMinimumSectionSize(px(kRowHeight));
        table.verticalHeader()->setDefaultSectionSize(px(kRowHeight));
    };
    set_rows();
    table.verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    QObject::connect(&Theme::instance(), &Theme::changed, &table, set_rows);
    table.horizontalHeader()->setHighlightSections(false);
    table.horizontalHeader()->setSectionsMovable(true);
    table.horizontalHeader()->setStretchLastSection(true);
    table.horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    keepHeader(table, settings, name);
    // The first focus makes a row the current one: chosen too, so that it is seen and keys act on it.
    if (QItemSelectionModel* selection = table.selectionModel())
        QObject::connect(selection, &QItemSelectionModel::currentChanged, &table, [&table](const QModelIndex& current, const QModelIndex& before) {
            if (current.isValid() && !before.isValid() && !table.selectionModel()->hasSelection()) table.selectRow(current.row());
        });

    auto* copy = new QAction(icon(Icon::Copy), Words::tr("Copy rows"), &table);
    copy->setShortcut(QKeySequence::Copy);
    copy->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    QObject::connect(copy, &QAction::triggered, &table, [&table] { QApplication::clipboard()->setText(selectedRowsAsText(table)); });
    table.addAction(copy);
    table.setContextMenuPolicy(Qt::CustomContextMenu);
    QObject::connect(&table, &QWidget::customContextMenuRequested, &table, [&table, copy, more](const QPoint& at) {
        QMenu menu;
        menu.addAction(copy);
        if (more) more(menu);
        menu.addSeparator();
        fillColumnMenu(*menu.addMenu(icon(Icon::Table), Words::tr("Columns")), *table.horizontalHeader());
        menu.exec(table.viewport()->mapToGlobal(at));
    });
}

QString selectedRowsAsText(const QTableView& table) {
    const QHeaderView* header = table.horizontalHeader();
    QList<int> columns;
    for (int visual = 0; visual < header->count(); ++visual)
        if (const int logical = header->logicalIndex(visual); !header->isSectionHidden(logical)) columns.append(logical);
    QStringList lines, cells;
    for (int column : columns) cells.append(table.model()->headerData(column, Qt::Horizontal).toString());
    lines.append(cells.join(QLatin1Char('\t')));
    QModelIndexList rows = table.selectionModel()->selectedRows();
    std::sort(rows.begin(), rows.end(), [](const QModelIndex& a, const QModelIndex& b) { return a.row() < b.row(); });
    for (const QModelIndex& row : rows) {
        cells.clear();
        for (int column : columns) cells.append(row.siblingAtColumn(column).data().toString());
        lines.append(cells.join(QLatin1Char('\t')));
    }
    return lines.join(QLatin1Char('\n')) + QLatin1Char('\n');
}

void revealInFileManager(const QString& path) {
    const QFileInfo info(path);
    QDesktopServices::openUrl(QUrl::fromLocalFile(info.isDir() ? info.absoluteFilePath() : info.absolutePath()));
}

}  // namespace tessera::ui
