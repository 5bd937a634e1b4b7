// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/header_bar.h"

#include "ui/model/model_holder.h"
#include "ui/model/model_options.h"
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
    m_mode = makeIconTextButton(Icon::ModeLocal, tr("Local: nothing leaves this machine"));
    m_mode->setIcon(icon(Icon::ModeLocal, Role::Ok));
    m_mode->setAccessibleDescription(tr("Chooses where fragments come from"));
    m_mode->setMenu(new QMenu(m_mode));
    fillModeMenu();
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
    showModel();
}

void HeaderBar::showModel() {
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

void HeaderBar::fillModeMenu() {
    QMenu& menu = *m_mode->menu();
    auto* group = new QActionGroup(&menu);
    QAction* local = menu.addAction(icon(Icon::ModeLocal, Role::Ok), tr("Local: nothing leaves this machine"));
    local->setCheckable(true);
    local->setChecked(true);
    group->addAction(local);
    QAction* network = menu.addAction(icon(Icon::ModeNetwork), tr("Network: not part of this version"));
    network->setEnabled(false);
    QAction* peers = menu.addAction(icon(Icon::ModePeers), tr("P2P: not part of this version"));
    peers->setEnabled(false);
    m_mode->setAccessibleName(tr("Mode: %1").arg(local->text()));
}

}  // namespace tessera::ui
