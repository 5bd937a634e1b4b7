// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/model/model_holder.h"

#include "core/base/platform/paths.h"

#include <QFileInfo>

namespace tessera::ui {

ModelHolder::ModelHolder(JobRunner& jobs, LoadFunction load, QObject* parent)
    : QObject(parent), m_jobs(jobs), m_load(std::move(load)) {}

void ModelHolder::load(const QString& path, const ModelOptions& options) {
    unload();
    const quint64 request = ++m_request;
    m_path = QFileInfo(path).absoluteFilePath();
    m_options = options;
    m_error = {};
    JobInfo info;
    info.title = tr("Load %1").arg(setTitle(m_path));
    info.pool = JobPool::Compute;
    // shared_ptr: an answer that nobody waits for any more is let go on the worker's side of the queue.
    const auto work = [load = m_load, path = fromUtf8(m_path.toStdString()),
                       options = m_options.load](const Operation& operation) -> Result<std::shared_ptr<LoadedModel>> {
        TESSERA_TRY(std::unique_ptr<LoadedModel> model, load(path, options, operation));
        return std::shared_ptr<LoadedModel>(std::move(model));
    };
    m_job = m_jobs.start(std::move(info), work, this, [this, request](Result<std::shared_ptr<LoadedModel>> loaded) {
        if (request != m_request) return;
        m_job = nullptr;
        if (loaded) {
            m_model = std::move(*loaded);
            return setState(ModelState::Ready);
        }
        m_error = loaded.error();
        setState(m_error.kind == ErrorKind::Cancelled ? ModelState::Empty : ModelState::Failed);
    });
    connect(m_job, &Job::changed, this, &ModelHolder::progressChanged);
    setState(ModelState::Loading);
}

void ModelHolder::cancel() {
    if (m_job) m_job->cancel();
}

void ModelHolder::unload() {
    ++m_request;
    if (m_job) m_job->cancel();
    m_job = nullptr;
    if (m_model) emit aboutToUnload();
    m_model.reset();
    if (m_state != ModelState::Empty) setState(ModelState::Empty);
}

void ModelHolder::setState(ModelState state) {
    m_state = state;
    emit stateChanged();
}

QString setTitle(const QString& path) {
    QString name = QFileInfo(path).fileName();
    if (name == QLatin1String("manifest.json")) name = QFileInfo(QFileInfo(path).absolutePath()).fileName();
    for (const QString& ending : {QStringLiteral(".manifest.json"), QStringLiteral(".json"), QStringLiteral(".gguf")})
        if (name.endsWith(ending, Qt::CaseInsensitive)) name.chop(ending.size());
    return name;
}

}  // namespace tessera::ui
