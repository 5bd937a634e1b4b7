// SPDX-License-Identifier: GPL-3.0-or-later
// A fragment's values and bytes as tables; nothing is copied, cells are made when they are looked at.
#pragma once

#include "ui/fragments/fragment_content.h"

#include <QAbstractTableModel>

#include <memory>

namespace tessera::ui {

class ValuesModel : public QAbstractTableModel {
    Q_OBJECT
public:
    ValuesModel(std::shared_ptr<const FragmentContent> content, std::int64_t first_row, QObject* parent = nullptr);
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::shared_ptr<const FragmentContent> m_content;
    std::int64_t m_first_row;
};

/// 16 bytes a row: offset, hexadecimal, text.
class HexModel : public QAbstractTableModel {
    Q_OBJECT
public:
    HexModel(std::shared_ptr<const FragmentContent> content, std::uint64_t offset, QObject* parent = nullptr);
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::shared_ptr<const FragmentContent> m_content;
    std::uint64_t m_offset;
};

}  // namespace tessera::ui
