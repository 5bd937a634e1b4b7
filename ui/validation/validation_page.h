// SPDX-License-Identifier: GPL-3.0-or-later
// The Validation tab: run the checks, watch them, understand what failed, keep the reports.
#pragma once

#include "ui/page.h"
#include "ui/validation/check_view.h"
#include "ui/validation/validation_run.h"

#include <QDateTime>

class QComboBox;
class QLabel;
class QMenu;
class QProgressBar;
class QPushButton;
class QStackedWidget;
class QTableView;
class QToolButton;
class QTreeView;

namespace tessera::ui {

class Banner;
class ChecklistModel;
class ElidedLabel;
class EmptyState;
class ExplanationCard;
class HistoryView;
class LayerPlot;
class LayerTable;
class SegmentBar;

enum class ValidationScope { Thorough, Quick, Operations };

class ValidationPage : public Page {
    Q_OBJECT
public:
    explicit ValidationPage(const PageContext& context);

    /// A path: that set is under test from now on. {"layer": n}: that layer of the shown comparison.
    void open(const QVariant& target) override;
    void enter() override;

    /// The job, nullptr when there is nothing to validate or a run is going on.
    Job* run();
    void stop();
    void setScope(ValidationScope scope);
    /// Empty: the loaded model.
    void setSubject(const QString& path);
    /// A GGUF for llama.cpp instead of the set's own bytes; empty: those.
    void setReference(const QString& path);
    /// Reads a report from a file and shows it.
    void openReport(const QString& file);
    /// Compares a report of the history with the shown one, in a dialog.
    void compareWith(const QString& file);
    /// JSON for a name that ends in .json, else Markdown.
    Job* saveAs(const QString& file);
    /// "checks", "history".
    void showView(const QString& name);

    const ReportView& view() const;
    bool hasReport() const { return m_has_report; }
    bool isRunning() const { return m_run.isRunning(); }
    HistoryView& history() const { return *m_history; }
    ExplanationCard& explanation() const { return *m_card; }
    LayerPlot& layerPlot() const { return *m_plot; }
    QTreeView* checklist() const { return m_tree; }
    ChecklistModel& checks() const { return *m_checks; }
    void choose(CheckRef check);

signals:
    /// A report is shown, or a run has ended without one.
    void settled();

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    QWidget* makeHeader();
    QWidget* makeChecks();
    QWidget* makeLayers();
    void addCommands();
    void fillSubjectMenu();
    void fillMoreMenu(QMenu& menu);
    void askSubject();
    void askReport();
    void askSave(bool json);
    void copyMarkdown();
    std::optional<ValidationRequest> makeRequest() const;
    bool needsModel() const;
    QString subjectTitle() const;
    void showSubject();
    void showProgress();
    void showReport(ReportView view);
    void finish(ReportView view, const QDateTime& at);
    void showVerdict();
    void showCheck(CheckRef check);
    void showCondition(int condition);
    void showLayer(int row);
    void goToLayer(int layer);
    void goToFragments(int layer);

    PageContext m_context;
    ValidationRun m_run;
    QString m_subject, m_reference;
    QString m_report_set;  // path of the set that the shown report is about; empty: not known
    QDateTime m_at;
    bool m_has_report = false;
    int m_condition = -1;
    bool m_follow = true;  // the checklist follows the run until the user chooses a row

    QPushButton *m_subject_button, *m_start;
    QComboBox* m_scope;
    ElidedLabel* m_facts;
    Banner* m_banner;
    QWidget* m_progress_row;
    QProgressBar* m_progress;
    QLabel* m_progress_text;
    SegmentBar* m_tabs;
    QStackedWidget *m_views, *m_body, *m_layer_views;
    EmptyState* m_empty;
    ChecklistModel* m_checks;
    QTreeView* m_tree;
    ElidedLabel* m_layer_title;
    QToolButton* m_as_table;
    LayerPlot* m_plot;
    LayerTable* m_layer_model;
    QTableView* m_layer_table;
    ExplanationCard* m_card;
    HistoryView* m_history;
};

}  // namespace tessera::ui
