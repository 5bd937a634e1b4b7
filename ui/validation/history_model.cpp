// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/validation/history_model.h"

#include "ui/validation/checklist_model.h"
#include "ui/widgets/text_format.h"

#include <QIcon>
#include <QLocale>

#include <algorithm>

namespace tessera::ui {
namespace {

struct Leaf {
    QString name, found;
    CheckState state;
};

std::vector<Leaf> leavesOf(const ReportView& view) {
    std::vector<Leaf> leaves;
    for (const CheckRef& group : checkChildren(view, std::nullopt))
        for (const CheckRef& check : checkChildren(view, group))
            leaves.push_back({checkName(view, check), checkFound(view, check), checkState(view, check)});
    return leaves;
}

const Leaf* findLeaf(const std::vector<Leaf>& leaves, const QString& name) {
    const auto found = std::find_if(leaves.begin(), leaves.end(), [&](const Leaf& leaf) { return leaf.name == name; });
    return found == leaves.end() ? nullptr : &*found;
}

QString verdictOf(const HistoryEntry& entry) {
    if (!entry.readable) return HistoryModel::tr("Not readable");
    if (entry.passed) return HistoryModel::tr("All %n passed", nullptr, static_cast<int>(entry.checks));
    return HistoryModel::tr("%1 of %2 failed").arg(formatCount(entry.failed), formatCount(entry.checks));
}

}  // namespace

void HistoryModel::setEntries(std::vector<HistoryEntry> entries) {
    beginResetModel();
    m_entries = std::move(entries);
    endResetModel();
}

int HistoryModel::rowOf(const QString& file) const {
    const auto found = std::find_if(m_entries.begin(), m_entries.end(), [&](const HistoryEntry& entry) { return entry.file == file; });
    return found == m_entries.end() ? -1 : static_cast<int>(found - m_entries.begin());
}

int HistoryModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(m_entries.size()); }
int HistoryModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : kColumns; }

QVariant HistoryModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) return {};
    const HistoryEntry& entry = entryAt(index.row());
    if (role == Qt::DisplayRole) {
        switch (index.column()) {
            case Date: return QLocale().toString(entry.at, QLocale::ShortFormat);
            case Model: return entry.model.isEmpty() ? (entry.readable ? tr("Operations only") : QString()) : entry.model;
            case Verdict: return verdictOf(entry);
            case Duration: return entry.readable ? formatDuration(entry.seconds) : QString();
            default: return {};
        }
    }
    if (role == Qt::DecorationRole && index.column() == Verdict)
        return checkStateIcon(!entry.readable ? CheckState::Waiting : entry.passed ? CheckState::Passed : CheckState::Failed);
    if (role == Qt::ToolTipRole) return entry.file;
    return {};
}

QVariant HistoryModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
    switch (section) {
        case Date: return tr("Date");
        case Model: return tr("Model");
        case Verdict: return tr("Verdict");
        case Duration: return tr("Took");
        default: return {};
    }
}

std::vector<CheckChange> compareReports(const ReportView& before, const ReportView& after) {
    const std::vector<Leaf> old_leaves = leavesOf(before), new_leaves = leavesOf(after);
    std::vector<CheckChange> changes;
    for (const Leaf& leaf : new_leaves) {
        CheckChange change{.name = leaf.name, .before = {}, .after = leaf.state, .found_before = {}, .found_after = leaf.found};
        if (const Leaf* old = findLeaf(old_leaves, leaf.name)) {
            change.before = old->state;
            change.found_before = old->found;
        }
        changes.push_back(std::move(change));
    }
    for (const Leaf& leaf : old_leaves)
        if (!findLeaf(new_leaves, leaf.name)) changes.push_back({leaf.name, leaf.state, std::nullopt, leaf.found, {}});
    return changes;
}

int ChangesModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(m_changes.size()); }
int ChangesModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : kColumns; }

QVariant ChangesModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) return {};
    const CheckChange& change = m_changes.at(static_cast<std::size_t>(index.row()));
    const bool first = index.column() == Before;
    const std::optional<CheckState>& state = first ? change.before : change.after;
    if (role == Qt::DisplayRole) {
        if (index.column() == Name) return change.name;
        if (!state) return tr("not in this report");
        return tr("%1 (%2)").arg(checkStateName(*state), first ? change.found_before : change.found_after);
    }
    if (role == Qt::DecorationRole && index.column() != Name && state) return checkStateIcon(*state);
    return {};
}

QVariant ChangesModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
    switch (section) {
        case Name: return tr("Check");
        case Before: return tr("Then");
        case After: return tr("Now");
        default: return {};
    }
}

}  // namespace tessera::ui
