// SPDX-License-Identifier: GPL-3.0-or-later
// One validation as a job: what is known so far comes to the window while it runs, and the report into the history.
#pragma once

#include "core/validate/validate.h"
#include "ui/jobs/job.h"
#include "ui/validation/check_view.h"

#include <QObject>
#include <QPointer>

namespace tessera::ui {

class JobRunner;

struct ValidationRequest {
    QString title;                      // of the model, for people
    std::shared_ptr<LoadedModel> model; // null: open `set`
    std::filesystem::path set;          // unused for operations only
    ValidateOptions options;
    std::filesystem::path history;      // folder of the reports
};

class ValidationRun : public QObject {
    Q_OBJECT
public:
    explicit ValidationRun(JobRunner& jobs, QObject* parent = nullptr);

    /// One at a time: nullptr while another runs. The report is saved by the worker, so it is kept also when this
    /// object is gone by then.
    Job* start(ValidationRequest request);
    void cancel();
    bool isRunning() const { return m_job; }
    const Job* job() const { return m_job; }

signals:
    /// More is known, some times a second.
    void grew(const tessera::ui::ReportView& so_far);
    /// Complete. `file` is empty when the report could not be saved, then `save_error` says why.
    void finished(const tessera::ui::ReportView& view, const QString& file, const QString& save_error);
    /// Stopped (empty message) or impossible. What was told so far stays true.
    void failed(const QString& message);

private:
    struct Mailbox;
    void collect();

    JobRunner& m_jobs;
    QPointer<Job> m_job;
    std::shared_ptr<Mailbox> m_mailbox;
    bool m_operations_only = false;
};

}  // namespace tessera::ui
