// SPDX-License-Identifier: GPL-3.0-or-later
// The API over the real server and the real default model, as a client sees it.
#include "core/base/parallel.h"
#include "tests/api/api_fixture.h"

#include <QtTest>

#include <atomic>
#include <thread>

using namespace tessera;
using namespace tessera::test;
using namespace std::chrono_literals;

namespace {

/// A model that takes until `release`, or a stop.
struct SlowApi {
    std::atomic<bool> release{false};
    std::atomic<int> loads{0};
    OpenAiService service;
    std::unique_ptr<HttpServer> server;

    explicit SlowApi(std::chrono::milliseconds patience)
        : service({.model = kModel, .session = {.context_tokens = 1024}, .generate = {}, .load_patience = patience}, [this](const Operation& operation) { return load(operation); }) {
        auto started = HttpServer::start({}, [this](ServerRequest request, std::shared_ptr<ServerReply> reply) { service.answer(request, reply); });
        if (!started) qFatal("%s", started.error().message.c_str());
        server = *std::move(started);
    }
    Result<std::unique_ptr<LoadedModel>> load(const Operation& operation) {
        ++loads;
        while (!release) {
            TESSERA_CHECK(operation.checkStop());
            std::this_thread::sleep_for(2ms);
        }
        return loadModel(defaultModel(), {}, operation);
    }
    quint16 port() const { return server->port(); }
};

}  // namespace

class TestOpenAiService : public QObject {
    Q_OBJECT
    std::unique_ptr<Api> m_api;
    RawAnswer post(const QByteArray& path, const QByteArray& body) {
        RawClient client(m_api->port());
        return client.ask("POST", path, {}, body);
    }

private slots:
    void initTestCase() { m_api = std::make_unique<Api>(); }

    /// With a model that guesses the answers are the same, on every slot and in every turn.
    void aModelGuesses() {
        ApiOptions options{.model = kModel, .session = {.context_tokens = 1024}, .generate = {}, .parallel = 2};
        options.generate.speculate = 8;
        options.draft = defaultModel();
        OpenAiService guessing(std::move(options), [](const Operation& operation) { return loadModel(defaultModel(), {}, operation); });
        auto server = HttpServer::start({}, [&](ServerRequest request, std::shared_ptr<ServerReply> reply) { guessing.answer(request, reply); }).value();
        for (const auto* question : {"Count from one to ten.", "Tell me the capital of France.", "Count from one to twenty."}) {
            RawClient client(server->port());
            const RawAnswer answer = client.ask("POST", "/v1/chat/completions", {}, chatBody({}, question));
            QCOMPARE(answer.status, 200);
            QCOMPARE(contentOf(answer), contentOf(post("/v1/chat/completions", chatBody({}, question))));
        }
        server.reset();
    }

