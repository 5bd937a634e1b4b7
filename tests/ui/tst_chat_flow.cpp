// SPDX-License-Identifier: GPL-3.0-or-later
// The Chat tab end to end on the default model: load, ask, stream, stop, edit, branch, search, export, start again.
#include "tests/ui/chat_fixture.h"
#include "tests/ui/event_cost.h"

#include "core/base/platform/paths.h"
#include "ui/chat/conversation_panel.h"
#include "ui/chat/find_bar.h"

#include <QLineEdit>
#include <QListView>
#include <QProcess>
#include <QPushButton>

using namespace tessera;
using namespace tessera::test;

namespace {

/// Run by this program's own child: asks for a long answer and prints how much of it is on the screen, until it is killed.
int writeUntilKilled(const QString& folder, const QString& model) {
    ui::Application application(folder, loadModel);
    application.start({});
    auto& page = *static_cast<ui::ChatPage*>(application.window().page(QStringLiteral("chat")));
    application.window().openPage(QStringLiteral("chat"));
    page.setProbabilities(true);
    page.controller().openNew();
    page.controller().changeInfo([&](ConversationInfo& info) {
        info.model = model.toStdString();
        info.sampling = builtInPresets().front();
    });
    QObject::connect(&page.controller(), &ui::ChatController::answerGrew, [](const QString& text) {
        printf("%d\n", int(text.toUtf8().size()));
        fflush(stdout);
    });
    if (!page.controller().send(QStringLiteral("Write a very long story about the sea, a ship and its captain."), {})) return 1;
    return QApplication::exec();
}

}  // namespace

