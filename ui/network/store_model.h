// SPDX-License-Identifier: GPL-3.0-or-later
// The fragment sets on this machine: what they take on the disk and how complete they are.
#pragma once

#include "core/base/operation.h"

#include <QAbstractTableModel>
#include <QString>

#include <filesystem>
#include <vector>

namespace tessera {
struct FragmentSet;
}

namespace tessera::ui {

enum class StoreKind { InPlace, Folder, PlainFile };

struct StoreInfo {
    QString path;
    StoreKind kind = StoreKind::InPlace;
    std::uint64_t bytes = 0, bytes_here = 0;
    std::uint64_t fragments = 0, verified = 0, present = 0, missing = 0, bad = 0;
    QString problem;  // why it cannot be opened; empty: it can
};

/// Synchronous, for workers. Progress counts sets.
Result<std::vector<StoreInfo>> scanStores(const std::vector<std::filesystem::path>& paths, const Operation& operation);
/// One set. Never fails: what is wrong is its `problem`.
StoreInfo inspectStore(const std::filesystem::path& path, const Operation& operation);
/// The same of an open one; folders know only while they are open which fragments have met their hash.
StoreInfo describeStore(const FragmentSet& set);
/// Sets in `folders` and in core's own places, `known` first, without doubles.
std::vector<std::filesystem::path> findStores(const std::vector<std::filesystem::path>& known, const std::vector<std::filesystem::path>& folders);

class StoreModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Set, State, Here, Fragments, Kind, Place, kColumns };

    using QAbstractTableModel::QAbstractTableModel;
    void setStores(std::vector<StoreInfo> stores);
    /// Changes the row of that path; nothing when there is none.
    void update(const StoreInfo& store);
    const StoreInfo& storeAt(int row) const { return m_stores.at(static_cast<std::size_t>(row)); }
    const std::vector<StoreInfo>& stores() const { return m_stores; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<StoreInfo> m_stores;
};

/// "3 sets, 1.2 GB on this machine; 4 fragments are missing."
QString storeSummary(const std::vector<StoreInfo>& stores);

}  // namespace tessera::ui
