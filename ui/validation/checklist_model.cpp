// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/validation/checklist_model.h"

#include "ui/style/icons.h"
#include "ui/style/theme.h"

#include <algorithm>

namespace tessera::ui {

struct ChecklistModel::Node {
    std::optional<CheckRef> check;  // nullopt: the root
    Node* parent = nullptr;
    int row = 0;
    std::vector<std::unique_ptr<Node>> children;
};

QIcon checkStateIcon(CheckState state) {
    switch (state) {
        case CheckState::Waiting: return icon(Icon::Dash, Role::Muted);
        case CheckState::Running: return icon(Icon::Waiting, Role::Accent);
        case CheckState::Measured: return icon(Icon::Info, Role::Muted);
        case CheckState::Passed: return icon(Icon::Done, Role::Ok);
        case CheckState::Failed: return icon(Icon::Failed, Role::Error);
    }
    return {};
}

ChecklistModel::ChecklistModel(QObject* parent) : QAbstractItemModel(parent), m_root(std::make_unique<Node>()) {}
ChecklistModel::~ChecklistModel() = default;

void ChecklistModel::setView(ReportView view) {
    const auto shrinks = [&](const auto& self, const Node& node) -> bool {
        if (node.check && node.check->kind == CheckKind::Condition && (!view.report.comparison || node.check->first >= view.report.comparison->conditions.size())) return true;
        const auto wanted = checkChildren(view, node.check);
        if (wanted.size() < node.children.size()) return true;
        for (std::size_t i = 0; i < node.children.size(); ++i)
            if (*node.children[i]->check != wanted[i] || self(self, *node.children[i])) return true;
        return false;
    };
    if (shrinks(shrinks, *m_root)) {
        beginResetModel();
        m_root = std::make_unique<Node>();
        endResetModel();
    }
    m_view = std::move(view);
    grow(*m_root);
}

// The rows that a node lacks, and news for those it has.
void ChecklistModel::grow(Node& node) {
    const auto wanted = checkChildren(m_view, node.check);
    const QModelIndex parent = node.check ? indexOf(node, 0) : QModelIndex();
    const int had = static_cast<int>(node.children.size()), count = static_cast<int>(wanted.size());
    if (had > 0) emit dataChanged(index(0, 0, parent), index(had - 1, kColumns - 1, parent));
    if (count > had) {
        beginInsertRows(parent, had, count - 1);
        for (int row = had; row < count; ++row) {
            auto child = std::make_unique<Node>();
            child->check = wanted[static_cast<std::size_t>(row)];
            child->parent = &node;
            child->row = row;
            node.children.push_back(std::move(child));
        }
        endInsertRows();
    }
    for (const auto& child : node.children) grow(*child);
}

ChecklistModel::Node* ChecklistModel::nodeOf(const QModelIndex& index) const {
    return index.isValid() ? static_cast<Node*>(index.internalPointer()) : m_root.get();
}

QModelIndex ChecklistModel::indexOf(const Node& node, int column) const {
    return node.check ? createIndex(node.row, column, const_cast<Node*>(&node)) : QModelIndex();
}

CheckRef ChecklistModel::checkAt(const QModelIndex& index) const { return nodeOf(index)->check.value_or(CheckRef{}); }

QModelIndex ChecklistModel::indexOf(CheckRef check) const {
    const auto search = [&](const auto& self, const Node& node) -> QModelIndex {
        if (node.check == check) return indexOf(node, 0);
        for (const auto& child : node.children)
            if (const QModelIndex found = self(self, *child); found.isValid()) return found;
        return {};
    };
    return search(search, *m_root);
}

QModelIndex ChecklistModel::index(int row, int column, const QModelIndex& parent) const {
    const Node* node = nodeOf(parent);
    if (row < 0 || column < 0 || column >= kColumns || row >= static_cast<int>(node->children.size()) || parent.column() > 0) return {};
    return createIndex(row, column, node->children[static_cast<std::size_t>(row)].get());
}

QModelIndex ChecklistModel::parent(const QModelIndex& index) const {
    return index.isValid() ? indexOf(*nodeOf(index)->parent, 0) : QModelIndex();
}

int ChecklistModel::rowCount(const QModelIndex& parent) const {
    return parent.column() > 0 ? 0 : static_cast<int>(nodeOf(parent)->children.size());
}

int ChecklistModel::columnCount(const QModelIndex&) const { return kColumns; }

QVariant ChecklistModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) return {};
    const CheckRef check = checkAt(index);
    const CheckState state = checkState(m_view, check);
    if (role == Qt::DisplayRole || role == Qt::ToolTipRole) {
        switch (index.column()) {
            case Name: return checkName(m_view, check);
            case Found: return checkFound(m_view, check);
            case Allowed: return checkAllowed(m_view, check);
            default: return {};
        }
    }
    if (role == Qt::DecorationRole && index.column() == Name) return checkStateIcon(state);
    if (role == Qt::ForegroundRole) {
        if (state == CheckState::Failed && index.column() == Found) return color(Role::Error);
        if (state == CheckState::Waiting || index.column() == Allowed) return color(Role::Muted);
    }
    if (role == Qt::FontRole && !index.parent().isValid() && index.column() == Name) return font(TextStyle::Strong);
    if (role == Qt::AccessibleTextRole && index.column() == Name) return tr("%1: %2").arg(checkName(m_view, check), checkStateName(state));
    return {};
}

QVariant ChecklistModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
    switch (section) {
        case Name: return tr("Check");
        case Found: return tr("Found");
        case Allowed: return tr("Allowed");
        default: return {};
    }
}

}  // namespace tessera::ui
