// SPDX-License-Identifier: GPL-3.0-or-later
// The Network tab: the machines that compute together, whom this one lets in, what it offers, and what it is and holds.
#pragma once

#include "ui/page.h"

class QAbstractItemModel;
class QLabel;
class QLineEdit;
class QMenu;
class QPushButton;
class QStackedWidget;
class QTableView;

namespace tessera::ui {

class ElidedLabel;
class FactList;
class InterfaceModel;
class Job;
class LogModel;
class NodeModel;
class NodesView;
class PeersView;
class SegmentBar;
class ServicesView;
class StoreModel;

class NetworkPage : public Page {
    Q_OBJECT
public:
    explicit NetworkPage(const PageContext& context);
    /// A view's name, or "join", which also opens the dialog.
    void open(const QVariant& target) override;
    void enter() override;

    /// "machines", "peers", "services", "interfaces", "stores", "log".
    void showView(const QString& name);
    /// Looks at all sets again. nullptr while it does so already.
    Job* scan();
    /// Holds the chosen set against its hashes.
    Job* verifyChosen();
    /// The facts of this machine as Markdown.
    QString machineText() const;

    NodesView& nodesView() const { return *m_nodes_view; }
    PeersView& peersView() const { return *m_peers_view; }
    ServicesView& servicesView() const { return *m_services_view; }
    NodeModel& nodes() const;
    InterfaceModel& interfaces() const { return *m_interfaces; }
    StoreModel& stores() const { return *m_stores; }
    LogModel& log() const { return *m_log; }
    QTableView* storeTable() const { return m_store_table; }
    QLineEdit* nameEdit() const { return m_name; }

signals:
    void scanned();

protected:
    void showEvent(QShowEvent* event) override;

private:
    QWidget* makeMachine();
    QWidget* makeViews();
    QWidget* makeStores();
    QTableView* makeTable(QAbstractItemModel* model, const QString& name, const QString& key, std::initializer_list<int> widths, std::function<void(QMenu&)> more = {});
    void addCommands();
    void refresh();
    void showMachine();
    void showMode();
    void showStores();
    void updateStoreButtons();
    QString chosenStore() const;
    QString openPorts() const;
    std::vector<std::pair<QString, QString>> limitTexts() const;

    PageContext m_context;
    InterfaceModel* m_interfaces;
    StoreModel* m_stores;
    LogModel* m_log;
    bool m_scanning = false;
    bool m_scanned_once = false;

    QLineEdit* m_name;
    FactList *m_facts, *m_limits;
    SegmentBar* m_tabs;
    QStackedWidget* m_views;
    QLabel* m_mode;
    NodesView* m_nodes_view;
    PeersView* m_peers_view;
    ServicesView* m_services_view;
    QTableView *m_interface_table, *m_store_table, *m_log_table;
    ElidedLabel* m_store_summary;
    QPushButton *m_scan, *m_verify, *m_show;
};

}  // namespace tessera::ui
