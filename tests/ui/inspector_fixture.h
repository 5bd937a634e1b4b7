// SPDX-License-Identifier: GPL-3.0-or-later
// The window on its Inspector tab with the default model loaded.
#pragma once

#include "tests/ui/window_fixture.h"
#include "ui/inspector/inspector_form.h"
#include "ui/inspector/inspector_page.h"
#include "ui/jobs/job_runner.h"
#include "ui/model/model_holder.h"
#include "ui/widgets/text_format.h"
#include "ui/widgets/token_strip.h"

namespace tessera::test {

struct InspectorFixture {
    WindowFixture window;

    explicit InspectorFixture(const QString& language = QStringLiteral("en"), const QString& scheme = QStringLiteral("light"))
        : window(language, scheme, realLoad()) {}

    ui::InspectorPage& page() const { return *static_cast<ui::InspectorPage*>(window.window().page(QStringLiteral("inspector"))); }

    /// The window is shown: only what is in sight is computed.
    bool loadModel(EngineKind engine = EngineKind::Fragments) {
        window.window().show();
        if (!QTest::qWaitForWindowExposed(&window.window())) return false;
        window.window().openPage(QStringLiteral("inspector"));
        ui::ModelOptions options;
        options.load.engine = engine;
        window.application->model().load(QString::fromStdString(defaultModel().string()), options);
        return QTest::qWaitFor([this] { return window.application->model().isReady(); }, 60000);
    }

    bool runPrompt(const QString& prompt, PromptKind kind = PromptKind::Raw) {
        page().form()->setPrompt(prompt, kind);
        if (!QTest::qWaitFor([this] { return page().form()->estimate().tokens > 0; }, 10000)) return false;
        ui::Job* job = page().run();
        return WindowFixture::waitFor(job) && job->state() == ui::JobState::Done && page().session().run() != nullptr;
    }

private:
    static ui::ModelHolder::LoadFunction realLoad() { return &tessera::loadModel; }
};

}  // namespace tessera::test
