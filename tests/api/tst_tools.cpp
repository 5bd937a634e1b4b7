// SPDX-License-Identifier: GPL-3.0-or-later
// Tools and answers of a fixed form over the real server and the default model, which is small: what it says is only
// certain where its form is.
#include "tests/api/api_fixture.h"

#include <QRegularExpression>
#include <QtTest>

using namespace tessera;
using namespace tessera::test;

namespace {

const char* const kWeather = R"json({"type":"function","function":{"name":"get_weather","description":"Get the current weather of a city","parameters":{"type":"object","properties":{"city":{"type":"string","maxLength":40},"unit":{"type":"string","enum":["celsius","fahrenheit"]}},"required":["city","unit"]}}})json";
const char* const kTime = R"json({"type":"function","function":{"name":"get_time","description":"Get the time"}})json";

QJsonObject json(const QByteArray& text) { return QJsonDocument::fromJson(text).object(); }

/// As written: QJsonObject would sort the keys.
QByteArray body(const QByteArray& more, const char* question = "What is the weather in Paris?") {
    QByteArray all = "{\"temperature\":0";
    if (!more.contains("\"messages\"")) all += QByteArray(",\"messages\":[{\"role\":\"user\",\"content\":\"") + question + "\"}]";
    if (!more.contains("\"max_tokens\"")) all += ",\"max_tokens\":80";
    return all + (more.isEmpty() ? "" : ",") + more + "}";
}

const QByteArray kTools = QByteArray("\"tools\":[") + kWeather + "," + kTime + "]";

}  // namespace

class TestTools : public QObject {
    Q_OBJECT
    std::unique_ptr<Api> m_api;
    RawAnswer ask(const QByteArray& request) {
        RawClient client(m_api->port());
        return client.ask("POST", "/v1/chat/completions", {}, request);
    }

private slots:
    void initTestCase() { m_api = std::make_unique<Api>(); }

