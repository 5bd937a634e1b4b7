// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/jobs_page.h"

#include "ui/jobs/job_model.h"
#include "ui/jobs/job_runner.h"
#include "ui/style/icons.h"
#include "ui/style/theme.h"
#include "ui/widgets/elements.h"
#include "ui/widgets/progress_delegate.h"
#include "ui/widgets/table_menu.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QTableView>
#include <QTimer>
#include <QVBoxLayout>

namespace tessera::ui {

JobsPage::JobsPage(const PageContext& context) : m_context(context), m_model(new JobModel(context.jobs, this)) {
    m_table = new QTableView;
    m_table->setModel(m_model);
    m_table->setAccessibleName(tr("Jobs"));
    setUpTable(*m_table, context.settings, QStringLiteral("jobs"));
    m_table->setItemDelegateForColumn(JobModel::ProgressColumn, new ProgressDelegate(JobModel::FractionRole, m_table));
    const int widths[] = {290, 180, 280, 84};
    for (int i = 0; i < JobModel::kColumns; ++i) m_table->setColumnWidth(i, px(widths[i]));
    m_stop = makeIconTextButton(Icon::Stop, tr("Stop"));
    m_clear = makeButton(tr("Clear finished"));
    connect(m_stop, &QPushButton::clicked, this, &JobsPage::stopSelected);
    connect(m_clear, &QPushButton::clicked, this, [this] { m_context.jobs.clearFinished(); });
    m_empty = new EmptyState(Icon::Jobs, tr("Long work shows here while it runs: loading, cutting, verifying, downloading."));

    auto* head = new QHBoxLayout;
    head->addWidget(makeLabel(tr("Jobs"), TextStyle::Title));
    head->addStretch(1);
    head->addWidget(m_stop);
    head->addWidget(m_clear);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(px(kSpaceLarge), px(kSpaceWide), px(kSpaceLarge), px(kSpaceWide));
    column->setSpacing(px(kSpace));
    column->addLayout(head);
    column->addWidget(m_table, 1);
    column->addWidget(m_empty, 1);

    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &JobsPage::updateButtons);
    for (auto signal : {&JobRunner::jobAdded, &JobRunner::jobFinished, &JobRunner::jobRemoved})
        connect(&context.jobs, signal, this, &JobsPage::updateButtons);
    auto* clock = new QTimer(this);  // the time column
    connect(clock, &QTimer::timeout, this, [this] {
        if (isVisible() && !m_context.jobs.activeJobs().empty()) m_table->viewport()->update();
    });
    clock->start(1000);
    updateButtons();
}

void JobsPage::enter() { m_table->setFocus(); }

void JobsPage::stopSelected() {
    std::vector<Job*> chosen;
    for (const QModelIndex& row : m_table->selectionModel()->selectedRows()) chosen.push_back(m_model->jobAt(row.row()));
    for (Job* job : chosen) job->cancel();
}

void JobsPage::updateButtons() {
    bool active = false;
    for (const QModelIndex& row : m_table->selectionModel()->selectedRows()) active |= !m_model->jobAt(row.row())->isOver();
    m_stop->setEnabled(active);
    m_clear->setEnabled(m_context.jobs.activeJobs().size() < m_context.jobs.jobs().size());
    const bool any = m_model->rowCount() > 0;
    m_table->setVisible(any);
    m_empty->setVisible(!any);
}

}  // namespace tessera::ui