class TestChatFlow : public QObject {
    Q_OBJECT
private slots:
    void askStopEditBranchSearchExport() {
        ChatFixture fixture;
        ui::ChatPage& page = fixture.page();
        QCOMPARE(fixture.window().currentPageId(), QStringLiteral("chat"));

        // The model is loaded by the first question, and the answer comes in pieces.
        QSignalSpy grew(&fixture.chat(), &ui::ChatController::answerGrew);
        fixture.type(QStringLiteral("What is the capital of France?"));
        QVERIFY(fixture.chat().isBusy());
        QCOMPARE(fixture.shown().size(), std::size_t{2});
        QVERIFY(fixture.waitForAnswer());
        QCOMPARE(fixture.shown().size(), std::size_t{2});
        const ui::ShownMessage answer = fixture.shown().back();
        QVERIFY2(answer.text.contains(QStringLiteral("Paris")), qPrintable(answer.text));
        QVERIFY(!answer.streaming);
        QVERIFY(grew.size() > 1);
        QVERIFY(answer.facts.tokens > 0 && answer.facts.tokens_per_second > 0 && answer.facts.first_token_seconds > 0);
        QVERIFY(page.composer().text().isEmpty());
        QCOMPARE(page.list().all().size(), std::size_t{1});
        QCOMPARE(page.list().all().front().title, std::string("What is the capital of France?"));

        // The second turn reads only what is new.
        fixture.type(QStringLiteral("And of Italy?"));
        QVERIFY(fixture.waitForAnswer());
        QVERIFY2(fixture.shown().back().text.contains(QStringLiteral("Rome")), qPrintable(fixture.shown().back().text));
        const GenerateResult& second = fixture.chat().lastAnswer().result;
        QVERIFY2(second.reused_tokens > second.prompt_tokens / 2, qPrintable(QString::number(second.reused_tokens)));

        // Stopped in the middle: what was written stays. The context is seen to fill.
        fixture.prepare(2000);
        QTRY_VERIFY_WITH_TIMEOUT(page.meter().measure().has_value(), 10000);
        fixture.type(QStringLiteral("Write a very long story about the sea, a ship and its captain."));
        QTRY_VERIFY_WITH_TIMEOUT(fixture.chat().phase() == ui::ChatPhase::Writing && fixture.shown().back().text.size() > 20, 30000);
        const QString filled = page.composer().contextBar()->text();
        QTRY_VERIFY_WITH_TIMEOUT(!filled.isEmpty() && page.composer().contextBar()->text() != filled, 10000);
        QCOMPARE(fixture.shown().back().status, QString());  // the prompt is read
        auto* stop = page.composer().findChild<QPushButton*>(QStringLiteral("send"));
        QTest::mouseClick(stop, Qt::LeftButton);
        QVERIFY(page.composer().edit()->hasFocus());
        QVERIFY(fixture.waitForAnswer(5000));
        QCOMPARE(fixture.shown().back().facts.stop_reason, std::string("cancelled"));
        QVERIFY(fixture.shown().back().text.size() > 20);
        fixture.prepare();

        // Another wording of the first question is a branch; the old one is a step away.
        const MessageNumber first = fixture.shown().front().number;
        QVERIFY(fixture.chat().edit(first, QStringLiteral("What is the capital of Germany?")));
        QVERIFY(fixture.waitForAnswer());
        QCOMPARE(fixture.shown().size(), std::size_t{2});
        QCOMPARE(fixture.shown().front().versions, 2);
        QCOMPARE(fixture.shown().front().version, 2);
        QVERIFY2(fixture.shown().back().text.contains(QStringLiteral("Berlin")), qPrintable(fixture.shown().back().text));
        emit page.column().versionRequested(fixture.shown().front().number, 0);
        QCOMPARE(fixture.shown().size(), std::size_t{6});
        QCOMPARE(fixture.shown()[1].text, answer.text);

        // The search finds what is out of sight, and Enter goes there.
        QSignalSpy searched(&page.panel(), &ui::ConversationPanel::searched);
        page.panel().searchEdit()->setText(QStringLiteral("berlin"));
        QVERIFY(searched.wait(5000));
        QVERIFY(page.list().showsHits() && page.list().rowCount() >= 1);
        QTest::keyClick(page.panel().searchEdit(), Qt::Key_Return);
        QTRY_COMPARE(fixture.shown().size(), std::size_t{2});
        QVERIFY(fixture.shown().back().text.contains(QStringLiteral("Berlin")));
        // What matched is marked there.
        QTRY_VERIFY(page.column().matchCount() >= 1);
        QCOMPARE(page.findChild<ui::FindBar*>()->edit()->text(), QStringLiteral("Berlin"));
        page.panel().searchEdit()->clear();

        // Export: the version on view, in words.
        QSignalSpy exported(&page, &ui::ChatPage::exported);
        const QString file = fixture.folder.filePath(QStringLiteral("chat.md"));
        page.exportTo(fixture.chat().info().id, file);
        QVERIFY(exported.wait(5000));
        QFile markdown(file);
        QVERIFY(markdown.open(QIODevice::ReadOnly));
        const QString text = QString::fromUtf8(markdown.readAll());
        QVERIFY(text.contains(QStringLiteral("What is the capital of Germany?")) && text.contains(QStringLiteral("Berlin")));
        QVERIFY(!text.contains(QStringLiteral("Italy")));

        // A new window has it all.
        const auto before = fixture.shown();
        fixture.application.reset();
        fixture.application = std::make_unique<ui::Application>(fixture.folder.filePath(QStringLiteral("config")), WindowFixture::refuse());
        fixture.application->start({});
        QTRY_COMPARE(fixture.shown().size(), before.size());
        for (std::size_t i = 0; i < before.size(); ++i) {
            QCOMPARE(fixture.shown()[i].text, before[i].text);
            QCOMPARE(fixture.shown()[i].facts, before[i].facts);
        }
        QTRY_COMPARE(fixture.page().list().all().size(), std::size_t{1});
    }

