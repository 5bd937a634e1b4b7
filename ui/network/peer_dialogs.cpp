// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/network/peer_dialogs.h"

#include "core/compute/joining.h"
#include "ui/jobs/job_runner.h"
#include "ui/network/machine_facts.h"
#include "ui/network/network_services.h"
#include "ui/style/icons.h"
#include "ui/style/tessera_style.h"
#include "ui/widgets/elements.h"
#include "ui/widgets/error_text.h"

#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QGuiApplication>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace tessera::ui {
namespace {

constexpr std::chrono::seconds kJoinPatience{10};
constexpr int kLongestName = 60;
constexpr Rights kUsualRights = static_cast<Rights>(Right::Compute);

QDialogButtonBox* makeButtons(QDialog& dialog, const QString& action, QPushButton*& ok) {
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, &dialog);
    ok = buttons->addButton(action, QDialogButtonBox::AcceptRole);
    makePrimary(ok);
    ok->setDefault(true);
    QObject::connect(buttons, &QDialogButtonBox::rejected, &dialog, &QDialog::reject);
    return buttons;
}

/// Qt loses it when the box is laid out.
void orderTabs(std::initializer_list<QWidget*> widgets) {
    QWidget* before = nullptr;
    for (QWidget* widget : widgets) {
        if (before) QWidget::setTabOrder(before, widget);
        before = widget;
    }
}

QLineEdit* makeEdit(const QString& name, const QString& text = {}, int longest = 400) {
    auto* edit = new QLineEdit(text);
    edit->setAccessibleName(name);
    edit->setMaxLength(longest);
    return edit;
}

JobInfo quiet(const QString& title) {
    JobInfo info;
    info.title = title;
    info.pool = JobPool::Network;
    info.quiet = true;
    return info;
}

}  // namespace

QString rightsWords(Rights rights) {
    QStringList words;
    if (has(rights, Right::Compute)) words.append(RightsBoxes::tr("compute"));
    return words.isEmpty() ? RightsBoxes::tr("nothing") : words.join(QStringLiteral(", "));
}

RightsBoxes::RightsBoxes(Rights rights, QWidget* parent) : QWidget(parent) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(px(kSpaceTiny));
    const std::pair<Right, QString> texts[] = {{Right::Compute, tr("Compute with the layers that run here")}};
    for (const auto& [right, text] : texts) {
        auto* box = new QCheckBox(text);
        box->setChecked(has(rights, right));
        connect(box, &QCheckBox::toggled, this, &RightsBoxes::changed);
        column->addWidget(box);
        m_boxes.emplace_back(right, box);
    }
}

Rights RightsBoxes::rights() const {
    Rights rights = 0;
    for (const auto& [right, box] : m_boxes)
        if (box->isChecked()) rights |= static_cast<Rights>(right);
    return rights;
}

