// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/inspector_session.h"

#include "core/inspect/lens.h"
#include "ui/inspector/token_label.h"
#include "ui/model/model_holder.h"
#include "ui/widgets/error_text.h"

#include <QCoreApplication>

namespace tessera::ui {
namespace {

struct Outcome {
    std::shared_ptr<LiveModel> live;
    std::shared_ptr<const InspectedRun> run;
};

/// Whether the lens can be trusted for this model, in words when not.
Result<QString> lensTrouble(LiveModel& live, const Inspection& seen, const Operation& operation) {
    const auto deviation = live.withHead([&](OutputHead& head) { return lensDeviation(head, seen, operation); }, operation);
    if (!deviation) {
        if (deviation.error().kind == ErrorKind::Unsupported) return errorText(deviation.error());
        return tl::unexpected(deviation.error());
    }
    if (*deviation <= kLensTolerance) return QString();
    return QCoreApplication::translate("tessera::ui::InspectorSession", "This architecture ends with more than a norm and a matrix: its lens would differ from the answer by %1.")
        .arg(static_cast<double>(*deviation), 0, 'g', 3);
}

Result<Outcome> runForm(std::shared_ptr<LoadedModel> model, std::shared_ptr<LiveModel> live, InspectorForm form, const QString& set,
                        const EngineOptions& options, const Operation& operation) {
    // An engine that was made for an earlier run serves again.
    if (!live || live->model() != model || live->kind() != form.engine) {
        live.reset();
        TESSERA_TRY(live, LiveModel::make(std::move(model), form.engine, options, operation));
    }
    auto run = std::make_shared<InspectedRun>();
    InspectRequest request = form.request;
    if (form.tokens.empty()) {
        TESSERA_TRY(request.tokens, tokensOfPrompt(*live->model(), form.prompt.toStdString(), form.kind));
    } else {
        request.tokens = form.tokens;
    }
    TESSERA_TRY(run->seen, inspect(live->engine(), live->tokenizer(), request, operation));
    for (const InspectedToken& token : run->seen.tokens) run->labels.append(tokenLabel(token.piece));
    run->next = nextTokens(run->seen.logits, live->tokenizer(), kNextTokens);
    if (!run->seen.residual.empty()) {
        TESSERA_TRY(run->lens_trouble, lensTrouble(*live, run->seen, operation));
    }
    run->form = std::move(form);
    run->set = set;
    return Outcome{std::move(live), std::move(run)};
}

}  // namespace

InspectorSession::InspectorSession(ModelHolder& holder, JobRunner& jobs, QObject* parent) : QObject(parent), m_holder(holder), m_jobs(jobs) {
    connect(&holder, &ModelHolder::aboutToUnload, this, &InspectorSession::letGo);
}

// What was seen stays; what computes goes, so that the model's memory becomes free.
void InspectorSession::letGo() {
    if (m_job) m_job->cancel();
    m_live.reset();
    m_capture_list.clear();
}

Job* InspectorSession::start(InspectorForm form) {
    if (!m_holder.isReady() || isBusy()) return nullptr;
    JobInfo info;
    QString prompt = form.prompt.simplified();
    if (prompt.size() > 40) prompt = prompt.left(39) + QChar(0x2026);
    info.title = tr("Look inside “%1”").arg(prompt);
    info.pool = JobPool::Compute;
    info.counts_bytes = false;
    const auto work = [model = m_holder.model(), live = m_live, form = std::move(form), set = m_holder.path(), options = m_holder.options().load.engine_options](
                          const Operation& operation) { return runForm(model, live, form, set, options, operation); };
    m_job = m_jobs.start(std::move(info), work, this, [this, request = ++m_request](Result<Outcome> outcome) {
        if (request != m_request) return;
        emit busyChanged();
        if (!outcome) {
            if (outcome.error().kind != ErrorKind::Cancelled) emit failed(errorText(outcome.error()));
            return;
        }
        m_run = std::move(outcome->run);
        // Unloaded while it ran: only what was seen is kept.
        m_live = m_holder.model() == outcome->live->model() ? std::move(outcome->live) : nullptr;
        emit runChanged();
    });
    connect(m_job, &Job::changed, this, &InspectorSession::busyChanged);
    emit busyChanged();
    return m_job;
}

void InspectorSession::estimate(InspectorForm form) {
    if (m_estimate_job) m_estimate_job->cancel();
    const std::shared_ptr<LoadedModel> model = m_holder.model();
    if (!model) return;
    JobInfo info;
    info.title = tr("Estimate a capture");
    info.pool = JobPool::Compute;
    info.quiet = true;
    const auto work = [model, form = std::move(form), known = m_capture_list](const Operation&) -> Result<InspectorEstimate> {
        InspectorEstimate estimate;
        InspectRequest request = form.request;
        request.tokens = form.tokens;
        if (request.tokens.empty()) {
            auto tokens = tokensOfPrompt(*model, form.prompt.toStdString(), form.kind);
            if (!tokens) {
                estimate.trouble = errorText(tokens.error());
                return estimate;
            }
            request.tokens = std::move(*tokens);
        }
        estimate.tokens = request.tokens.size();
        if (const auto fits = checkRequest(request, *model->engine); !fits && fits.error().kind == ErrorKind::InvalidArgument)
            estimate.trouble = errorText(fits.error());
        estimate.cost = captureCost(request, model->engine->facts(), known, form.engine);
        return estimate;
    };
    m_estimate_job = m_jobs.start(std::move(info), work, this, [this, request = ++m_estimate_request](Result<InspectorEstimate> found) {
        if (request == m_estimate_request && found) emit estimated(*found);
    });
}

const std::vector<CapturableTensor>& InspectorSession::captureList() {
    const std::shared_ptr<LoadedModel> model = m_holder.model();
    if (!model || m_listed.lock() == model) return m_capture_list;
    m_listed = model;
    m_capture_list.clear();
    JobInfo info;
    info.title = tr("List the tensors of the model");
    info.pool = JobPool::Compute;
    info.quiet = true;
    m_jobs.start(std::move(info), [model](const Operation& operation) { return listCapturable(*model->engine, operation); }, this,
                 [this, model](Result<std::vector<CapturableTensor>> list) {
                     if (!list || m_listed.lock() != model) return;
                     m_capture_list = std::move(*list);
                     emit captureListChanged();
                 });
    return m_capture_list;
}

QString describeToken(const InspectedRun& run, int token) {
    return QCoreApplication::translate("tessera::ui::InspectorSession", "Token %1: “%2”").arg(QString::number(token), run.labels.value(token));
}

}  // namespace tessera::ui
