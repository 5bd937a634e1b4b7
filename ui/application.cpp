// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/application.h"

#include "ui/jobs/job_runner.h"
#include "ui/jobs/notifier.h"
#include "ui/main_window.h"
#include "ui/model/model_options.h"
#include "ui/network/network_services.h"
#include "ui/settings/language.h"
#include "ui/settings/settings.h"
#include "ui/style/theme.h"
#include "ui/widgets/log_model.h"

#include <QApplication>
#include <QFileInfo>

#include <algorithm>

namespace tessera::ui {
namespace {

const QString kAppearance = QStringLiteral("appearance");

}  // namespace

Application::Application(const QString& config_folder, ModelHolder::LoadFunction load)
    : m_settings(std::make_unique<Settings>(config_folder)), m_jobs(std::make_unique<JobRunner>()),
      m_model(std::make_unique<ModelHolder>(*m_jobs, std::move(load))),
      m_network(std::make_unique<NetworkServices>(*m_settings, *m_jobs, *m_model)), m_notifier(std::make_unique<Notifier>(*m_jobs, *m_settings)) {
    setLogLevel(static_cast<LogLevel>(std::clamp(m_settings->number(QStringLiteral("general"), QStringLiteral("log"), static_cast<int>(LogLevel::Info)),
                                                 static_cast<int>(LogLevel::Error), static_cast<int>(LogLevel::Debug))));
    setLogListener([](LogLevel level, std::string_view text) {
        LogRing::instance().add(level, QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())));
    });
    connect(m_jobs.get(), &JobRunner::jobFinished, this, [](Job* job) {
        // What the disk and network pools do is about stores and transfers.
        const JobPool pool = job->info().pool;
        const LogAreaScope area(pool == JobPool::Disk ? LogArea::Store : pool == JobPool::Network ? LogArea::Network : LogArea::General);
        const std::string line = job->info().title.toStdString() + ": " + jobStatusText(*job).toStdString();
        job->state() == JobState::Failed ? logError(line) : logInfo(line);
    });
    connect(m_settings.get(), &Settings::changed, this, [this](const QString& area, const QString& key) {
        if (area == kAppearance && key == QLatin1String("scheme")) applyAppearance();
    });
    connect(m_model.get(), &ModelHolder::stateChanged, this, [this] {
        if (!m_model->isReady()) return;
        m_settings->set(QStringLiteral("model"), QStringLiteral("last"), m_model->path());
        m_settings->remember(QStringLiteral("model"), QStringLiteral("recent"), m_model->path());
    });
}

Application::~Application() {
    m_window.reset();
    m_model.reset();
    m_jobs.reset();  // its workers tell the services of the network how they stand
    m_network.reset();
    setLogListener({});
}

void Application::applyAppearance() {
    const QString scheme = m_settings->text(kAppearance, QStringLiteral("scheme"));
    Theme::instance().setScheme(scheme == QLatin1String("dark") ? ColorScheme::Dark : scheme == QLatin1String("light") ? ColorScheme::Light : ColorScheme::System);
}

void Application::start(const QStringList& files) {
    installLanguage(m_settings->text(kAppearance, QStringLiteral("language")));
    Theme& theme = Theme::instance();
    theme.setZoom(m_settings->number(kAppearance, QStringLiteral("zoom"), 100));
    theme.setReducedMotion(m_settings->flag(kAppearance, QStringLiteral("reducedMotion"), false));
    theme.install();
    applyAppearance();
    makeWindow();
    m_window->show();
    m_network->startChosen();
    if (!files.isEmpty()) return openFiles(files);
    const QString last = m_settings->text(QStringLiteral("model"), QStringLiteral("last"));
    if (m_settings->flag(QStringLiteral("general"), QStringLiteral("loadLast"), true) && QFileInfo::exists(last))
        m_model->load(last, readModelOptions(*m_settings));
}

void Application::makeWindow() {
    const QByteArray geometry = m_window ? m_window->saveGeometry() : QByteArray();
    const QString page = m_window ? m_window->currentPageId() : QString();
    m_window.reset();  // pages save what they hold before the new ones read it
    m_window = std::make_unique<MainWindow>(*m_settings, *m_jobs, *m_model, *m_network);
    if (!geometry.isEmpty()) m_window->restoreGeometry(geometry);
    if (!page.isEmpty()) m_window->openPage(page);
    connect(m_window.get(), &MainWindow::closed, qApp, &QApplication::quit);
    // Queued: the widget that asked is part of the window that goes.
    connect(m_window.get(), &MainWindow::languageChanged, this, [this] {
        installLanguage(m_settings->text(kAppearance, QStringLiteral("language")));
        makeWindow();
        m_window->show();
    }, Qt::QueuedConnection);
}

void Application::openFiles(const QStringList& files) {
    m_window->setWindowState(m_window->windowState() & ~Qt::WindowMinimized);
    m_window->raise();
    m_window->activateWindow();
    if (!files.isEmpty()) m_window->openFile(files.first());
}

}  // namespace tessera::ui
