// SPDX-License-Identifier: GPL-3.0-or-later
// The window: rail, header, page, status bar.
#pragma once

#include "ui/page.h"

#include <QMainWindow>

#include <vector>

class QLabel;
class QStackedWidget;
class QTimer;
class QToolButton;

namespace tessera::ui {

class HeaderBar;
class Rail;

/// Made anew when the language changes; What it is given outlives it.
class MainWindow : public QMainWindow, public Navigator {
    Q_OBJECT
public:
    MainWindow(Settings& settings, JobRunner& jobs, ModelHolder& model, NetworkServices& network, QWidget* parent = nullptr);
    ~MainWindow() override;

    // Navigator
    void openPage(const QString& id, const QVariant& target = {}) override;
    bool hasPage(const QString& id) const override;
    void showStatus(const QString& text) override;
    void showRate(const QString& text) override;

    /// Ids of all pages, those of the rail first.
    QStringList pageIds() const;
    QString currentPageId() const;
    /// Made on first use.
    Page* page(const QString& id);
    Commands& commands() const { return *m_commands; }

    /// A file from the command line or from a second start.
    void openFile(const QString& path);
    /// Whether quitting is all right; asks when work would be interrupted.
    bool mayClose();

signals:
    /// The language was changed: whoever owns the window makes a new one.
    void languageChanged();
    /// Closed, and it was all right.
    void closed();

protected:
    void closeEvent(QCloseEvent* event) override;

private:
    struct Entry {
        PageInfo info;
        Page* page = nullptr;  // null until it is first shown
        QToolButton* foot_button = nullptr;
    };
    void buildRail();
    void buildStatusBar();
    void addCommands();
    void showEntry(std::size_t index);
    void setZoom(int percent);
    void showMemory();
    void showJobs();
    void restoreState();
    void saveState();
    int indexOf(const QString& id) const;

    Settings& m_settings;
    JobRunner& m_jobs;
    ModelHolder& m_model;
    Commands* m_commands;
    PageContext m_context;
    std::vector<Entry> m_entries;
    std::size_t m_rail_count = 0;
    int m_current = -1;
    Rail* m_rail = nullptr;
    HeaderBar* m_header = nullptr;
    QStackedWidget* m_stack = nullptr;
    QLabel* m_state_label = nullptr;
    QToolButton* m_jobs_label = nullptr;
    QLabel* m_memory_label = nullptr;
    QLabel* m_rate_label = nullptr;
    QTimer* m_status_timer = nullptr;
};

}  // namespace tessera::ui
