// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/fragments/manifest_tree.h"

#include "core/loader/fragment_tensor_source.h"
#include "core/loader/local/local_loader.h"
#include "ui/fragments/fragment_table.h"
#include "ui/widgets/text_format.h"

#include <algorithm>
#include <map>

namespace tessera::ui {
namespace {

constexpr quint64 kMaxElements = 300000;  // of one array: vocabularies are smaller
constexpr int kMaxHits = 5000;

void addSummary(TreeNode& root, const OpenSet& set) {
    const Manifest& manifest = set.manifest();
    TreeNode* node = root.add(ManifestTreeModel::tr("Set"), QString::fromStdString(manifest.model_name));
    node->add(ManifestTreeModel::tr("Model"), QString::fromStdString(manifest.model_name));
    node->add(ManifestTreeModel::tr("Architecture"), QString::fromStdString(manifest.architecture));
    node->add(ManifestTreeModel::tr("Fragments"), formatCount(manifest.fragments.size()));
    node->add(ManifestTreeModel::tr("Bytes"), formatCount(manifest.totalBytes()));
    node->add(ManifestTreeModel::tr("Largest fragment"), formatSize(manifest.fragment_size));
    if (set.verifiable) {
        node->add(ManifestTreeModel::tr("Model id"), hashText(manifest.model_id));
        node->add(ManifestTreeModel::tr("Set id"), hashText(manifest.set_id));
    }
    TreeNode* files = root.add(ManifestTreeModel::tr("Files"), formatCount(manifest.files.size()));
    for (const ManifestFile& file : manifest.files) {
        TreeNode* line = files->add(QString::fromStdString(file.name), formatSize(file.size_bytes));
        if (set.verifiable) line->add(ManifestTreeModel::tr("SHA-256"), hashText(file.sha256));
    }
}

void addTensors(TreeNode& root, const OpenSet& set) {
    const Manifest& manifest = set.manifest();
    TreeNode* tensors = root.add(ManifestTreeModel::tr("Tensors and header"));
    std::map<std::string, TreeNode*> by_name;
    for (std::size_t i = 0; i < manifest.fragments.size(); ++i) {
        const Fragment& fragment = manifest.fragments[i];
        std::string name = fragment.tensor_name;
        if (fragment.kind == FragmentKind::Header) name = ManifestTreeModel::tr("Header").toStdString();
        if (fragment.kind == FragmentKind::Gap) name = ManifestTreeModel::tr("Gap").toStdString();
        TreeNode*& node = by_name[name];
        if (!node) {
            QStringList shape;
            for (const std::int64_t extent : fragment.shape) shape.append(QString::number(extent));
            const std::string_view type = fragment.kind == FragmentKind::Tensor ? traits(fragment.tensor_type).name : std::string_view();
            node = tensors->add(QString::fromStdString(name),
                                (QString::fromUtf8(type.data(), static_cast<qsizetype>(type.size())) + QLatin1Char(' ') + shape.join(QStringLiteral(" × "))).trimmed(),
                                static_cast<int>(i));
        }
        node->add(QString::fromStdString(fragment.id), formatSize(fragment.size_bytes), static_cast<int>(i));
    }
    tensors->value = formatCount(by_name.size());
}

void addArray(TreeNode& node, const MetadataArray& array) {
    const std::size_t count = std::min<quint64>(array.count, kMaxElements);
    for (std::size_t i = 0; i < count; ++i) {
        QString value;
        if (array.element_type == MetadataType::String) value = QString::fromStdString(array.strings[i]);
        else if (array.element_type == MetadataType::Array) value = formatCount(array.arrays[i].count);
        else value = QString::number(array.numberAt(i), 'g', 9);
        node.add(QString::number(i), value);
    }
}

void addMetadata(TreeNode& root, const Metadata& metadata) {
    TreeNode* node = root.add(ManifestTreeModel::tr("Metadata"), formatCount(metadata.entries().size()));
    for (const Metadata::Entry& entry : metadata.entries()) {
        const auto* text = std::get_if<std::string>(&entry.value.value);
        TreeNode* line = node->add(QString::fromStdString(entry.key), text ? QString::fromStdString(*text) : QString::fromStdString(entry.value.display()));
        if (const auto* array = std::get_if<MetadataArray>(&entry.value.value)) addArray(*line, *array);
    }
}

/// Copies what matches into `to`; true when there was anything.
bool copyMatches(const TreeNode& from, TreeNode& to, const QString& text, int& left) {
    bool any = false;
    for (const auto& child : from.children) {
        if (left <= 0) return any;
        TreeNode* copy = to.add(child->name, child->value, child->fragment);
        const bool inside = copyMatches(*child, *copy, text, left);
        if (inside || child->name.contains(text, Qt::CaseInsensitive) || child->value.contains(text, Qt::CaseInsensitive)) {
            any = true;
            --left;
        } else {
            to.children.pop_back();
        }
    }
    return any;
}

}  // namespace

TreeNode* TreeNode::add(const QString& child_name, const QString& child_value, int child_fragment) {
    auto child = std::make_unique<TreeNode>();
    child->name = child_name;
    child->value = child_value;
    child->fragment = child_fragment;
    child->parent = this;
    children.push_back(std::move(child));
    return children.back().get();
}

int TreeNode::row() const {
    if (!parent) return 0;
    const auto found = std::find_if(parent->children.begin(), parent->children.end(), [this](const auto& child) { return child.get() == this; });
    return static_cast<int>(found - parent->children.begin());
}

Result<std::shared_ptr<TreeNode>> buildManifestTree(const OpenSet& set, const Operation& operation) {
    auto root = std::make_shared<TreeNode>();
    addSummary(*root, set);
    TESSERA_CHECK(operation.checkStop());
    const auto loader = makeLocalLoader(*set.store, set.verifiable);
    // A set whose header is missing or bad still has its manifest to show.
    if (const auto source = makeFragmentTensorSource(*set.store, *loader, set.verifiable ? VerifyPolicy::FirstUse : VerifyPolicy::Never, operation))
        addMetadata(*root, (*source)->model().metadata);
    TESSERA_CHECK(operation.checkStop());
    addTensors(*root, set);
    return root;
}

void ManifestTreeModel::setRoot(std::shared_ptr<TreeNode> root) {
    beginResetModel();
    m_all = m_root = std::move(root);
    endResetModel();
}

void ManifestTreeModel::setFilter(const QString& text) {
    beginResetModel();
    m_root = m_all;
    if (m_all && !text.isEmpty()) {
        m_root = std::make_shared<TreeNode>();
        int left = kMaxHits;
        copyMatches(*m_all, *m_root, text, left);
    }
    endResetModel();
}

TreeNode* ManifestTreeModel::nodeOf(const QModelIndex& index) const {
    return index.isValid() ? static_cast<TreeNode*>(index.internalPointer()) : m_root.get();
}

QModelIndex ManifestTreeModel::index(int row, int column, const QModelIndex& parent) const {
    const TreeNode* node = nodeOf(parent);
    if (!node || row < 0 || row >= static_cast<int>(node->children.size()) || column < 0 || column > 1) return {};
    return createIndex(row, column, node->children[static_cast<std::size_t>(row)].get());
}

QModelIndex ManifestTreeModel::parent(const QModelIndex& index) const {
    if (!index.isValid()) return {};
    TreeNode* parent = nodeOf(index)->parent;
    return !parent || parent == m_root.get() ? QModelIndex() : createIndex(parent->row(), 0, parent);
}

int ManifestTreeModel::rowCount(const QModelIndex& parent) const {
    const TreeNode* node = nodeOf(parent);
    return !node || parent.column() > 0 ? 0 : static_cast<int>(node->children.size());
}

int ManifestTreeModel::columnCount(const QModelIndex&) const { return 2; }

QVariant ManifestTreeModel::data(const QModelIndex& index, int role) const {
    const TreeNode* node = nodeOf(index);
    if (role == Qt::DisplayRole) return index.column() == 0 ? node->name : node->value.left(500).simplified();
    if (role == Qt::ToolTipRole) return index.column() == 0 ? node->name : node->value.left(4000);
    if (role == FragmentRole) return node->fragment;
    return {};
}

QVariant ManifestTreeModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
    return section == 0 ? tr("Name") : tr("Value");
}

}  // namespace tessera::ui
