// SPDX-License-Identifier: GPL-3.0-or-later
// The Fragments tab: one set, its map, table and manifest, and the work on it.
#pragma once

#include "ui/fragments/fragment_view.h"
#include "ui/fragments/trash.h"
#include "ui/page.h"

#include <QPointer>

class QComboBox;
class QLabel;
class QLineEdit;
class QMenu;
class QPushButton;
class QStackedWidget;
class QTableView;
class QTimer;
class QTreeView;

namespace tessera::ui {

class Banner;
class ElidedLabel;
class EmptyState;
class FragmentFilter;
class FragmentMap;
class FragmentTableModel;
class Job;
class ManifestTreeModel;
class SegmentBar;

class FragmentsPage : public Page {
    Q_OBJECT
public:
    explicit FragmentsPage(const PageContext& context);

    /// A path (QString) opens that set; a number goes to that fragment of the open one; a map: {"path", "problem"} opens
    /// the set at the fragment that the problem's text names, and verifies it; {"layer": n, "path"} goes to the first
    /// fragment of a layer, of the open set where there is no path.
    void open(const QVariant& target) override;
    void enter() override;

    FragmentView& view() { return m_view; }
    FragmentMap* map() const { return m_map; }
    /// "map", "table", "manifest".
    void showView(const QString& name);

    // The verbs, as jobs; also behind the buttons.
    Job* verify();
    Job* cut(const QString& model, const QString& folder, quint64 fragment_bytes);  // empty folder: in place
    Job* rebuild(const QString& output);
    Job* repair(const QString& model);
    Job* compareWith(const QString& other);
    void askDelete();
    /// Moves them to the trash; the page then offers to undo it. Null while the model that is loaded computes with the set.
    Job* deleteSet(const DeletePlan& plan, bool with_model_file);
    Job* undoDelete();

signals:
    /// A set has been opened, or could not be (then view().isEmpty()).
    void opened();

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    QWidget* makeHeader();
    QWidget* makeViews();
    QWidget* makeTable();
    QWidget* makeTree();
    QWidget* makeLegend();
    void addCommands();
    void load(const QString& path);
    void followModel();
    void showSet();
    void showStates();
    void showProblems();
    void goToProblem(bool forward);
    void goToWantedLayer();
    void watch(Job* job);
    void askCut();
    void askRebuild();
    void askRepair();
    void askCompare();
    void fillMoreMenu(QMenu& menu);
    QString title() const;
    bool isLoaded() const;
    void goToNamed(const QString& problem);

    PageContext m_context;
    FragmentView m_view;
    QString m_path;  // of the set that is open or being opened
    quint64 m_request = 0;
    int m_wanted_layer = -1;  // to go to once the set is open
    QString m_problem;      // names the fragment to go to when the set is open
    std::vector<Trashed> m_trashed;  // what the last deletion moved
    QString m_trashed_path;
    QPointer<Job> m_busy;   // work on the open set
    QTimer* m_poll;
    bool m_tree_built = false;

    QStackedWidget* m_stack;
    EmptyState* m_empty;
    QPushButton* m_undo;
    ElidedLabel* m_title;
    ElidedLabel* m_facts;
    Banner* m_banner;
    QPushButton *m_verify, *m_rebuild, *m_compare, *m_cut, *m_more;
    SegmentBar* m_tabs;
    QStackedWidget* m_views;
    FragmentMap* m_map;
    QWidget* m_legend;
    FragmentTableModel* m_table_model;
    FragmentFilter* m_filter;
    QTableView* m_table;
    QLineEdit* m_filter_edit;
    QComboBox* m_filter_state;
    QLabel* m_hits;
    ManifestTreeModel* m_tree_model;
    QTreeView* m_tree;
    QLineEdit* m_tree_edit;
};

}  // namespace tessera::ui
