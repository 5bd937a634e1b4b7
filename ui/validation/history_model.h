// SPDX-License-Identifier: GPL-3.0-or-later
// Earlier runs as a table, and what changed between two of them.
#pragma once

#include "ui/validation/report_history.h"
#include "ui/validation/check_view.h"

#include <QAbstractTableModel>

namespace tessera::ui {

class HistoryModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Date, Model, Verdict, Duration, kColumns };

    using QAbstractTableModel::QAbstractTableModel;
    void setEntries(std::vector<HistoryEntry> entries);
    const HistoryEntry& entryAt(int row) const { return m_entries.at(static_cast<std::size_t>(row)); }
    int rowOf(const QString& file) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<HistoryEntry> m_entries;
};

/// One check in two reports; a state is nullopt where a report lacks the check.
struct CheckChange {
    QString name;
    std::optional<CheckState> before, after;
    QString found_before, found_after;
    bool changed() const { return before != after || found_before != found_after; }
};
/// Checks are matched by name; those of `after` first, in its order.
std::vector<CheckChange> compareReports(const ReportView& before, const ReportView& after);

class ChangesModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Name, Before, After, kColumns };

    explicit ChangesModel(std::vector<CheckChange> changes, QObject* parent = nullptr) : QAbstractTableModel(parent), m_changes(std::move(changes)) {}

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<CheckChange> m_changes;
};

}  // namespace tessera::ui
