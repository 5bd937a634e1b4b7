// SPDX-License-Identifier: GPL-3.0-or-later
// Export, and import of our own and other programs' files.
#include "core/base/ids.h"
#include "core/base/platform/file.h"
#include "core/chat/exchange/export.h"
#include "core/chat/exchange/import.h"
#include "tests/support/foreign_chats.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace tessera;
using namespace tessera::test;

namespace {

StoredConversation sample() {
    StoredConversation conversation;
    conversation.info.id = newConversationId();
    conversation.info.title = "A <script>alert(1)</script> title";
    conversation.info.title_is_automatic = false;
    conversation.info.folder = "F";
    conversation.info.pinned = true;
    conversation.info.system_prompt = "Be \"brief\" & kind.";
    conversation.info.sampling = builtInPresets()[0];
    conversation.info.context_policy = ContextPolicy::Slide;
    conversation.info.created_ms = 1'600'000'000'000;
    conversation.info.updated_ms = 1'600'000'001'000;
    const auto question = conversation.tree.add(kNoMessage, MessageRole::User, "Use `std::vector<int>` & <b>bold</b>", 5);
    conversation.tree.edit(*question)->attachments = {{"a.txt", "file text"}};
    (void)conversation.tree.add(*question, MessageRole::Assistant, "old version", 6);
    const auto answer = conversation.tree.add(*question, MessageRole::Assistant,
                                              "Sure:\n```cpp\nif (a < b && c) {}\n```\n<img src=x onerror=alert(1)>", 7);
    conversation.tree.edit(*answer)->facts = {"m", "end", 3, 4, 5.5, 0.25};
    return conversation;
}

}  // namespace

class ExchangeTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    int m_files = 0;

    std::filesystem::path write(const QByteArray& bytes, const QString& name = "file.json") {
        const QString folder = m_folder.filePath(QString::number(++m_files));
        QDir().mkpath(folder);
        QFile file(folder + "/" + name);
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size()) qFatal("cannot write the sample");
        return file.fileName().toStdString();
    }
    static ImportResult imported(const std::filesystem::path& path) {
        auto result = importConversations(path, {});
        if (!result) qFatal("%s", result.error().message.c_str());
        return *std::move(result);
    }
    /// "question | answer | …" of the versions on view.
    static std::string shown(const StoredConversation& conversation) {
        std::string text;
        for (const MessageNumber number : conversation.tree.path())
            text += (text.empty() ? "" : " | ") + conversation.tree.find(number)->text;
        return text;
    }

