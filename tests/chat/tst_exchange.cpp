// SPDX-License-Identifier: GPL-3.0-or-later
// Export, and import of our own and other programs' files. The samples are written by hand after the programs' formats.
#include "core/base/ids.h"
#include "core/base/platform/file.h"
#include "core/chat/exchange/export.h"
#include "core/chat/exchange/import.h"

#include <QDataStream>
#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <QUrl>
#include <QVariant>

using namespace tessera;

namespace {

constexpr const char* kLmStudio = R"json({
 "name": "Capitals", "pinned": true, "createdAt": 1724198400000, "tokenCount": 61, "systemPrompt": "old place",
 "lastUsedModel": {"identifier": "smollm2-135m-instruct", "indexedModelIdentifier": "x/y/z.gguf"},
 "perChatPredictionConfig": {"fields": [{"key": "llm.prediction.temperature", "value": 0.2},
                                        {"key": "llm.prediction.systemPrompt", "value": "Be brief."}]},
 "messages": [
  {"versions": [{"type": "singleStep", "role": "user", "content": [{"type": "text", "text": "Capital of France?"}]}],
   "currentlySelected": 0},
  {"versions": [
    {"type": "multiStep", "role": "assistant", "steps": [
      {"type": "contentBlock", "content": [{"type": "text", "text": "Lyon."}]}]},
    {"type": "multiStep", "role": "assistant", "steps": [
      {"type": "contentBlock", "style": {"type": "thinking", "ended": true}, "content": [{"type": "text", "text": "Easy"}]},
      {"type": "debugInfoBlock", "debugInfo": "Conversation naming technique: prompt"},
      {"type": "contentBlock", "content": [{"type": "text", "text": "Paris."}]}]},
    {"type": "multiStep", "role": "assistant", "steps": [
      {"type": "contentBlock", "content": [{"type": "text", "text": "Nice."}]}]}],
   "currentlySelected": 1},
  {"versions": [{"type": "singleStep", "role": "user", "content": [{"type": "text", "text": "Thanks"}]}],
   "currentlySelected": 0}]})json";

constexpr const char* kChatGpt = R"json([{
 "title": "Capitals", "create_time": 1706745600.5, "update_time": 1706745900.0, "current_node": "a1", "mapping": {
  "root": {"id": "root", "parent": null, "children": ["sys"], "message": null},
  "sys": {"id": "sys", "parent": "root", "children": ["u1", "u2"], "message": {"author": {"role": "system"},
    "weight": 0.0, "content": {"content_type": "text", "parts": [""]}, "metadata": {"is_visually_hidden_from_conversation": true}}},
  "u1": {"id": "u1", "parent": "sys", "children": ["a1"], "message": {"author": {"role": "user"}, "create_time": 1706745600.0,
    "content": {"content_type": "text", "parts": ["Capital of France?"]}}},
  "a1": {"id": "a1", "parent": "u1", "children": [], "message": {"author": {"role": "assistant"}, "create_time": 1706745610.0,
    "content": {"content_type": "text", "parts": ["Paris."]}, "metadata": {"model_slug": "gpt-4o"}}},
  "u2": {"id": "u2", "parent": "sys", "children": ["t2"], "message": {"author": {"role": "user"}, "create_time": 1706745620.0,
    "content": {"content_type": "multimodal_text", "parts": [{"content_type": "image_asset_pointer"}, "Capital of Spain?"]}}},
  "t2": {"id": "t2", "parent": "u2", "children": ["a2"], "message": {"author": {"role": "tool"},
    "content": {"content_type": "text", "parts": ["tool output"]}}},
  "a2": {"id": "a2", "parent": "t2", "children": ["u1"], "message": {"author": {"role": "assistant"},
    "content": {"content_type": "code", "language": "python", "text": "print('Madrid')"}}}}},
 {"title": "empty", "mapping": {}}, 42])json";

