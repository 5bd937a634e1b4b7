// SPDX-License-Identifier: GPL-3.0-or-later
// Conversations for pictures and for walking through the window.
#pragma once

#include "core/base/platform/paths.h"
#include "ui/chat/chat_page.h"

#include <QDateTime>
#include <QSignalSpy>
#include <QTest>

namespace tessera::test {

inline StoredConversation sampleConversation(const QString& title, const std::vector<QString>& turns, int minutes_ago) {
    StoredConversation conversation;
    conversation.info.id = newConversationId();
    conversation.info.title = title.toStdString();
    // At noon, so that a picture taken just after midnight shows the same.
    const qint64 noon = QDateTime(QDate::currentDate(), QTime(12, 4)).toMSecsSinceEpoch();
    conversation.info.created_ms = conversation.info.updated_ms = noon - minutes_ago * 60000LL;
    MessageNumber parent = kNoMessage;
    for (std::size_t i = 0; i < turns.size(); ++i) {
        const MessageRole role = i % 2 == 0 ? MessageRole::User : MessageRole::Assistant;
        parent = conversation.tree.add(parent, role, turns[i].toStdString(), conversation.info.created_ms).value();
        if (role == MessageRole::Assistant) conversation.tree.edit(parent)->facts = {"SmolLM2-135M-Instruct.Q4_1", "end", 96, 40, 42.1, 0.18};
    }
    return conversation;
}

/// Three conversations, the first one pinned, with versions, and open.
inline void fillChat(ui::ChatPage& page, const QString& model) {
    const QString code = QStringLiteral(
        "The capital of France is **Paris**. It lies on the Seine and has been the seat of government, with interruptions, since the tenth century.\n\n"
        "```cpp\n#include <iostream>\n\nint main() {\n    std::cout << \"Paris\";  // prefecture 75\n}\n```\n\nRun it with any C++20 compiler.");
    StoredConversation capitals = sampleConversation(QStringLiteral("Capital cities"), {QStringLiteral("What is the capital of France? Show it in C++ too."), QStringLiteral("Paris.")}, 0);
    capitals.info.pinned = true;
    capitals.info.model = model.toStdString();
    for (const QString& version : {code, QStringLiteral("It is Paris.")}) {
        const MessageNumber number = capitals.tree.add(MessageNumber{1}, MessageRole::Assistant, version.toStdString(), capitals.info.updated_ms).value();
        capitals.tree.edit(number)->facts = {"SmolLM2-135M-Instruct.Q4_1", "end", 96, 40, 42.1, 0.18};
    }
    capitals.tree.choose(MessageNumber{3});
    const std::vector<StoredConversation> all{
        capitals, sampleConversation(QStringLiteral("Explain RoPE scaling"), {QStringLiteral("Explain RoPE scaling."), QStringLiteral("Positions are turned into angles.")}, 44),
        sampleConversation(QStringLiteral("Haiku about peers"), {QStringLiteral("A haiku about peers, please."), QStringLiteral("Fragments drift at night")}, 143)};
    page.store().save([all](ConversationStore& store) -> Result<void> {
        for (const StoredConversation& conversation : all) TESSERA_CHECK(store.saveAll(conversation));
        return {};
    });
    QSignalSpy loaded(&page, &ui::ChatPage::listLoaded);
    page.loadList();
    QVERIFY(loaded.wait(5000));
    page.controller().open(capitals.info.id);
    QTRY_COMPARE(page.controller().info().id, capitals.info.id);
}

}  // namespace tessera::test