private slots:
    void lmStudio() {
        const ImportResult result = imported(write(kLmStudio, "1724198400000.conversation.json"));
        QCOMPARE(result.format, ImportFormat::LmStudio);
        QCOMPARE(result.conversations.size(), 1u);
        const StoredConversation& conversation = result.conversations.front();
        QCOMPARE(conversation.info.title, std::string("Capitals"));
        QCOMPARE(conversation.info.created_ms, 1724198400000);
        QVERIFY(conversation.info.pinned);
        QCOMPARE(conversation.info.system_prompt, std::string("Be brief."));
        QCOMPARE(shown(conversation), std::string("Capital of France? | <think>Easy</think>\n\nParis. | Thanks"));
        QCOMPARE(conversation.tree.versions(conversation.tree.path()[1]).numbers.size(), 3u);
        QCOMPARE(conversation.tree.find(conversation.tree.path()[1])->facts.model, std::string("smollm2-135m-instruct"));
    }

    void chatGpt() {
        const ImportResult result = imported(write(kChatGpt, "conversations.json"));
        QCOMPARE(result.format, ImportFormat::ChatGpt);
        QCOMPARE(result.conversations.size(), 1u);
        QCOMPARE(result.warnings.size(), 1u);  // the number among the conversations
        StoredConversation conversation = result.conversations.front();
        QCOMPARE(conversation.info.created_ms, 1706745600500);
        QCOMPARE(shown(conversation), std::string("Capital of France? | Paris."));
        const Versions versions = conversation.tree.versions(conversation.tree.path()[0]);
        QCOMPARE(versions.numbers.size(), 2u);
        conversation.tree.choose(versions.numbers[1]);
        QCOMPARE(shown(conversation), std::string("Capital of Spain? | ```python\nprint('Madrid')\n```"));
        QVERIFY(conversation.info.system_prompt.empty());
    }

    void jan() {
        const auto path = write(kJanMessages, "messages.jsonl");
        const ImportResult alone = imported(path);
        QCOMPARE(alone.format, ImportFormat::Jan);
        QCOMPARE(shown(alone.conversations.front()), std::string("Capital of France? | <think>Easy</think>\n\nParis. | Thanks"));
        QCOMPARE(alone.conversations.front().info.title, std::string("Capital of France?"));
        QCOMPARE(alone.warnings.size(), 2u);  // the picture, the half line
        QFile thread(QString::fromStdString((path.parent_path() / "thread.json").string()));
        QVERIFY(thread.open(QIODevice::WriteOnly));
        thread.write(kJanThread);
        thread.close();
        for (const auto& name : {"messages.jsonl", "thread.json"}) {
            const ImportResult both = imported(path.parent_path() / name);
            QCOMPARE(both.format, ImportFormat::Jan);
            QCOMPARE(both.conversations.front().info.title, std::string("Capitals"));
            QCOMPARE(both.conversations.front().info.system_prompt, std::string("Be brief."));
            QCOMPARE(both.conversations.front().tree.size(), 3u);
            QCOMPARE(both.conversations.front().tree.find(MessageNumber{2})->facts.model, std::string("smollm2"));
        }
    }

    void gpt4All_data() {
        QTest::addColumn<int>("version");
        for (int version = 1; version <= 12; ++version) QTest::addRow("version %d", version) << version;
    }
    void gpt4All() {
        QFETCH(int, version);
        const ImportResult result = imported(write(gpt4AllChat(version), "gpt4all-id-1.chat"));
        QCOMPARE(result.format, ImportFormat::Gpt4All);
        QVERIFY(result.warnings.empty());
        const StoredConversation& conversation = result.conversations.front();
        QCOMPARE(conversation.info.title, std::string("Capitals \U0001F5FC"));
        QCOMPARE(conversation.info.created_ms, 1700000000000);
        const std::string call = "<javascript_interpret>x</javascript_interpret>";
        QCOMPARE(shown(conversation), "Capital of France? | " +
                                          (version < 12 ? std::string() : "First. <think>Easy</think>" + call) + "Paris.");
        QCOMPARE(conversation.tree.find(MessageNumber{2})->facts.model, std::string("model.gguf"));
        QCOMPARE(conversation.tree.find(MessageNumber{1})->attachments.size(), version >= 10 ? 1u : 0u);
        if (version >= 10)
            QVERIFY((conversation.tree.find(MessageNumber{1})->attachments[0] == Attachment{"notes.txt", "some notes"}));
    }

    /// Every cut of the file is an error or says that something is missing; nothing is read beyond the end.
    void gpt4AllCutAnywhere() {
        const QByteArray whole = gpt4AllChat(12);
        for (qsizetype size = 0; size < whole.size(); ++size) {
            const auto result = importConversations(write(whole.left(size), "cut.chat"), {});
            if (result) QVERIFY2(!result->warnings.empty(), qPrintable(QString::number(size)));
        }
    }

    void gpt4AllWithWrongBytes() {
        const QByteArray whole = gpt4AllChat(8);
        for (qsizetype at = 8; at < whole.size(); ++at) {
            QByteArray changed = whole;
            changed[at] = char(0xff);
            const auto result = importConversations(write(changed, "changed.chat"), {});
            if (result) QVERIFY(result->conversations.front().tree.size() <= 2);
        }
    }

    void ourOwnComesBackTheSame() {
        std::vector<StoredConversation> saved{sample(), sample()};
        const MessageNumber answer = saved[0].tree.path().back();
        const auto end = static_cast<std::uint32_t>(saved[0].tree.find(answer)->text.size());
        saved[0].traces[answer].tokens = {{TokenId{7}, 0.25f, 0, 2, {{TokenId{9}, "Lyon", 0.5f}}}, {TokenId{8}, 1.0f, 2, end, {}}};
        const std::string json = toJson(saved);
        const ImportResult result = imported(write(QByteArray::fromStdString(json)));
        QCOMPARE(result.format, ImportFormat::Tessera);
        QCOMPARE(result.conversations.size(), 2u);
        QVERIFY(result.conversations[0].tree.messages() == saved[0].tree.messages());
        QVERIFY(result.conversations[0].info.id != saved[0].info.id);
        QCOMPARE(result.conversations[0].info.title, saved[0].info.title);
        QVERIFY(result.conversations[0].info.sampling == saved[0].info.sampling);
        QVERIFY(result.conversations[0].traces == saved[0].traces);
        // Written again it is the same text.
        QCOMPARE(toJson(result.conversations), json);
    }

    /// A trace is drawn over its answer's text.
    void traceBeyondItsTextIsLeftOut() {
        std::vector<StoredConversation> saved{sample()};
        const MessageNumber answer = saved[0].tree.path().back();
        const auto end = static_cast<std::uint32_t>(saved[0].tree.find(answer)->text.size());
        saved[0].traces[answer].tokens = {{TokenId{7}, 0.25f, 0, end + 1, {}}};
        const ImportResult result = imported(write(QByteArray::fromStdString(toJson(saved))));
        QVERIFY(result.conversations[0].tree.messages() == saved[0].tree.messages());
        QVERIFY(result.conversations[0].traces.empty());
    }

    void foreignFilesAreRefused_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("kind");
        const int corrupt = int(ErrorKind::Corrupt), unsupported = int(ErrorKind::Unsupported), empty = int(ErrorKind::InvalidArgument);
        QTest::newRow("empty") << QByteArray() << corrupt;
        QTest::newRow("text") << QByteArray("hello") << corrupt;
        QTest::newRow("other json") << QByteArray("{\"a\": 1}") << unsupported;
        QTest::newRow("null") << QByteArray("null") << unsupported;
        QTest::newRow("zip") << QByteArray("PK\x03\x04....") << unsupported;
        QTest::newRow("deep") << QByteArray(100'000, '[') << corrupt;
        QTest::newRow("deep and closed") << QByteArray(100'000, '[') + QByteArray(100'000, ']') << corrupt;
        QTest::newRow("future version") << QByteArray(R"({"format":"tessera-conversations","version":2})") << unsupported;
        QTest::newRow("future gpt4all") << QByteArray::fromHex("f5d553cc0000000d") << unsupported;
        QTest::newRow("no messages") << QByteArray(R"({"name":"x","messages":[]})") << empty;
        QTest::newRow("wrong types") << QByteArray(R"({"name":5,"messages":[1,"x",null,{"versions":3},{"versions":[7]}]})") << -1;
        QTest::newRow("chatgpt loop")
            << QByteArray(R"([{"mapping":{"a":{"parent":"b","children":["b"]},"b":{"parent":"a","children":["a"]}}}])") << empty;
        QTest::newRow("invalid utf-8") << QByteArray("{\"name\": \"\xff\xfe\"}") << corrupt;
        QTest::newRow("huge numbers")
            << QByteArray(R"({"createdAt":1e400,"messages":[{"versions":[{"role":"user","content":"x"}]}]})") << corrupt;
    }
    void foreignFilesAreRefused() {
        QFETCH(QByteArray, bytes);
        QFETCH(int, kind);
        const auto result = importConversations(write(bytes), {});
        if (kind < 0) {
            QVERIFY(result && result->conversations.front().tree.size() == 1);
            return;
        }
        QVERIFY(!result);
        QCOMPARE(int(result.error().kind), kind);
        QVERIFY(result.error().message.find("file.json") != std::string::npos);
    }

    void missingFile() {
        const auto result = importConversations(m_folder.filePath("none.json").toStdString(), {});
        QVERIFY(!result);
        QCOMPARE(result.error().kind, ErrorKind::NotFound);
    }

    void stopsWhenAsked() {
        std::stop_source source;
        source.request_stop();
        const auto result = importConversations(write(kChatGpt), Operation{source.get_token(), {}});
        QVERIFY(!result);
        QCOMPARE(result.error().kind, ErrorKind::Cancelled);
    }

    void badMessagesOfOurOwnAreTold() {
        const ImportResult result = imported(write(R"({"format":"tessera-conversations","version":1,"conversations":[
            {"title":"x","messages":[{"number":1,"parent":0,"role":"user","text":"kept"},
                                     {"number":2,"parent":9,"role":"user","text":"lost"}, 7]}]})"));
        QCOMPARE(shown(result.conversations.front()), std::string("kept"));
        QCOMPARE(result.warnings.size(), 2u);
    }

    void markdown() {
        const std::string text = toMarkdown(sample(), {"Moi", "Modèle", "Consigne"});
        QVERIFY(text.starts_with("# A <script>alert(1)</script> title\n"));
        QVERIFY(text.find("\n## Consigne\n\nBe \"brief\" & kind.\n") != std::string::npos);
        QVERIFY(text.find("\n## Moi\n\n") != std::string::npos);
        QVERIFY(text.find("file text") != std::string::npos);
        QVERIFY(text.find("```cpp\nif (a < b && c) {}\n```") != std::string::npos);
        QVERIFY(text.find("old version") == std::string::npos);
    }

    void htmlIsEscaped() {
        const std::string html = toHtml(sample());
        QVERIFY(html.find("<script") == std::string::npos);
        QVERIFY(html.find("<img") == std::string::npos);
        QVERIFY(html.find("<b>") == std::string::npos);
        QVERIFY(html.find("&lt;img src=x onerror=alert(1)&gt;") != std::string::npos);
        QVERIFY(html.find("if (a &lt; b &amp;&amp; c) {}") != std::string::npos);
        QVERIFY(html.find("default-src 'none'") != std::string::npos);
        // Every opened element is closed.
        const auto count = [&](const char* what) { return QByteArray::fromStdString(html).count(what); };
        QCOMPARE(count("<pre>"), count("</pre>"));
        QCOMPARE(count("<div"), count("</div>"));
        QCOMPARE(count("<section"), count("</section>"));
    }

    void htmlOfAnOpenFence() {
        StoredConversation conversation = sample();
        conversation.tree.edit(conversation.tree.leaf())->text = "```\nnever closed \x01";
        const QByteArray html = QByteArray::fromStdString(toHtml(conversation));
        QCOMPARE(html.count("<pre>"), html.count("</pre>"));
        QVERIFY(html.contains("never closed \xe2\x90\x81"));
    }
};

QTEST_GUILESS_MAIN(ExchangeTest)
#include "tst_exchange.moc"
