// SPDX-License-Identifier: GPL-3.0-or-later
// The work that the Fragments tab starts, and the questions before it.
#include "core/base/platform/paths.h"
#include "core/fragment/compare.h"
#include "core/fragment/fragmenter.h"
#include "core/fragment/recombiner.h"
#include "core/fragment/verifier.h"
#include "ui/fragments/fragments_page.h"
#include "ui/fragments/set_dialogs.h"
#include "ui/jobs/job_runner.h"
#include "ui/model/model_holder.h"
#include "ui/style/icons.h"
#include "ui/widgets/ask.h"
#include "ui/widgets/commands.h"
#include "ui/widgets/elements.h"
#include "ui/widgets/error_text.h"
#include "ui/widgets/table_menu.h"
#include "ui/widgets/text_format.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QLineEdit>
#include <QMenu>
#include <QTimer>

#include <utility>

namespace tessera::ui {
namespace {

std::filesystem::path pathOf(const QString& text) { return fromUtf8(text.toStdString()); }
QString textOf(const std::filesystem::path& path) { return QString::fromStdString(toUtf8(path)); }

}  // namespace

void FragmentsPage::addCommands() {
    const QString section = tr("Fragments");
    Commands& commands = m_context.commands;
    commands.add(QStringLiteral("fragments.open"), section, tr("Open a set…"), Icon::FolderOpen, [this] {
        const QString path = QFileDialog::getOpenFileName(this, tr("Open a set"), QFileInfo(m_path).path(), tr("Models and manifests (*.gguf *.json)"));
        if (!path.isEmpty()) m_context.navigator.openPage(QStringLiteral("fragments"), path);
    });
    commands.add(QStringLiteral("fragments.openFolder"), section, tr("Open a fragment folder…"), Icon::Folder, [this] {
        const QString path = QFileDialog::getExistingDirectory(this, tr("Open a fragment folder"), QFileInfo(m_path).path());
        if (!path.isEmpty()) m_context.navigator.openPage(QStringLiteral("fragments"), path);
    });
    commands.add(QStringLiteral("fragments.verify"), section, tr("Verify"), Icon::Validation, [this] { verify(); });
    commands.add(QStringLiteral("fragments.cut"), section, tr("Cut a model…"), Icon::Cut, [this] { askCut(); });
    commands.add(QStringLiteral("fragments.rebuild"), section, tr("Rebuild the model file…"), Icon::File, [this] { askRebuild(); });
    commands.add(QStringLiteral("fragments.repair"), section, tr("Repair from a model file…"), Icon::Repair, [this] { askRepair(); });
    commands.add(QStringLiteral("fragments.compare"), section, tr("Compare with another set…"), Icon::Compare, [this] { askCompare(); });
    commands.add(QStringLiteral("fragments.delete"), section, tr("Delete the set…"), Icon::Trash, [this] { askDelete(); });
    commands.add(QStringLiteral("fragments.nextProblem"), section, tr("Next bad or missing fragment"), Icon::ArrowDown, [this] { goToProblem(true); }, this);
    commands.add(QStringLiteral("fragments.previousProblem"), section, tr("Previous bad or missing fragment"), Icon::ArrowUp, [this] { goToProblem(false); }, this);
    commands.add(QStringLiteral("fragments.filter"), section, tr("Filter the fragments"), Icon::Filter, [this] {
        showView(QStringLiteral("table"));
        m_filter_edit->setFocus();
    }, this);
}

void FragmentsPage::fillMoreMenu(QMenu& menu) {
    for (const char* id : {"fragments.open", "fragments.openFolder", "fragments.repair"})
        menu.addAction(m_context.commands.find(QLatin1String(id)));
    menu.addAction(icon(Icon::OpenOutside), tr("Show in the file manager"), this, [this] { revealInFileManager(m_path); });
    menu.addSeparator();
    menu.addAction(m_context.commands.find(QStringLiteral("fragments.delete")));
}

Job* FragmentsPage::verify() {
    if (m_view.isEmpty() || m_busy || !m_view.set()->verifiable) return nullptr;
    JobInfo info;
    info.title = tr("Verify %1").arg(title());
    const auto work = [set = m_view.set()](const Operation& operation) { return verifyStore(*set->store, operation); };
    Job* job = m_context.jobs.start(std::move(info), work, this, [this](Result<VerifyReport> report) {
        m_view.refreshStates();
        if (report && report->ok())
            m_context.navigator.showStatus(tr("All fragments match their hashes: %1.").arg(formatSize(report->bytes_checked)));
    });
    watch(job);
    return job;
}

Job* FragmentsPage::cut(const QString& model, const QString& folder, quint64 fragment_bytes) {
    JobInfo info;
    info.title = tr("Cut %1").arg(setTitle(model));
    const auto work = [model = pathOf(model), folder = pathOf(folder), fragment_bytes](const Operation& operation) -> Result<std::filesystem::path> {
        FragmentOptions options;
        options.fragment_size = fragment_bytes;
        if (folder.empty()) return fragmentInPlace(model, options, operation);
        TESSERA_CHECK(fragmentToDirectory(model, folder, options, operation));
        return folder;
    };
    return m_context.jobs.start(std::move(info), work, this, [this](Result<std::filesystem::path> set) {
        if (set) load(textOf(*set));
        else if (set.error().kind != ErrorKind::Cancelled) tellProblem(this, tr("Cut a model"), errorText(set.error()));
    });
}

Job* FragmentsPage::rebuild(const QString& output) {
    if (m_view.isEmpty()) return nullptr;
    JobInfo info;
    info.title = tr("Rebuild %1").arg(QFileInfo(output).fileName());
    const auto work = [set = m_view.set(), output = pathOf(output)](const Operation& operation) { return recombine(*set->store, output, operation); };
    return m_context.jobs.start(std::move(info), work, this, [this, output](Result<void> done) {
        m_view.refreshStates();
        if (done) m_context.navigator.showStatus(tr("%1 is rebuilt, byte for byte.").arg(output));
        else if (done.error().kind != ErrorKind::Cancelled) tellProblem(this, tr("Rebuild the model file"), errorText(done.error()));
    });
}

Job* FragmentsPage::repair(const QString& model) {
    if (m_view.isEmpty() || m_busy) return nullptr;
    const QString path = m_path;
    JobInfo info;
    info.title = tr("Repair %1").arg(title());
    // Writing needs the set for itself.
    ++m_request;
    m_view.setSet(nullptr);
    showSet();
    m_empty->setSentence(tr("%1 is being repaired.").arg(setTitle(path)));
    const auto work = [path = pathOf(path), model = pathOf(model)](const Operation& operation) { return repairSet(path, model, operation); };
    return m_context.jobs.start(std::move(info), work, this, [this, path](Result<RepairReport> report) {
        load(path);
        if (!report) {
            if (report.error().kind != ErrorKind::Cancelled) tellProblem(this, tr("Repair"), errorText(report.error()));
            return;
        }
        QString text = tr("%n fragment(s) repaired.", nullptr, static_cast<int>(report->repaired));
        if (!report->still_wrong.empty())
            text += QLatin1Char(' ') + tr("%n are still wrong: that file does not have the right bytes either.", nullptr, static_cast<int>(report->still_wrong.size()));
        m_context.navigator.showStatus(text);
    });
}

Job* FragmentsPage::compareWith(const QString& other) {
    if (m_view.isEmpty()) return nullptr;
    JobInfo info;
    info.title = tr("Compare with %1").arg(setTitle(other));
    const auto work = [set = m_view.set(), other = pathOf(other)](const Operation& operation) -> Result<ManifestComparison> {
        TESSERA_TRY(const std::shared_ptr<OpenSet> second, openSet(other, operation));
        if (!second->verifiable) return fail(ErrorKind::InvalidArgument, toUtf8(other) + ": there are no hashes to compare. Cut that model first.");
        return compareManifests(set->manifest(), second->manifest());
    };
    return m_context.jobs.start(std::move(info), work, this, [this, other](Result<ManifestComparison> comparison) {
        if (comparison) showComparison(title(), setTitle(other), *comparison, this);
        else if (comparison.error().kind != ErrorKind::Cancelled) tellProblem(this, tr("Compare"), errorText(comparison.error()));
    });
}

void FragmentsPage::askCut() {
    const bool plain = !m_view.isEmpty() && !m_view.set()->gguf.empty();
    CutDialog dialog(plain ? textOf(m_view.set()->gguf) : QString(), this);
    if (dialog.exec() == QDialog::Accepted) cut(dialog.model(), dialog.folder(), dialog.fragmentBytes());
}

void FragmentsPage::askRebuild() {
    if (m_view.isEmpty()) return;
    const QString name = QString::fromStdString(m_view.manifest().files.front().name);
    const QString output = QFileDialog::getSaveFileName(this, tr("Rebuild the model file"), QFileInfo(m_path).absolutePath() + QLatin1Char('/') + name, tr("GGUF models (*.gguf)"));
    if (!output.isEmpty()) rebuild(output);
}

void FragmentsPage::askRepair() {
    if (m_view.isEmpty() || m_busy) return;
    if (isLoaded()) {
        tell(this, tr("Repair"), tr("Unload the model first: repairing writes into what it computes with."));
        return;
    }
    const QString model = QFileDialog::getOpenFileName(this, tr("Choose a copy of the model's file"), QFileInfo(m_path).path(), tr("GGUF models (*.gguf)"));
    if (!model.isEmpty()) repair(model);
}

void FragmentsPage::askCompare() {
    if (m_view.isEmpty()) return;
    const QString other = QFileDialog::getOpenFileName(this, tr("Choose the other set's manifest or model"), QFileInfo(m_path).path(), tr("Models and manifests (*.gguf *.json)"));
    if (!other.isEmpty()) compareWith(other);
}

bool FragmentsPage::isLoaded() const {
    const ModelHolder& holder = m_context.model;
    if (holder.state() == ModelState::Empty || holder.state() == ModelState::Failed) return false;
    if (holder.path() == m_path || !holder.isReady()) return holder.path() == m_path;
    const auto model = holder.model();
    // The manifest and the GGUF beside it name the same set.
    return m_view.set()->store == model->set.store.get() || (!m_view.set()->gguf.empty() && m_view.set()->gguf == model->set.gguf);
}

void FragmentsPage::askDelete() {
    if (m_view.isEmpty() || m_busy) return;
    if (isLoaded()) {
        tell(this, tr("Delete"), tr("Unload the model first: it computes with these fragments."));
        return;
    }
    const Result<DeletePlan> plan = planDelete(*m_view.set());
    if (!plan) return;
    DeleteDialog dialog(title(), *plan, this);
    if (dialog.exec() == QDialog::Accepted) deleteSet(*plan, dialog.withModelFile());
}

Job* FragmentsPage::deleteSet(const DeletePlan& plan, bool with_model_file) {
    if (m_view.isEmpty() || m_busy || isLoaded()) return nullptr;
    std::vector<std::filesystem::path> paths = plan.paths;
    if (with_model_file) paths.insert(paths.end(), plan.model_files.begin(), plan.model_files.end());
    JobInfo info;
    info.title = tr("Delete %1").arg(title());
    ++m_request;
    const QString path = std::exchange(m_path, QString());
    m_view.setSet(nullptr);
    showSet();
    m_empty->setSentence(tr("%1 goes to the trash.").arg(setTitle(path)));
    const quint64 freed = plan.bytes + (with_model_file ? plan.model_bytes : 0);
    const auto work = [paths](const Operation&) { return moveToTrash(paths); };
    return m_context.jobs.start(std::move(info), work, this, [this, path, freed](Result<std::vector<Trashed>> trashed) {
        if (!trashed) {
            load(path);
            if (trashed.error().kind != ErrorKind::Cancelled) tellProblem(this, tr("Delete"), errorText(trashed.error()));
            return;
        }
        m_trashed = std::move(*trashed);
        m_trashed_path = path;
        m_undo->setVisible(canPutBack(m_trashed));
        m_empty->setSentence(tr("%1 is in the trash: %2 become free when it is emptied.").arg(setTitle(path), formatSize(freed)));
    });
}

Job* FragmentsPage::undoDelete() {
    if (!canPutBack(m_trashed)) return nullptr;
    JobInfo info;
    info.title = tr("Take %1 back from the trash").arg(setTitle(m_trashed_path));
    m_undo->hide();
    const auto work = [trashed = std::exchange(m_trashed, {})](const Operation&) { return putBack(trashed); };
    return m_context.jobs.start(std::move(info), work, this, [this, path = m_trashed_path](Result<void> done) {
        if (done) load(path);
        else tellProblem(this, tr("Undo the deletion"), errorText(done.error()));
    });
}

}  // namespace tessera::ui
