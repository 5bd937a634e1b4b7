// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/network/peers_view.h"

#include "core/compute/node_address.h"
#include "ui/jobs/job_runner.h"
#include "ui/network/interface_model.h"
#include "ui/network/network_services.h"
#include "ui/network/peer_dialogs.h"
#include "ui/network/plain_tip.h"
#include "ui/style/icons.h"
#include "ui/widgets/ask.h"
#include "ui/widgets/elements.h"
#include "ui/widgets/error_text.h"
#include "ui/widgets/table_menu.h"

#include <QClipboard>
#include <QDateTime>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLocale>
#include <QMenu>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace tessera::ui {
namespace {

bool samePeer(const Peer& a, const Peer& b) { return a.id == b.id && a.name == b.name && a.rights == b.rights && a.endpoint == b.endpoint; }

QString nameOf(const Peer& peer) { return QString::fromStdString(peer.name.empty() ? shortId(peer.id) : peer.name); }

}  // namespace

void PeerModel::setPeers(std::vector<Peer> peers) {
    if (std::ranges::equal(peers, m_peers, samePeer)) return;
    beginResetModel();
    m_peers = std::move(peers);
    endResetModel();
}

int PeerModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(m_peers.size()); }
int PeerModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : kColumns; }

QVariant PeerModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) return {};
    const Peer& peer = peerAt(index.row());
    if (role == Qt::DecorationRole && index.column() == Name) return icon(Icon::ModePeers, peer.rights == 0 ? Role::Muted : Role::Remote);
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole) return {};
    switch (index.column()) {
        case Name: return role == Qt::ToolTipRole ? plainTip(nameOf(peer)) : nameOf(peer);
        case Rights: return rightsWords(peer.rights);
        case Node: return QString::fromStdString(peer.endpoint);
        case Id: return QString::fromStdString(toHex(peer.id));
        default: return {};
    }
}

QVariant PeerModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
    switch (section) {
        case Name: return tr("Name");
        case Rights: return tr("May do here");
        case Node: return tr("Computes for us at");
        case Id: return tr("Key");
        default: return {};
    }
}

void InvitationModel::setInvitations(std::vector<OpenInvitation> invitations) {
    if (std::ranges::equal(invitations, m_invitations, {}, &OpenInvitation::id, &OpenInvitation::id)) return;
    beginResetModel();
    m_invitations = std::move(invitations);
    endResetModel();
}

int InvitationModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(m_invitations.size()); }
int InvitationModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : kColumns; }

QVariant InvitationModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || (role != Qt::DisplayRole && role != Qt::ToolTipRole)) return {};
    const OpenInvitation& invitation = invitationAt(index.row());
    switch (index.column()) {
        case Id: return QString::fromStdString(invitation.id);
        case Rights: return rightsWords(invitation.rights);
        case Expires: return QLocale().toString(QDateTime::fromSecsSinceEpoch(std::chrono::system_clock::to_time_t(invitation.expires)), QLocale::ShortFormat);
        default: return {};
    }
}

QVariant InvitationModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
    switch (section) {
        case Id: return tr("Invitation");
        case Rights: return tr("Gives");
        case Expires: return tr("Good until");
        default: return {};
    }
}

