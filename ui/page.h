// SPDX-License-Identifier: GPL-3.0-or-later
// What a tab of the window is, and what it is given.
#pragma once

#include <QString>
#include <QVariant>
#include <QWidget>

#include <functional>

namespace tessera::ui {

enum class Icon;
class Commands;
class JobRunner;
class ModelHolder;
class NetworkServices;
class Settings;

/// Goes from tab to tab. Pages are named by their id ("chat", "fragments"); what `target` means is the page's own
/// (a fragment's number, a set's path…), so that no tab includes another.
class Navigator {
public:
    virtual ~Navigator() = default;
    virtual void openPage(const QString& id, const QVariant& target = {}) = 0;
    virtual bool hasPage(const QString& id) const = 0;
    /// One line in the status bar for some seconds.
    virtual void showStatus(const QString& text) = 0;
    /// "42.1 tokens/s" at the right end of the status bar; empty hides it.
    virtual void showRate(const QString& text) = 0;
};

/// References live longer than every page. Settings, jobs, model and network outlive the window too (it is made anew when the
/// language changes).
struct PageContext {
    Settings& settings;
    JobRunner& jobs;
    ModelHolder& model;
    NetworkServices& network;
    Commands& commands;
    Navigator& navigator;
};

/// A tab. Its ground is the surface colour.
class Page : public QWidget {
    Q_OBJECT
public:
    explicit Page(QWidget* parent = nullptr);

    /// Another page or the command line asked for something here; called after the page is shown.
    virtual void open(const QVariant& target) { Q_UNUSED(target); }
    /// Puts the focus where work goes on; called when the tab is chosen.
    virtual void enter() {}
    /// What would be lost when the window closes now, in one sentence; empty: nothing. Jobs are asked for separately.
    virtual QString closeQuestion() const { return {}; }
};

/// One line of the table of pages in ui/pages.cpp.
struct PageInfo {
    QString id;
    QString title;  // translated
    Icon icon;
    int group;      // a line is drawn between groups in the rail
    std::function<Page*(const PageContext&)> make;
};

}  // namespace tessera::ui
