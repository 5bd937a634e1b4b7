// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/validation/history_view.h"

#include "core/base/platform/paths.h"
#include "ui/jobs/job_runner.h"
#include "ui/style/icons.h"
#include "ui/validation/history_model.h"
#include "ui/widgets/ask.h"
#include "ui/widgets/elements.h"
#include "ui/widgets/error_text.h"
#include "ui/widgets/table_menu.h"
#include "ui/widgets/text_format.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QMenu>
#include <QTableView>

namespace tessera::ui {

HistoryView::HistoryView(const PageContext& context, std::filesystem::path folder, QWidget* parent)
    : QWidget(parent), m_context(context), m_folder(std::move(folder)), m_model(new HistoryModel(this)) {
    m_table = new QTableView;
    m_table->setModel(m_model);
    m_table->setAccessibleName(tr("Earlier runs"));
    m_open = makeIconTextButton(Icon::Show, tr("Show"));
    m_compare = makeIconTextButton(Icon::Compare, tr("Compare with the current"));
    m_delete = makeIconTextButton(Icon::Trash, tr("Delete"));
    setUpTable(*m_table, context.settings, QStringLiteral("validation.history"), [this](QMenu& menu) {
        for (QPushButton* button : {m_open, m_compare, m_delete})
            menu.addAction(button->icon(), button->text(), button, &QPushButton::click)->setEnabled(button->isEnabled());
        if (const QStringList files = chosen(); !files.isEmpty())
            menu.addAction(icon(Icon::OpenOutside), tr("Show in the file manager"), this, [files] { revealInFileManager(files.first()); });
    });
    const int widths[] = {170, 320, 160, 90};
    for (int i = 0; i < HistoryModel::kColumns; ++i) m_table->setColumnWidth(i, px(widths[i]));
    connect(m_table, &QTableView::activated, this, [this](const QModelIndex& row) { emit openAsked(m_model->entryAt(row.row()).file); });
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &HistoryView::updateButtons);
    connect(m_open, &QPushButton::clicked, this, [this] { emit openAsked(chosen().first()); });
    connect(m_compare, &QPushButton::clicked, this, [this] { emit compareAsked(chosen().first()); });
    connect(m_delete, &QPushButton::clicked, this, [this] {
        const int count = static_cast<int>(chosen().size());
        ask(this, {tr("Delete"), tr("Delete %n report(s)?", nullptr, count), {}, tr("Delete"), tr("Keep")}, [this] { removeChosen(); });
    });
    m_empty = new EmptyState(Icon::Validation, tr("Every run is kept here with its report."));

    m_filled = new QWidget;
    auto* buttons = new QHBoxLayout;
    for (QPushButton* button : {m_open, m_compare, m_delete}) buttons->addWidget(button);
    buttons->addStretch(1);
    auto* inside = new QVBoxLayout(m_filled);
    inside->setContentsMargins(0, 0, 0, 0);
    inside->addWidget(m_table, 1);
    inside->addLayout(buttons);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_filled);
    column->addWidget(m_empty);
    updateButtons();
}

QStringList HistoryView::chosen() const {
    QStringList files;
    for (const QModelIndex& row : m_table->selectionModel()->selectedRows()) files.append(m_model->entryAt(row.row()).file);
    return files;
}

void HistoryView::setComparable(bool comparable) {
    m_comparable = comparable;
    updateButtons();
}

void HistoryView::updateButtons() {
    const QModelIndexList rows = m_table->selectionModel()->selectedRows();
    const bool one = rows.size() == 1 && m_model->entryAt(rows.first().row()).readable;
    m_open->setEnabled(one);
    m_compare->setEnabled(one && m_comparable);
    m_delete->setEnabled(!rows.isEmpty());
    m_filled->setVisible(m_model->rowCount() > 0);
    m_empty->setVisible(m_model->rowCount() == 0);
}

void HistoryView::refresh() {
    JobInfo info;
    info.title = tr("Read the earlier reports");
    info.quiet = true;
    const auto work = [folder = m_folder](const Operation& operation) { return listReports(folder, operation); };
    m_context.jobs.start(std::move(info), work, this, [this, request = ++m_request](Result<std::vector<HistoryEntry>> entries) {
        if (request != m_request || !entries) return;
        m_model->setEntries(*std::move(entries));
        updateButtons();
        emit refreshed();
    });
}

void HistoryView::removeChosen() {
    JobInfo info;
    info.title = tr("Delete reports");
    info.quiet = true;
    const auto work = [files = chosen()](const Operation&) -> Result<void> {
        for (const QString& file : files) TESSERA_CHECK(deleteReport(fromUtf8(file.toStdString())));
        return {};
    };
    m_context.jobs.start(std::move(info), work, this, [this](Result<void> done) {
        if (!done) m_context.navigator.showStatus(errorText(done.error()));
        refresh();
    });
}

}  // namespace tessera::ui
