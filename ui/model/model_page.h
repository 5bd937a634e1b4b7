// SPDX-License-Identifier: GPL-3.0-or-later
// The Model tab: what there is, what it is, what it needs, and loading it.
#pragma once

#include "ui/model/model_summary.h"
#include "ui/page.h"

#include <optional>

class QComboBox;
class QLabel;
class QListView;
class QProgressBar;
class QPushButton;
class QSpinBox;
class QStackedWidget;
class QVBoxLayout;

namespace tessera::ui {

class Banner;
class Downloads;
class ElidedLabel;
class EmptyState;
class FactList;
class ModelLibrary;

class ModelPage : public Page {
    Q_OBJECT
public:
    explicit ModelPage(const PageContext& context);

    /// A path: chosen and loaded.
    void open(const QVariant& target) override;
    void enter() override;

    /// Shows the facts of a model without loading it.
    void choose(const QString& path);
    QString chosen() const { return m_path; }
    Downloads& downloads() const { return *m_downloads; }

signals:
    /// The facts of the chosen model are shown (or why they cannot be).
    void summarized();

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;  // a link can be pasted

private:
    QWidget* makeList();
    QWidget* makeDetails();
    QWidget* makeAdvanced();
    void addCommands();
    void askFile();
    void askFolder();
    void askLink(const QString& link);
    void fetchDefault();
    void showArrival(const QString& path, bool unverified);
    void showSummary();
    void showMemory();
    void showState();
    void showNodes();
    void showRowNodes();
    void loadOrStop();
    void showOptions();
    void saveOptions();

    PageContext m_context;
    QString m_path;
    std::optional<ModelSummary> m_summary;
    quint64 m_request = 0;
    bool m_fits = true;  // into free memory, as far as the facts are known

    ModelLibrary* m_library;
    Downloads* m_downloads;
    QListView* m_list;
    QPushButton* m_get_default = nullptr;
    QStackedWidget* m_stack;
    EmptyState* m_empty;
    ElidedLabel* m_title;
    ElidedLabel* m_place;
    Banner* m_banner;
    FactList* m_facts;
    FactList* m_memory;
    QLabel* m_memory_verdict;
    QPushButton* m_fold;
    QWidget* m_advanced;
    QComboBox *m_engine, *m_kernels, *m_kv, *m_verify;
    QSpinBox *m_threads, *m_context_tokens;
    QPushButton* m_load;
    QPushButton* m_fragments;
    QProgressBar* m_progress;
    QLabel* m_progress_text;
};

}  // namespace tessera::ui
