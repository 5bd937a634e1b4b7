// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main_window.h"

#include "core/base/platform/system.h"
#include "ui/header_bar.h"
#include "ui/jobs/job_runner.h"
#include "ui/model/model_holder.h"
#include "ui/network/consent_dialog.h"
#include "ui/pages.h"
#include "ui/settings/settings.h"
#include "ui/style/icons.h"
#include "ui/style/theme.h"
#include "ui/widgets/about_dialog.h"
#include "ui/widgets/ask.h"
#include "ui/widgets/command_palette.h"
#include "ui/widgets/commands.h"
#include "ui/widgets/elements.h"
#include "ui/widgets/rail.h"
#include "ui/widgets/shortcuts_dialog.h"
#include "ui/widgets/text_format.h"

#include <QApplication>
#include <QCloseEvent>
#include <QGridLayout>
#include <QScreen>
#include <QStackedWidget>
#include <QStatusBar>
#include <QTimer>
#include <QVBoxLayout>

namespace tessera::ui {
namespace {

const QString kWindow = QStringLiteral("window");
const QString kAppearance = QStringLiteral("appearance");
constexpr int kStatusMs = 6000, kMemoryMs = 2000;

}  // namespace

MainWindow::MainWindow(Settings& settings, JobRunner& jobs, ModelHolder& model, NetworkServices& network, QWidget* parent)
    : QMainWindow(parent), m_settings(settings), m_jobs(jobs), m_model(model), m_commands(new Commands(this)),
      m_context{settings, jobs, model, network, *m_commands, *this} {
    setWindowTitle(QStringLiteral("Tessera"));
    setMinimumSize(1024, 640);
    for (PageInfo& info : mainPages()) m_entries.push_back({std::move(info), nullptr, nullptr});
    m_rail_count = m_entries.size();
    for (PageInfo& info : footPages()) m_entries.push_back({std::move(info), nullptr, nullptr});

    auto* ground = new QWidget;
    auto* grid = new QGridLayout(ground);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setSpacing(0);
    auto* side = new QVBoxLayout;
    side->setContentsMargins(0, px(kSpaceSmall) + px(2), 0, px(kSpaceSmall));
    side->setSpacing(px(kSpaceTiny));
    grid->addLayout(side, 0, 0, 2, 1);
    m_rail = new Rail;
    side->addWidget(m_rail);
    side->addStretch(1);
    m_header = new HeaderBar(m_context);
    grid->addWidget(m_header, 0, 1);
    m_stack = new QStackedWidget;
    grid->addWidget(m_stack, 1, 1);
    grid->setColumnStretch(1, 1);
    grid->setRowStretch(1, 1);
    setCentralWidget(ground);

    buildRail();
    for (std::size_t i = m_rail_count; i < m_entries.size(); ++i) side->addWidget(m_entries[i].foot_button, 0, Qt::AlignHCenter);
    buildStatusBar();
    addCommands();
    // Pages bring commands, keys and drop targets of their own, so all exist from the start.
    for (Entry& entry : m_entries) page(entry.info.id);
    restoreState();
    m_model.setConsent([this](const LoadedModel& loaded, std::function<void(bool)> answer) { askNodesConsent(m_context, loaded, this, std::move(answer)); });
}

MainWindow::~MainWindow() { m_model.setConsent({}); }

void MainWindow::buildRail() {
    for (std::size_t i = 0; i < m_rail_count; ++i)
        m_rail->addPage(m_entries[i].info.title, m_entries[i].info.icon, m_entries[i].info.group);
    connect(m_rail, &Rail::chosen, this, [this](int index) { showEntry(static_cast<std::size_t>(index)); });
    m_rail->setVisible(m_rail_count > 0);
    for (std::size_t i = m_rail_count; i < m_entries.size(); ++i) {
        QToolButton* button = makeIconButton(m_entries[i].info.icon, m_entries[i].info.title, this);
        button->setCheckable(true);
        button->setIconSize(QSize(px(kIconSmall), px(kIconSmall)));
        connect(button, &QToolButton::clicked, this, [this, i] { showEntry(i); });
        m_entries[i].foot_button = button;
    }
}

void MainWindow::buildStatusBar() {
    auto* bar = statusBar();
    bar->setSizeGripEnabled(false);
    bar->setContentsMargins(px(kSpaceSmall), 0, px(kSpaceSmall), px(2));
    m_state_label = makeLabel(tr("Ready"), TextStyle::Caption, Role::Muted);
    m_state_label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_jobs_label = new QToolButton;
    m_jobs_label->setAutoRaise(true);
    m_jobs_label->setProperty("compact", true);
    m_jobs_label->setToolButtonStyle(Qt::ToolButtonTextOnly);
    setTextStyle(m_jobs_label, TextStyle::Caption);
    connect(m_jobs_label, &QToolButton::clicked, this, [this] { openPage(QStringLiteral("jobs")); });
    m_memory_label = makeLabel({}, TextStyle::Caption, Role::Muted);
    m_rate_label = makeLabel({}, TextStyle::Caption, Role::Muted);
    bar->addWidget(m_state_label, 1);
    bar->addPermanentWidget(m_jobs_label);
    bar->addPermanentWidget(m_memory_label);
    bar->addPermanentWidget(m_rate_label);
    m_rate_label->hide();
    m_status_timer = new QTimer(this);
    m_status_timer->setSingleShot(true);
    connect(m_status_timer, &QTimer::timeout, this, [this] { m_state_label->setText(tr("Ready")); });
    auto* memory = new QTimer(this);
    connect(memory, &QTimer::timeout, this, &MainWindow::showMemory);
    memory->start(kMemoryMs);
    showMemory();
    for (auto signal : {&JobRunner::jobAdded, &JobRunner::jobFinished, &JobRunner::jobChanged})
        connect(&m_jobs, signal, this, &MainWindow::showJobs);
    connect(&m_jobs, &JobRunner::jobFinished, this, [this](Job* job) {
        showStatus(tr("%1: %2").arg(job->info().title, jobStatusText(*job)));
    });
    showJobs();
}

void MainWindow::addCommands() {
    const QString section = tr("Window");
    for (std::size_t i = 0; i < m_entries.size(); ++i) {
        const Entry& entry = m_entries[i];
        const QString id = i < m_rail_count ? QStringLiteral("page.%1").arg(i + 1) : QStringLiteral("window.") + entry.info.id;
        QAction* action = m_commands->add(id, section, tr("Go to %1").arg(entry.info.title), entry.info.icon, [this, i] { showEntry(i); });
        if (entry.foot_button && !action->shortcut().isEmpty())
            entry.foot_button->setToolTip(tr("%1 (%2)").arg(entry.info.title, action->shortcut().toString(QKeySequence::NativeText)));
    }
    m_commands->add(QStringLiteral("window.palette"), section, tr("All commands…"), Icon::Commands, [this] { showCommandPalette(*m_commands, this); });
    m_commands->add(QStringLiteral("window.shortcuts"), section, tr("Keyboard shortcuts"), Icon::Keyboard, [this] { showShortcuts(*m_commands, this); });
    m_commands->add(QStringLiteral("window.zoomIn"), section, tr("Zoom in"), Icon::ZoomIn, [this] { setZoom(Theme::instance().zoom() + 10); });
    m_commands->add(QStringLiteral("window.zoomOut"), section, tr("Zoom out"), Icon::ZoomOut, [this] { setZoom(Theme::instance().zoom() - 10); });
    m_commands->add(QStringLiteral("window.zoomReset"), section, tr("Original size"), Icon::Fit, [this] { setZoom(100); });
    m_commands->add(QStringLiteral("window.scheme"), section, tr("Switch between light and dark"), Icon::Dark, [this] {
        m_settings.set(kAppearance, QStringLiteral("scheme"), Theme::instance().isDark() ? QStringLiteral("light") : QStringLiteral("dark"));
    });
    m_commands->add(QStringLiteral("window.fullScreen"), section, tr("Full screen"), Icon::Fit, [this] { isFullScreen() ? showNormal() : showFullScreen(); });
    m_commands->add(QStringLiteral("window.about"), section, tr("About Tessera"), Icon::Info, [this] { showAbout(this); });
    m_commands->add(QStringLiteral("window.quit"), section, tr("Quit"), Icon::Close, [this] { close(); });
    connect(&m_settings, &Settings::changed, this, [this](const QString& area, const QString& key) {
        if (area == kAppearance && key == QLatin1String("language")) emit languageChanged();
    });
    connect(&m_settings, &Settings::saveFailed, this, [this](const QString& message) {
        showStatus(tr("The settings could not be saved: %1").arg(message));
    });
}

int MainWindow::indexOf(const QString& id) const {
    for (std::size_t i = 0; i < m_entries.size(); ++i)
        if (m_entries[i].info.id == id) return static_cast<int>(i);
    return -1;
}

Page* MainWindow::page(const QString& id) {
    const int index = indexOf(id);
    if (index < 0) return nullptr;
    Entry& entry = m_entries[static_cast<std::size_t>(index)];
    if (!entry.page) {
        entry.page = entry.info.make(m_context);
        entry.page->setObjectName(id);
        entry.page->setAccessibleName(entry.info.title);
        m_stack->addWidget(entry.page);
    }
    return entry.page;
}

void MainWindow::showEntry(std::size_t index) {
    Page* shown = page(m_entries[index].info.id);
    m_current = static_cast<int>(index);
    m_stack->setCurrentWidget(shown);
    if (index < m_rail_count) m_rail->setCurrentIndex(static_cast<int>(index));
    m_rail->setDimmed(index >= m_rail_count);
    for (std::size_t i = m_rail_count; i < m_entries.size(); ++i) m_entries[i].foot_button->setChecked(i == index);
    setWindowTitle(tr("%1 – Tessera").arg(m_entries[index].info.title));
    if (!m_rail->hasFocus()) shown->enter();
}

void MainWindow::openPage(const QString& id, const QVariant& target) {
    const int index = indexOf(id);
    if (index < 0) return;
    showEntry(static_cast<std::size_t>(index));
    if (target.isValid()) page(id)->open(target);
}

bool MainWindow::hasPage(const QString& id) const { return indexOf(id) >= 0; }

QStringList MainWindow::pageIds() const {
    QStringList ids;
    for (const Entry& entry : m_entries) ids.append(entry.info.id);
    return ids;
}

QString MainWindow::currentPageId() const {
    return m_current < 0 ? QString() : m_entries[static_cast<std::size_t>(m_current)].info.id;
}

void MainWindow::showStatus(const QString& text) {
    m_state_label->setText(text.simplified());
    m_state_label->setToolTip(text);
    m_status_timer->start(kStatusMs);
}

void MainWindow::showRate(const QString& text) {
    m_rate_label->setText(text);
    m_rate_label->setVisible(!text.isEmpty());
}

void MainWindow::showMemory() {
    const std::uint64_t total = totalMemoryBytes(), free = availableMemoryBytes();
    m_memory_label->setText(tr("Memory %1 of %2").arg(formatSize(total - std::min(free, total)), formatSize(total)));
}

void MainWindow::showJobs() {
    const int active = static_cast<int>(m_jobs.activeJobs().size());
    m_jobs_label->setText(tr("%n job(s)", nullptr, active));
    m_jobs_label->setVisible(active > 0);
}

void MainWindow::setZoom(int percent) {
    Theme::instance().setZoom(percent);
    m_settings.set(kAppearance, QStringLiteral("zoom"), Theme::instance().zoom());
    showStatus(tr("Zoom %1 %").arg(Theme::instance().zoom()));
}

void MainWindow::openFile(const QString& path) {
    const QString id = hasPage(QStringLiteral("model")) ? QStringLiteral("model") : currentPageId();
    openPage(id, path);
}

bool MainWindow::mayClose() {
    QStringList lines;
    for (const Job* job : m_jobs.activeJobs()) lines.append(QStringLiteral("• ") + job->info().title);
    for (const Entry& entry : m_entries)
        if (const QString question = entry.page ? entry.page->closeQuestion() : QString(); !question.isEmpty())
            lines.append(QStringLiteral("• ") + question);
    if (lines.isEmpty()) return true;
    return waitForYes(this, {tr("Quit Tessera?"), tr("This is still going on and will be stopped:"), lines.join(QLatin1Char('\n')), tr("Stop and quit"), tr("Keep working")});
}

void MainWindow::closeEvent(QCloseEvent* event) {
    if (!mayClose()) return event->ignore();
    saveState();
    event->accept();
    emit closed();
}

void MainWindow::restoreState() {
    resize(QSize(1280, 800).boundedTo(screen()->availableSize()));
    restoreGeometry(m_settings.bytes(kWindow, QStringLiteral("geometry")));
    const int last = indexOf(m_settings.text(kWindow, QStringLiteral("page")));
    showEntry(last < 0 ? 0 : static_cast<std::size_t>(last));
}

void MainWindow::saveState() {
    m_settings.setBytes(kWindow, QStringLiteral("geometry"), saveGeometry());
    m_settings.set(kWindow, QStringLiteral("page"), currentPageId());
}

}  // namespace tessera::ui
