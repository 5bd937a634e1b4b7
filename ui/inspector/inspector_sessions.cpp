// SPDX-License-Identifier: GPL-3.0-or-later
// Session files of the inspector: a run that can be repeated.
#include "core/base/platform/paths.h"
#include "ui/inspector/ablate_view.h"
#include "ui/inspector/inspector_form.h"
#include "ui/inspector/inspector_page.h"
#include "ui/model/model_holder.h"
#include "ui/settings/settings.h"
#include "ui/widgets/elements.h"
#include "ui/widgets/error_text.h"

#include <QFileDialog>
#include <QFileInfo>

namespace tessera::ui {

Result<void> InspectorPage::saveSessionTo(const QString& path) {
    if (!m_session.run()) return fail(ErrorKind::InvalidArgument, tr("Run a prompt first: there is nothing to save yet.").toStdString());
    const InspectedRun& run = *m_session.run();
    InspectSession session;
    session.set = run.set.toStdString();
    session.model = run.seen.model;
    session.architecture = run.seen.facts.architecture;
    session.vocabulary = run.seen.facts.vocabulary;
    session.engine = run.seen.engine;
    session.prompt = run.form.prompt.toStdString();
    session.request = run.seen.request;
    session.request.ablation = static_cast<AblateView*>(view(QStringLiteral("ablate")))->ablation();
    return saveSession(session, fromUtf8(path.toStdString()));
}

Result<void> InspectorPage::openSessionFrom(const QString& path) {
    TESSERA_TRY(InspectSession session, loadSession(fromUtf8(path.toStdString())));
    const QString set = QString::fromStdString(session.set);
    if (m_context.model.isReady() && m_context.model.path() == set) {
        repeat(session);
        return {};
    }
    if (QFileInfo::exists(set)) {
        ModelOptions options = m_context.model.options();
        options.load.engine = session.engine == "llama.cpp" ? EngineKind::Llama : EngineKind::Fragments;
        m_pending_session = std::move(session);
        m_context.model.load(set, options);
        return {};
    }
    // The same model may lie elsewhere on this machine.
    if (const auto model = m_context.model.model()) {
        const ModelFacts& facts = model->engine->facts();
        if (facts.architecture == session.architecture && facts.vocabulary == session.vocabulary && facts.name == session.model) {
            repeat(session);
            return {};
        }
    }
    return fail(ErrorKind::NotFound, tr("The session was made with %1 at %2, which is not there. Load this model, then open the session again.")
                                         .arg(QString::fromStdString(session.model), set).toStdString());
}

void InspectorPage::repeat(const InspectSession& session) {
    InspectorForm form;
    form.prompt = QString::fromStdString(session.prompt);
    form.tokens = session.request.tokens;
    form.engine = session.engine == "llama.cpp" ? EngineKind::Llama : EngineKind::Fragments;
    form.request = session.request;
    form.request.ablation = {};  // the whole model first; the Ablate view compares with it
    m_form->setForm(form);
    static_cast<AblateView*>(view(QStringLiteral("ablate")))->setAblation(session.request.ablation);
    m_banner->hide();
    m_session.start(std::move(form));
}

void InspectorPage::askSaveSession() {
    if (!m_session.run()) return m_banner->show(Banner::Information, tr("Run a prompt first: there is nothing to save yet."));
    const QString path = QFileDialog::getSaveFileName(this, tr("Save the run as a session file"), QStringLiteral("session.tessera.json"), tr("Session files (*.json)"));
    if (path.isEmpty()) return;
    if (const auto saved = saveSessionTo(path); !saved) m_banner->show(Banner::Error, errorText(saved.error()));
    else m_context.navigator.showStatus(tr("Saved as %1").arg(QFileInfo(path).fileName()));
}

void InspectorPage::askOpenSession() {
    const QString path = QFileDialog::getOpenFileName(this, tr("Open a session file"), {}, tr("Session files (*.json)"));
    if (path.isEmpty()) return;
    m_context.navigator.openPage(QStringLiteral("inspector"));
    if (const auto opened = openSessionFrom(path); !opened) m_banner->show(Banner::Error, errorText(opened.error()));
}

}  // namespace tessera::ui
