// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/model/link_dialog.h"

#include "core/base/platform/paths.h"
#include "ui/jobs/job_runner.h"
#include "ui/style/tessera_style.h"
#include "ui/widgets/elements.h"
#include "ui/widgets/error_text.h"
#include "ui/widgets/text_format.h"

#include <QDialogButtonBox>
#include <QDir>
#include <QHeaderView>
#include <QLineEdit>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace tessera::ui {
namespace {

QString hostText(const std::string& url) { return QString::fromStdString(hostOf(url)); }

}  // namespace

LinkDialog::LinkDialog(const QString& link, DownloadOptions options, JobRunner& jobs, QWidget* parent)
    : QDialog(parent), m_options(std::move(options)), m_jobs(jobs) {
    setWindowTitle(tr("Download a model"));
    m_edit = new QLineEdit(link);
    m_edit->setPlaceholderText(tr("https://… or hf.co/owner/name"));
    m_edit->setMinimumWidth(px(480));
    m_edit->setClearButtonEnabled(true);
    auto* label = makeLabel(tr("&Link of a GGUF, of a manifest, or of a model's page"));
    label->setBuddy(m_edit);
    m_edit->setAccessibleName(tr("Link of a model"));
    m_note = makeParagraph({}, Role::Muted);
    m_note->setMinimumHeight(2 * m_note->fontMetrics().lineSpacing() + 2);
    m_models = new QTreeWidget;
    m_models->setAccessibleName(tr("Models of this page"));
    m_models->setHeaderLabels({tr("Model"), tr("Size")});
    m_models->setRootIsDecorated(false);
    m_models->setUniformRowHeights(true);
    m_models->setMinimumHeight(px(200));
    m_models->hide();
    const std::filesystem::path folder = m_options.folder.empty() ? dataFolder() / "models" : m_options.folder;
    auto* place = new ElidedLabel(tr("It will be put into %1").arg(QDir::toNativeSeparators(QString::fromStdString(toUtf8(folder)))));
    setTextRole(place, Role::Muted);
    auto* column = new QVBoxLayout(this);
    column->addWidget(label);
    column->addWidget(m_edit);
    column->addWidget(m_note);
    column->addWidget(m_models, 1);
    column->addWidget(place);
    // With its parent, because a default button needs its dialog; last, so that Tab comes to it last.
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_ok = buttons->addButton(tr("Download"), QDialogButtonBox::AcceptRole);
    m_ok->setDefault(true);
    column->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &LinkDialog::proceed);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_edit, &QLineEdit::textChanged, this, &LinkDialog::check);
    connect(m_models, &QTreeWidget::itemActivated, this, &LinkDialog::proceed);
    check();
}

void LinkDialog::check() {
    ++m_request;
    m_models->hide();
    m_models->clear();
    const QString text = m_edit->text().trimmed();
    const auto parsed = parseModelLink(text.toStdString());
    setTextRole(m_note, text.isEmpty() || parsed ? Role::Muted : Role::Error);
    m_ok->setEnabled(parsed.has_value());
    m_ok->setText(parsed && parsed->kind == LinkKind::HubPage ? tr("List its models") : tr("Download"));
    if (text.isEmpty()) return m_note->setText(tr("With #sha256=… behind it the file is held against that hash."));
    if (!parsed) return m_note->setText(errorText(parsed.error()));
    switch (parsed->kind) {
        case LinkKind::Gguf: return m_note->setText(tr("%1 from %2").arg(QString::fromStdString(parsed->file_name), hostText(parsed->url)));
        case LinkKind::Manifest: return m_note->setText(tr("A manifest from %1: every fragment is verified as it comes.").arg(hostText(parsed->url)));
        case LinkKind::HubPage: return m_note->setText(tr("The page of %1 on %2: its models will be listed.").arg(QString::fromStdString(parsed->repository), hostText(parsed->url)));
    }
}

void LinkDialog::proceed() {
    if (!m_models->isHidden()) {
        if (!m_models->currentItem()) return;
        m_link = m_models->currentItem()->data(0, Qt::UserRole).toString();
        return accept();
    }
    const QString text = m_edit->text().trimmed();
    const auto parsed = parseModelLink(text.toStdString());
    if (!parsed) return;
    if (parsed->kind != LinkKind::HubPage) {
        m_link = text;
        return accept();
    }
    m_ok->setEnabled(false);
    setTextRole(m_note, Role::Muted);
    m_note->setText(tr("Asking %1…").arg(hostText(parsed->url)));
    JobInfo info;
    info.title = tr("List the models of a page");
    info.pool = JobPool::Network;
    info.quiet = true;
    const auto work = [link = text.toStdString(), options = m_options](const Operation& operation) { return offeredModels(link, options, operation); };
    m_jobs.start(std::move(info), work, this, [this, request = ++m_request](Result<std::vector<OfferedModel>> models) {
        if (request != m_request) return;
        m_ok->setEnabled(true);
        if (models) return list(*models);
        setTextRole(m_note, Role::Error);
        m_note->setText(errorText(models.error()));
    });
}

void LinkDialog::list(const std::vector<OfferedModel>& models) {
    for (const OfferedModel& model : models) {
        auto* item = new QTreeWidgetItem(m_models, {QString::fromStdString(model.name), model.size_bytes ? formatSize(*model.size_bytes) : QString()});
        item->setData(0, Qt::UserRole, QString::fromStdString(model.link));
        item->setTextAlignment(1, Qt::AlignRight | Qt::AlignVCenter);
    }
    m_models->header()->setStretchLastSection(false);
    m_models->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_models->header()->resizeSection(1, px(96));
    m_models->setCurrentItem(m_models->topLevelItem(0));
    m_models->show();
    m_models->setFocus();
    m_note->setText(tr("%n model(s). Smaller ones need less memory and are a little less exact.", nullptr, static_cast<int>(models.size())));
    m_ok->setText(tr("Download"));
    resize(sizeHint().expandedTo(size()));
}

}  // namespace tessera::ui