InviteDialog::InviteDialog(const PageContext& context, const QStringList& endpoints, bool listens, QWidget* parent) : QDialog(parent), m_context(context) {
    setWindowTitle(tr("Invite a machine"));
    m_endpoint = new QComboBox;
    m_endpoint->setEditable(true);
    m_endpoint->addItems(endpoints);
    m_endpoint->setAccessibleName(tr("Where others reach this machine’s node"));
    m_endpoint->lineEdit()->setAccessibleName(m_endpoint->accessibleName());
    m_endpoint->setMinimumWidth(px(260));
    m_rights = new RightsBoxes(kUsualRights);
    m_lifetime = new QComboBox;
    m_lifetime->setAccessibleName(tr("How long it is good"));
    m_lifetime->addItem(tr("10 minutes"), 10);
    m_lifetime->addItem(tr("1 hour"), 60);
    m_lifetime->addItem(tr("1 day"), 24 * 60);
    m_lifetime->addItem(tr("1 week"), 7 * 24 * 60);
    m_lifetime->setCurrentIndex(1);
    m_form = new QWidget;
    auto* form = new QFormLayout(m_form);
    form->setContentsMargins(0, 0, 0, 0);
    form->addRow(tr("Address"), m_endpoint);
    form->addRow(tr("It may"), m_rights);
    form->addRow(tr("Good for"), m_lifetime);
    m_note = makeParagraph({}, Role::Muted);
    m_line = new QPlainTextEdit;
    m_line->setReadOnly(true);
    m_line->setAccessibleName(tr("The invitation"));
    m_line->setTabChangesFocus(true);
    setTextStyle(m_line, TextStyle::Mono);
    m_line->setFixedHeight(px(84));
    m_line->hide();
    QDialogButtonBox* buttons = makeButtons(*this, tr("Make the invitation"), m_make);
    m_copy = makeIconTextButton(Icon::Copy, tr("Copy"));
    m_copy->hide();
    buttons->button(QDialogButtonBox::Cancel)->setText(tr("Close"));
    connect(buttons, &QDialogButtonBox::accepted, this, &InviteDialog::make);
    connect(m_copy, &QPushButton::clicked, this, [this] {
        QGuiApplication::clipboard()->setText(invitation());
        m_context.navigator.showStatus(tr("The invitation is in the clipboard. Hand it over by a channel that others do not read."));
    });
    connect(m_endpoint, &QComboBox::currentTextChanged, this, &InviteDialog::check);
    connect(m_rights, &RightsBoxes::changed, this, &InviteDialog::check);
    auto* column = new QVBoxLayout(this);
    column->setSpacing(px(kSpace));
    column->addWidget(makeParagraph(listens ? tr("Whoever has the invitation can put their key on this machine’s list, once.")
                                            : tr("Whoever has the invitation can put their key on this machine’s list, once, while a node runs here: start one under Services.")));
    column->addWidget(m_form);
    column->addWidget(m_note);
    column->addWidget(m_line);
    column->addWidget(m_copy, 0, Qt::AlignLeft);
    column->addWidget(buttons);
    orderTabs({m_line, m_copy, m_make, buttons->button(QDialogButtonBox::Cancel)});
    setMinimumWidth(px(480));
    check();
}

QString InviteDialog::invitation() const { return m_line->toPlainText(); }

void InviteDialog::check() {
    const std::string endpoint = m_endpoint->currentText().trimmed().toStdString();
    const bool fine = checkEndpoint(endpoint).has_value();
    m_make->setEnabled(fine && m_rights->rights() != 0);
    if (!fine) m_note->setText(tr("An address is written HOST:PORT, such as 192.168.1.7:7420."));
    else if (m_rights->rights() == 0) m_note->setText(tr("An invitation to nothing is of no use: tick a right."));
    else if (isLoopback(endpoint)) m_note->setText(tr("Only programs on this machine reach this address."));
    else m_note->clear();
    m_note->setVisible(!m_note->text().isEmpty());
}

void InviteDialog::make() {
    m_make->setEnabled(false);
    const auto work = [endpoint = m_endpoint->currentText().trimmed().toStdString(), rights = m_rights->rights(), minutes = m_lifetime->currentData().toInt()](const Operation&) {
        return makeInvitation(identityFolder(), endpoint, rights, std::chrono::minutes(minutes));
    };
    m_context.jobs.start(quiet(tr("Make an invitation")), work, this, [this](Result<std::string> line) {
        m_note->show();
        if (!line) {
            m_make->setEnabled(true);
            setTextRole(m_note, Role::Error);
            return m_note->setText(errorText(line.error()));
        }
        setTextRole(m_note, Role::Muted);
        m_note->setText(tr("Hand this line over by a channel that others do not read. It is shown only now."));
        m_line->setPlainText(QString::fromStdString(*line));
        m_line->show();
        m_copy->show();
        m_form->setEnabled(false);
        m_make->hide();
        m_copy->setDefault(true);
        m_copy->setFocus();
        m_context.network.watch().refresh();
    });
}