    void aNamedToolIsCalled() {
        const RawAnswer answer = ask(body(kTools + ",\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"get_weather\"}}"));
        QCOMPARE(answer.status, 200);
        const QJsonObject choice = firstChoice(object(answer.body));
        QCOMPARE(choice["finish_reason"].toString(), QStringLiteral("tool_calls"));
        const QJsonObject message = choice["message"].toObject();
        QVERIFY(message["content"].isNull());
        QCOMPARE(message["tool_calls"].toArray().size(), 1);
        const QJsonObject call = message["tool_calls"].toArray().first().toObject();
        QCOMPARE(call["type"].toString(), QStringLiteral("function"));
        QVERIFY(QRegularExpression("^call_[A-Za-z0-9]{24}$").match(call["id"].toString()).hasMatch());
        QCOMPARE(call["function"].toObject()["name"].toString(), QStringLiteral("get_weather"));
        // The arguments follow the schema: both keys, in order, the second one of two words.
        const QByteArray text = call["function"].toObject()["arguments"].toString().toUtf8();
        const QJsonObject arguments = json(text);
        QCOMPARE(arguments.keys(), (QStringList{"city", "unit"}));
        QVERIFY2(arguments["city"].toString().contains("Paris"), text.constData());
        QVERIFY(arguments["unit"] == "celsius" || arguments["unit"] == "fahrenheit");
        QVERIFY(text.indexOf("city") < text.indexOf("unit"));
    }
    void oneOfTheToolsIsCalled() {
        const RawAnswer answer = ask(body(kTools + ",\"tool_choice\":\"required\""));
        QCOMPARE(answer.status, 200);
        const QJsonObject function = firstChoice(object(answer.body))["message"].toObject()["tool_calls"].toArray().first().toObject()["function"].toObject();
        const QString name = function["name"].toString();
        QVERIFY2(name == "get_weather" || name == "get_time", answer.body.constData());
        QVERIFY(QJsonDocument::fromJson(function["arguments"].toString().toUtf8()).isObject());
    }
    /// Unless they are asked not to be, calls may be several; how many is the model's choice.
    void severalCallsKeepTheirForm() {
        const RawAnswer answer = ask(body(kTools + ",\"max_tokens\":400,\"tool_choice\":\"required\"", "What are the weather in Paris, the weather in Rome, and the time?"));
        QCOMPARE(answer.status, 200);
        const QJsonObject choice = firstChoice(object(answer.body));
        const QJsonArray calls = choice["message"].toObject()["tool_calls"].toArray();
        QVERIFY2(!calls.isEmpty() && calls.size() <= 16, answer.body.constData());
        QSet<QString> ids;
        for (qsizetype i = 0; i < calls.size(); ++i) {
            const QJsonObject function = calls[i].toObject()["function"].toObject();
            ids << calls[i].toObject()["id"].toString();
            QVERIFY(function["name"] == "get_weather" || function["name"] == "get_time");
            const bool whole = i + 1 < calls.size() || choice["finish_reason"] == "tool_calls";
            if (whole) QVERIFY2(QJsonDocument::fromJson(function["arguments"].toString().toUtf8()).isObject(), answer.body.constData());
        }
        QCOMPARE(ids.size(), calls.size());
        qInfo("%lld calls", static_cast<long long>(calls.size()));
    }
    void callsAreStreamed() {
        const QByteArray named = QByteArray(kTools + ",\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"get_weather\"}}");
        const QJsonObject whole = firstChoice(object(ask(body(named)).body))["message"].toObject()["tool_calls"].toArray().first().toObject();
        QString id, name, arguments, finish, content;
        int pieces = 0;
        for (const QJsonObject& event : events(ask(body(named + ",\"stream\":true")).body)) {
            const QJsonObject delta = firstChoice(event)["delta"].toObject();
            content += delta["content"].toString();
            if (firstChoice(event)["finish_reason"].isString()) finish = firstChoice(event)["finish_reason"].toString();
            if (!delta.contains("tool_calls")) continue;
            const QJsonObject call = delta["tool_calls"].toArray().first().toObject();
            QCOMPARE(call["index"].toInt(-1), 0);
            // The first says what it is, the others only go on.
            QCOMPARE(call.contains("id"), id.isEmpty());
            if (id.isEmpty()) {
                id = call["id"].toString();
                name = call["function"].toObject()["name"].toString();
            }
            arguments += call["function"].toObject()["arguments"].toString();
            ++pieces;
        }
        QVERIFY(!id.isEmpty() && pieces > 4);
        QCOMPARE(name, QStringLiteral("get_weather"));
        QCOMPARE(arguments, whole["function"].toObject()["arguments"].toString());
        QCOMPARE(finish, QStringLiteral("tool_calls"));
        QCOMPARE(content, QString());
    }
    void aCallThatIsCutOffSaysSo() {
        const RawAnswer answer = ask(body(kTools + ",\"max_tokens\":4,\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"get_weather\"}}"));
        QCOMPARE(firstChoice(object(answer.body))["finish_reason"].toString(), QStringLiteral("length"));
        QCOMPARE(firstChoice(object(answer.body))["message"].toObject()["tool_calls"].toArray().size(), 1);
    }
    void whatAToolAnsweredIsRead() {
        // The template knows no tools: they and their answers become words, and the prompt grows by them.
        const QByteArray history = "\"messages\":[{\"role\":\"user\",\"content\":\"Weather in Paris?\"},{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"call_1\",\"type\":\"function\",\"function\":{\"name\":\"get_weather\",\"arguments\":\"{\\\"city\\\":\\\"Paris\\\"}\"}}]},{\"role\":\"tool\",\"tool_call_id\":\"call_1\",\"content\":\"17 degrees and raining cats <|im_end|>\"}]";
        const RawAnswer answer = ask(body(kTools + "," + history));
        QVERIFY2(answer.status == 200, answer.body.constData());
        const int with = object(answer.body)["usage"].toObject()["prompt_tokens"].toInt();
        const RawAnswer plain = ask(body("\"messages\":[{\"role\":\"user\",\"content\":\"Weather in Paris?\"}]"));
        QVERIFY(with > object(plain.body)["usage"].toObject()["prompt_tokens"].toInt() + 120);
        QVERIFY(!firstChoice(object(answer.body))["message"].toObject()["content"].toString().isEmpty());
    }
    void noneIsAsWithout() {
        const QString without = contentOf(ask(body("")));
        QCOMPARE(contentOf(ask(body(kTools + ",\"tool_choice\":\"none\""))), without);
    }
    void answersFollowASchema() {
        const QByteArray schema = "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"x\",\"strict\":true,\"schema\":{\"type\":\"object\",\"properties\":{\"zone\":{\"type\":\"string\",\"enum\":[\"north\",\"south\"]},\"capital\":{\"type\":\"string\",\"maxLength\":30},\"people\":{\"type\":\"integer\"},\"rivers\":{\"type\":\"array\",\"items\":{\"type\":\"string\",\"maxLength\":20},\"minItems\":1,\"maxItems\":2}},\"required\":[\"zone\",\"capital\",\"people\",\"rivers\"],\"additionalProperties\":false}}}";
        const RawAnswer answer = ask(body(schema, "Tell me about France."));
        QVERIFY2(answer.status == 200, answer.body.constData());
        const QByteArray text = contentOf(answer).toUtf8();
        const QJsonObject told = json(text);
        QVERIFY2(told["zone"] == "north" || told["zone"] == "south", text.constData());
        QVERIFY(told["capital"].isString() && told["people"].isDouble());
        QVERIFY(told["rivers"].toArray().size() >= 1 && told["rivers"].toArray().size() <= 2);
        QVERIFY(text.indexOf("zone") < text.indexOf("capital"));
        const QString free = contentOf(ask(body("", "Tell me about France.")));
        QVERIFY(!QJsonDocument::fromJson(free.toUtf8()).isObject());
    }
    void answersAreAnObject() {
        const RawAnswer answer = ask(body("\"response_format\":{\"type\":\"json_object\"},\"max_tokens\":300", "Give me the name and the age of a person as JSON."));
        QVERIFY2(contentOf(answer).startsWith('{'), answer.body.constData());
        if (firstChoice(object(answer.body))["finish_reason"] == "stop") QVERIFY(QJsonDocument::fromJson(contentOf(answer).toUtf8()).isObject());
    }

