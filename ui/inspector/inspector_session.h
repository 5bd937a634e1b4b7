// SPDX-License-Identifier: GPL-3.0-or-later
// Runs prompts for the inspector and keeps what was seen. UI thread only.
#pragma once

#include "core/inspect/token_table.h"
#include "ui/inspector/live_model.h"
#include "ui/jobs/job_runner.h"

#include <QObject>
#include <QPointer>
#include <QString>
#include <QStringList>

#include <memory>
#include <vector>

namespace tessera::ui {

class ModelHolder;

/// What the user asks for.
struct InspectorForm {
    QString prompt;
    PromptKind kind = PromptKind::Raw;
    std::vector<TokenId> tokens;  // of an answer; empty: made from the prompt
    EngineKind engine = EngineKind::Fragments;
    InspectRequest request;       // without its tokens
};

/// Immutable: views and workers share it.
struct InspectedRun {
    InspectorForm form;
    QString set;                     // path of the model
    Inspection seen;
    QStringList labels;              // of the tokens
    std::vector<TokenChance> next;   // likeliest first
    QString lens_trouble;            // why there is no lens; empty when there is one
};

struct InspectorEstimate {
    std::size_t tokens = 0;
    CaptureCost cost;
    QString trouble;  // why the prompt cannot run, in one sentence
};

/// Above this the last row of the lens is not the model's own answer.
inline constexpr float kLensTolerance = 0.05F;
inline constexpr std::uint32_t kNextTokens = 10;

class InspectorSession : public QObject {
    Q_OBJECT
public:
    InspectorSession(ModelHolder& holder, JobRunner& jobs, QObject* parent = nullptr);

    /// Null before the first run.
    const std::shared_ptr<const InspectedRun>& run() const { return m_run; }
    /// What can still compute for the shown run; null after its model was unloaded.
    const std::shared_ptr<LiveModel>& live() const { return m_live; }
    JobRunner& jobs() const { return m_jobs; }
    ModelHolder& holder() const { return m_holder; }

    /// Replaces the run that is shown when it succeeds. Null when no model is loaded.
    Job* start(InspectorForm form);
    Job* job() const { return m_job; }
    bool isBusy() const { return m_job && !m_job->isOver(); }

    /// What a form would need; answers with estimated(), the last question only.
    void estimate(InspectorForm form);
    /// What the loaded model computes by name; empty until the dry run is done, then captureListChanged().
    const std::vector<CapturableTensor>& captureList();

signals:
    void runChanged();
    void busyChanged();
    void failed(const QString& message);
    void estimated(const tessera::ui::InspectorEstimate& estimate);
    void captureListChanged();

private:
    void letGo();

    ModelHolder& m_holder;
    JobRunner& m_jobs;
    std::shared_ptr<const InspectedRun> m_run;
    std::shared_ptr<LiveModel> m_live;
    QPointer<Job> m_job;
    QPointer<Job> m_estimate_job;
    quint64 m_request = 0, m_estimate_request = 0;
    std::weak_ptr<LoadedModel> m_listed;  // whose capture list is known or being made
    std::vector<CapturableTensor> m_capture_list;
};

/// "Token 4: “·is”"; tokens and layers count from 0, as in files and on the command line.
QString describeToken(const InspectedRun& run, int token);

}  // namespace tessera::ui
