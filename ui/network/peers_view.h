// SPDX-License-Identifier: GPL-3.0-or-later
// Who this machine is, and whom it lets in.
#pragma once

#include "core/compute/peer_list.h"
#include "ui/page.h"

#include <QAbstractTableModel>
#include <QWidget>

class QLabel;
class QPushButton;
class QTableView;

namespace tessera::ui {

class ElidedLabel;
class Job;

class PeerModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Name, Rights, Node, Id, kColumns };

    using QAbstractTableModel::QAbstractTableModel;
    /// Resets only when something changed.
    void setPeers(std::vector<Peer> peers);
    const Peer& peerAt(int row) const { return m_peers.at(static_cast<std::size_t>(row)); }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<Peer> m_peers;
};

class PeersView : public QWidget {
    Q_OBJECT
public:
    explicit PeersView(const PageContext& context, QWidget* parent = nullptr);

    void invite();
    void join();
    void addKey();
    void editChosen();
    /// Asks first.
    void revokeChosen();

    PeerModel& model() const { return *m_model; }
    QTableView* table() const { return m_table; }

private:
    void showPeers();
    void updateButtons();
    const Peer* chosen() const;
    QStringList endpoints() const;
    void change(const QString& title, std::function<Result<void>(PeerList&)> edit, const QString& done);

    PageContext m_context;
    PeerModel* m_model;
    ElidedLabel* m_id;
    QTableView* m_table;
    QLabel* m_empty;
    QPushButton *m_edit, *m_revoke;
};

}  // namespace tessera::ui
