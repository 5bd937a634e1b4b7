// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/network/services_view.h"

#include "core/base/limits.h"
#include "ui/jobs/job_runner.h"
#include "ui/network/failure_model.h"
#include "ui/network/interface_model.h"
#include "ui/network/network_services.h"
#include "ui/network/node_rows.h"
#include "ui/style/icons.h"
#include "ui/widgets/elements.h"
#include "ui/widgets/error_text.h"
#include "ui/widgets/table_menu.h"
#include "ui/widgets/text_format.h"

#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QScrollArea>
#include <QSpinBox>
#include <QTableView>
#include <QVBoxLayout>

namespace tessera::ui {
namespace {

/// An address that another machine can type, instead of "every network".
QString reachable(const QString& text) {
    if (!text.contains(QLatin1String("0.0.0.0"))) return text;
    for (const InterfaceAddress& each : readInterfaces())
        if (each.running && each.address.protocol() == QAbstractSocket::IPv4Protocol && reachOf(each.address) != AddressReach::ThisMachine)
            return QString(text).replace(QLatin1String("0.0.0.0"), each.address.toString());
    return text;
}

}  // namespace

SharingCard::SharingCard(const PageContext& context, QWidget* parent)
    : ServiceCard(context, context.network.sharing(), tr("Compute layers for others"),
                  tr("Machines on the list of peers that may compute use the layers that run here. What they send and what comes of it is never written down."), parent) {
    m_layers = new QComboBox;
    m_layers->addItems({tr("All that are here"), tr("From"), tr("None, only rows of matrices")});
    m_layers->setAccessibleName(tr("Which layers"));
    m_first = new QSpinBox;
    m_first->setAccessibleName(tr("First layer"));
    m_last = new QSpinBox;
    m_last->setAccessibleName(tr("Last layer"));
    for (QSpinBox* spin : {m_first, m_last}) spin->setRange(0, static_cast<int>(limits::kMaxLayers) - 1);
    m_to = makeLabel(tr("to"), TextStyle::Interface, Role::Muted);
    addRow(tr("Layers"), {m_layers, m_first, m_to, m_last});
    m_kernels = new QComboBox;
    m_kernels->addItems({tr("ggml’s"), tr("our own")});
    m_kernels->setAccessibleName(tr("Kernels"));
    m_kernels->setToolTip(tr("Who multiplies a prompt’s rows. Callers must have chosen the same: other kernels give other last bits."));
    addRow(tr("Kernels"), {m_kernels});
    const SharingSettings wish = readSharingSettings(context.settings);
    fill(wish);
    m_layers->setCurrentIndex(wish.layers);
    m_kernels->setCurrentIndex(wish.own_kernels ? 1 : 0);
    m_first->setValue(wish.first);
    m_last->setValue(wish.last);
    for (QComboBox* box : {m_layers, m_kernels}) connect(box, &QComboBox::currentIndexChanged, this, &SharingCard::changed);
    connect(m_first, &QSpinBox::valueChanged, this, [this](int first) {
        if (m_last->value() < first) m_last->setValue(first);
        changed();
    });
    connect(m_last, &QSpinBox::valueChanged, this, &SharingCard::changed);
    showService();
}

void SharingCard::save() {
    SharingSettings wish;
    readInto(wish);
    wish.layers = static_cast<SharingSettings::Layers>(m_layers->currentIndex());
    wish.own_kernels = m_kernels->currentIndex() == 1;
    wish.first = m_first->value();
    wish.last = std::max(m_first->value(), m_last->value());
    writeSharingSettings(m_context.settings, wish);
}

void SharingCard::start() {
    save();
    m_context.network.startSharing();
}

void SharingCard::showService() {
    const bool some = m_layers->currentIndex() == SharingSettings::Chosen;
    for (QWidget* widget : std::initializer_list<QWidget*>{m_first, m_to, m_last}) widget->setVisible(some);
    const LayerSharing& sharing = m_context.network.sharing();
    if (sharing.state() != ServiceState::On) {
        showState({}, {});
        m_kernels->setEnabled(m_kernels->isEnabled() && m_layers->currentIndex() != SharingSettings::RowsOnly);
        return;
    }
    const LayerSharing::Numbers& numbers = sharing.numbers();
    const QString what = numbers.span.layers() <= 0 ? tr("Rows of the matrices of %1.").arg(numbers.model) : tr("%1 of %2, %3 ms a token.").arg(layersText(numbers.span), numbers.model, formatNumber(1e3 * numbers.speed.seconds_per_row, 1));
    const QString use = tr("%n session(s) now", nullptr, static_cast<int>(numbers.status.sessions)) + QStringLiteral(", ") +
                        tr("%1 rows computed, %2 calls refused.").arg(formatCount(numbers.status.rows), formatCount(numbers.status.refused));
    showState(what + QLatin1Char(' ') + use, reachable(numbers.address));
}

QString SharingCard::warning(bool everywhere) const {
    return everywhere ? tr("Every machine that reaches this one can knock. Only keys on the list are let in, over encrypted connections.") : QString();
}

ApiCard::ApiCard(const PageContext& context, QWidget* parent)
    : ServiceCard(context, context.network.api(), tr("Local API"), tr("Programs that speak OpenAI’s protocol use the model here: chat, completions, streaming."), parent) {
    m_with_key = new QCheckBox(tr("Ask for a key"));
    m_fragments = new QCheckBox(tr("Serve fragments, too"));
    m_at_start = new QCheckBox(tr("Start with Tessera"));
    addRow({}, {m_with_key, m_fragments, m_at_start});
    m_key = new QLineEdit;
    m_key->setReadOnly(true);
    m_key->setEchoMode(QLineEdit::Password);
    m_key->setAccessibleName(tr("Key of the local API"));
    m_reveal = makeIconButton(Icon::Show, tr("Show the key"));
    m_reveal->setCheckable(true);
    connect(m_reveal, &QToolButton::toggled, this, [this](bool shown) { m_key->setEchoMode(shown ? QLineEdit::Normal : QLineEdit::Password); });
    auto* copy = makeIconButton(Icon::Copy, tr("Copy the key"));
    connect(copy, &QToolButton::clicked, this, [this] {
        QGuiApplication::clipboard()->setText(m_key->text());
        m_context.navigator.showStatus(tr("The key of the local API is in the clipboard."));
    });
    auto* renew = makeIconButton(Icon::Refresh, tr("Make a new key: the old one is good no more"));
    connect(renew, &QToolButton::clicked, this, &ApiCard::renewKey);
    m_key_row = new QWidget;
    auto* row = new QHBoxLayout(m_key_row);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(makeLabel(tr("Key"), TextStyle::Interface, Role::Muted));
    row->addWidget(m_key, 1);
    for (QToolButton* button : {m_reveal, copy, renew}) row->addWidget(button);
    addBelow(m_key_row);
    m_failures = new FailureModel(context.network.api(), this);
    m_failures_title = makeLabel(tr("Requests that failed"), TextStyle::Strong);
    m_failure_table = new QTableView;
    m_failure_table->setModel(m_failures);
    m_failure_table->setAccessibleName(tr("Requests that failed"));
    setUpTable(*m_failure_table, context.settings, QStringLiteral("network.failures"));
    m_failure_table->setFixedHeight(px(132));
    addBelow(m_failures_title);
    addBelow(m_failure_table);
    const ApiSettings wish = readApiSettings(context.settings);
    fill(wish);
    m_with_key->setChecked(wish.key);
    m_fragments->setChecked(wish.fragments);
    m_at_start->setChecked(wish.at_start);
    for (QCheckBox* box : {m_with_key, m_fragments, m_at_start}) connect(box, &QCheckBox::toggled, this, &ApiCard::changed);
    connect(m_failures, &QAbstractItemModel::rowsInserted, this, [this] { showService(); });
    showService();
}

void ApiCard::save() {
    ApiSettings wish;
    readInto(wish);
    wish.key = m_with_key->isChecked();
    wish.fragments = m_fragments->isChecked();
    wish.at_start = m_at_start->isChecked();
    writeApiSettings(m_context.settings, wish);
}

void ApiCard::start() {
    save();
    m_context.network.startApi();
}

void ApiCard::showService() {
    const LocalApi& api = m_context.network.api();
    const bool on = api.state() == ServiceState::On;
    const LocalApi::Numbers& numbers = api.numbers();
    if (m_key->text() != numbers.key) m_key->setText(numbers.key);
    m_key_row->setVisible(on && !numbers.key.isEmpty());
    const bool any = m_failures->rowCount() > 0;
    m_failures_title->setVisible(any);
    m_failure_table->setVisible(any);
    showNumbers(on);
    m_at_start->setEnabled(true);  // it is about the next time
}

void ApiCard::showNumbers(bool on) {
    const LocalApi::Numbers& numbers = m_context.network.api().numbers();
    if (!on) return showState({}, {});
    showState(tr("Answers as %1. %n request(s) so far", nullptr, static_cast<int>(numbers.counts.requests)).arg(numbers.model) + QStringLiteral(", ") +
                  tr("%1 sent, %2 connections open.").arg(formatSize(numbers.counts.bytes_sent), formatCount(numbers.counts.connections)),
              reachable(numbers.url) + QStringLiteral("/v1"));
}

QString ApiCard::warning(bool everywhere) const {
    return everywhere ? tr("Whoever reaches this machine and has the key can use the model. The connection is not encrypted: use it in networks that you trust.") : QString();
}

void ApiCard::renewKey() {
    JobInfo info;
    info.title = tr("Make a new key");
    info.pool = JobPool::Network;
    info.quiet = true;
    m_context.jobs.start(std::move(info), [](const Operation&) { return serverKey(identityFolder(), true); }, this, [this](const Result<std::string>& key) {
        if (!key) return m_context.navigator.showStatus(errorText(key.error()));
        m_context.network.restartApi();
        m_context.navigator.showStatus(tr("The local API has a new key and starts anew."));
    });
}

ServicesView::ServicesView(const PageContext& context, QWidget* parent) : QWidget(parent) {
    m_sharing = new SharingCard(context);
    m_api = new ApiCard(context);
    auto* inside = new QWidget;
    setGroundRole(inside, Role::Surface);
    auto* cards = new QVBoxLayout(inside);
    cards->setContentsMargins(0, 0, px(kSpaceSmall), 0);
    cards->setSpacing(px(kSpace));
    cards->addWidget(m_api);
    cards->addWidget(m_sharing);
    cards->addStretch(1);
    auto* scroll = new QScrollArea;
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setAccessibleName(tr("Services"));
    setGroundRole(scroll->viewport(), Role::Surface);
    scroll->setWidget(inside);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(scroll);
    setFocusProxy(scroll);
}

}  // namespace tessera::ui
