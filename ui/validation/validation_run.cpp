// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/validation/validation_run.h"

#include "core/base/log.h"
#include "core/base/platform/paths.h"
#include "ui/jobs/job_runner.h"
#include "ui/validation/report_history.h"
#include "ui/widgets/error_text.h"

#include <mutex>

namespace tessera::ui {
namespace {

struct Outcome {
    ValidationReport report;
    QString file, save_error;
};

Result<Outcome> validate(const ValidationRequest& request, const Operation& operation, const ReportCallback& tell) {
    Result<ValidationReport> report = request.model ? validateModel(*request.model, request.options, operation, tell)
                                                    : validateModel(request.set, request.options, operation, tell);
    if (!report) return tl::unexpected(report.error());
    Outcome outcome;
    outcome.report = *std::move(report);
    const Result<std::filesystem::path> saved = saveReport(request.history, outcome.report, QDateTime::currentDateTime());
    if (saved) outcome.file = QString::fromStdString(toUtf8(*saved));
    else outcome.save_error = errorText(saved.error());
    return outcome;
}

}  // namespace

/// The newest state of the report, from the worker to the window. It is fetched when the job's progress arrives.
struct ValidationRun::Mailbox {
    std::mutex mutex;
    std::optional<ValidationReport> newest;

    void put(const ValidationReport& report) {
        const std::lock_guard lock(mutex);
        newest = report;
    }
    std::optional<ValidationReport> take() {
        const std::lock_guard lock(mutex);
        return std::exchange(newest, std::nullopt);
    }
};

ValidationRun::ValidationRun(JobRunner& jobs, QObject* parent) : QObject(parent), m_jobs(jobs) {}

Job* ValidationRun::start(ValidationRequest request) {
    if (m_job) return nullptr;
    m_mailbox = std::make_shared<Mailbox>();
    m_operations_only = request.options.units_only;
    JobInfo info;
    info.title = m_operations_only ? tr("Validate the operations") : tr("Validate %1").arg(request.title);
    info.pool = JobPool::Compute;
    info.counts_bytes = false;
    const auto work = [request = std::move(request), mailbox = m_mailbox](const Operation& operation) {
        return validate(request, operation, [&](const ValidationReport& report) { mailbox->put(report); });
    };
    m_job = m_jobs.start(std::move(info), work, this, [this](Result<Outcome> outcome) {
        collect();
        m_job = nullptr;
        if (outcome) emit finished({std::move(outcome->report), false, m_operations_only}, outcome->file, outcome->save_error);
        else emit failed(outcome.error().kind == ErrorKind::Cancelled ? QString() : errorText(outcome.error()));
    });
    connect(m_job, &Job::changed, this, &ValidationRun::collect);
    return m_job;
}

void ValidationRun::cancel() {
    if (m_job) m_job->cancel();
}

void ValidationRun::collect() {
    if (std::optional<ValidationReport> report = m_mailbox->take()) emit grew({*std::move(report), true, m_operations_only});
}

}  // namespace tessera::ui