constexpr const char* kJanMessages =
    R"json({"id":"02","object":"thread.message","thread_id":"jan_1","role":"assistant","content":[{"type":"reasoning","text":{"value":"Easy","annotations":[]}},{"type":"text","text":{"value":"Paris.","annotations":[]}}],"status":"ready","created_at":1751012639307,"metadata":{}}
{"id":"01","object":"thread.message","thread_id":"jan_1","role":"user","content":[{"type":"text","text":{"value":"Capital of France?","annotations":[]}}],"status":"ready","created_at":1751012630000}
{"id":"03","object":"thread.message","thread_id":"jan_1","role":"user","content":[{"type":"image_url","image_url":{"url":"x"}},{"type":"text","text":{"value":"Thanks","annotations":[]}}],"created_at":1751012650000}
{"id":"04","object":"thread.mess)json";
constexpr const char* kJanThread =
    R"json({"id":"jan_1","object":"thread","title":"Capitals","assistants":[{"assistant_id":"jan","instructions":"Be brief.","model":{"id":"smollm2"}}],"created":1751012600})json";

/// One item as GPT4All's chat format has it in `version`; parts only from 12 on.
void writeItem(QDataStream& out, int version, const QString& name, const QString& value, bool with_parts) {
    if (version < 12) out << qint32(0);
    out << name << value;
    if (version < 10) out << QString("unused prompt");
    out << QString() << false << false << false << false;
    if (version >= 11 && name == "Response: ") out << false;
    if (version >= 8) {
        out << qint64(1);
        for (int i = 0; i < 7; ++i) out << QString("source");
        out << qint32(1) << qint32(2) << qint32(3);
    } else if (version >= 3) {
        out << QString() << QStringList();
    }
    if (version >= 10) {
        out << qint64(name == "Prompt: " ? 1 : 0);
        if (name == "Prompt: ") out << QUrl::fromLocalFile("/tmp/notes.txt") << QByteArray("some notes");
    }
    if (version < 12) return;
    out << qint64(with_parts ? 1 : 0);
    if (!with_parts) return;
    out << QString("Response: ") << QString() << qint64(3);
    out << QString("Text: ") << QString("First. ") << qint64(0);
    out << QString("Think: ") << QString("<think>Easy</think>") << qint32(1200) << qint64(0);
    out << QString("ToolCall: ") << QString("<javascript_interpret>x</javascript_interpret>");
    out << QString("js") << qint64(1) << QString("code") << qint32(0) << QVariant(QString("x")) << QString("3") << qint32(0)
        << QString();
    out << qint64(0);
}

QByteArray gpt4AllChat(int version) {
    QByteArray bytes;
    QDataStream out(&bytes, QIODevice::WriteOnly);
    out << quint32(0xF5D553CC) << qint32(version);
    out.setVersion(QDataStream::Qt_6_2);
    out << qint64(1700000000) << QString("id-1") << QString("Capitals \U0001F5FC") << QString("me") << QString("model.gguf");
    if (version >= 3) out << QStringList{"docs"};
    if (version < 11) {
        const bool cache = version < 6 || version == 8;
        if (version >= 6) out << cache;
        if (version >= 2) out << qint32(1) << qint32(0);
        out << QString("r") << QString("n") << quint32(12);
        if (cache) {
            if (version < 4) out << quint32(0);
            out << quint32(3);
            if (version >= 7) out << quint32(2048);
            if (version < 9) out << quint64(2) << qint32(1) << qint32(2);
            out << quint64(3) << qint32(1) << qint32(2) << qint32(3) << QByteArray("state");
        }
    }
    out << qint32(2);
    writeItem(out, version, "Prompt: ", "Capital of France?", false);
    writeItem(out, version, "Response: ", "Paris.", true);
    return bytes;
}

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
        const std::vector<StoredConversation> saved{sample(), sample()};
        const std::string json = toJson(saved);
        const ImportResult result = imported(write(QByteArray::fromStdString(json)));
        QCOMPARE(result.format, ImportFormat::Tessera);
        QCOMPARE(result.conversations.size(), 2u);
        QVERIFY(result.conversations[0].tree.messages() == saved[0].tree.messages());
        QVERIFY(result.conversations[0].info.id != saved[0].info.id);
        QCOMPARE(result.conversations[0].info.title, saved[0].info.title);
        QVERIFY(result.conversations[0].info.sampling == saved[0].info.sampling);
        // Written again it is the same text.
        QCOMPARE(toJson(result.conversations), json);
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
