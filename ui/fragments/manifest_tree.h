// SPDX-License-Identifier: GPL-3.0-or-later
// The manifest and the GGUF's metadata as a tree that can be searched.
#pragma once

#include "ui/fragments/open_set.h"

#include <QAbstractItemModel>

#include <memory>
#include <vector>

namespace tessera::ui {

struct TreeNode {
    QString name, value;
    int fragment = -1;  // to go to
    TreeNode* parent = nullptr;
    std::vector<std::unique_ptr<TreeNode>> children;

    TreeNode* add(const QString& child_name, const QString& child_value = {}, int child_fragment = -1);
    int row() const;
};

/// For workers. Metadata is left out when the header's fragments are not here.
Result<std::shared_ptr<TreeNode>> buildManifestTree(const OpenSet& set, const Operation& operation);

class ManifestTreeModel : public QAbstractItemModel {
    Q_OBJECT
public:
    enum { FragmentRole = Qt::UserRole };
    using QAbstractItemModel::QAbstractItemModel;

    /// Null empties it.
    void setRoot(std::shared_ptr<TreeNode> root);
    /// Only lines that contain `text` (in name or value), with what leads to them.
    void setFilter(const QString& text);

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& index) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    TreeNode* nodeOf(const QModelIndex& index) const;

    std::shared_ptr<TreeNode> m_all, m_root;
};

}  // namespace tessera::ui