    void killedWhileWriting() {
        QTemporaryDir folder;
        const QString model = folder.filePath(QStringLiteral("model.gguf"));
        QVERIFY(QFile::copy(QString::fromStdString(defaultModel().string()), model));
        std::int64_t before = 0;
        for (const int run_ms : {2500, 3300}) {
            QProcess child;
            child.start(QCoreApplication::applicationFilePath(), {QStringLiteral("--write-until-killed"), folder.filePath(QStringLiteral("config")), model});
            QElapsedTimer clock, writing;
            clock.start();
            std::vector<std::pair<qint64, qint64>> seen;  // when, how many bytes were on the screen
            while (clock.elapsed() < 60000 && (seen.size() < 10 || writing.elapsed() < run_ms)) {
                child.waitForReadyRead(50);
                while (child.canReadLine()) {
                    if (!writing.isValid()) writing.start();
                    seen.emplace_back(writing.elapsed(), child.readLine().trimmed().toLongLong());
                }
            }
            const qint64 killed = writing.elapsed();
            child.kill();
            QVERIFY(child.waitForFinished());
            QVERIFY2(seen.size() > 5, child.readAllStandardError().constData());

            const auto store = ConversationStore::open(fromUtf8(folder.filePath(QStringLiteral("config/conversations.db")).toStdString()));
            QVERIFY(store.has_value());
            const auto list = (*store)->list();
            QVERIFY(list.has_value());
            QCOMPARE(std::int64_t(list->size()), before + 1);
            before = std::int64_t(list->size());
            const auto conversation = (*store)->load(list->front().id);
            QVERIFY(conversation.has_value());
            QCOMPARE(conversation->tree.size(), std::size_t{2});
            const Message& answer = *conversation->tree.find(conversation->tree.leaf());
            QCOMPARE(answer.role, MessageRole::Assistant);
            qint64 a_second_before = 0;
            for (const auto& [when, bytes] : seen)
                if (when <= killed - 1000) a_second_before = bytes;
            QVERIFY(a_second_before > 0);
            // So are the probabilities, to the same place.
            const auto traces = (*store)->traces(list->front().id);
            QVERIFY(traces.has_value() && traces->contains(answer.number));
            const std::vector<TracedToken>& tokens = traces->at(answer.number).tokens;
            QVERIFY(!tokens.empty());
            QVERIFY2(qint64(tokens.back().end) >= a_second_before && tokens.back().end <= answer.text.size(), qPrintable(QString::number(tokens.back().end)));
            for (const TracedToken& token : tokens) QVERIFY(!token.alternatives.empty());
            QVERIFY2(qint64(answer.text.size()) >= a_second_before,
                     qPrintable(QStringLiteral("kept %1 bytes, a second before there were %2, at the end %3").arg(answer.text.size()).arg(a_second_before).arg(seen.back().second)));
            QVERIFY(qint64(answer.text.size()) <= seen.back().second + 4096);
            QVERIFY(ui::stopText(answer.facts) == QStringLiteral("Interrupted"));
        }
    }

    void openingALongConversationIsNoLongEvent() {
        ChatFixture fixture;
        auto& application = *static_cast<MeasuredApplication*>(qApp);
        StoredConversation conversation;
        conversation.info.id = newConversationId();
        conversation.info.title = "Long";
        MessageNumber parent = kNoMessage;
        for (int i = 0; i < 2000; ++i) {
            const std::string text = "Message **" + std::to_string(i) + "**: " + std::string(i % 7 * 40, 'x') + "\n\n- one\n- two `code`\n\n```cpp\nint answer = 42;\n```\n";
            parent = conversation.tree.add(parent, i % 2 == 0 ? MessageRole::User : MessageRole::Assistant, text, 1000 + i).value();
        }
        std::vector<StoredConversation> many(300);
        for (StoredConversation& other : many) {
            other.info.id = newConversationId();
            other.info.title = "One of many";
        }
        fixture.page().store().save([conversation, many](ConversationStore& store) -> Result<void> {
            for (const StoredConversation& other : many) TESSERA_CHECK(store.saveInfo(other.info));
            return store.saveAll(conversation);
        });
        fixture.page().store().flush();
        application.startMeasuring();
        fixture.page().loadList();
        fixture.chat().open(conversation.info.id);
        QTRY_COMPARE(fixture.shown().size(), std::size_t{2000});
        QTest::qWait(500);
        QVERIFY(fixture.page().list().rowCount() > 300);
        qInfo().noquote() << "the longest of" << application.events() << "events:" << application.worstEvent();
        QVERIFY2(application.worstMs() < 50, qPrintable(application.worstEvent()));
    }

    void noEventIsLong() {
        ChatFixture fixture;
        auto& application = *static_cast<MeasuredApplication*>(qApp);
        QTest::qWait(200);
        application.startMeasuring();
        fixture.prepare(120);
        fixture.type(QStringLiteral("Write a long list of fruits with a sentence about each, in Markdown with headings and a table."));
        QVERIFY(fixture.waitForAnswer());
        QTest::qWait(300);
        QVERIFY(application.events() > 50);
        qInfo().noquote() << "the longest of" << application.events() << "events:" << application.worstEvent();
        QVERIFY2(application.worstMs() < 50, qPrintable(application.worstEvent()));
    }
};

int main(int argc, char** argv) {
    MeasuredApplication application(argc, argv);
    const QStringList arguments = QApplication::arguments();
    if (arguments.size() == 4 && arguments[1] == QLatin1String("--write-until-killed")) return writeUntilKilled(arguments[2], arguments[3]);
    TestChatFlow test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_chat_flow.moc"
