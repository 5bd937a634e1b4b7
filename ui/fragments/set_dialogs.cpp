// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/fragments/set_dialogs.h"

#include "core/base/limits.h"
#include "core/base/platform/paths.h"
#include "ui/style/tessera_style.h"
#include "ui/style/theme.h"
#include "ui/widgets/elements.h"
#include "ui/widgets/text_format.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLineEdit>
#include <QRadioButton>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace tessera::ui {
namespace {

QDialogButtonBox* makeButtons(QDialog& dialog, const QString& action, QPushButton*& ok) {
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, &dialog);  // with its parent: a default button needs its dialog
    ok = buttons->addButton(action, QDialogButtonBox::AcceptRole);
    ok->setDefault(true);
    QObject::connect(buttons, &QDialogButtonBox::accepted, &dialog, &QDialog::accept);
    QObject::connect(buttons, &QDialogButtonBox::rejected, &dialog, &QDialog::reject);
    return buttons;
}

QHBoxLayout* withButton(QLineEdit* edit, QPushButton* button) {
    auto* row = new QHBoxLayout;
    row->addWidget(edit, 1);
    row->addWidget(button);
    return row;
}

}  // namespace

CutDialog::CutDialog(const QString& model, QWidget* parent) : QDialog(parent) {
    setWindowTitle(tr("Cut a model"));
    m_model = new QLineEdit(QDir::toNativeSeparators(model));
    m_model->setMinimumWidth(px(380));
    m_model->setAccessibleName(tr("GGUF file"));
    auto* choose_model = makeButton(tr("Choose…"));
    choose_model->setAccessibleName(tr("Choose the GGUF file"));
    m_in_place = new QRadioButton(tr("In place: a manifest beside the file, nothing is copied"));
    m_to_folder = new QRadioButton(tr("Into a folder: every fragment a file of its own"));
    m_in_place->setChecked(true);
    m_folder = new QLineEdit;
    m_folder->setAccessibleName(tr("Folder for the fragments"));
    auto* choose_folder = makeButton(tr("Choose…"));
    choose_folder->setAccessibleName(tr("Choose the folder"));
    m_size = new QComboBox;
    for (const int mib : {1, 2, 5, 10}) m_size->addItem(tr("%1 MiB").arg(mib), static_cast<qulonglong>(mib) * limits::MiB);
    m_size->setCurrentIndex(3);
    m_note = makeParagraph({}, Role::Muted);
    connect(choose_model, &QPushButton::clicked, this, [this] {
        const QString path = QFileDialog::getOpenFileName(this, tr("Choose a model"), QFileInfo(m_model->text()).path(), tr("GGUF models (*.gguf)"));
        if (!path.isEmpty()) m_model->setText(path);
    });
    connect(choose_folder, &QPushButton::clicked, this, [this] {
        const QString path = QFileDialog::getExistingDirectory(this, tr("Choose an empty folder"));
        if (path.isEmpty()) return;
        m_folder->setText(path);
        m_to_folder->setChecked(true);
    });
    auto* form = new QFormLayout;
    form->addRow(tr("Model"), withButton(m_model, choose_model));
    form->addRow(tr("Where"), m_in_place);
    form->addRow(QString(), m_to_folder);
    form->addRow(QString(), withButton(m_folder, choose_folder));
    form->addRow(tr("Largest fragment"), m_size);
    auto* column = new QVBoxLayout(this);
    column->addLayout(form);
    column->addWidget(m_note);
    column->addWidget(makeButtons(*this, tr("Cut"), m_ok));
    for (QLineEdit* edit : {m_model, m_folder}) connect(edit, &QLineEdit::textChanged, this, &CutDialog::check);
    connect(m_to_folder, &QRadioButton::toggled, this, &CutDialog::check);
    check();
}

void CutDialog::check() {
    const QFileInfo file(model());
    const bool folder_needed = m_to_folder->isChecked();
    m_folder->setEnabled(folder_needed);
    m_ok->setEnabled(file.isFile() && (!folder_needed || !m_folder->text().isEmpty()));
    if (!file.isFile()) m_note->setText(tr("Choose a GGUF file."));
    else if (folder_needed) m_note->setText(tr("The folder will need %1.").arg(formatSize(static_cast<quint64>(file.size()))));
    else m_note->setText(tr("%1 are read once and hashed.").arg(formatSize(static_cast<quint64>(file.size()))));
}

