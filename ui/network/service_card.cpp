// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/model/model_holder.h"
#include "ui/network/network_services.h"
#include "ui/network/services_view.h"
#include "ui/settings/settings.h"
#include "ui/style/icons.h"
#include "ui/style/tessera_style.h"
#include "ui/widgets/elements.h"

#include <QClipboard>
#include <QComboBox>
#include <QFileInfo>
#include <QFormLayout>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QSpinBox>
#include <QVBoxLayout>

namespace tessera::ui {

ServiceCard::ServiceCard(const PageContext& context, RunningService& service, const QString& title, const QString& what, QWidget* parent)
    : QWidget(parent), m_context(context), m_service(service), m_title(title) {
    auto* card = new Card(Role::Raised);
    m_column = card->column();
    m_column->addWidget(makeLabel(title, TextStyle::Strong));
    m_column->addWidget(makeParagraph(what, Role::Muted));

    m_set = new QComboBox;
    m_set->setAccessibleName(tr("%1: model").arg(title));
    m_set->setMinimumContentsLength(18);
    m_set->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_set->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_reach = new QComboBox;
    m_reach->setAccessibleName(tr("%1: who reaches it").arg(title));
    m_reach->addItem(tr("This machine only"));
    m_reach->addItem(tr("Every network"));
    m_port = new QSpinBox;
    m_port->setAccessibleName(tr("%1: port").arg(title));
    m_port->setRange(0, 65535);
    m_port->setSpecialValueText(tr("Any"));
    m_port->setGroupSeparatorShown(false);
    m_form = new QFormLayout;
    m_form->setHorizontalSpacing(px(kSpaceWide));
    m_form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    m_column->addLayout(m_form);
    addRow(tr("Model"), {m_set});
    addRow(tr("Reached by"), {m_reach, makeLabel(tr("Port"), TextStyle::Interface, Role::Muted), m_port});

    m_warning = makeParagraph({}, Role::Warn);
    m_problem = new Banner;
    m_problem->hide();
    m_start = makeButton(tr("Start"));
    m_start->setAccessibleName(tr("Start: %1").arg(title));
    m_address = new ElidedLabel;
    setTextStyle(m_address, TextStyle::Mono);
    m_copy = makeIconButton(Icon::Copy, tr("Copy the address: %1").arg(title));
    connect(m_copy, &QToolButton::clicked, this, [this] {
        QGuiApplication::clipboard()->setText(address());
        m_context.navigator.showStatus(tr("%1 is in the clipboard.").arg(address()));
    });
    m_details = makeParagraph({}, Role::Muted);
    m_running = new QWidget;
    auto* running = new QHBoxLayout(m_running);
    running->setContentsMargins(0, 0, 0, 0);
    running->addWidget(m_address, 1);
    running->addWidget(m_copy);
    auto* actions = new QHBoxLayout;
    actions->addWidget(m_start);
    actions->addWidget(m_running, 1);
    actions->addStretch(0);
    m_column->addWidget(m_warning);
    m_column->addWidget(m_problem);
    m_column->addLayout(actions);
    m_column->addWidget(m_details);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(card);

    connect(m_start, &QPushButton::clicked, this, [this] {
        if (m_service.state() != ServiceState::Off) return m_service.stop();
        start();
    });
    connect(m_set, &QComboBox::currentIndexChanged, this, &ServiceCard::changed);
    connect(m_reach, &QComboBox::currentIndexChanged, this, &ServiceCard::changed);
    connect(m_port, &QSpinBox::valueChanged, this, &ServiceCard::changed);
    connect(&service, &RunningService::changed, this, [this] { showService(); });
    connect(&context.model, &ModelHolder::stateChanged, this, [this] {
        fillSets();
        showService();
    });
}

void ServiceCard::addRow(const QString& name, std::initializer_list<QWidget*> widgets) {
    auto* row = new QHBoxLayout;
    row->setSpacing(px(kSpaceSmall));
    for (QWidget* widget : widgets) {
        row->addWidget(widget, widget == m_set ? 1 : 0);
        if (!qobject_cast<QLabel*>(widget)) m_inputs.append(widget);
    }
    if (widgets.size() > 1 || *widgets.begin() != m_set) row->addStretch(1);
    m_form->addRow(makeLabel(name, TextStyle::Interface, Role::Muted), row);
}

void ServiceCard::addBelow(QWidget* widget) { m_column->addWidget(widget); }
QString ServiceCard::address() const { return m_address->fullText(); }

void ServiceCard::fillSets() {
    const QString kept = m_set->currentData().toString();
    const bool before = std::exchange(m_filling, true);
    m_set->clear();
    m_set->addItem(m_context.model.isReady() ? tr("The loaded one: %1").arg(setTitle(m_context.model.path())) : tr("The loaded one"), QString());
    QStringList paths = m_context.settings.list(QStringLiteral("model"), QStringLiteral("recent"));
    if (!kept.isEmpty() && !paths.contains(kept)) paths.prepend(kept);
    for (const QString& path : paths)
        if (QFileInfo::exists(path)) m_set->addItem(setTitle(path), path);
    m_set->setCurrentIndex(std::max(0, m_set->findData(kept)));
    m_filling = before;
}

void ServiceCard::fill(const ServiceSettings& wish) {
    m_filling = true;
    fillSets();
    if (!wish.set.isEmpty() && m_set->findData(wish.set) < 0 && QFileInfo::exists(wish.set)) m_set->addItem(setTitle(wish.set), wish.set);
    m_set->setCurrentIndex(std::max(0, m_set->findData(wish.set)));
    m_reach->setCurrentIndex(wish.everywhere ? 1 : 0);
    m_port->setValue(wish.port);
    m_filling = false;
}

void ServiceCard::readInto(ServiceSettings& wish) const {
    wish.set = m_set->currentData().toString();
    wish.everywhere = m_reach->currentIndex() == 1;
    wish.port = m_port->value();
}

void ServiceCard::changed() {
    if (m_filling) return;
    save();
    showService();
}

void ServiceCard::showState(const QString& details, const QString& address) {
    const ServiceState state = m_service.state();
    const bool off = state == ServiceState::Off, on = state == ServiceState::On;
    ServiceSettings wish;
    readInto(wish);
    const bool possible = !m_context.network.setFor(wish).isEmpty();
    const QString text = off ? tr("Start") : state == ServiceState::Stopping ? tr("Stopping…") : state == ServiceState::Starting ? tr("Cancel") : tr("Stop");
    m_start->setText(text);
    m_start->setAccessibleName(QStringLiteral("%1: %2").arg(text, m_title));
    m_start->setEnabled(state != ServiceState::Stopping && (!off || possible));
    m_start->setProperty("primary", off && possible);
    for (QWidget* input : m_inputs) input->setEnabled(off);
    m_warning->setText(warning(wish.everywhere));
    m_warning->setVisible(!m_warning->text().isEmpty());
    if (off && !m_service.error().isEmpty()) m_problem->show(Banner::Error, m_service.error());
    else m_problem->hide();
    m_running->setVisible(on);
    if (on) m_address->setFullText(address);
    const QString idle = possible ? QString() : tr("Load a model, or choose one here.");
    m_details->setText(on ? details : state == ServiceState::Starting ? tr("Starting…") : off ? idle : QString());
    m_details->setVisible(!m_details->text().isEmpty());
}

void ServiceCard::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    fillSets();
    showService();
}

}  // namespace tessera::ui
