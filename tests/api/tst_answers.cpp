// SPDX-License-Identifier: GPL-3.0-or-later
// What a model says, through the API: a model that says what it is told, with the templates of real families.
#include "tests/api/api_fixture.h"
#include "tests/chat/answer_templates.h"
#include "tests/support/byte_tokenizer.h"
#include "tests/support/scripted_session.h"

#include <QtTest>

#include <memory>
#include <mutex>

using namespace tessera;
using namespace tessera::test;

namespace {

/// Keeps the prompt that its only answer was asked with.
struct Told {
    std::mutex mutex;
    std::string prompt;
};

class SayingEngine : public Engine {
public:
    SayingEngine(std::string answer, std::shared_ptr<Told> told) : m_answer(std::move(answer)), m_told(std::move(told)) {}
    std::string_view kind() const override { return "scripted"; }
    const ModelFacts& facts() const override { return m_facts; }
    int threads() const override { return 1; }
    Result<std::unique_ptr<Session>> createSession(const SessionOptions&) override {
        const auto begin = std::make_shared<std::size_t>(0);
        const auto script = [this, begin](const std::vector<TokenId>& tokens) {
            if (*begin == 0) {
                *begin = tokens.size();
                const std::lock_guard lock(m_told->mutex);
                m_told->prompt = ByteTokenizer().decode(tokens, false);
            }
            const std::size_t i = tokens.size() - *begin;
            return TokenId{i < m_answer.size() ? static_cast<unsigned char>(m_answer[i]) : 256};
        };
        return std::make_unique<ScriptedSession>(script, 100000);
    }

private:
    std::string m_answer;
    std::shared_ptr<Told> m_told;
    ModelFacts m_facts;
};

struct Scripted {
    std::shared_ptr<Told> told = std::make_shared<Told>();
    OpenAiService service;
    std::unique_ptr<HttpServer> server;

    Scripted(const char* chat_template, const std::string& answer)
        : service({.model = kModel, .session = {}, .generate = {}, .parallel = 1}, [this, chat_template, answer](const Operation&) -> Result<std::shared_ptr<LoadedModel>> {
              auto model = std::make_shared<LoadedModel>();
              model->tokenizer = std::make_unique<ByteTokenizer>();
              TESSERA_TRY(model->chat_template, ChatTemplate::fromSource(chat_template, *model->tokenizer));
              model->engine = std::make_unique<SayingEngine>(answer, told);
              return model;
          }) {
        auto started = HttpServer::start({}, [this](ServerRequest request, std::shared_ptr<ServerReply> reply) { service.answer(request, reply); });
        if (!started) qFatal("%s", started.error().message.c_str());
        server = *std::move(started);
    }
    RawAnswer ask(const QByteArray& body) {
        RawClient client(server->port());
        return client.ask("POST", "/v1/chat/completions", {}, body);
    }
    QByteArray prompt() {
        const std::lock_guard lock(told->mutex);
        return QByteArray::fromStdString(told->prompt);
    }
};

const QByteArray kMessages = "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]";
const QByteArray kTools = "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"get_weather\",\"description\":\"Weather\",\"parameters\":{\"type\":\"object\",\"properties\":{\"zip\":{\"type\":\"string\"},\"city\":{\"type\":\"string\"}}}}}]";

/// "reasoning|content|name(arguments)…|finish", from the whole answer or put together from a stream.
QString summary(const QString& reasoning, const QString& content, const QStringList& calls, const QString& finish) {
    return reasoning + "|" + content + "|" + calls.join(";") + "|" + finish;
}

QString whole(const RawAnswer& answer) {
    const QJsonObject choice = firstChoice(object(answer.body)), message = choice["message"].toObject();
    QStringList calls;
    for (const auto& call : message["tool_calls"].toArray()) calls << call.toObject()["function"].toObject()["name"].toString() + "(" + call.toObject()["function"].toObject()["arguments"].toString() + ")";
    return summary(message["reasoning_content"].toString(), message["content"].toString(), calls, choice["finish_reason"].toString());
}

QString streamed(const RawAnswer& answer) {
    QString reasoning, content, finish;
    QStringList names, arguments;
    for (const QJsonObject& event : events(answer.body)) {
        const QJsonObject delta = firstChoice(event)["delta"].toObject();
        reasoning += delta["reasoning_content"].toString();
        content += delta["content"].toString();
        if (firstChoice(event)["finish_reason"].isString()) finish = firstChoice(event)["finish_reason"].toString();
        for (const auto& value : delta["tool_calls"].toArray()) {
            const QJsonObject call = value.toObject();
            const int index = call["index"].toInt();
            if (index == names.size()) {
                names << call["function"].toObject()["name"].toString();
                arguments << QString();
            }
            arguments[index] += call["function"].toObject()["arguments"].toString();
        }
    }
    QStringList calls;
    for (int i = 0; i < names.size(); ++i) calls << names[i] + "(" + arguments[i] + ")";
    return summary(reasoning, content, calls, finish);
}

}  // namespace

