// SPDX-License-Identifier: GPL-3.0-or-later
// Around every plot: its title, the same as a table, and files of it.
#pragma once

#include "ui/widgets/plot_table.h"

#include <QWidget>

#include <functional>

class QHBoxLayout;
class QPushButton;
class QSortFilterProxyModel;
class QStackedWidget;
class QTableView;
class QToolButton;

namespace tessera::ui {

class ElidedLabel;
class JobRunner;
class Settings;

class PlotFrame : public QWidget {
    Q_OBJECT
public:
    /// `name` keeps the table's columns in the settings and proposes file names. Takes `plot`.
    PlotFrame(const QString& title, const QString& name, QWidget* plot, Settings& settings, JobRunner& jobs, QWidget* parent = nullptr);

    /// Asked when the table is shown or a file is written; what it returns must not change afterwards.
    void setTable(std::function<PlotTable()> table);
    /// Without one there is no NPY.
    void setArray(std::function<PlotArray()> array);
    /// Beside the title, for choices that concern this plot.
    void addTool(QWidget* tool);
    void setNote(const QString& note);
    void setTitle(const QString& title);
    /// For narrow places: "Show as table" is an icon.
    void setCompact();
    /// The plot's data have changed.
    void refresh();

    bool showsTable() const;
    void showTable(bool table);
    QTableView* table() const { return m_view; }
    PlotTable tableData() const { return m_make_table ? m_make_table() : PlotTable{}; }

    /// The suffix says what: csv, npy or png. Writes on a worker; `done` is told the error, empty when all went well.
    void exportTo(const QString& path, std::function<void(QString error)> done);

signals:
    void exported(const QString& path);

private:
    void askExport();
    QStringList formats() const;

    QString m_name;
    QWidget* m_plot;
    Settings& m_settings;
    JobRunner& m_jobs;
    std::function<PlotTable()> m_make_table;
    std::function<PlotArray()> m_make_array;
    PlotTableModel* m_model;
    QSortFilterProxyModel* m_sorted;
    QTableView* m_view = nullptr;  // made when it is first shown
    QStackedWidget* m_stack;
    ElidedLabel* m_title;
    ElidedLabel* m_note;
    QHBoxLayout* m_tools;
    QPushButton* m_toggle;
    QToolButton* m_export;
};

}  // namespace tessera::ui