PeersView::PeersView(const PageContext& context, QWidget* parent) : QWidget(parent), m_context(context), m_model(new PeerModel(this)), m_invitations(new InvitationModel(this)) {
    m_id = new ElidedLabel;
    setTextStyle(m_id, TextStyle::Mono);
    m_id->setAccessibleName(tr("This machine’s key"));
    auto* copy = makeIconButton(Icon::Copy, tr("Copy this machine’s key"));
    connect(copy, &QToolButton::clicked, this, [this] {
        QGuiApplication::clipboard()->setText(m_id->fullText());
        m_context.navigator.showStatus(tr("This machine’s key is in the clipboard."));
    });
    auto* own = new QHBoxLayout;
    own->setSpacing(px(kSpaceSmall));
    own->addWidget(makeLabel(tr("This machine’s key"), TextStyle::Interface, Role::Muted));
    own->addWidget(m_id, 1);
    own->addWidget(copy);

    m_table = new QTableView;
    m_table->setModel(m_model);
    m_table->setAccessibleName(tr("Peers"));
    m_edit = makeIconTextButton(Icon::Edit, tr("Edit…"));
    m_revoke = makeIconTextButton(Icon::Trash, tr("Revoke…"));
    setUpTable(*m_table, context.settings, QStringLiteral("network.peers"), [this](QMenu& menu) {
        for (QPushButton* button : {m_edit, m_revoke}) menu.addAction(button->icon(), button->text(), button, &QPushButton::click)->setEnabled(button->isEnabled());
    });
    const int widths[] = {150, 230, 160};
    for (int i = 0; i < 3; ++i) m_table->setColumnWidth(i, px(widths[i]));
    m_empty = makeParagraph(tr("Nobody is on the list: only this user’s own key may use what runs here. Invite a machine, or join one."), Role::Muted);

    auto* invite_button = makeIconTextButton(Icon::Add, tr("Invite…"));
    auto* join_button = makeIconTextButton(Icon::Link, tr("Join…"));
    auto* add = makeIconTextButton(Icon::Add, tr("Add a key…"));
    connect(invite_button, &QPushButton::clicked, this, &PeersView::invite);
    connect(join_button, &QPushButton::clicked, this, &PeersView::join);
    connect(add, &QPushButton::clicked, this, &PeersView::addKey);
    connect(m_edit, &QPushButton::clicked, this, &PeersView::editChosen);
    connect(m_revoke, &QPushButton::clicked, this, &PeersView::revokeChosen);
    auto* buttons = new QHBoxLayout;
    for (QPushButton* button : {invite_button, join_button, add, m_edit, m_revoke}) buttons->addWidget(button);
    buttons->addStretch(1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(px(kSpaceSmall));
    column->addLayout(own);
    column->addWidget(m_empty);
    column->addWidget(m_table, 1);
    column->addLayout(buttons);
    column->addWidget(makeInvitations());
    setFocusProxy(m_table);

    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &PeersView::updateButtons);
    connect(m_model, &QAbstractItemModel::modelReset, this, &PeersView::updateButtons);
    connect(&context.network.watch(), &NodeWatch::changed, this, &PeersView::showPeers);
    showPeers();
    updateButtons();
}

QWidget* PeersView::makeInvitations() {
    m_invitation_table = new QTableView;
    m_invitation_table->setModel(m_invitations);
    m_invitation_table->setAccessibleName(tr("Open invitations"));
    setUpTable(*m_invitation_table, m_context.settings, QStringLiteral("network.invitations"));
    m_invitation_table->setColumnWidth(InvitationModel::Id, px(140));
    m_invitation_table->setColumnWidth(InvitationModel::Rights, px(220));
    m_invitation_table->setFixedHeight(px(4 * kRowHeight));
    m_withdraw = makeIconTextButton(Icon::Trash, tr("Withdraw"));
    connect(m_withdraw, &QPushButton::clicked, this, &PeersView::withdrawChosen);
    connect(m_invitation_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &PeersView::updateButtons);
    auto* row = new QHBoxLayout;
    row->addWidget(m_withdraw);
    row->addStretch(1);
    m_open = new QWidget;
    auto* column = new QVBoxLayout(m_open);
    column->setContentsMargins(0, px(kSpaceSmall), 0, 0);
    column->setSpacing(px(kSpaceSmall));
    column->addWidget(makeLabel(tr("Open invitations"), TextStyle::Strong));
    column->addWidget(m_invitation_table);
    column->addLayout(row);
    return m_open;
}

void PeersView::showPeers() {
    const NodeWatch& watch = m_context.network.watch();
    m_id->setFullText(watch.ownId());
    std::vector<Peer> peers;
    for (const ListedPeer& listed : watch.peers()) peers.push_back(listed.peer);
    m_model->setPeers(std::move(peers));
    m_invitations->setInvitations(watch.invitations());
    m_open->setVisible(m_invitations->rowCount() > 0);
    updateButtons();
    m_empty->setVisible(watch.hasHeard() && m_model->rowCount() == 0);
    if (!watch.problem().isEmpty()) m_empty->setText(watch.problem());
}

const Peer* PeersView::chosen() const {
    const QModelIndexList rows = m_table->selectionModel()->selectedRows();
    return rows.isEmpty() ? nullptr : &m_model->peerAt(rows.first().row());
}

