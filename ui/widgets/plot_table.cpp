// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/plot_table.h"

#include "core/base/npy.h"
#include "core/base/platform/paths.h"

#include "ui/widgets/text_format.h"

#include <QLocale>
#include <QSaveFile>

namespace tessera::ui {
namespace {

bool isReal(const QVariant& value) { return value.typeId() == QMetaType::Double || value.typeId() == QMetaType::Float; }

QByteArray csvField(const QVariant& value) {
    if (!value.isValid()) return {};
    if (isReal(value)) return QByteArray::number(value.toDouble(), 'g', 9);
    QByteArray text = value.toString().toUtf8();
    const auto special = [](char c) { return c == ',' || c == '"' || c == '\n' || c == '\r'; };
    if (std::none_of(text.begin(), text.end(), special)) return text;
    return '"' + text.replace('"', "\"\"") + '"';
}

}  // namespace

void PlotTableModel::setTable(PlotTable table) {
    beginResetModel();
    m_table = std::move(table);
    endResetModel();
}

void PlotTableModel::clearRows() {
    beginResetModel();
    m_table.rows = 0;
    endResetModel();
}

int PlotTableModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : m_table.rows; }
int PlotTableModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(m_table.columns.size()); }

QVariant PlotTableModel::data(const QModelIndex& index, int role) const {
    if (role != Qt::DisplayRole && role != Qt::TextAlignmentRole && role != Qt::ToolTipRole && role != kSortRole) return {};
    const QVariant value = m_table.cell(index.row(), index.column());
    if (role == kSortRole) return value;
    if (role == Qt::TextAlignmentRole) {
        const bool number = isReal(value) || value.typeId() == QMetaType::Int || value.typeId() == QMetaType::LongLong;
        return QVariant((number ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    }
    if (isReal(value) && m_table.percents.contains(index.column())) return QVariant(formatNumber(100 * value.toDouble(), 2) + QChar(0x202F) + QLatin1Char('%'));
    return isReal(value) ? QVariant(QLocale().toString(value.toDouble(), 'g', 4)) : value;
}

QVariant PlotTableModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation == Qt::Horizontal && role == Qt::DisplayRole && section < m_table.columns.size()) return m_table.columns[section];
    if (orientation == Qt::Horizontal && role == Qt::TextAlignmentRole && m_table.rows > 0) return data(index(0, section), role);
    return {};
}

QByteArray csvText(const PlotTable& table) {
    QByteArray text;
    const auto end_line = [&text] {
        text.chop(1);
        text += "\r\n";
    };
    for (const QString& column : table.columns) text += csvField(column) + ',';
    end_line();
    for (int row = 0; row < table.rows; ++row) {
        for (int column = 0; column < table.columns.size(); ++column) text += csvField(table.cell(row, column)) + ',';
        end_line();
    }
    return text;
}

Result<void> writeCsv(const std::filesystem::path& path, const PlotTable& table) {
    QSaveFile file(QString::fromStdString(toUtf8(path)));
    if (!file.open(QIODevice::WriteOnly)) return fail(ErrorKind::Io, toUtf8(path) + ": " + file.errorString().toStdString());
    file.write(csvText(table));
    if (!file.commit()) return fail(ErrorKind::Io, toUtf8(path) + ": " + file.errorString().toStdString());
    return {};
}

Result<void> writeNpy(const std::filesystem::path& path, const PlotArray& array) {
    if (array.shape.empty()) return fail(ErrorKind::InvalidArgument, "There is nothing to write.");
    TESSERA_TRY(auto writer, NpyWriter::create(path, {array.shape.begin() + 1, array.shape.end()}));
    TESSERA_CHECK(writer.append(array.values));
    return writer.finish();
}

}  // namespace tessera::ui