    void lists() {
        RawClient client(m_api->port());
        const QJsonObject list = object(client.ask("GET", "/v1/models").body);
        QCOMPARE(list["data"].toArray().size(), 1);
        QCOMPARE(list["data"].toArray().first().toObject()["id"].toString(), QString(kModel));
        QCOMPARE(client.ask("GET", "/v1/models/the-model").status, 200);
        QCOMPARE(client.ask("GET", "/v1/models/other").status, 404);
        QCOMPARE(client.ask("POST", "/v1/models", {}, "{}").status, 405);
        QCOMPARE(client.ask("GET", "/v1/nothing").status, 404);
    }
    void answersAChat() {
        const RawAnswer answer = post("/v1/chat/completions", chatBody({{"model", kModel}}));
        QCOMPARE(answer.status, 200);
        const QJsonObject json = object(answer.body);
        QCOMPARE(json["object"].toString(), QStringLiteral("chat.completion"));
        QVERIFY2(contentOf(answer).contains("Paris"), answer.body.constData());
        QCOMPARE(firstChoice(json)["message"].toObject()["role"].toString(), QStringLiteral("assistant"));
        QCOMPARE(firstChoice(json)["finish_reason"].toString(), QStringLiteral("stop"));
        const QJsonObject usage = json["usage"].toObject();
        QVERIFY(usage["prompt_tokens"].toInt() > 10 && usage["completion_tokens"].toInt() > 3);
        QCOMPARE(usage["total_tokens"].toInt(), usage["prompt_tokens"].toInt() + usage["completion_tokens"].toInt());
    }
    void streamsWhatItAnswers() {
        const QString whole = contentOf(post("/v1/chat/completions", chatBody({})));
        const RawAnswer stream = post("/v1/chat/completions", chatBody({{"stream", true}, {"stream_options", QJsonObject{{"include_usage", true}}}}));
        QCOMPARE(stream.header("content-type"), QByteArray("text/event-stream"));
        QVERIFY(stream.body.endsWith("data: [DONE]\n\n"));
        QString text, finish;
        const auto list = events(stream.body);
        for (const QJsonObject& event : list) {
            QCOMPARE(event["object"].toString(), QStringLiteral("chat.completion.chunk"));
            if (event["choices"].toArray().isEmpty()) continue;
            text += firstChoice(event)["delta"].toObject()["content"].toString();
            if (firstChoice(event)["finish_reason"].isString()) finish = firstChoice(event)["finish_reason"].toString();
        }
        QCOMPARE(text, whole);
        QCOMPARE(finish, QStringLiteral("stop"));
        QCOMPARE(firstChoice(list.first())["delta"].toObject()["role"].toString(), QStringLiteral("assistant"));
        QVERIFY(list.last()["usage"].toObject()["completion_tokens"].toInt() > 3);
    }
    void stopsWhereItIsTold() {
        const RawAnswer length = post("/v1/chat/completions", chatBody({{"max_tokens", 3}}));
        QCOMPARE(firstChoice(object(length.body))["finish_reason"].toString(), QStringLiteral("length"));
        QCOMPARE(object(length.body)["usage"].toObject()["completion_tokens"].toInt(), 3);
        const RawAnswer stop = post("/v1/chat/completions", chatBody({{"stop", QJsonArray{"Paris"}}}));
        QVERIFY2(!contentOf(stop).contains("Paris") && contentOf(stop).contains("capital"), stop.body.constData());
        QCOMPARE(firstChoice(object(stop.body))["finish_reason"].toString(), QStringLiteral("stop"));
    }
    void continuesATextFromWordsOrTokens() {
        const auto ask = [&](const QJsonValue& prompt, bool echo = false) {
            const RawAnswer answer = post("/v1/completions", QJsonDocument(QJsonObject{{"prompt", prompt}, {"temperature", 0}, {"max_tokens", 8}, {"echo", echo}}).toJson());
            return firstChoice(object(answer.body))["text"].toString();
        };
        const QString text = ask("1, 2, 3, 4, 5,");
        QVERIFY2(text.contains("6, 7"), qPrintable(text));
        QCOMPARE(ask(QJsonArray{"1, 2, 3, 4, 5,"}), text);
        QCOMPARE(ask("1, 2, 3, 4, 5,", true), "1, 2, 3, 4, 5," + text);
        QVERIFY(!ask(QJsonArray{28, 17, 33}).isEmpty());
    }
    void seedsRepeat() {
        const auto ask = [&](int seed) { return contentOf(post("/v1/chat/completions", chatBody({{"seed", seed}, {"temperature", 1.5}}, "Tell me a story."))); };
        const QString first = ask(7);
        QCOMPARE(ask(7), first);
        QVERIFY(ask(8) != first);
    }
    void tellsProbabilities() {
        const QByteArray body = chatBody({{"logprobs", true}, {"top_logprobs", 3}});
        const RawAnswer answer = post("/v1/chat/completions", body);
        const QJsonArray tokens = firstChoice(object(answer.body))["logprobs"].toObject()["content"].toArray();
        QString text;
        for (const auto& value : tokens) {
            const QJsonObject token = value.toObject();
            text += token["token"].toString();
            QVERIFY(token["logprob"].toDouble() <= 0);
            QCOMPARE(token["top_logprobs"].toArray().size(), 3);
            QCOMPARE(token["top_logprobs"].toArray().first().toObject()["token"], token["token"]);  // greedy
        }
        QCOMPARE(text.trimmed(), contentOf(answer).trimmed());
        QJsonObject streamed = object(body);
        streamed["stream"] = true;
        QJsonArray pieces;
        for (const QJsonObject& event : events(post("/v1/chat/completions", QJsonDocument(streamed).toJson()).body))
            for (const auto& token : firstChoice(event)["logprobs"].toObject()["content"].toArray()) pieces << token;
        QCOMPARE(pieces, tokens);
    }
    void earlierTurnsAreNotReadAgain() {
        const RawAnswer first = post("/v1/chat/completions", chatBody({}, "Name one colour."));
        QJsonArray messages{QJsonObject{{"role", "user"}, {"content", "Name one colour."}}, QJsonObject{{"role", "assistant"}, {"content", contentOf(first)}},
                            QJsonObject{{"role", "user"}, {"content", "Another?"}}};
        const RawAnswer second = post("/v1/chat/completions", QJsonDocument(QJsonObject{{"messages", messages}, {"max_tokens", 4}, {"temperature", 0}}).toJson());
        const QJsonObject usage = object(second.body)["usage"].toObject();
        QVERIFY2(usage["prompt_tokens_details"].toObject()["cached_tokens"].toInt() >= object(first.body)["usage"].toObject()["prompt_tokens"].toInt(), second.body.constData());
    }
    void manyAtOnceAnswerAsAlone() {
        const QStringList questions{"What is the capital of France?", "Name three colours.", "What is 2 + 2?", "Who wrote Hamlet?", "Say hello in French.", "What do cows eat?"};
        QStringList alone, together;
        for (const QString& question : questions) {
            alone << contentOf(post("/v1/chat/completions", chatBody({}, question)));
            together << QString();
        }
        Api fresh(3);  // some have to wait
        const auto all = parallelFor(static_cast<std::size_t>(questions.size()), static_cast<int>(questions.size()), {}, [&](std::size_t i) -> Result<void> {
            RawClient client(fresh.port());
            together[qsizetype(i)] = contentOf(client.ask("POST", "/v1/chat/completions", {}, chatBody({}, questions[qsizetype(i)])));
            return {};
        });
        QVERIFY(all.has_value());
        QCOMPARE(together, alone);
    }
    void whoLeavesIsNotAnswered() {
        Api api(1);
        QByteArray body = chatBody({{"stream", true}, {"max_tokens", 900}, {"logit_bias", QJsonObject{{"2", -100}, {"0", -100}}}}, "Count from 1 to 1000.");
        {
            RawClient client(api.port());
            client.send("POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body);
            QVERIFY(!client.readUntil("\"content\"", 60'000).isEmpty());
            QCOMPARE(api.service.counts().running, std::size_t{1});
        }
        QTRY_COMPARE_WITH_TIMEOUT(api.service.counts().running, std::size_t{0}, 10'000);
        RawClient next(api.port());
        QCOMPARE(next.ask("POST", "/v1/chat/completions", {}, chatBody({})).status, 200);
    }

    void whoLeavesTheQueueMakesRoom() {
        Api api(1);
        const auto request = [](const QByteArray& body) {
            return "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
        };
        const QJsonObject endless{{"stream", true}, {"max_tokens", 900}, {"logit_bias", QJsonObject{{"2", -100}, {"0", -100}}}};
        RawClient busy(api.port());
        busy.send(request(chatBody(endless, "Count from 1 to 1000.")));
        QVERIFY(!busy.readUntil("\"content\"", 60'000).isEmpty());
        std::vector<std::unique_ptr<RawClient>> waiting;
        for (int i = 0; i < 5; ++i) {
            waiting.push_back(std::make_unique<RawClient>(api.port()));
            waiting.back()->send(request(chatBody({})));
        }
        QTRY_COMPARE(api.service.counts().waiting, std::size_t{5});
        waiting.clear();
        QTRY_COMPARE(api.server->counts().connections, std::size_t{6});  // their replies wait still
        // Until the server has seen them go, the queue is full, and it says so at once.
        std::unique_ptr<RawClient> next;
        do {
            next = std::make_unique<RawClient>(api.port());
            QTRY_VERIFY(next->socket().state() == QAbstractSocket::ConnectedState);
            next->send(request(chatBody({})));
        } while (next->readUntil("\r\n\r\n", 200).contains(" 503 "));
        QTRY_COMPARE(api.service.counts().waiting, std::size_t{1});
    }

    void errors_data() {
        QTest::addColumn<QByteArray>("path");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("param");
        const auto chat = [](const char* name, const QByteArray& body, int status, const QString& code, const QString& param) {
            QTest::newRow(name) << QByteArray("/v1/chat/completions") << body << status << code << param;
        };
        const QByteArray messages = R"("messages":[{"role":"user","content":"x"}])";
        chat("no JSON", "hello", 400, "invalid_json", {});
        chat("no object", "[1]", 400, "invalid_json", {});
        chat("too deep", QByteArray(1000, '[') + QByteArray(1000, ']'), 400, "invalid_json", {});
        chat("no messages", "{}", 400, "missing_required_parameter", "messages");
        chat("empty messages", R"({"messages":[]})", 400, "invalid_type", "messages");
        chat("message no object", R"({"messages":["x"]})", 400, "invalid_type", "messages[0]");
        chat("no role", R"({"messages":[{"content":"x"}]})", 400, "invalid_type", "messages[0].role");
        chat("unknown role", R"({"messages":[{"role":"boss","content":"x"}]})", 400, "invalid_value", "messages[0].role");
        chat("no content", R"({"messages":[{"role":"user"}]})", 400, "missing_required_parameter", "messages[0].content");
        chat("a picture", R"({"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"x"}}]}]})", 400, "unsupported_content", "messages[0].content");
        chat("unknown model", R"({"model":"gpt-9",)" + messages + "}", 404, "model_not_found", "model");
        chat("temperature", R"({"temperature":3,)" + messages + "}", 400, "invalid_value", "temperature");
        chat("temperature no number", R"({"temperature":"hot",)" + messages + "}", 400, "invalid_type", "temperature");
        chat("no tokens", R"({"max_tokens":0,)" + messages + "}", 400, "invalid_value", "max_tokens");
        chat("half a token", R"({"max_tokens":1.5,)" + messages + "}", 400, "invalid_type", "max_tokens");
        chat("two answers", R"({"n":2,)" + messages + "}", 400, "unsupported_value", "n");
        chat("functions", R"({"functions":[{"name":"f"}],)" + messages + "}", 400, "unsupported_parameter", "functions");
        chat("empty stop", R"({"stop":"",)" + messages + "}", 400, "invalid_type", "stop");
        chat("bias for no token", R"({"logit_bias":{"x":1},)" + messages + "}", 400, "invalid_value", "logit_bias");
        chat("bias outside the vocabulary", R"({"logit_bias":{"99999999":1},)" + messages + "}", 400, "invalid_value", {});
        chat("top_logprobs alone", R"({"top_logprobs":2,)" + messages + "}", 400, "invalid_value", "top_logprobs");
        chat("too long", R"({"messages":[{"role":"user","content":")" + QByteArray("word ").repeated(3000) + R"("}]})", 400, "context_length_exceeded", {});
        QTest::newRow("no prompt") << QByteArray("/v1/completions") << QByteArray("{}") << 400 << QString("missing_required_parameter") << QString("prompt");
        QTest::newRow("several prompts") << QByteArray("/v1/completions") << QByteArray(R"({"prompt":["a","b"]})") << 400 << QString("unsupported_value") << QString("prompt");
        QTest::newRow("token outside the vocabulary") << QByteArray("/v1/completions") << QByteArray(R"({"prompt":[99999999]})") << 400 << QString("invalid_value") << QString();
    }
    void errors() {
        QFETCH(QByteArray, path);
        QFETCH(QByteArray, body);
        QFETCH(int, status);
        QFETCH(QString, code);
        QFETCH(QString, param);
        for (const bool stream : {false, true}) {
            const RawAnswer answer = post(path, stream && body.startsWith('{') && body.size() > 2 ? R"({"stream":true,)" + body.mid(1) : body);
            QCOMPARE(answer.status, status);
            const QJsonObject error = object(answer.body)["error"].toObject();
            QVERIFY(!error["message"].toString().isEmpty());
            QCOMPARE(error["code"].toString(), code);
            QCOMPARE(error["param"].toString(), param);
        }
    }
    void aWebPageCannotAsk() {
        RawClient client(m_api->port());
        const QByteArray body = chatBody({});
        client.send("POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body);
        QCOMPARE(client.answer().status, 415);
    }
    void aModelThatDoesNotLoadIsTold() {
        OpenAiService service({kModel, {}, {}, 1}, [](const Operation&) -> Result<std::unique_ptr<LoadedModel>> { return fail(ErrorKind::NotFound, "it has gone"); });
        const auto server = HttpServer::start({}, [&](ServerRequest request, std::shared_ptr<ServerReply> reply) { service.answer(request, reply); });
        RawClient client((*server)->port());
        const RawAnswer answer = client.ask("POST", "/v1/chat/completions", {}, chatBody({}));
        QCOMPARE(answer.status, 503);
        QVERIFY(answer.body.contains("it has gone"));
    }

    void whileTheModelIsLoadedOthersAreAnswered() {
        SlowApi api(60'000ms);
        std::vector<std::unique_ptr<RawClient>> asking;
        for (int i = 0; i < 10; ++i) {  // more than the server has workers
            asking.push_back(std::make_unique<RawClient>(api.port()));
            asking.back()->send(chatRequest());
        }
        RawClient other(api.port());
        QCOMPARE(other.ask("GET", "/v1/models").status, 200);
        QVERIFY(!api.release.load());  // nothing was loaded meanwhile
        asking.resize(3);              // some have enough of it
        api.release = true;
        for (const auto& client : asking) QVERIFY(contentOf(client->answer()).contains("Paris"));
        QCOMPARE(api.loads.load(), 1);
        QCOMPARE(api.service.counts().waiting, std::size_t{0});
    }
    void whoWaitsTooLongForTheModelIsToldWhenToComeAgain() {
        SlowApi api(20ms);
        RawClient client(api.port());
        client.send(chatRequest());
        const RawAnswer answer = client.answer();
        QCOMPARE(answer.status, 503);
        QVERIFY(answer.header("retry-after").toInt() > 0);
        const QJsonObject error = object(answer.body)["error"].toObject();
        QCOMPARE(error["code"].toString(), QStringLiteral("model_loading"));
        QCOMPARE(error["type"].toString(), QStringLiteral("server_error"));
        QVERIFY(error["message"].toString().contains("loaded"));
        api.release = true;
        RawClient later(api.port());
        QTRY_VERIFY_WITH_TIMEOUT(later.ask("POST", "/v1/chat/completions", {}, chatBody({})).status == 200, 60'000);
    }
    void aStopWaitsForNoModel() {
        auto api = std::make_unique<SlowApi>(60'000ms);
        RawClient client(api->port());
        client.send(chatRequest());
        QTRY_COMPARE(api->loads.load(), 1);
        QElapsedTimer timer;
        timer.start();
        api.reset();  // the load would go on for ever
        QVERIFY(client.isEnded(5000));
        qInfo("stopped after %lld ms", timer.elapsed());
    }

private:
    static QByteArray chatRequest() {
        const QByteArray body = chatBody({});
        return "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
    }
};

QTEST_GUILESS_MAIN(TestOpenAiService)
#include "tst_openai_service.moc"