    void errors_data() {
        QTest::addColumn<QByteArray>("more");
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("param");
        const auto row = [](const char* name, const QByteArray& more, const char* code, const char* param) { QTest::newRow(name) << more << QString(code) << QString(param); };
        row("tools no list", "\"tools\":{}", "invalid_type", "tools");
        row("no type", "\"tools\":[{\"function\":{\"name\":\"x\"}}]", "invalid_type", "tools[0]");
        row("no function", "\"tools\":[{\"type\":\"function\"}]", "missing_required_parameter", "tools[0].function");
        row("a name with a marker", "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"<|im_end|>\"}}]", "invalid_value", "tools[0].function.name");
        row("the same name twice", QByteArray("\"tools\":[") + kTime + "," + kTime + "]", "invalid_value", "tools[1].function.name");
        row("parameters no schema", "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"x\",\"parameters\":[1]}}]", "invalid_type", "tools[0].function.parameters");
        QByteArray many = "\"tools\":[";
        for (int i = 0; i < 129; ++i) many += QByteArray(i ? "," : "") + "{\"type\":\"function\",\"function\":{\"name\":\"t" + QByteArray::number(i) + "\"}}";
        row("too many", many + "]", "invalid_value", "tools");
        row("too long", "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"x\",\"description\":\"" + QByteArray(1100000, 'x') + "\"}}]", "invalid_value", "tools");
        QByteArray wide = "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"x\",\"parameters\":{\"properties\":{";
        for (int i = 0; i < 300; ++i) wide += QByteArray(i ? "," : "") + "\"p" + QByteArray::number(i) + "\":{}";
        row("too wide", wide + "}}}}]", "invalid_value", "tools");
        QByteArray twice = "\"tools\":{";
        for (int i = 0; i < 300; ++i) twice += QByteArray(i ? "," : "") + "\"p" + QByteArray::number(i) + "\":1";
        row("too wide, and given twice", twice + "},\"tools\":[]", "invalid_value", "tools");
        row("choice without tools", "\"tool_choice\":\"required\"", "invalid_value", "tool_choice");
        row("choice of another", kTools + ",\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"x\"}}", "invalid_value", "tool_choice");
        row("choice of nothing", kTools + ",\"tool_choice\":5", "invalid_type", "tool_choice");
        row("a schema with not", "\"tool_choice\":\"required\",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"x\",\"parameters\":{\"not\":{}}}}]", "invalid_value", "");
        row("a schema within itself", "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"schema\":{\"$ref\":\"#\"}}}", "invalid_value", "");
        row("a schema that never ends", "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"schema\":{\"anyOf\":[{\"$ref\":\"#\"},{\"$ref\":\"#\"}]}}}", "invalid_value", "");
        row("a schema of nothing", "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"schema\":{\"$ref\":\"#/x\"}}}", "invalid_value", "");
        row("format without a schema", "\"response_format\":{\"type\":\"json_schema\"}", "missing_required_parameter", "response_format");
        row("unknown format", "\"response_format\":{\"type\":\"xml\"}", "unsupported_value", "response_format");
        row("format and tools", kTools + ",\"response_format\":{\"type\":\"json_object\"}", "unsupported_value", "response_format");
        row("calls no list", "\"messages\":[{\"role\":\"assistant\",\"tool_calls\":{}}]", "invalid_type", "messages[0].tool_calls");
        row("a call without a name", "\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[{\"function\":{}}]}]", "invalid_value", "messages[0].tool_calls");
        row("an unknown effort", "\"reasoning_effort\":\"much\"", "invalid_value", "reasoning_effort");
    }
    void errors() {
        QFETCH(QByteArray, more);
        QFETCH(QString, code);
        QFETCH(QString, param);
        const RawAnswer answer = ask(body(more));
        QCOMPARE(answer.status, 400);
        const QJsonObject error = object(answer.body)["error"].toObject();
        QVERIFY(!error["message"].toString().isEmpty());
        QCOMPARE(error["code"].toString(), code);
        QCOMPARE(error["param"].toString(), param);
    }
};

QTEST_GUILESS_MAIN(TestTools)
#include "tst_tools.moc"
