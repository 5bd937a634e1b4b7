// SPDX-License-Identifier: GPL-3.0-or-later
// Chats of other programs through the window: its command, its file dialog, its list; and our own out and in again.
#include "tests/support/foreign_chats.h"
#include "tests/ui/chat_fixture.h"
#include "tests/ui/chat_samples.h"

#include "core/base/ids.h"
#include "ui/chat/conversation_panel.h"
#include "ui/widgets/commands.h"
#include "ui/widgets/elements.h"

#include <QFileDialog>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLineEdit>
#include <QTimer>

using namespace tessera;
using namespace tessera::test;

namespace {

/// Types the names into the file dialog that opens next, and presses Return.
void answerFileDialog(const QStringList& paths) {
    auto* clock = new QTimer(qApp);
    QObject::connect(clock, &QTimer::timeout, clock, [clock, paths] {
        auto* dialog = qobject_cast<QFileDialog*>(QApplication::activeModalWidget());
        if (!dialog) return;
        clock->deleteLater();
        auto* name = dialog->findChild<QLineEdit*>(QStringLiteral("fileNameEdit"));
        name->setText(paths.size() == 1 ? paths.first() : QLatin1Char('"') + paths.join(QStringLiteral("\" \"")) + QLatin1Char('"'));
        QTest::keyClick(name, Qt::Key_Return);
    });
    clock->start(10);
}

}  // namespace

class TestChatExchange : public QObject {
    Q_OBJECT

    std::unique_ptr<ChatFixture> m_fixture;

    ui::ChatPage& page() const { return m_fixture->page(); }
    QString write(const QString& name, const QByteArray& bytes) const {
        const QString path = m_fixture->folder.filePath(name);
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size()) qFatal("cannot write the sample");
        return path;
    }
    /// How many chats came.
    int import(const QStringList& paths) const {
        QSignalSpy imported(&page(), &ui::ChatPage::imported);
        answerFileDialog(paths);
        m_fixture->window().commands().find(QStringLiteral("chat.import"))->trigger();
        return imported.wait(10000) ? imported.first().first().toInt() : -1;
    }
    ui::Banner* banner() const {
        for (auto* each : page().findChildren<ui::Banner*>())
            if (each->isVisible()) return each;
        return nullptr;
    }
    QStringList shownTexts() const {
        QStringList texts;
        for (const ui::ShownMessage& message : m_fixture->shown()) texts.append(message.text);
        return texts;
    }

private slots:
    void init() { m_fixture = std::make_unique<ChatFixture>(); }
    void cleanup() { m_fixture.reset(); }

    void otherPrograms_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("program");
        QTest::addColumn<QStringList>("shown");
        const QString question = QStringLiteral("Capital of France?");
        QTest::newRow("LM Studio") << QStringLiteral("1724198400000.conversation.json") << QByteArray(kLmStudio) << QStringLiteral("LM Studio")
                                   << QStringList{question, QStringLiteral("<think>Easy</think>\n\nParis."), QStringLiteral("Thanks")};
        QTest::newRow("Jan") << QStringLiteral("messages.jsonl") << QByteArray(kJanMessages) << QStringLiteral("Jan")
                             << QStringList{question, QStringLiteral("<think>Easy</think>\n\nParis."), QStringLiteral("Thanks")};
        QTest::newRow("GPT4All") << QStringLiteral("gpt4all-id-1.chat") << gpt4AllChat(10) << QStringLiteral("GPT4All") << QStringList{question, QStringLiteral("Paris.")};
        QTest::newRow("ChatGPT") << QStringLiteral("conversations.json") << QByteArray(kChatGpt) << QStringLiteral("ChatGPT") << QStringList{question, QStringLiteral("Paris.")};
    }
    void otherPrograms() {
        QFETCH(QString, name);
        QFETCH(QByteArray, bytes);
        QFETCH(QString, program);
        QFETCH(QStringList, shown);
        QCOMPARE(import({write(name, bytes)}), 1);
        QVERIFY(banner());
        QVERIFY2(banner()->text().contains(QStringLiteral("1 chat from ") + program), qPrintable(banner()->text()));
        QCOMPARE(page().list().all().size(), std::size_t{1});
        for (auto* button : banner()->findChildren<QPushButton*>())
            if (button->text() == QStringLiteral("Show")) QTest::mouseClick(button, Qt::LeftButton);
        QTRY_COMPARE(shownTexts(), shown);
    }

    void severalAtOnceAndOneThatIsNone() {
        const QStringList files{write(QStringLiteral("a.json"), kChatGpt), write(QStringLiteral("b.chat"), gpt4AllChat(12)), write(QStringLiteral("c.json"), "{\"a\": 1}")};
        QCOMPARE(import(files), 2);
        QVERIFY2(banner()->text().contains(QStringLiteral("c.json")), qPrintable(banner()->text()));
        QCOMPARE(page().list().all().size(), std::size_t{2});
    }

    /// With what the model thought of its tokens.
    void ourOwnOutAndIn() {
        StoredConversation chat = sampleConversation(QStringLiteral("Capitals"), {QStringLiteral("Capital of France?"), QStringLiteral("Paris.")}, 0);
        const MessageNumber answer = chat.tree.leaf();
        chat.traces[answer].tokens = {{TokenId{7}, 0.75f, 0, 5, {{TokenId{9}, "Lyon", 0.25f}}}, {TokenId{8}, 1.0f, 5, 6, {}}};
        page().store().save([chat](ConversationStore& store) { return store.saveAll(chat); });
        page().store().flush();
        QSignalSpy listed(&page(), &ui::ChatPage::listLoaded), exported(&page(), &ui::ChatPage::exported);
        page().loadList();
        QVERIFY(listed.wait(5000));
        m_fixture->chat().open(chat.info.id);
        QTRY_COMPARE(m_fixture->shown().size(), std::size_t{2});
        const QString path = m_fixture->folder.filePath(QStringLiteral("out.json"));
        answerFileDialog({path});
        m_fixture->window().commands().find(QStringLiteral("chat.export"))->trigger();
        QVERIFY(!exported.isEmpty() || exported.wait(5000));
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QJsonObject written = QJsonDocument::fromJson(file.readAll()).object();
        const QJsonArray messages = written[QStringLiteral("conversations")][0][QStringLiteral("messages")].toArray();
        QCOMPARE(messages.size(), 2);
        QCOMPARE(messages[1][QStringLiteral("tokens")].toArray().size(), 2);
        QVERIFY(messages[0][QStringLiteral("tokens")].isUndefined());

        QCOMPARE(import({path}), 1);
        QCOMPARE(page().list().all().size(), std::size_t{2});
        page().store().flush();
        const auto store = ConversationStore::open(page().store().file()).value();
        const auto infos = store->list().value();
        for (const ConversationInfo& info : infos) QVERIFY(store->traces(info.id)->at(answer) == chat.traces[answer]);
    }
};

QTEST_MAIN(TestChatExchange)
#include "tst_chat_exchange.moc"
