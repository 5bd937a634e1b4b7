// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/network/store_model.h"

#include "core/base/platform/paths.h"
#include "core/loader/find_models.h"
#include "core/loader/fragment_set.h"
#include "ui/model/model_holder.h"
#include "ui/style/icons.h"
#include "ui/widgets/error_text.h"
#include "ui/widgets/text_format.h"

#include <QDir>

#include <algorithm>

namespace tessera::ui {
namespace {

QString textOf(const std::filesystem::path& path) { return QString::fromStdString(toUtf8(path)); }

QString kindName(StoreKind kind) {
    switch (kind) {
        case StoreKind::InPlace: return StoreModel::tr("In place");
        case StoreKind::Folder: return StoreModel::tr("Folder");
        case StoreKind::PlainFile: return StoreModel::tr("Model file, not cut");
    }
    return {};
}

QString stateText(const StoreInfo& store) {
    if (!store.problem.isEmpty()) return store.problem;
    if (store.kind == StoreKind::PlainFile) return StoreModel::tr("has no hashes to verify");
    QStringList parts;
    if (store.bad > 0) parts << StoreModel::tr("%1 bad").arg(formatCount(store.bad));
    if (store.missing > 0) parts << StoreModel::tr("%1 missing").arg(formatCount(store.missing));
    if (store.present > 0) parts << StoreModel::tr("%1 not verified").arg(formatCount(store.present));
    if (store.verified > 0) parts << (parts.isEmpty() ? StoreModel::tr("all verified") : StoreModel::tr("%1 verified").arg(formatCount(store.verified)));
    return parts.join(QStringLiteral(", "));
}

QIcon stateIcon(const StoreInfo& store) {
    if (!store.problem.isEmpty() || store.bad > 0) return icon(Icon::Bad, Role::Error);
    if (store.missing > 0) return icon(Icon::Warning, Role::Warn);
    return store.fragments > 0 && store.verified == store.fragments ? icon(Icon::Done, Role::Ok) : icon(Icon::Info, Role::Muted);
}

}  // namespace

StoreInfo describeStore(const FragmentSet& set) {
    StoreInfo info;
    info.path = textOf(set.path);
    info.kind = !set.verifiable ? StoreKind::PlainFile : set.gguf.empty() ? StoreKind::Folder : StoreKind::InPlace;
    const Manifest& manifest = set.store->manifest();
    info.bytes = manifest.totalBytes();
    info.fragments = manifest.fragments.size();
    for (std::uint32_t i = 0; i < manifest.fragments.size(); ++i) {
        const FragmentState state = set.store->state(FragmentIndex{i});
        info.verified += state == FragmentState::Verified;
        info.present += state == FragmentState::Present;
        info.missing += state == FragmentState::Missing;
        info.bad += state == FragmentState::Bad;
        if (state != FragmentState::Missing) info.bytes_here += manifest.fragments[i].size_bytes;
    }
    return info;
}

StoreInfo inspectStore(const std::filesystem::path& path, const Operation& operation) {
    StoreInfo info;
    if (const Result<FragmentSet> set = openFragmentSet(path, {.stop = operation.stop})) info = describeStore(*set);
    else info.problem = errorText(set.error());
    info.path = textOf(path);
    return info;
}

Result<std::vector<StoreInfo>> scanStores(const std::vector<std::filesystem::path>& paths, const Operation& operation) {
    std::vector<StoreInfo> stores;
    for (const std::filesystem::path& path : paths) {
        TESSERA_CHECK(operation.checkStop());
        stores.push_back(inspectStore(path, operation));
        if (operation.progress) operation.progress({stores.size(), paths.size(), "reading manifests"});
    }
    return stores;
}

std::vector<std::filesystem::path> findStores(const std::vector<std::filesystem::path>& known, const std::vector<std::filesystem::path>& folders) {
    std::vector<std::filesystem::path> found;
    const auto add = [&](const std::filesystem::path& path) {
        std::error_code error;
        const auto absolute = std::filesystem::weakly_canonical(path, error);
        if (!error && std::filesystem::exists(absolute, error) && std::find(found.begin(), found.end(), absolute) == found.end()) found.push_back(absolute);
    };
    for (const auto& path : known) add(path);
    for (const auto& folder : folders)
        for (const auto& path : modelsIn(folder)) add(path);
    for (const auto& path : findFragmentSets()) add(path);
    return found;
}

void StoreModel::setStores(std::vector<StoreInfo> stores) {
    beginResetModel();
    m_stores = std::move(stores);
    endResetModel();
}

void StoreModel::update(const StoreInfo& store) {
    const auto found = std::find_if(m_stores.begin(), m_stores.end(), [&](const StoreInfo& each) { return each.path == store.path; });
    if (found == m_stores.end()) return;
    *found = store;
    const int row = static_cast<int>(found - m_stores.begin());
    emit dataChanged(index(row, 0), index(row, kColumns - 1));
}

int StoreModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(m_stores.size()); }
int StoreModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : kColumns; }

QVariant StoreModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) return {};
    const StoreInfo& store = storeAt(index.row());
    if (role == Qt::DisplayRole) {
        const bool readable = store.problem.isEmpty();
        switch (index.column()) {
            case Set: return setTitle(store.path);
            case Kind: return readable ? kindName(store.kind) : QString();
            case Here: return !readable ? QString() : store.bytes_here == store.bytes ? formatSize(store.bytes) : tr("%1 of %2").arg(formatSize(store.bytes_here), formatSize(store.bytes));
            case Fragments: return readable ? formatCount(store.fragments) : QString();
            case State: return stateText(store);
            case Place: return QDir::toNativeSeparators(store.path);
            default: return {};
        }
    }
    if (role == Qt::DecorationRole && index.column() == State) return stateIcon(store);
    if (role == Qt::ToolTipRole) return index.column() == State ? stateText(store) : QDir::toNativeSeparators(store.path);
    return {};
}

QVariant StoreModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
    switch (section) {
        case Set: return tr("Set");
        case Kind: return tr("Kind");
        case Here: return tr("On this machine");
        case Fragments: return tr("Fragments");
        case State: return tr("State");
        case Place: return tr("Place");
        default: return {};
    }
}

QString storeSummary(const std::vector<StoreInfo>& stores) {
    std::uint64_t here = 0, missing = 0, bad = 0;
    for (const StoreInfo& store : stores) {
        here += store.bytes_here;
        missing += store.missing;
        bad += store.bad;
    }
    QString text = StoreModel::tr("%n set(s), %1 on this machine", nullptr, static_cast<int>(stores.size())).arg(formatSize(here));
    if (missing > 0) text += QStringLiteral(" · ") + StoreModel::tr("%1 missing").arg(formatCount(missing));
    if (bad > 0) text += QStringLiteral(" · ") + StoreModel::tr("%1 bad").arg(formatCount(bad));
    return text;
}

}  // namespace tessera::ui
