// SPDX-License-Identifier: GPL-3.0-or-later
// The fragments as a table: sorts by raw values, filters by words and state.
#pragma once

#include "ui/fragments/fragment_view.h"

#include <QAbstractTableModel>
#include <QSortFilterProxyModel>

#include <vector>

namespace tessera::ui {

class FragmentTableModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Number, Tensor, Type, Layer, Expert, Shard, Size, State, Offset, Hash, kColumns };
    static constexpr int kSortRole = Qt::UserRole;

    explicit FragmentTableModel(FragmentView& view, QObject* parent = nullptr);

    FragmentView& view() const { return m_view; }
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QString text(std::uint32_t row, int column) const;
    QVariant raw(std::uint32_t row, int column) const;

    FragmentView& m_view;
};

/// Words apart by spaces must all be in the tensor's name, type, layer ("layer:7"), expert ("expert:3") or size
/// (">1MB", "<64kB"). A state −1 means any.
class FragmentFilter : public QSortFilterProxyModel {
    Q_OBJECT
public:
    explicit FragmentFilter(FragmentTableModel& model, QObject* parent = nullptr);
    void setWords(const QString& words);
    void setState(int state);
    void sort(int column, Qt::SortOrder order) override;

protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;
    bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;

private:
    FragmentView& m_view;
    QStringList m_words;
    int m_state = -1;
    std::vector<quint64> m_keys;  // by row, of the column that is being sorted, where one number says it all
};

QString hashText(const Sha256Digest& digest);

}  // namespace tessera::ui
