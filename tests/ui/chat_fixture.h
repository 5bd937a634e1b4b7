// SPDX-License-Identifier: GPL-3.0-or-later
// The window with the Chat tab and the default model.
#pragma once

#include "tests/ui/window_fixture.h"
#include "ui/chat/chat_page.h"
#include "ui/chat/composer.h"
#include "ui/chat/view/message_column.h"

#include <tuple>

namespace tessera::test {

/// The window with the Chat tab, a model that is loaded on the first question, greedy and short answers.
struct ChatFixture : WindowFixture {
    QString model = copyModel();

    ChatFixture() : WindowFixture(QStringLiteral("en"), QStringLiteral("light"), loadModel) {
        window().openPage(QStringLiteral("chat"));
        window().activateWindow();
        std::ignore = QTest::qWaitForWindowActive(&window());
        prepare();
    }

    ui::ChatPage& page() const { return *static_cast<ui::ChatPage*>(window().page(QStringLiteral("chat"))); }
    ui::ChatController& chat() const { return page().controller(); }
    const std::vector<ui::ShownMessage>& shown() const { return page().column().messages(); }

    void prepare(int max_tokens = 24) const {
        chat().changeInfo([&](ConversationInfo& info) {
            info.model = model.toStdString();
            info.system_prompt = "You are a helpful assistant.";
            info.sampling = builtInPresets().front();  // precise: greedy
            info.sampling.max_tokens = max_tokens;
        });
    }

    /// As a user does it.
    void type(const QString& text) const {
        page().composer().edit()->setFocus();
        QTest::keyClicks(page().composer().edit(), text);
        QTest::keyClick(page().composer().edit(), Qt::Key_Return);
    }

    bool waitForAnswer(int timeout_ms = 180000) const {
        QElapsedTimer clock;
        clock.start();
        while (chat().isBusy() && clock.elapsed() < timeout_ms) QTest::qWait(10);
        return !chat().isBusy();
    }
};

}  // namespace tessera::test
