// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/model/model_holder.h"

#include "core/base/platform/paths.h"
#include "core/compute/joining.h"
#include "core/compute/row_nodes.h"

#include <QFileInfo>

#include <algorithm>

namespace tessera::ui {
namespace {

/// The nodes that were joined and are not left out.
Result<std::vector<NodeAddress>> chosenNodes(const std::vector<std::string>& left_out) {
    TESSERA_TRY(auto nodes, joinedNodes(PeerList(identityFolder())));
    std::erase_if(nodes, [&](const NodeAddress& node) { return std::ranges::find(left_out, toHex(node.id)) != left_out.end(); });
    if (nodes.empty()) return fail(ErrorKind::InvalidArgument, "every node that was joined is left out; tick one on the Network page");
    return nodes;
}

}  // namespace

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
                       options = m_options](const Operation& operation) -> Result<std::shared_ptr<LoadedModel>> {
        LoadOptions how = options.load;
        if (options.network) {
            TESSERA_TRY(auto nodes, chosenNodes(options.left_out));
            (options.rows ? how.row_nodes.nodes : how.nodes.nodes) = std::move(nodes);
            how.row_nodes.all_at_start = false;
            how.row_nodes.max_rows = mostRowsAtOnce(options.session.micro_batch);
        }
        TESSERA_TRY(std::unique_ptr<LoadedModel> model, load(path, how, operation));
        return std::shared_ptr<LoadedModel>(std::move(model));
    };
    m_job = m_jobs.start(std::move(info), work, this, [this, request](Result<std::shared_ptr<LoadedModel>> loaded) {
        if (request != m_request) return;
        m_job = nullptr;
        if (loaded) {
            m_asked = std::move(*loaded);
            return askConsent();
        }
        m_error = loaded.error();
        setState(m_error.kind == ErrorKind::Cancelled ? ModelState::Empty : ModelState::Failed);
    });
    connect(m_job, &Job::changed, this, &ModelHolder::progressChanged);
    setState(ModelState::Loading);
}

void ModelHolder::setConsent(Consent consent) {
    m_consent = std::move(consent);
    if (m_asked && m_consent) askConsent();
}

void ModelHolder::askConsent() {
    const bool others = dynamic_cast<const NodesEngine*>(m_asked->engine.get()) || m_asked->row_nodes;
    const auto answer = [this, request = m_request](bool agreed) {
        if (request != m_request || !m_asked) return;
        if (!agreed) return unload();
        m_model = std::exchange(m_asked, nullptr);
        setState(ModelState::Ready);
    };
    if (!others) return answer(true);
    emit progressChanged();
    if (m_consent) m_consent(*m_asked, answer);
}

const NodesEngine* ModelHolder::nodes() const { return m_model ? dynamic_cast<const NodesEngine*>(m_model->engine.get()) : nullptr; }

std::vector<std::string> ModelHolder::failovers() const {
    if (rowNodes()) return rowNodes()->failovers();
    return nodes() ? nodes()->failovers() : std::vector<std::string>();
}

void ModelHolder::cancel() {
    if (m_job) m_job->cancel();
    else if (m_asked) unload();
}

void ModelHolder::unload() {
    ++m_request;
    if (m_job) m_job->cancel();
    m_job = nullptr;
    if (m_model) emit aboutToUnload();
    m_model.reset();
    m_asked.reset();
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
