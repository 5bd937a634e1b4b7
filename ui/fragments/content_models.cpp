// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/fragments/content_models.h"

#include "ui/style/theme.h"
#include "ui/widgets/text_format.h"

#include <algorithm>

namespace tessera::ui {
namespace {

constexpr int kHexRow = 16;

}  // namespace

ValuesModel::ValuesModel(std::shared_ptr<const FragmentContent> content, std::int64_t first_row, QObject* parent)
    : QAbstractTableModel(parent), m_content(std::move(content)), m_first_row(first_row) {}

int ValuesModel::rowCount(const QModelIndex& parent) const {
    if (parent.isValid() || m_content->columns == 0) return 0;
    return static_cast<int>(static_cast<std::int64_t>(m_content->values.size()) / m_content->columns);
}

int ValuesModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(m_content->columns); }

QVariant ValuesModel::data(const QModelIndex& index, int role) const {
    if (role == Qt::TextAlignmentRole) return QVariant(Qt::AlignRight | Qt::AlignVCenter);
    if (role != Qt::DisplayRole) return {};
    const float value = m_content->values[static_cast<std::size_t>(index.row() * m_content->columns + index.column())];
    return formatValue(static_cast<double>(value), 5);
}

QVariant ValuesModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (role != Qt::DisplayRole) return {};
    return QString::number(orientation == Qt::Horizontal ? section : m_first_row + section);
}

HexModel::HexModel(std::shared_ptr<const FragmentContent> content, std::uint64_t offset, QObject* parent)
    : QAbstractTableModel(parent), m_content(std::move(content)), m_offset(offset) {}

int HexModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>((m_content->bytes.size() + kHexRow - 1) / kHexRow);
}

int HexModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : 3; }

QVariant HexModel::data(const QModelIndex& index, int role) const {
    if (role == Qt::FontRole) return font(TextStyle::Mono);
    if (role != Qt::DisplayRole) return {};
    const auto from = static_cast<std::size_t>(index.row()) * kHexRow;
    if (index.column() == 0) return QStringLiteral("%1").arg(m_offset + from, 10, 16, QLatin1Char('0'));
    const std::size_t to = std::min(from + kHexRow, m_content->bytes.size());
    QString text;
    for (std::size_t i = from; i < to; ++i) {
        const auto byte = std::to_integer<unsigned>(m_content->bytes[i]);
        if (index.column() == 2) text += byte >= 0x20 && byte < 0x7F ? QChar(byte) : QChar(0x00B7);
        else text += QStringLiteral("%1 ").arg(byte, 2, 16, QLatin1Char('0')) + (i - from == 7 ? QStringLiteral(" ") : QString());
    }
    return text;
}

QVariant HexModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (role != Qt::DisplayRole || orientation != Qt::Horizontal) return {};
    return section == 0 ? tr("Offset") : section == 1 ? tr("Bytes") : tr("Text");
}

}  // namespace tessera::ui
