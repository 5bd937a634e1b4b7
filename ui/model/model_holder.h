// SPDX-License-Identifier: GPL-3.0-or-later
// The model that is loaded now, for all tabs.
#pragma once

#include "core/model/loaded_model.h"
#include "ui/jobs/job_runner.h"

#include <QObject>
#include <QPointer>
#include <QString>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace tessera::ui {

enum class ModelState { Empty, Loading, Ready, Failed };

/// How sessions of the loaded model are made: chosen on the Model tab, mode and nodes in the header and on the Network tab.
struct ModelOptions {
    LoadOptions load;
    SessionOptions session;
    bool network = false;               // the layers are computed by the nodes that were joined …
    bool rows = false;                  // … or rows of every matrix …
    std::vector<std::string> left_out = {};  // … but not by these: ids in hex
};

/// UI thread only. `model()` is handed out as shared_ptr: a worker that holds one keeps the model alive until its step
/// is done, so unloading never waits; memory is free when the last holder lets go.
class ModelHolder : public QObject {
    Q_OBJECT
public:
    using LoadFunction = std::function<Result<std::unique_ptr<LoadedModel>>(const std::filesystem::path&, const LoadOptions&,
                                                                            const Operation&)>;
    /// Asked when a model is loaded of which other machines may compute parts, before anything that is written is sent to
    /// them; answers once, now or later, on the UI thread. Without one nobody agrees.
    using Consent = std::function<void(const LoadedModel& model, std::function<void(bool agreed)> answer)>;

    /// `load` is core's loadModel; tests give their own.
    ModelHolder(JobRunner& jobs, LoadFunction load, QObject* parent = nullptr);

    ModelState state() const { return m_state; }
    bool isReady() const { return m_state == ModelState::Ready; }
    /// Null unless Ready.
    std::shared_ptr<LoadedModel> model() const { return m_model; }
    /// The set that is loaded, or being loaded, or that failed to load. Absolute; empty when there is none.
    QString path() const { return m_path; }
    const ModelOptions& options() const { return m_options; }
    /// The engine of the loaded model when other machines compute its layers; null otherwise.
    const NodesEngine* nodes() const;
    /// Those that multiply rows of its matrices; null otherwise.
    const RowNodes* rowNodes() const { return m_model ? m_model->row_nodes.get() : nullptr; }
    bool usesOtherMachines() const { return nodes() || rowNodes(); }
    /// Recoveries of the loaded model's nodes, in words.
    std::vector<std::string> failovers() const;
    Error error() const { return m_error; }

    /// Replaces what is loaded: the old model is let go first, so both never need memory at once.
    void load(const QString& path, const ModelOptions& options);
    /// Stops loading; the state is Empty afterwards.
    void cancel();
    void unload();
    /// A question that is open is asked anew.
    void setConsent(Consent consent);
    /// While Loading; null while the user is asked.
    const Job* job() const { return m_job; }

signals:
    void stateChanged();
    /// While Loading, some times a second.
    void progressChanged();
    /// Workers that hold the model should let go.
    void aboutToUnload();

private:
    void setState(ModelState state);
    void askConsent();

    JobRunner& m_jobs;
    LoadFunction m_load;
    ModelState m_state = ModelState::Empty;
    std::shared_ptr<LoadedModel> m_model, m_asked;  // asked: loaded, and the user is asked about its nodes
    Consent m_consent;
    QString m_path;
    ModelOptions m_options;
    Error m_error;
    QPointer<Job> m_job;
    quint64 m_request = 0;  // results of older requests are dropped
};

/// "SmolLM2-135M-Instruct.Q4_1" from the path of a GGUF, manifest or folder.
QString setTitle(const QString& path);

}  // namespace tessera::ui
