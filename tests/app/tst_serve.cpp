// SPDX-License-Identifier: GPL-3.0-or-later
// tessera serve, as another program sees it.
#include "tests/app/serving.h"
#include "tests/support/raw_http.h"
#include "tests/support/sample_set.h"
#include "tests/support/test_model.h"

#include <QJsonArray>

using namespace tessera;
using namespace tessera::test;

class TestServe : public QObject {
    Q_OBJECT

    static QJsonObject complete(const Serving& serving, QJsonObject request) {
        request["temperature"] = 0;
        RawClient client(serving.port());
        return QJsonDocument::fromJson(client.ask("POST", "/v1/completions", "Content-Type: application/json\r\n", QJsonDocument(request).toJson()).body).object();
    }

private slots:
    void initTestCase() {
        for (const char* name : {"http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "TESSERA_TOKEN", "TESSERA_LINK_TOKEN"}) qunsetenv(name);
    }

    void whatIsServedIsFetchedAgain_data() {
        QTest::addColumn<QStringList>("cut");
        QTest::addColumn<QString>("set");
        QTest::addColumn<QString>("link");
        QTest::newRow("folder") << QStringList{"fragment", "sample.gguf", "-o", "set", "--size", "64KiB"} << "set" << "manifest.json";
        QTest::newRow("image") << QStringList{"fragment", "sample.gguf", "--size", "64KiB"} << "sample.gguf" << "sample.gguf.manifest.json";
        QTest::newRow("no manifest") << QStringList() << "sample.gguf" << "manifest.json";
        QTest::newRow("the file") << QStringList() << "sample.gguf" << "sample.gguf";
    }
    void whatIsServedIsFetchedAgain() {
        QFETCH(QStringList, cut);
        QFETCH(QString, set);
        QFETCH(QString, link);
        const Sample sample;
        const Sandbox sandbox;
        sample.writeTo(fromUtf8(sandbox.path().toStdString()));
        if (!cut.isEmpty()) COMPARE_CODE(sandbox.run(cut), 0);
        Serving serving(sandbox, {set});
        QVERIFY2(!serving.url().isEmpty(), serving.errors().constData());
        const Finished fetched = sandbox.run({"fetch", serving.url() + '/' + link, "-o", "there", "--json"});
        COMPARE_CODE(fetched, 0);
        QVERIFY(fetched.json()["checked_by"].toString() != "header" || link.endsWith("gguf"));
        QVERIFY(sandbox.read("there/sample.gguf") == sandbox.read("sample.gguf"));
        const Finished stopped = serving.end();
        COMPARE_CODE(stopped, 0);
        QCOMPARE(stopped.err.contains("Error"), false);
    }

    void aModelIsRunFromItsLink() {
        const Sandbox sandbox;
        const QString model = QString::fromStdString(toUtf8(defaultModel()));
        Serving serving(sandbox, {model, "--fragments-only"});
        QVERIFY2(!serving.url().isEmpty(), serving.errors().constData());
        const QStringList asks{"--raw", "-p", "1, 2, 3, 4, 5,", "--greedy", "-n", "6", "--threads", "1", "-q"};
        const Finished near = sandbox.run(QStringList{"run", model} + asks), far = sandbox.run(QStringList{"run", serving.url()} + asks);
        COMPARE_CODE(near, 0);
        COMPARE_CODE(far, 0);
        QCOMPARE(far.out, near.out);
        QVERIFY(near.out.contains("6, 7"));
        QVERIFY(QFile::exists(sandbox.path("data/tessera/models/" + model.section('/', -1))));
        serving.end();
        COMPARE_CODE(sandbox.run({"verify", sandbox.path("data/tessera/models/" + model.section('/', -1))}), 0);
    }

    void promptsOutliveTheServer() {
        const Sandbox sandbox;
        const QStringList serve{QString::fromStdString(toUtf8(defaultModel())), "--threads", "1", "--ctx", "512", "--prompt-cache", sandbox.path("prompts")};
        QString question = "Here are some numbers:";
        for (int i = 0; i < 40; ++i) question += QString(" %1,").arg(i);
        QString answers[2];
        int prompt = 0, cached[2] = {-1, -1};
        for (int run = 0; run < 2; ++run) {
            Serving serving(sandbox, serve);
            QVERIFY2(!serving.url().isEmpty(), serving.errors().constData());
            const QJsonObject answer = complete(serving, {{"prompt", question}, {"max_tokens", 8}});
            answers[run] = answer["choices"].toArray().first().toObject()["text"].toString();
            prompt = answer["usage"].toObject()["prompt_tokens"].toInt();
            cached[run] = answer["usage"].toObject()["prompt_tokens_details"].toObject()["cached_tokens"].toInt(-1);
            COMPARE_CODE(serving.end(), 0);  // what is being written to the disk is finished
        }
        QVERIFY(prompt > 100 && !answers[0].isEmpty());
        QCOMPARE(answers[1], answers[0]);
        QCOMPARE(cached[0], 0);
        QCOMPARE(cached[1], prompt);
    }

    void aFullContextShiftsWhenAsked_data() {
        QTest::addColumn<bool>("shifts");
        QTest::newRow("it ends the answer") << false;
        QTest::newRow("--context-shift") << true;
    }
    void aFullContextShiftsWhenAsked() {
        QFETCH(bool, shifts);
        const Sandbox sandbox;
        QStringList serve{QString::fromStdString(toUtf8(defaultModel())), "--threads", "2", "--ctx", "128"};
        if (shifts) serve << "--context-shift";
        Serving serving(sandbox, serve);
        QVERIFY2(!serving.url().isEmpty(), serving.errors().constData());
        const QJsonObject answer = complete(serving, {{"prompt", "1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,"}, {"max_tokens", 200}});
        const int tokens = answer["usage"].toObject()["completion_tokens"].toInt();
        QCOMPARE(answer["choices"].toArray().first().toObject()["finish_reason"].toString(), QString("length"));
        if (shifts) QCOMPARE(tokens, 200);
        else QVERIFY2(tokens > 60 && tokens < 128, qPrintable(QString::number(tokens)));
    }

    void beyondThisMachineOnlyWithAToken() {
        const Sample sample;
        const Sandbox sandbox;
        sample.writeTo(fromUtf8(sandbox.path().toStdString()));
        const Finished refused = sandbox.run({"serve", "sample.gguf", "--listen", "0.0.0.0:0"});
        COMPARE_CODE(refused, 1);
        QVERIFY2(refused.err.contains("token"), refused.err.constData());
        Serving serving(sandbox, {"sample.gguf", "--token", "0123456789abcdef"});
        QVERIFY2(!serving.url().isEmpty(), serving.errors().constData());
        RawClient client(serving.port());
        QCOMPARE(client.ask("GET", "/status").status, 401);
        QCOMPARE(client.ask("GET", "/status", "Authorization: Bearer 0123456789abcdef\r\n").status, 200);
        const Finished stopped = serving.end();
        QVERIFY(!stopped.err.contains("0123456789abcdef") && !stopped.out.contains("0123456789abcdef"));
    }

    void wrongUsage() {
        const Sandbox sandbox;
        COMPARE_CODE(sandbox.run({"serve", "nothing.gguf"}), 1);
        COMPARE_CODE(sandbox.run({"serve", "nothing.gguf", "--listen", "127.0.0.1:99999"}), 2);
        COMPARE_CODE(sandbox.run({"serve", "nothing.gguf", "--listen", "127.0.0.1:"}), 2);
    }
};

QTEST_GUILESS_MAIN(TestServe)
#include "tst_serve.moc"
