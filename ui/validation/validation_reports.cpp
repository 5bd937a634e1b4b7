// SPDX-License-Identifier: GPL-3.0-or-later
// What the Validation tab does with reports and files: menus, dialogs, saving, comparing.
#include "core/base/platform/file.h"
#include "core/base/platform/paths.h"
#include "ui/jobs/job_runner.h"
#include "ui/model/model_holder.h"
#include "ui/settings/settings.h"
#include "ui/style/icons.h"
#include "ui/validation/history_model.h"
#include "ui/validation/history_view.h"
#include "ui/validation/report_history.h"
#include "ui/validation/validation_page.h"
#include "ui/widgets/commands.h"
#include "ui/widgets/elements.h"
#include "ui/widgets/error_text.h"
#include "ui/widgets/table_menu.h"

#include <QApplication>
#include <QClipboard>
#include <QDialog>
#include <QFileDialog>
#include <QFileInfo>
#include <QHeaderView>
#include <QLocale>
#include <QMenu>
#include <QTableView>
#include <QVBoxLayout>

namespace tessera::ui {
namespace {

std::filesystem::path pathOf(const QString& text) { return fromUtf8(text.toStdString()); }

void showChanges(std::vector<CheckChange> changes, const QString& then, Settings& settings, QWidget* parent) {
    const auto changed = std::count_if(changes.begin(), changes.end(), [](const CheckChange& change) { return change.changed(); });
    // What changed comes first, each part in the order of the report.
    std::stable_partition(changes.begin(), changes.end(), [](const CheckChange& change) { return change.changed(); });
    auto* dialog = new QDialog(parent);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(ValidationPage::tr("Compared with %1").arg(then));
    auto* table = new QTableView;
    table->setModel(new ChangesModel(std::move(changes), table));
    table->setAccessibleName(ValidationPage::tr("What changed"));
    setUpTable(*table, settings, QStringLiteral("validation.changes"));
    const int widths[] = {360, 170, 170};
    for (int i = 0; i < ChangesModel::kColumns; ++i) table->setColumnWidth(i, px(widths[i]));
    auto* column = new QVBoxLayout(dialog);
    column->addWidget(makeLabel(changed == 0 ? ValidationPage::tr("Nothing changed: every check gave the same.")
                                             : ValidationPage::tr("%n check(s) gave something else.", nullptr, static_cast<int>(changed)), TextStyle::Strong));
    column->addWidget(table);
    dialog->resize(px(760), px(480));
    dialog->show();
}

}  // namespace

void ValidationPage::addCommands() {
    const QString section = tr("Validation");
    Commands& commands = m_context.commands;
    commands.add(QStringLiteral("validation.run"), section, tr("Validate"), Icon::Validation, [this] { run(); }, this);
    commands.add(QStringLiteral("validation.stop"), section, tr("Stop the validation"), Icon::Stop, [this] { stop(); });
    commands.add(QStringLiteral("validation.open"), section, tr("Open a report…"), Icon::FolderOpen, [this] { askReport(); });
    commands.add(QStringLiteral("validation.saveMarkdown"), section, tr("Save the report as Markdown…"), Icon::Download, [this] { askSave(false); });
    commands.add(QStringLiteral("validation.saveJson"), section, tr("Save the report as JSON…"), Icon::Download, [this] { askSave(true); });
    commands.add(QStringLiteral("validation.copy"), section, tr("Copy the report as Markdown"), Icon::Copy, [this] { copyMarkdown(); }, this);
}

void ValidationPage::fillMoreMenu(QMenu& menu) {
    for (const char* id : {"validation.copy", "validation.saveMarkdown", "validation.saveJson"}) {
        QAction* action = m_context.commands.find(QLatin1String(id));
        menu.addAction(action->icon(), action->text(), action, &QAction::trigger)->setEnabled(m_has_report);
    }
    menu.addAction(m_context.commands.find(QStringLiteral("validation.open")));
    menu.addSeparator();
    QAction* own = menu.addAction(tr("Give llama.cpp the set's own bytes"), this, [this] { setReference({}); });
    QAction* other = menu.addAction(m_reference.isEmpty() ? tr("Give llama.cpp another file…") : tr("Give llama.cpp %1").arg(QFileInfo(m_reference).fileName()), this, [this] {
        const QString file = QFileDialog::getOpenFileName(this, tr("The model as a GGUF file"), QFileInfo(m_report_set).path(), tr("GGUF models (*.gguf)"));
        if (!file.isEmpty()) setReference(file);
    });
    own->setCheckable(true);
    own->setChecked(m_reference.isEmpty());
    other->setCheckable(true);
    other->setChecked(!m_reference.isEmpty());
}

void ValidationPage::fillSubjectMenu() {
    QMenu& menu = *m_subject_button->menu();
    menu.clear();
    const ModelHolder& holder = m_context.model;
    const auto add = [&](const QString& text, const QString& path, bool chosen) {
        QAction* action = menu.addAction(text, this, [this, path] { setSubject(path); });
        action->setToolTip(path);
        action->setCheckable(true);
        action->setChecked(chosen);
    };
    if (holder.isReady()) add(tr("%1 (loaded)").arg(setTitle(holder.path())), {}, m_subject.isEmpty());
    for (const QString& path : m_context.settings.list(QStringLiteral("model"), QStringLiteral("recent")).mid(0, 8))
        if (QFileInfo::exists(path) && !(holder.isReady() && path == holder.path())) add(setTitle(path), path, m_subject == path);
    if (!menu.isEmpty()) menu.addSeparator();
    menu.addAction(icon(Icon::FolderOpen), tr("Choose a model or manifest…"), this, &ValidationPage::askSubject);
}

void ValidationPage::askSubject() {
    const QString path = QFileDialog::getOpenFileName(this, tr("Choose what to validate"), QFileInfo(m_context.model.path()).path(), tr("Models and manifests (*.gguf *.json)"));
    if (!path.isEmpty()) setSubject(path);
}

void ValidationPage::askReport() {
    const QString file = QFileDialog::getOpenFileName(this, tr("Open a report"), {}, tr("Reports (*.json)"));
    if (!file.isEmpty()) openReport(file);
}

void ValidationPage::askSave(bool json) {
    if (!m_has_report) return;
    const QString name = (view().report.model.empty() ? QStringLiteral("operations") : setTitle(QString::fromStdString(view().report.model))) + QStringLiteral("-validation.") + (json ? QStringLiteral("json") : QStringLiteral("md"));
    const QString file = QFileDialog::getSaveFileName(this, tr("Save the report"), QDir::home().filePath(name), json ? tr("JSON (*.json)") : tr("Markdown (*.md)"));
    if (!file.isEmpty()) saveAs(file);
}

Job* ValidationPage::saveAs(const QString& file) {
    if (!m_has_report) return nullptr;
    JobInfo info;
    info.title = tr("Save %1").arg(QFileInfo(file).fileName());
    const auto work = [path = pathOf(file), report = view().report, json = file.endsWith(QLatin1String(".json"), Qt::CaseInsensitive)](const Operation&) {
        const std::string text = json ? reportJson(report) : reportMarkdown(report);
        return writeFileAtomically(path, std::as_bytes(std::span(text)));
    };
    return m_context.jobs.start(std::move(info), work, this, [this, file](Result<void> done) {
        if (done) m_context.navigator.showStatus(tr("Saved: %1").arg(file));
        else m_banner->show(Banner::Error, errorText(done.error()));
    });
}

void ValidationPage::copyMarkdown() {
    if (!m_has_report) return;
    QApplication::clipboard()->setText(QString::fromStdString(reportMarkdown(view().report)));
    m_context.navigator.showStatus(tr("The report is in the clipboard."));
}

void ValidationPage::openReport(const QString& file) {
    if (m_run.isRunning()) return m_context.navigator.showStatus(tr("Stop the validation first, or let it end."));
    JobInfo info;
    info.title = tr("Open %1").arg(QFileInfo(file).fileName());
    info.quiet = true;
    m_context.jobs.start(std::move(info), [path = pathOf(file)](const Operation&) { return readReport(path); }, this, [this, file](Result<ValidationReport> report) {
        if (m_run.isRunning()) return;
        showView(QStringLiteral("checks"));
        if (!report) {
            m_banner->clearActions();
            m_banner->show(Banner::Error, tr("This is no report of a validation: %1").arg(errorText(report.error())));
        } else {
            m_report_set.clear();
            m_follow = false;
            const int row = m_history->model().rowOf(file);
            const bool operations_only = !report->comparison;
            finish({*std::move(report), false, operations_only}, row >= 0 ? m_history->model().entryAt(row).at : QFileInfo(file).lastModified());
        }
        emit settled();
    });
}

void ValidationPage::compareWith(const QString& file) {
    if (!m_has_report) return;
    JobInfo info;
    info.title = tr("Open %1").arg(QFileInfo(file).fileName());
    info.quiet = true;
    m_context.jobs.start(std::move(info), [path = pathOf(file)](const Operation&) { return readReport(path); }, this, [this, file](Result<ValidationReport> report) {
        if (!report) return m_context.navigator.showStatus(errorText(report.error()));
        const int row = m_history->model().rowOf(file);
        const QDateTime at = row >= 0 ? m_history->model().entryAt(row).at : QFileInfo(file).lastModified();
        const bool operations_only = !report->comparison;
        showChanges(compareReports({*std::move(report), false, operations_only}, view()), QLocale().toString(at, QLocale::ShortFormat), m_context.settings, this);
    });
}

}  // namespace tessera::ui
