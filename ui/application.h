// SPDX-License-Identifier: GPL-3.0-or-later
// What lives as long as the program: settings, jobs, model, and the window over them.
#pragma once

#include "ui/model/model_holder.h"

#include <QObject>
#include <QStringList>

#include <memory>

namespace tessera::ui {

class JobRunner;
class MainWindow;
class NetworkServices;
class Notifier;
class Settings;

/// Make the QApplication first. `config_folder` holds the settings files.
class Application : public QObject {
    Q_OBJECT
public:
    Application(const QString& config_folder, ModelHolder::LoadFunction load);
    ~Application() override;

    /// Theme and language from the settings, then the window. Opens `files`, or loads the last model when the user
    /// wants that.
    void start(const QStringList& files);
    void openFiles(const QStringList& files);

    MainWindow& window() const { return *m_window; }
    Settings& settings() const { return *m_settings; }
    JobRunner& jobs() const { return *m_jobs; }
    ModelHolder& model() const { return *m_model; }
    NetworkServices& network() const { return *m_network; }

private:
    void applyAppearance();
    void makeWindow();

    std::unique_ptr<Settings> m_settings;
    std::unique_ptr<JobRunner> m_jobs;
    std::unique_ptr<ModelHolder> m_model;
    std::unique_ptr<NetworkServices> m_network;
    std::unique_ptr<Notifier> m_notifier;
    std::unique_ptr<MainWindow> m_window;
};

}  // namespace tessera::ui
