// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/ids.h"
#include "core/base/platform/file.h"
#include "core/chat/store/conversation_store.h"
#include "core/chat/store/schema.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <cstdio>

using namespace tessera;

namespace {

/// What the child does until it is killed: saves an answer that grows, and says when each save is done.
int growAnAnswer(const char* path) {
    auto store = ConversationStore::open(path);
    if (!store) return 1;
    StoredConversation conversation;
    conversation.info.id = ConversationId{7};
    conversation.info.title = "growing";
    if (!conversation.tree.add(kNoMessage, MessageRole::User, "count", 1)) return 1;
    if (!conversation.tree.add(MessageNumber{1}, MessageRole::Assistant, "", 1)) return 1;
    if (!(*store)->saveAll(conversation)) return 1;
    for (int i = 1;; ++i) {
        Message* answer = conversation.tree.edit(MessageNumber{2});
        answer->text += "word" + std::to_string(i) + " and some more text so that pages are written ";
        if (!(*store)->saveMessage(conversation.info.id, *answer)) return 1;
        std::printf("%d\n", i);
        std::fflush(stdout);
    }
}

StoredConversation sample() {
    StoredConversation conversation;
    conversation.info.id = newConversationId();
    conversation.info.title = "Capital cities";
    conversation.info.folder = "Geography";
    conversation.info.pinned = true;
    conversation.info.model = "/models/a.gguf";
    conversation.info.system_prompt = "Be brief.";
    conversation.info.sampling = builtInPresets()[2];
    conversation.info.context_policy = ContextPolicy::Slide;
    conversation.info.draft = "and of";
    conversation.info.created_ms = 1000;
    conversation.info.updated_ms = 2000;
    const auto question = conversation.tree.add(kNoMessage, MessageRole::User, "What is the capital of France?", 1000);
    const auto answer = conversation.tree.add(*question, MessageRole::Assistant, "It is Paris, on the Seine.", 1100);
    conversation.tree.edit(*answer)->facts = {"SmolLM2", "end", 9, 30, 41.5, 0.25};
    conversation.tree.edit(*question)->attachments = {{"a.txt", "café"}};
    return conversation;
}

}  // namespace

class ConversationStoreTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    int m_files = 0;
    std::filesystem::path newFile() { return m_folder.filePath(QString("chat%1.db").arg(++m_files)).toStdString(); }
    static std::unique_ptr<ConversationStore> opened(const std::filesystem::path& path) {
        auto store = ConversationStore::open(path);
        if (!store) qFatal("%s", store.error().message.c_str());
        return *std::move(store);
    }