void PeersView::updateButtons() {
    m_edit->setEnabled(chosen());
    m_revoke->setEnabled(chosen());
    m_withdraw->setEnabled(!m_invitation_table->selectionModel()->selectedRows().isEmpty());
}

/// Where others could reach a node here: its own address first, then what the networks give.
QStringList PeersView::endpoints() const {
    NetworkServices& network = m_context.network;
    const SharingSettings wish = readSharingSettings(m_context.settings);
    const bool on = network.sharing().state() == ServiceState::On;
    const std::string own = on ? network.sharing().numbers().endpoint : std::string();
    const QString port = on ? QString::fromStdString(own).section(QLatin1Char(':'), -1) : QString::number(wish.port == 0 ? 7420 : wish.port);
    QStringList list;
    if (on && isLoopback(own)) list.append(QString::fromStdString(own));
    for (const InterfaceAddress& each : readInterfaces()) {
        if (!each.running || each.address.isLoopback() || each.address.isLinkLocal()) continue;
        const QString host = each.address.protocol() == QAbstractSocket::IPv6Protocol ? QStringLiteral("[%1]").arg(each.address.toString()) : each.address.toString();
        list.append(host + QLatin1Char(':') + port);
    }
    if (list.isEmpty()) list.append(QStringLiteral("127.0.0.1:") + port);
    return list;
}

void PeersView::invite() {
    auto* dialog = new InviteDialog(m_context, endpoints(), m_context.network.sharing().state() == ServiceState::On, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void PeersView::join() {
    const QString copied = QGuiApplication::clipboard()->text().trimmed();
    const bool line = copied.size() < 300 && copied.contains(QLatin1Char('@')) && copied.contains(QLatin1Char('#')) && !copied.contains(QLatin1Char(' '));
    auto* dialog = new JoinDialog(m_context, line ? copied : QString(), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void PeersView::change(const QString& title, std::function<Result<void>()> edit, const QString& done) {
    JobInfo info;
    info.title = title;
    info.pool = JobPool::Network;
    info.quiet = true;
    const auto work = [edit = std::move(edit)](const Operation&) -> Result<bool> {
        TESSERA_CHECK(edit());
        return true;
    };
    m_context.jobs.start(std::move(info), work, this, [this, done](const Result<bool>& changed) {
        m_context.navigator.showStatus(changed ? done : errorText(changed.error()));
        m_context.network.watch().refresh();
    });
}

void PeersView::addKey() {
    auto* dialog = new PeerDialog({}, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog] {
        const Peer peer = dialog->peer();
        change(dialog->windowTitle(), [peer] { return PeerList(identityFolder()).allow(peer); }, tr("%1 may now: %2.").arg(nameOf(peer), rightsWords(peer.rights)));
    });
    dialog->open();
}

void PeersView::editChosen() {
    const Peer* peer = chosen();
    if (!peer) return;
    auto* dialog = new PeerDialog(*peer, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog] {
        const Peer edited = dialog->peer();
        change(dialog->windowTitle(), [edited] { return PeerList(identityFolder()).allow(edited); }, tr("%1 may now: %2.").arg(nameOf(edited), rightsWords(edited.rights)));
    });
    dialog->open();
}

void PeersView::revokeChosen() {
    const Peer* peer = chosen();
    if (!peer) return;
    QString consequences;
    if (peer->rights != 0) consequences = tr("It has no right here any more; what it computes on this machine ends within a second.");
    if (!peer->endpoint.empty()) consequences += (consequences.isEmpty() ? QString() : QStringLiteral(" ")) + tr("It is forgotten as a node, too: a new invitation brings it back.");
    const Question question{tr("Revoke a key?"), tr("%1 is taken off the list.").arg(nameOf(*peer)), consequences, tr("Revoke"), tr("Cancel")};
    ask(this, question, [this, id = peer->id, name = nameOf(*peer)] {
        change(tr("Revoke a key"), [id] { return PeerList(identityFolder()).revoke(id); }, tr("%1 has no right here any more.").arg(name));
    });
}

void PeersView::withdrawChosen() {
    const QModelIndexList rows = m_invitation_table->selectionModel()->selectedRows();
    if (rows.isEmpty()) return;
    const std::string id = m_invitations->invitationAt(rows.first().row()).id;
    change(tr("Withdraw an invitation"), [id] { return InvitationList(identityFolder()).withdraw(id); }, tr("The invitation is good no more."));
}

}  // namespace tessera::ui