JoinDialog::JoinDialog(const PageContext& context, const QString& line, QWidget* parent) : QDialog(parent), m_context(context) {
    setWindowTitle(tr("Join a node"));
    m_line = makeEdit(tr("Invitation"), line);
    m_line->setPlaceholderText(tr("ID@HOST:PORT#SECRET"));
    m_node_name = makeEdit(tr("Name of the node here"), {}, kLongestName);
    m_own_name = makeEdit(tr("Name of this machine there"), readMachineFacts(context.settings).name, kLongestName);
    auto* form = new QFormLayout;
    form->addRow(tr("Invitation"), m_line);
    form->addRow(tr("Call it"), m_node_name);
    form->addRow(tr("It calls us"), m_own_name);
    m_problem = new Banner;
    m_problem->hide();
    QDialogButtonBox* buttons = makeButtons(*this, tr("Join"), m_join);
    connect(buttons, &QDialogButtonBox::accepted, this, &JoinDialog::join);
    const auto check = [this] { m_join->setEnabled(!m_line->text().trimmed().isEmpty()); };
    connect(m_line, &QLineEdit::textChanged, this, check);
    check();
    auto* column = new QVBoxLayout(this);
    column->setSpacing(px(kSpace));
    column->addWidget(makeParagraph(tr("Paste the line that the other machine’s owner gave you. Its secret is sent only to the machine that has the key named in it.")));
    column->addLayout(form);
    column->addWidget(m_problem);
    column->addWidget(buttons);
    orderTabs({m_line, m_node_name, m_own_name, m_join, buttons->button(QDialogButtonBox::Cancel)});
    setMinimumWidth(px(520));
    m_line->setFocus();
}

void JoinDialog::join() {
    m_join->setEnabled(false);
    m_problem->show(Banner::Information, tr("Asking the machine…"));
    const auto work = [line = m_line->text().trimmed().toStdString(), own = m_own_name->text().simplified().toStdString(),
                       name = m_node_name->text().simplified().toStdString()](const Operation&) -> Result<JoinedNode> {
        TESSERA_TRY(const JoinedNode joined, joinNode(identityFolder(), line, own, kJoinPatience));
        if (name.empty()) return joined;
        PeerList list(identityFolder());
        TESSERA_TRY(const auto peers, list.peers());
        for (Peer peer : peers) {
            if (peer.id != joined.address.id) continue;
            peer.name = name;
            TESSERA_CHECK(list.allow(peer));
        }
        return joined;
    };
    m_context.jobs.start(quiet(tr("Join a node")), work, this, [this](Result<JoinedNode> joined) {
        m_join->setEnabled(true);
        if (!joined) return m_problem->show(Banner::Error, errorText(joined.error()));
        m_context.navigator.showStatus(tr("Joined. This machine may there: %1.").arg(rightsWords(joined->rights)));
        m_context.network.watch().refresh();
        accept();
    });
}

PeerDialog::PeerDialog(const Peer& peer, QWidget* parent) : QDialog(parent), m_peer(peer) {
    const bool fresh = peer.id == NodeId{};
    setWindowTitle(fresh ? tr("Add a key") : tr("Edit a peer"));
    m_id = makeEdit(tr("Key"), fresh ? QString() : QString::fromStdString(toHex(peer.id)), 64);
    m_id->setReadOnly(!fresh);
    m_id->setPlaceholderText(tr("64 hexadecimal digits"));
    setTextStyle(m_id, TextStyle::Mono);
    m_name = makeEdit(tr("Name"), QString::fromStdString(peer.name), kLongestName);
    m_rights = new RightsBoxes(fresh ? kUsualRights : peer.rights);
    auto* form = new QFormLayout;
    form->addRow(tr("Key"), m_id);
    form->addRow(tr("Name"), m_name);
    form->addRow(tr("It may"), m_rights);
    QDialogButtonBox* buttons = makeButtons(*this, fresh ? tr("Add") : tr("Save"), m_ok);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(m_id, &QLineEdit::textChanged, this, &PeerDialog::check);
    auto* column = new QVBoxLayout(this);
    column->setSpacing(px(kSpace));
    if (fresh) column->addWidget(makeParagraph(tr("Its owner finds the key on the Network page of that machine, or by “tessera id”.")));
    column->addLayout(form);
    column->addWidget(buttons);
    setMinimumWidth(px(560));
    check();
    (fresh ? m_id : m_name)->setFocus();
}

void PeerDialog::check() { m_ok->setEnabled(digestFromHex(m_id->text().trimmed().toStdString()).has_value()); }

Peer PeerDialog::peer() const {
    Peer peer = m_peer;
    if (const auto id = digestFromHex(m_id->text().trimmed().toStdString())) peer.id = *id;
    peer.name = m_name->text().simplified().toStdString();
    peer.rights = m_rights->rights();
    return peer;
}

}  // namespace tessera::ui