class TestAnswers : public QObject {
    Q_OBJECT
private slots:
    void families_data() {
        QTest::addColumn<QByteArray>("chat_template");
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<QByteArray>("more");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* name, const char* chat_template, const char* answer, const QByteArray& more, const char* expected) {
            QTest::newRow(name) << QByteArray(chat_template) << QByteArray(answer) << more << QString::fromUtf8(expected);
        };
        const char* call = "<think>\nhm\n</think>\n\nI look.\n<tool_call>\n{\"name\": \"get_weather\", \"arguments\": {\"city\": \"Z\u00FCrich\"}}\n</tool_call>";
        row("Qwen 3", kQwen3, call, kTools, "hm|I look.|get_weather({\"city\": \"Z\u00FCrich\"})|tool_calls");
        row("without tools", kQwen3, call, "\"n\":1", "hm|I look.\n<tool_call>\n{\"name\": \"get_weather\", \"arguments\": {\"city\": \"Z\u00FCrich\"}}\n</tool_call>||stop");
        row("thoughts in the content", kQwen3, "<think>\nhm\n</think>\n\nYes.", "\"reasoning_format\":\"none\"", "|<think>\nhm\n</think>\n\nYes.||stop");
        row("begun by the template", kDeepSeekR1, "hm\n</think>\n\nYes.", "\"n\":1", "hm|Yes.||stop");
        row("asked not to think", kQwen3, "Yes.", "\"chat_template_kwargs\":{\"enable_thinking\":false}", "|Yes.||stop");
        const char* two = "<tool_call>{\"name\": \"a\", \"arguments\": {}}</tool_call>\n<tool_call>{\"name\": \"b\", \"arguments\": {}}</tool_call>";
        row("two calls", kQwen3, two, kTools, "||a({});b({})|tool_calls");
        row("one call only", kQwen3, two, kTools + ",\"parallel_tool_calls\":false", "||a({})|tool_calls");
        row("Llama 3", kLlama31, "{\"name\": \"get_weather\", \"parameters\": {\"zip\": \"1\"}}", kTools, "||get_weather({\"zip\": \"1\"})|tool_calls");
        row("Mistral", kMistralNemo, "[TOOL_CALLS][{\"name\": \"get_weather\", \"arguments\": {\"zip\": \"1\"}}]", kTools, "||get_weather({\"zip\": \"1\"})|tool_calls");
        row("gpt-oss", kGptOss, "<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>{\"zip\":\"1\"}", kTools, "hm||get_weather({\"zip\":\"1\"})|tool_calls");
        row("gpt-oss, words", kGptOss, "<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>final<|message|>Yes.", "\"reasoning_effort\":\"low\"", "hm|Yes.||stop");
        row("GLM", kGlm45, "<think>hm</think>\n<tool_call>get_weather\n<arg_key>zip</arg_key>\n<arg_value>1</arg_value>\n</tool_call>", kTools, "hm||get_weather({\"zip\": \"1\"})|tool_calls");
        row("Kimi", kKimiK2, "<|tool_calls_section_begin|><|tool_call_begin|>functions.get_weather:0<|tool_call_argument_begin|>{\"zip\": \"1\"}<|tool_call_end|><|tool_calls_section_end|>", kTools, "||get_weather({\"zip\": \"1\"})|tool_calls");
        row("Granite 3", kGranite33, "<|tool_call|>[{\"name\": \"get_weather\", \"arguments\": {\"zip\": \"1\"}}]", kTools, "||get_weather({\"zip\": \"1\"})|tool_calls");
        row("told in words", kGemma3, "<tool_call>\n{\"name\": \"get_weather\", \"arguments\": {}}\n</tool_call>", kTools, "||get_weather({})|tool_calls");
    }
    void families() {
        QFETCH(QByteArray, chat_template);
        QFETCH(QByteArray, answer);
        QFETCH(QByteArray, more);
        QFETCH(QString, expected);
        Scripted model(chat_template.constData(), answer.toStdString());
        const RawAnswer plain = model.ask("{\"temperature\":0," + kMessages + "," + more + "}");
        QVERIFY2(plain.status == 200, plain.body.constData());
        QCOMPARE(whole(plain), expected);
        if (more.contains("tools")) QVERIFY2(model.prompt().contains("get_weather") && model.prompt().indexOf("zip") < model.prompt().indexOf("city"), model.prompt().constData());
        if (more.contains("enable_thinking")) QVERIFY(model.prompt().endsWith("<think>\n\n</think>\n\n"));
        if (more.contains("effort")) QVERIFY(model.prompt().contains("Reasoning: low"));
        Scripted again(chat_template.constData(), answer.toStdString());
        QCOMPARE(streamed(again.ask("{\"stream\":true,\"temperature\":0," + kMessages + "," + more + "}")), expected);
    }
    void callsGoBackIntoThePrompt_data() {
        QTest::addColumn<QByteArray>("chat_template");
        QTest::addColumn<QByteArray>("expected");
        QTest::newRow("Qwen 3") << QByteArray(kQwen3) << QByteArray("<tool_call>\n{\"name\": \"get_weather\", \"arguments\": {\"city\": \"Paris\"}}\n</tool_call><|im_end|>\n<|im_start|>user\n<tool_response>\n17 degrees");
        QTest::newRow("Llama 3") << QByteArray(kLlama31) << QByteArray("{\"name\": \"get_weather\", \"parameters\": {\"city\": \"Paris\"}}<|eot_id|><|start_header_id|>ipython<|end_header_id|>\n\n17 degrees");
        QTest::newRow("Mistral") << QByteArray(kMistralNemo) << QByteArray("[TOOL_CALLS][{\"name\": \"get_weather\", \"arguments\": {\"city\": \"Paris\"}, \"id\": \"abcdefghi\"}]");
        QTest::newRow("gpt-oss") << QByteArray(kGptOss) << QByteArray("<|start|>assistant<|channel|>analysis<|message|>hm<|end|><|start|>assistant to=functions.get_weather<|channel|>commentary json<|message|>{\"city\": \"Paris\"}<|call|><|start|>functions.get_weather to=assistant");
        QTest::newRow("DeepSeek") << QByteArray(kDeepSeekR1) << QByteArray("<｜Assistant｜><tool_call>\n{\"name\": \"get_weather\", \"arguments\": {\"city\": \"Paris\"}}\n</tool_call><｜end▁of▁sentence｜><｜User｜><tool_response>\n17 degrees");
        const QByteArray with_tools = QByteArray(kDeepSeekR1).replace("{{bos_token}}", "{%- for tool in tools -%}{{ tool | tojson }}{%- endfor -%}");
        QTest::newRow("DeepSeek, with tools in the template") << with_tools << QByteArray("function<｜tool▁sep｜>get_weather\n```json\n{\"city\": \"Paris\"}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜><｜end▁of▁sentence｜><｜tool▁outputs▁begin｜>17 degrees");
        QTest::newRow("GLM") << QByteArray(kGlm45) << QByteArray("<tool_call>get_weather\n<arg_key>city</arg_key>\n<arg_value>Paris</arg_value>\n</tool_call><|observation|>\n<tool_response>\n17 degrees");
        // In place of the client's id the one that the model knows, which has the name.
        QTest::newRow("Kimi") << QByteArray(kKimiK2) << QByteArray("<|tool_call_begin|>functions.get_weather:0<|tool_call_argument_begin|>{\"city\": \"Paris\"}<|tool_call_end|><|tool_calls_section_end|><|im_end|><|im_user|>tool<|im_middle|>## Return of functions.get_weather:0\n17 degrees");
        QTest::newRow("Granite 3, whose template has no calls") << QByteArray(kGranite33) << QByteArray("<|tool_call|>[{\"name\": \"get_weather\", \"arguments\": {\"city\": \"Paris\"}}]<|end_of_text|>\n<|start_of_role|>user<|end_of_role|><tool_response>\n17 degrees");
        QTest::newRow("in words") << QByteArray(kGemma3) << QByteArray("<tool_call>\n{\"name\": \"get_weather\", \"arguments\": {\"city\": \"Paris\"}}\n</tool_call><end_of_turn>\n<start_of_turn>user\n<tool_response>\n17 degrees");
    }
    void callsGoBackIntoThePrompt() {
        QFETCH(QByteArray, chat_template);
        QFETCH(QByteArray, expected);
        Scripted model(chat_template.constData(), "Nice.");
        const RawAnswer answer = model.ask("{\"temperature\":0," + kTools + ",\"messages\":[{\"role\":\"user\",\"content\":\"Weather?\"},"
            "{\"role\":\"assistant\",\"content\":null,\"reasoning_content\":\"hm\",\"tool_calls\":[{\"id\":\"abcdefghi\",\"type\":\"function\",\"function\":{\"name\":\"get_weather\",\"arguments\":\"{\\\"city\\\": \\\"Paris\\\"}\"}}]},"
            "{\"role\":\"tool\",\"tool_call_id\":\"abcdefghi\",\"content\":\"17 degrees\"}]}");
        QVERIFY2(answer.status == 200, answer.body.constData());
        QVERIFY2(model.prompt().contains(expected), model.prompt().constData());
    }
    void idsAreWhatTheTemplateTakes() {
        Scripted model(kMistralNemo, "[TOOL_CALLS][{\"name\": \"get_weather\", \"arguments\": {}}]");
        const QJsonObject message = firstChoice(object(model.ask("{\"temperature\":0," + kMessages + "," + kTools + "}").body))["message"].toObject();
        QCOMPARE(message["tool_calls"].toArray().first().toObject()["id"].toString().size(), 9);
    }
    void aTokenizerOfItsOwnCannotBeHeldToAForm() {
        // The grammar knows the GGUF's vocabulary only: that is said, not passed over.
        Scripted model(kQwen3, "x");
        const RawAnswer answer = model.ask("{\"temperature\":0," + kMessages + "," + kTools + ",\"tool_choice\":\"required\"}");
        QCOMPARE(answer.status, 500);
        QVERIFY(object(answer.body)["error"].toObject()["message"].toString().contains("vocabulary"));
    }
};

QTEST_GUILESS_MAIN(TestAnswers)
#include "tst_answers.moc"
