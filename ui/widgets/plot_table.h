// SPDX-License-Identifier: GPL-3.0-or-later
// What a plot shows, as numbers and words: for "Show as table" and for files.
#pragma once

#include "core/base/result.h"

#include <QAbstractTableModel>
#include <QStringList>
#include <QVariant>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <vector>

namespace tessera::ui {

/// `cell` gives a double, an int or a QString; invalid: not known. It owns what it reads and may be called on any
/// thread, so that large tables are written by a worker.
struct PlotTable {
    QStringList columns;
    int rows = 0;
    std::function<QVariant(int row, int column)> cell;
    QList<int> percents = {};  // columns of parts of one, shown as percentages
};

/// The same as bare numbers, outermost dimension first.
struct PlotArray {
    std::vector<std::int64_t> shape;
    std::vector<float> values;
};

class PlotTableModel : public QAbstractTableModel {
    Q_OBJECT
public:
    static constexpr int kSortRole = Qt::UserRole;  // the raw value

    using QAbstractTableModel::QAbstractTableModel;
    void setTable(PlotTable table);
    /// No rows; columns (and with them their widths in views) stay.
    void clearRows();
    const PlotTable& table() const { return m_table; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    PlotTable m_table;
};

/// Comma-separated, UTF-8, RFC 4180; numbers with a point and enough digits to be read back as the same float.
QByteArray csvText(const PlotTable& table);

/// Written whole or not at all. Io when the disk says no.
Result<void> writeCsv(const std::filesystem::path& path, const PlotTable& table);
Result<void> writeNpy(const std::filesystem::path& path, const PlotArray& array);

}  // namespace tessera::ui
