// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/header_bar.h"

#include "ui/model/model_holder.h"
#include "ui/model/model_options.h"
#include "ui/network/network_services.h"
#include "ui/settings/settings.h"
#include "ui/style/icons.h"
#include "ui/style/theme.h"
#include "ui/widgets/commands.h"
#include "ui/widgets/elements.h"

#include <QActionGroup>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QMenu>

namespace tessera::ui {

HeaderBar::HeaderBar(const PageContext& context, QWidget* parent) : QWidget(parent), m_context(context) {
    setFixedHeight(px(kHeaderHeight));
    m_model = makeIconTextButton(Icon::Model, {});
    m_model->setIcon(icon(Icon::Model, Role::Accent));
    m_model->setAccessibleDescription(tr("Chooses the model"));
    m_model->setMinimumWidth(px(140));
    m_model->setProperty("elides", true);
    m_model->setMenu(new QMenu(m_model));
    connect(m_model->menu(), &QMenu::aboutToShow, this, &HeaderBar::fillModelMenu);
    m_mode = makeIconTextButton(Icon::ModeLocal, {});
    m_mode->setAccessibleDescription(tr("Chooses who computes"));
    m_mode->setMenu(new QMenu(m_mode));
    connect(m_mode->menu(), &QMenu::aboutToShow, this, &HeaderBar::fillModeMenu);
    fillModeMenu();
    connect(&context.settings, &Settings::changed, this, [this](const QString& area, const QString& key) {
        if (area == QLatin1String("network") && key == QLatin1String("mode")) showMode();
    });
    context.network.watch().refresh();  // so that the menu knows whether there are nodes
    auto* palette = makeIconButton(Icon::Commands, tr("All commands"));
    connect(palette, &QToolButton::clicked, this, [this] {
        if (QAction* open = m_context.commands.find(QStringLiteral("window.palette"))) open->trigger();
    });
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(px(kSpace), 0, px(kSpace), 0);
    row->setSpacing(px(kSpaceSmall));
    row->addWidget(m_model, 0);
    row->addWidget(m_mode, 0);
    row->addStretch(1);
    row->addWidget(palette);
    connect(&context.model, &ModelHolder::stateChanged, this, &HeaderBar::showModel);
    connect(&context.model, &ModelHolder::progressChanged, this, &HeaderBar::showModel);
    connect(&Theme::instance(), &Theme::changed, this, [this] { setFixedHeight(px(kHeaderHeight)); });
    context.commands.add(QStringLiteral("model.pick"), tr("Model"), tr("Choose a model"), Icon::Model,
                         [this] { m_model->showMenu(); });
    context.commands.add(QStringLiteral("model.mode"), tr("Model"), tr("Choose who computes"), Icon::ModeNetwork, [this] { m_mode->showMenu(); });
    showModel();
}

void HeaderBar::showModel() {
    showMode();
    const ModelHolder& holder = m_context.model;
    QString text = tr("No model");
    if (holder.state() == ModelState::Ready) text = setTitle(holder.path());
    if (holder.state() == ModelState::Failed) text = tr("%1: not loaded").arg(setTitle(holder.path()));
    if (holder.state() == ModelState::Loading) {
        const double part = holder.job() ? holder.job()->fraction() : -1;
        text = part < 0 ? tr("Loading %1").arg(setTitle(holder.path()))
                        : tr("Loading %1: %2 %").arg(setTitle(holder.path())).arg(static_cast<int>(part * 100));
    }
    if (m_model->text() == text) return;
    m_model->setText(text);
    m_model->setAccessibleName(tr("Model: %1").arg(text));
    m_model->setIcon(icon(Icon::Model, holder.state() == ModelState::Failed ? Role::Error : Role::Accent));
}

void HeaderBar::fillModelMenu() {
    QMenu& menu = *m_model->menu();
    menu.clear();
    const ModelHolder& holder = m_context.model;
    for (const QString& path : m_context.settings.list(QStringLiteral("model"), QStringLiteral("recent")).mid(0, 8)) {
        if (!QFileInfo::exists(path)) continue;
        QAction* entry = menu.addAction(setTitle(path), this, [this, path] {
            m_context.model.load(path, readModelOptions(m_context.settings));
        });
        entry->setToolTip(path);
        entry->setCheckable(true);
        entry->setChecked(holder.isReady() && holder.path() == path);
    }
    if (!menu.isEmpty()) menu.addSeparator();
    for (const char* id : {"model.open", "model.unload"})
        if (QAction* action = m_context.commands.find(QLatin1String(id))) menu.addAction(action);
    if (m_context.navigator.hasPage(QStringLiteral("model")))
        menu.addAction(icon(Icon::Sampling), tr("Model page"), this, [this] { m_context.navigator.openPage(QStringLiteral("model")); });
}

void HeaderBar::showMode() {
    // What holds for the loaded model; before one is loaded, what was chosen.
    const ModelHolder& holder = m_context.model;
    const bool network = holder.isReady() ? holder.usesOtherMachines() : isNetworkMode(m_context.settings);
    const QString text = network ? tr("Network: other machines compute, and see") : tr("Local: nothing leaves this machine");
    m_mode->setText(text);
    m_mode->setIcon(network ? icon(Icon::ModeNetwork, Role::Remote) : icon(Icon::ModeLocal, Role::Ok));
    m_mode->setAccessibleName(tr("Mode: %1").arg(text));
}

void HeaderBar::fillModeMenu() {
    QMenu& menu = *m_mode->menu();
    menu.clear();
    delete m_modes;
    m_modes = new QActionGroup(&menu);
    const bool network = isNetworkMode(m_context.settings);
    const auto add = [&](Icon mode, Role role, const QString& text, bool checked) {
        QAction* action = m_modes->addAction(menu.addAction(icon(mode, role), text));
        action->setCheckable(true);
        action->setChecked(checked);
        return action;
    };
    connect(add(Icon::ModeLocal, Role::Ok, tr("Local: nothing leaves this machine"), !network), &QAction::triggered, this, [this] { chooseMode(false); });
    const bool known = m_context.network.watch().hasNodes();
    QAction* nodes = add(Icon::ModeNetwork, Role::Remote, known ? tr("Network: other machines compute, and see") : tr("Network: join a machine first…"), network);
    connect(nodes, &QAction::triggered, this, [this, known] {
        if (known) return chooseMode(true);
        m_context.navigator.openPage(QStringLiteral("network"), QStringLiteral("join"));
    });
    add(Icon::ModePeers, Role::Muted, tr("P2P: not part of this version"), false)->setEnabled(false);
}

/// A loaded model is loaded again in the new mode, so that the words at the top stay true.
void HeaderBar::chooseMode(bool network) {
    if (network == isNetworkMode(m_context.settings)) return;
    setNetworkMode(m_context.settings, network);
    ModelHolder& holder = m_context.model;
    if (holder.state() != ModelState::Empty) holder.load(holder.path(), readModelOptions(m_context.settings));
}

}  // namespace tessera::ui
