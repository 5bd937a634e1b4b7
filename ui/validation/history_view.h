// SPDX-License-Identifier: GPL-3.0-or-later
// The list of earlier runs: open, compare with the shown report, delete.
#pragma once

#include "ui/page.h"

#include <filesystem>

class QPushButton;
class QTableView;

namespace tessera::ui {

class EmptyState;
class HistoryModel;

class HistoryView : public QWidget {
    Q_OBJECT
public:
    HistoryView(const PageContext& context, std::filesystem::path folder, QWidget* parent = nullptr);

    /// Reads the folder again, in the background.
    void refresh();
    HistoryModel& model() const { return *m_model; }
    QTableView* table() const { return m_table; }
    /// Files of the chosen rows.
    QStringList chosen() const;
    /// Whether there is a report to compare with.
    void setComparable(bool comparable);
    void removeChosen();

signals:
    void refreshed();
    void openAsked(const QString& file);
    void compareAsked(const QString& file);

private:
    void updateButtons();

    PageContext m_context;
    std::filesystem::path m_folder;
    HistoryModel* m_model;
    QTableView* m_table;
    QPushButton *m_open, *m_compare, *m_delete;
    QWidget* m_filled;
    EmptyState* m_empty;
    bool m_comparable = false;
    quint64 m_request = 0;
};

}  // namespace tessera::ui