QString CutDialog::model() const { return QDir::fromNativeSeparators(m_model->text()); }
QString CutDialog::folder() const { return m_to_folder->isChecked() ? QDir::fromNativeSeparators(m_folder->text()) : QString(); }
quint64 CutDialog::fragmentBytes() const { return m_size->currentData().toULongLong(); }

DeleteDialog::DeleteDialog(const QString& title, const DeletePlan& plan, QWidget* parent) : QDialog(parent) {
    setWindowTitle(tr("Delete %1").arg(title));
    auto* column = new QVBoxLayout(this);
    const bool only_model = plan.in_place && plan.paths.empty();
    column->addWidget(makeParagraph(only_model ? tr("This model has no manifest: there is nothing to delete but the model file itself.")
                                    : plan.in_place ? tr("This set is the model's own file. Only its manifest goes to the trash; the model stays as it is.")
                                                  : tr("The folder with all its fragments goes to the trash.")));
    for (const auto& path : plan.paths) column->addWidget(makeParagraph(QString::fromStdString(toUtf8(path)), Role::Muted));
    if (!only_model) column->addWidget(makeParagraph(tr("This frees %1 once the trash is emptied.").arg(formatSize(plan.bytes))));
    m_with_model = new QCheckBox(tr("Also put the model file into the trash (%1)").arg(formatSize(plan.model_bytes)));
    m_with_model->setVisible(!plan.model_files.empty());
    column->addWidget(m_with_model);
    QPushButton* ok = nullptr;
    column->addWidget(makeButtons(*this, tr("Move to trash"), ok));
    ok->setEnabled(!only_model);
    if (only_model) connect(m_with_model, &QCheckBox::toggled, ok, &QWidget::setEnabled);
    setMinimumWidth(px(460));
}

bool DeleteDialog::withModelFile() const { return m_with_model->isChecked(); }

void showComparison(const QString& first, const QString& second, const ManifestComparison& comparison, QWidget* parent) {
    auto* dialog = new QDialog(parent);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(DeleteDialog::tr("Comparison"));
    dialog->resize(px(720), px(480));
    QString verdict;
    if (comparison.same_cut) verdict = DeleteDialog::tr("The same model, cut the same way.");
    else if (comparison.same_model) verdict = DeleteDialog::tr("The same model byte for byte, cut differently.");
    else verdict = DeleteDialog::tr("Different models: %1 tensors are equal (%2), %3 differ.")
                       .arg(formatCount(comparison.equal_tensors), formatSize(comparison.equal_bytes), formatCount(comparison.differences.size()));
    auto* tree = new QTreeWidget;
    tree->setAccessibleName(DeleteDialog::tr("Differences"));
    tree->setRootIsDecorated(false);
    tree->setUniformRowHeights(true);
    tree->setHeaderLabels({DeleteDialog::tr("Tensor"), DeleteDialog::tr("Difference"), first, second});
    const QString kinds[] = {DeleteDialog::tr("only in the first"), DeleteDialog::tr("only in the second"), DeleteDialog::tr("type or shape"), DeleteDialog::tr("bytes")};
    for (const ManifestDifference& each : comparison.differences)
        new QTreeWidgetItem(tree, {QString::fromStdString(each.name), kinds[static_cast<int>(each.kind)],
                                   each.first_bytes ? formatSize(each.first_bytes) : QString(), each.second_bytes ? formatSize(each.second_bytes) : QString()});
    tree->header()->resizeSection(0, px(280));
    tree->header()->resizeSection(1, px(160));
    tree->setVisible(!comparison.differences.empty());
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    QObject::connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::reject);
    auto* column = new QVBoxLayout(dialog);
    column->addWidget(makeLabel(verdict, TextStyle::Strong));
    column->addWidget(tree, 1);
    if (comparison.differences.empty()) column->addStretch(1);
    column->addWidget(buttons);
    dialog->open();
}

}  // namespace tessera::ui
