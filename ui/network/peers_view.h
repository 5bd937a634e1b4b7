// SPDX-License-Identifier: GPL-3.0-or-later
// Who this machine is, and whom it lets in.
#pragma once

#include "core/compute/invitations.h"
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

/// Invitations that nobody has used yet.
class InvitationModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Id, Rights, Expires, kColumns };

    using QAbstractTableModel::QAbstractTableModel;
    /// Resets only when something changed.
    void setInvitations(std::vector<OpenInvitation> invitations);
    const OpenInvitation& invitationAt(int row) const { return m_invitations.at(static_cast<std::size_t>(row)); }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<OpenInvitation> m_invitations;
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
    void withdrawChosen();

    InvitationModel& invitations() const { return *m_invitations; }
    QTableView* invitationTable() const { return m_invitation_table; }
    PeerModel& model() const { return *m_model; }
    QTableView* table() const { return m_table; }

private:
    QWidget* makeInvitations();
    void showPeers();
    void updateButtons();
    const Peer* chosen() const;
    QStringList endpoints() const;
    void change(const QString& title, std::function<Result<void>()> edit, const QString& done);

    PageContext m_context;
    PeerModel* m_model;
    InvitationModel* m_invitations;
    QWidget* m_open;  // the invitations, while there are any
    QTableView* m_invitation_table;
    QPushButton* m_withdraw;
    ElidedLabel* m_id;
    QTableView* m_table;
    QLabel* m_empty;
    QPushButton *m_edit, *m_revoke;
};

}  // namespace tessera::ui
