// SPDX-License-Identifier: GPL-3.0-or-later
// Session files and exports.
#include "core/inspect/export.h"
#include "core/inspect/session_file.h"
#include "tests/engine/engine_fixture.h"
#include "tests/support/byte_tokenizer.h"
#include "tests/support/llama_model.h"
#include "tests/support/made_models.h"

#include "core/inspect/inspect.h"

using namespace tessera;
using namespace tessera::test;

class TestFiles : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() {
        m_loaded = loadEngine(writeLlama(path("model.gguf"), {.layers = 3}));
        InspectRequest request;
        request.tokens = m_tokenizer.encode("a \"b\",\n\xE2", {}).value();
        request.lens = true;
        request.attention = {LayerIndex{1}};
        request.neurons = {LayerIndex{2}};
        request.captures = {parseCapture("Qcur:ROPE@1").value()};
        m_seen = require(inspect(*m_loaded.engine, m_tokenizer, request, {}));
    }

    void sessionsComeBackWhole() {
        InspectSession session;
        session.set = "/models/Größe.gguf";
        session.model = "a model";
        session.architecture = "llama";
        session.vocabulary = 288;
        session.engine = "fragments";
        session.prompt = "line\n\"quoted\" \xE2\x82\xAC";
        auto& request = session.request;
        request = m_seen.request;
        request.lens_tokens = TokenRange{2, 3};
        request.experts = true;
        request.baseline = false;
        for (const char* part : {"head:1:2", "layer:0", "attn:1", "ffn:2"})
            require(addAblation(part, request.ablation));
        request.session.kv_type = KvType::Q8_0;
        request.session.exact = ExactPolicy::Auto;
        request.session.micro_batch = 64;
        request.session.flash_attention = false;
        require(saveSession(session, path("session.json")));
        const auto back = require(loadSession(path("session.json")));
        QCOMPARE(writeSession(back), writeSession(session));
        QCOMPARE(back.prompt, session.prompt);
        QVERIFY(back.request.tokens == request.tokens && back.request.captures == request.captures &&
                back.request.ablation == request.ablation);
        QVERIFY(back.request.lens_tokens == request.lens_tokens && back.request.attention == request.attention &&
                back.request.neurons == request.neurons);
        QVERIFY(back.request.session.kv_type == KvType::Q8_0 && back.request.session.exact == ExactPolicy::Auto);
        QCOMPARE(back.request.session.micro_batch, 64u);
        QCOMPARE(back.request.session.flash_attention, false);

        InspectSession repeat;
        repeat.request = m_seen.request;
        const auto again =
            require(inspect(*m_loaded.engine, m_tokenizer, require(readSession(writeSession(repeat))).request, {}));
        QVERIFY(again.logits == m_seen.logits && again.residual.values == m_seen.residual.values);
    }

    void badSessionsNameTheField_data() {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QString>("word");
        QTest::newRow("empty") << QByteArray() << "JSON";
        QTest::newRow("no object") << QByteArray("[1]") << "JSON";
        QTest::newRow("half") << QByteArray("{\"tessera_inspection\": 1") << "JSON";
        QTest::newRow("no format") << QByteArray("{\"tokens\": [1]}") << "tessera_inspection";
        QTest::newRow("newer") << QByteArray("{\"tessera_inspection\": 2, \"tokens\": [1]}") << "format 2";
        QTest::newRow("no tokens") << QByteArray("{\"tessera_inspection\": 1}") << "tokens";
        QTest::newRow("tokens of text") << QByteArray("{\"tessera_inspection\": 1, \"tokens\": [\"a\"]}") << "tokens";
        QTest::newRow("negative token") << QByteArray("{\"tessera_inspection\": 1, \"tokens\": [-1]}") << "tokens";
        QTest::newRow("large token") << QByteArray("{\"tessera_inspection\": 1, \"tokens\": [4294967296]}") << "tokens";
        QTest::newRow("lens no bool") << QByteArray("{\"tessera_inspection\": 1, \"tokens\": [1], \"lens\": 1}")
                                      << "lens";
        QTest::newRow("lens_tokens")
            << QByteArray("{\"tessera_inspection\": 1, \"tokens\": [1], \"lens_tokens\": {\"first\": 0}}") << "count";
        QTest::newRow("capture") << QByteArray("{\"tessera_inspection\": 1, \"tokens\": [1], \"captures\": [\"@1\"]}")
                                 << "@1";
        QTest::newRow("ablation") << QByteArray(
                                         "{\"tessera_inspection\": 1, \"tokens\": [1], \"ablation\": [\"tail:1\"]}")
                                  << "tail:1";
        QTest::newRow("kv type")
            << QByteArray("{\"tessera_inspection\": 1, \"tokens\": [1], \"session\": {\"kv_type\": \"q1\"}}")
            << "kv_type";
        QTest::newRow("prompt") << QByteArray("{\"tessera_inspection\": 1, \"tokens\": [1], \"prompt\": 7}")
                                << "prompt";
    }
    void badSessionsNameTheField() {
        QFETCH(QByteArray, json);
        QFETCH(QString, word);
        const auto session = readSession(std::string_view(json.constData(), static_cast<std::size_t>(json.size())));
        QVERIFY(!session);
        QVERIFY2(QString::fromStdString(session.error().message).contains(word), session.error().message.c_str());
    }

    void tokensAreReadable() {
        QCOMPARE(readablePiece("a\n\t\\\x01"), std::string("a\\n\\t\\\\\\x01"));
        QCOMPARE(readablePiece("\xE2\x82\xAC!"), std::string("\xE2\x82\xAC!"));
        QCOMPARE(readablePiece("\xE2\x82"), std::string("\\xE2\\x82"));
    }

    void tables() {
        const auto lines = [](const std::string& csv) {
            return QString::fromUtf8(csv.c_str()).split("\r\n", Qt::SkipEmptyParts);
        };
        const auto norms = lines(normsCsv(m_seen));
        QCOMPARE(norms.size(), qsizetype(1 + 3 * 8));
        QCOMPARE(norms[0], "layer,position,token,text,residual,attention,feed_forward,cosine");
        QVERIFY2(norms[3].startsWith("0,2,34,\"\"\"\","), qPrintable(norms[3]));
        const auto fields = norms[1 + 2 * 8].split(',');
        QCOMPARE(fields[0], "2");
        QCOMPARE(fields[4].toFloat(), m_seen.norms.residual.at(2, 0));  // reads back as the same float
        QVERIFY(norms.last().contains("\\xE2"));

        const auto head = require(m_loaded->createOutputHead({}));
        const auto grid = require(computeLens(*head, m_seen, {1, 2, {0, 4}}, {.top_k = 3}, {}));
        QCOMPARE(lines(lensCsv(m_seen, grid, m_tokenizer)).size(), qsizetype(1 + 2 * 4 * 3));
        QCOMPARE(lines(attentionCsv(m_seen, m_seen.attention[0], 1)).size(), qsizetype(1 + 8 * 9 / 2));
        QCOMPARE(lines(neuronsCsv(m_seen, m_seen.neurons[0], 2)).size(), qsizetype(1 + 8 * 2));
        const auto capture = lines(captureCsv(m_seen, m_seen.captures[0]));
        QCOMPARE(capture.size(), qsizetype(9));
        QCOMPARE(capture[8].split(',').last().toFloat(), m_seen.captures[0].rows.values.back());
        QCOMPARE(lines(logitsCsv(m_seen, m_tokenizer, 4)).size(), qsizetype(5));
    }

    void arrays() {
        const auto check = [this](const char* name, const QByteArray& shape, std::span<const float> values) {
            const std::string file = contentOf(path(name));
            const QByteArray bytes(file.data(), static_cast<qsizetype>(file.size()));
            QVERIFY2(bytes.startsWith("\x93NUMPY"), name);
            QVERIFY2(bytes.left(128).contains(shape), bytes.left(128).constData());
            QVERIFY(bytes.endsWith(
                QByteArray(reinterpret_cast<const char*>(values.data()), static_cast<qsizetype>(values.size_bytes()))));
        };
        require(writeNpy(m_seen.captures[0], path("capture.npy")));
        check("capture.npy", "(8, 4, 16)", m_seen.captures[0].rows.values);
        require(writeNpy(m_seen.residual, path("residual.npy")));
        check("residual.npy", "(3, 8, 64)", m_seen.residual.values);
        require(writeNpy(m_seen.norms.cosine, path("cosine.npy")));
        check("cosine.npy", "(3, 8)", m_seen.norms.cosine.values);
        require(writeNpy(m_seen.neurons[0].activations, path("neurons.npy")));
        check("neurons.npy", "(8, 128)", m_seen.neurons[0].activations.values);
        QVERIFY(!writeNpy(m_seen.residual, path("missing/residual.npy")));
    }

private:
    std::filesystem::path path(const char* name) const {
        return std::filesystem::path(m_folder.path().toStdString()) / name;
    }

    QTemporaryDir m_folder;
    ByteTokenizer m_tokenizer;
    LoadedEngine m_loaded;
    Inspection m_seen;
};

QTEST_GUILESS_MAIN(TestFiles)
#include "tst_files.moc"