private slots:
    void everythingComesBack() {
        const auto path = newFile();
        const StoredConversation saved = sample();
        QVERIFY(opened(path)->saveAll(saved).has_value());
        const auto store = opened(path);
        const auto loaded = store->load(saved.info.id);
        QVERIFY(loaded.has_value());
        QVERIFY(loaded->tree.messages() == saved.tree.messages());
        QCOMPARE(loaded->info.title, saved.info.title);
        QCOMPARE(loaded->info.folder, saved.info.folder);
        QCOMPARE(loaded->info.model, saved.info.model);
        QCOMPARE(loaded->info.system_prompt, saved.info.system_prompt);
        QCOMPARE(loaded->info.draft, saved.info.draft);
        QVERIFY(loaded->info.pinned);
        QVERIFY(loaded->info.sampling == saved.info.sampling);
        QCOMPARE(loaded->info.context_policy, ContextPolicy::Slide);
        QCOMPARE(loaded->info.message_count, 2);
        QCOMPARE(loaded->info.updated_ms, 2000);
    }

    /// As an import saves them.
    void tracesAreSavedWithEverythingElse() {
        const auto path = newFile();
        StoredConversation conversation = sample();
        conversation.traces[MessageNumber{2}].tokens.push_back({TokenId{7}, 0.25f, 0, 3, {{TokenId{9}, "Par", 0.5f}}});
        QVERIFY(opened(path)->saveAll(conversation).has_value());
        QVERIFY(*opened(path)->traces(conversation.info.id) == conversation.traces);
        QVERIFY(opened(path)->load(conversation.info.id)->traces.empty());
    }

    void tracesComeBackAndGoWithTheirMessage() {
        const auto path = newFile();
        StoredConversation conversation = sample();
        const auto store = opened(path);
        QVERIFY(store->saveAll(conversation).has_value());
        TokenTrace trace;
        trace.tokens.push_back({TokenId{7}, 0.25f, 0, 3, {{TokenId{9}, "Par", 0.5f}, {TokenId{7}, "Rom", 0.25f}}});
        trace.tokens.push_back({TokenId{8}, 1.0f, 3, 5, {}});
        const MessageNumber answer{2};
        QVERIFY(store->saveTrace(conversation.info.id, answer, trace).has_value());
        auto traces = opened(path)->traces(conversation.info.id);
        QVERIFY(traces.has_value());
        QCOMPARE(traces->size(), std::size_t{1});
        QVERIFY(traces->at(answer) == trace);
        QVERIFY(store->removeMessages(conversation.info.id, {answer}).has_value());
        QVERIFY(store->purge().has_value());
        QVERIFY(store->traces(conversation.info.id)->empty());
        QVERIFY(store->saveTrace(conversation.info.id, MessageNumber{1}, trace).has_value());
        QVERIFY(store->saveTrace(conversation.info.id, MessageNumber{1}, {}).has_value());
        QVERIFY(store->traces(conversation.info.id)->empty());
    }

    void aDeletedMessagesNumberIsNotUsedAgain() {
        const auto path = newFile();
        const StoredConversation conversation = sample();
        const auto store = opened(path);
        QVERIFY(store->saveAll(conversation).has_value());
        QVERIFY(store->removeMessages(conversation.info.id, {MessageNumber{2}}).has_value());
        auto loaded = store->load(conversation.info.id);
        QVERIFY(loaded.has_value());
        const auto added = loaded->tree.add(MessageNumber{1}, MessageRole::Assistant, "anew", 3000);
        QVERIFY(added.has_value());
        QCOMPARE(toInt(*added), 3);
        QVERIFY(store->saveMessage(conversation.info.id, *loaded->tree.find(*added)).has_value());
        QCOMPARE(store->load(conversation.info.id)->tree.find(*added)->text, std::string("anew"));
    }

    void stopStringsAreKeptWithPresets() {
        SamplingSettings settings = defaultSampling();
        settings.preset = "mine";
        settings.stop_strings = {"END", "\n\n"};
        const auto back = samplingFromJson(samplingToJson(settings));
        QVERIFY(back.has_value());
        QVERIFY(*back == settings);
        QVERIFY(!samplingFromJson(R"({"stop": [")" + std::string(kMaxStopStringBytes + 1, 'x') + R"("]})").has_value());
        QCOMPARE(samplingFromJson(R"({"stop": "END"})")->stop_strings, std::vector<std::string>{"END"});
    }

    void choiceOfVersionIsKept() {
        const auto path = newFile();
        StoredConversation conversation = sample();
        const auto other = conversation.tree.add(MessageNumber{1}, MessageRole::Assistant, "Paris.", 1200);
        const auto store = opened(path);
        QVERIFY(store->saveAll(conversation).has_value());
        QVERIFY(conversation.tree.choose(MessageNumber{2}));
        QVERIFY(store->saveMessage(conversation.info.id, *conversation.tree.find(MessageNumber{2})).has_value());
        const auto loaded = store->load(conversation.info.id);
        QCOMPARE(toInt(loaded->tree.leaf()), 2);
        QCOMPARE(loaded->tree.versions(*other).numbers.size(), 2u);
    }

    void listIsOrdered() {
        const auto store = opened(newFile());
        for (const auto& [title, updated, pinned] : {std::tuple("old", 1, false), std::tuple("new", 3, false),
                                                     std::tuple("pinned", 2, true)}) {
            ConversationInfo info;
            info.id = newConversationId();
            info.title = title;
            info.updated_ms = updated;
            info.pinned = pinned;
            QVERIFY(store->saveInfo(info).has_value());
        }
        const auto list = store->list();
        QCOMPARE(list->size(), 3u);
        QCOMPARE((*list)[0].title, std::string("pinned"));
        QCOMPARE((*list)[1].title, std::string("new"));
        QCOMPARE((*list)[2].title, std::string("old"));
    }

    void messageNeedsItsConversation() {
        const auto store = opened(newFile());
        Message message;
        message.number = MessageNumber{1};
        const auto saved = store->saveMessage(ConversationId{5}, message);
        QVERIFY(!saved);
        QCOMPARE(saved.error().kind, ErrorKind::NotFound);
        QVERIFY(!store->load(ConversationId{5}));
    }

    void removeUndoAndPurge() {
        const auto path = newFile();
        const StoredConversation conversation = sample();
        const auto store = opened(path);
        QVERIFY(store->saveAll(conversation).has_value());
        const ConversationId id = conversation.info.id;
        QVERIFY(store->removeMessages(id, {MessageNumber{2}}).has_value());
        QCOMPARE(store->load(id)->tree.size(), 1u);
        QVERIFY(store->search("Seine")->empty());
        QVERIFY(store->restoreMessages(id, {MessageNumber{2}}).has_value());
        QCOMPARE(store->load(id)->tree.size(), 2u);
        QVERIFY(store->remove(id).has_value());
        QVERIFY(!store->load(id));
        QVERIFY(store->list()->empty());
        QVERIFY(store->search("Paris")->empty());
        QVERIFY(store->restore(id).has_value());
        QCOMPARE(store->search("Paris")->size(), 1u);
        QVERIFY(store->remove(id).has_value());
        QVERIFY(store->purge().has_value());
        QVERIFY(store->restore(id).has_value());
        QVERIFY(!store->load(id));
    }

    void searchFinds_data() {
        QTest::addColumn<QString>("words");
        QTest::addColumn<int>("hits");
        QTest::newRow("word") << "seine" << 1;
        QTest::newRow("unfinished word") << "Par" << 1;
        QTest::newRow("several words") << "seine paris" << 1;
        QTest::newRow("word of another message") << "seine berlin" << 0;
        QTest::newRow("without its accent") << "cafe" << 1;
        QTest::newRow("title") << "capital cit" << 1;
        QTest::newRow("in title and message") << "capital" << 2;
        QTest::newRow("chinese in a sentence") << QString::fromUtf8("首都") << 1;
        QTest::newRow("query language is only text") << "seine OR berlin" << 0;
        QTest::newRow("quotes and stars") << "\"se*in)e" << 0;
        QTest::newRow("column filter") << "text:seine" << 0;
        QTest::newRow("nothing") << "  *\"  " << 0;
        QTest::newRow("wildcards are text") << "100%" << 0;
    }
    void searchFinds() {
        QFETCH(QString, words);
        QFETCH(int, hits);
        const auto store = opened(newFile());
        StoredConversation conversation = sample();
        QVERIFY(conversation.tree.add(MessageNumber{2}, MessageRole::User, "Un café à Vienne", 1200));
        QVERIFY(conversation.tree.add(MessageNumber{3}, MessageRole::Assistant, "法国的首都是巴黎", 1200));
        QVERIFY(store->saveAll(conversation).has_value());
        const auto found = store->search(words.toStdString());
        if (!found) qFatal("%s", found.error().message.c_str());
        QCOMPARE(int(found->size()), hits);
    }

    void searchShowsWhatItFound() {
        const auto store = opened(newFile());
        StoredConversation conversation = sample();
        QVERIFY(store->saveAll(conversation).has_value());
        const auto found = store->search("paris");
        QCOMPARE(found->size(), 1u);
        QCOMPARE(toInt(found->front().message), 2);
        QVERIFY(found->front().excerpt.find("\x02Paris\x03") != std::string::npos);
        // The index follows changes.
        conversation.tree.edit(MessageNumber{2})->text = "It is Lyon.";
        QVERIFY(store->saveMessage(conversation.info.id, *conversation.tree.find(MessageNumber{2})).has_value());
        QVERIFY(store->search("paris")->empty());
        QCOMPARE(store->search("lyon")->size(), 1u);
    }

    void presetsAreKept() {
        const auto path = newFile();
        SamplingSettings mine = builtInPresets()[0];
        mine.preset = "Mine";
        mine.max_tokens = 12;
        QVERIFY(opened(path)->savePreset(mine).has_value());
        const auto store = opened(path);
        QCOMPARE(store->presets()->size(), 1u);
        QVERIFY(store->presets()->front() == mine);
        mine.preset = "Balanced";
        QVERIFY(!store->savePreset(mine));
        QVERIFY(store->removePreset("Mine").has_value());
        QVERIFY(store->presets()->empty());
    }

    void olderSchemaIsBroughtUpToDate() {
        const auto path = newFile();
        {
            auto database = Database::open(path);
            QVERIFY(database.has_value());
            QVERIFY(migrate(*database, 1).has_value());
            QVERIFY(database->run("INSERT INTO conversation(id, title, title_is_automatic, folder, pinned, model,"
                                  " system_prompt, sampling, context_policy, created_ms, updated_ms)"
                                  " VALUES (3, 'from version 1', 0, '', 0, '', '', 'broken', 'ask', 1, 1)").has_value());
            QVERIFY(database->run("INSERT INTO message(conversation, number, parent, role, text, created_ms, chosen, facts)"
                                  " VALUES (3, 1, 0, 'user', 'hello there', 1, 1, '')").has_value());
        }
        const auto store = opened(path);
        const auto loaded = store->load(ConversationId{3});
        QVERIFY(loaded.has_value());
        QCOMPARE(loaded->tree.find(MessageNumber{1})->text, std::string("hello there"));
        QVERIFY(loaded->info.sampling == defaultSampling());
        QCOMPARE(store->search("hello")->size(), 1u);
    }

    void newerSchemaIsLeftAlone() {
        const auto path = newFile();
        {
            auto database = Database::open(path);
            QVERIFY(database->run("PRAGMA user_version = 999").has_value());
        }
        const auto store = ConversationStore::open(path);
        QVERIFY(!store);
        QCOMPARE(store.error().kind, ErrorKind::Unsupported);
        QVERIFY(store.error().message.find("999") != std::string::npos);
    }

    void damagedFilesAreErrors_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("text") << QByteArray(5000, 'x');
        QTest::newRow("header only") << QByteArray("SQLite format 3\0", 16) + QByteArray(200, '\xff');
    }
    void damagedFilesAreErrors() {
        QFETCH(QByteArray, bytes);
        const auto path = newFile();
        QVERIFY(writeFileAtomically(path, std::as_bytes(std::span(bytes.constData(), size_t(bytes.size())))).has_value());
        const auto store = ConversationStore::open(path);
        QVERIFY(!store);
        QCOMPARE(store.error().kind, ErrorKind::Corrupt);
    }

    void badTreeInTheDatabaseIsCorrupt() {
        const auto path = newFile();
        const StoredConversation conversation = sample();
        QVERIFY(opened(path)->saveAll(conversation).has_value());
        {
            auto database = Database::open(path);
            QVERIFY(database->run("UPDATE message SET parent = 2 WHERE number = 1").has_value());
        }
        const auto loaded = opened(path)->load(conversation.info.id);
        QVERIFY(!loaded);
        QCOMPARE(loaded.error().kind, ErrorKind::Corrupt);
    }

    /// Killed in the middle of saving, everything that was said to be saved is there.
    void killedWhileSaving() {
        for (const int wait_ms : {0, 13, 57, 111}) {
            const auto path = newFile();
            QProcess child;
            child.start(QCoreApplication::applicationFilePath(), {"--grow", QString::fromStdString(path.string())});
            QVERIFY(child.waitForReadyRead(30'000));
            QTest::qWait(wait_ms);
            child.kill();
            QVERIFY(child.waitForFinished(30'000));
            QCOMPARE(child.exitStatus(), QProcess::CrashExit);
            const QList<QByteArray> lines = child.readAll().trimmed().split('\n');
            const auto store = opened(path);
            const auto loaded = store->load(ConversationId{7});
            QVERIFY2(loaded.has_value(), loaded ? "" : loaded.error().message.c_str());
            const std::string& text = loaded->tree.find(MessageNumber{2})->text;
            QVERIFY2(text.find("word" + lines.last().toStdString() + " ") != std::string::npos, lines.last().constData());
            QCOMPARE(store->search("word1")->size(), 1u);
            auto database = Database::open(path);
            QCOMPARE(database->integer("SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'").value(), 1);
        }
    }

    void twoStoresOnOneFile() {
        const auto path = newFile();
        const auto one = opened(path), two = opened(path);
        const StoredConversation first = sample(), second = sample();
        QVERIFY(one->saveAll(first).has_value());
        QVERIFY(two->saveAll(second).has_value());
        QCOMPARE(one->list()->size(), 2u);
        QVERIFY(first.info.id != second.info.id);
    }

    void titles_data() {
        QTest::addColumn<QString>("question");
        QTest::addColumn<QString>("title");
        QTest::newRow("short") << "Hello" << "Hello";
        QTest::newRow("first line only") << "\n\n  One   line \nTwo" << "One line";
        QTest::newRow("markdown signs") << "## **Why** `x`?" << "Why x?";
        QTest::newRow("cut at a word") << "What is the capital of France, and why has it been the capital for so long?"
                                       << QString::fromUtf8("What is the capital of France, and why has it…");
        QTest::newRow("no spaces") << QString(100, QChar(0x6771)) << QString(48, QChar(0x6771)) + QChar(0x2026);
        QTest::newRow("empty") << " \n " << "";
    }
    void titles() {
        QFETCH(QString, question);
        QFETCH(QString, title);
        QCOMPARE(QString::fromStdString(automaticTitle(question.toStdString())), title);
    }
};

int main(int argc, char** argv) {
    if (argc == 3 && std::string_view(argv[1]) == "--grow") return growAnAnswer(argv[2]);
    QCoreApplication app(argc, argv);
    ConversationStoreTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_conversation_store.moc"
