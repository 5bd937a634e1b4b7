// SPDX-License-Identifier: GPL-3.0-or-later
// Leaving a part out equals a model whose weights for that part are zero.
#include "core/engine/bridge/llama_engine.h"
#include "core/inspect/inspect.h"
#include "core/inspect/token_table.h"
#include "tests/engine/engine_fixture.h"
#include "tests/support/byte_tokenizer.h"
#include "tests/support/llama_model.h"

#include <cstring>

using namespace tessera;
using namespace tessera::test;

namespace {

constexpr LlamaShape kShape{.layers = 3};  // 4 heads of 16 values, F32
constexpr std::size_t kHeadSize = 16;

struct Asked : Tap {
    std::vector<std::string> nodes;
    bool wants(const TapNode& node) override {
        nodes.push_back(std::string(node.name) + " " + std::string(node.operation));
        return false;
    }
    void take(const TapNode&, std::span<const float>) override {}
};

/// Sets weights of one tensor to zero: those whose place within its row lies in [first, end).
void clearColumns(LlamaModelData& model, const std::string& name, std::size_t first, std::size_t end) {
    for (auto& tensor : model.tensors) {
        if (tensor.name != name) continue;
        const auto width = static_cast<std::size_t>(tensor.shape[0]);
        auto* values = reinterpret_cast<float*>(tensor.bytes.data());
        for (std::size_t i = 0; i < tensor.bytes.size() / sizeof(float); ++i)
            if (i % width >= first && i % width < end) values[i] = 0.0f;
        return;
    }
    qFatal("no tensor %s", name.c_str());
}

}  // namespace

class TestAblation : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() {
        m_plain = write("plain.gguf", makeLlama(kShape));
        m_loaded = loadEngine(m_plain);
    }

    void nothingLeftOutIsThePlainGraph() {
        const auto prompt = somePrompt(70, 288);
        Asked plain;
        Asked with;
        auto options = plainOptions(256);
        options.tap = &plain;
        const auto expected = runGreedy(*require(m_loaded->createSession(options)), prompt, 3);
        options.tap = &with;
        options.ablation = Ablation{};
        QVERIFY(runGreedy(*require(m_loaded->createSession(options)), prompt, 3) == expected);
        QVERIFY(!plain.nodes.empty());
        QVERIFY(with.nodes == plain.nodes);
        options.ablation.heads = {{LayerIndex{1}, 0}};
        with.nodes.clear();
        QVERIFY(runGreedy(*require(m_loaded->createSession(options)), prompt, 3) != expected);
        QVERIFY(with.nodes.size() > plain.nodes.size());
        options.ablation = {};
        QVERIFY(runGreedy(*require(m_loaded->createSession(options)), prompt, 3) ==
                expected);  // the weights are untouched
    }

    void equalsZeroWeights_data() {
        QTest::addColumn<QStringList>("parts");
        QTest::newRow("head") << QStringList{"head:1:2"};
        QTest::newRow("head of the first layer") << QStringList{"head:0:0"};
        QTest::newRow("head of the last layer") << QStringList{"head:2:3"};
        QTest::newRow("two heads of a layer") << QStringList{"head:1:0", "head:1:3"};
        QTest::newRow("attention") << QStringList{"attn:1"};
        QTest::newRow("feed-forward") << QStringList{"ffn:2"};
        QTest::newRow("layer") << QStringList{"layer:1"};
        QTest::newRow("first layer") << QStringList{"layer:0"};
        QTest::newRow("last layer") << QStringList{"layer:2"};
        QTest::newRow("several") << QStringList{"head:0:1", "ffn:1", "layer:2"};
        QTest::newRow("all layers") << QStringList{"layer:0", "layer:1", "layer:2"};
    }
    void equalsZeroWeights() {
        QFETCH(QStringList, parts);
        InspectRequest request;
        request.tokens = somePrompt(50, 288);
        request.lens = true;
        LlamaModelData zeroed = makeLlama(kShape);
        for (const QString& part : parts) {
            require(addAblation(part.toStdString(), request.ablation));
            const QStringList words = part.split(':');
            const std::string layer = "blk." + words[1].toStdString() + ".";
            const auto head = words.size() > 2 ? words[2].toULong() : 0;
            if (words[0] == "head")
                clearColumns(zeroed, layer + "attn_output.weight", head * kHeadSize, (head + 1) * kHeadSize);
            if (words[0] == "attn" || words[0] == "layer") clearColumns(zeroed, layer + "attn_output.weight", 0, 1000);
            if (words[0] == "ffn" || words[0] == "layer") clearColumns(zeroed, layer + "ffn_down.weight", 0, 1000);
        }
        QCOMPARE(ablationTexts(request.ablation).size(), static_cast<std::size_t>(parts.size()));
        const auto without = loadEngine(write("zeroed.gguf", zeroed));
        const auto seen = require(inspect(*m_loaded.engine, ByteTokenizer(), request, {}));
        InspectRequest plain = request;
        plain.ablation = {};
        const auto expected = require(inspect(*without.engine, ByteTokenizer(), plain, {}));
        QCOMPARE(largestDifference(seen.logits, expected.logits), 0.0f);
        QCOMPARE(largestDifference(seen.residual.values, expected.residual.values), 0.0f);
        QCOMPARE(largestDifference(seen.norms.residual.values, expected.norms.residual.values), 0.0f);
        QCOMPARE(largestDifference(seen.norms.attention.values, expected.norms.attention.values), 0.0f);
        QCOMPARE(largestDifference(seen.norms.feed_forward.values, expected.norms.feed_forward.values), 0.0f);
        QVERIFY(seen.baseline_logits == require(inspect(*m_loaded.engine, ByteTokenizer(), plain, {})).logits);
        QVERIFY(seen.logits != seen.baseline_logits);

        const auto change = require(compareNextTokens(seen.baseline_logits, seen.logits, ByteTokenizer(), 5));
        QVERIFY(change.kl > 0.0);
        QVERIFY(change.tokens.size() >= 5 && change.tokens.size() <= 10);
        QCOMPARE(change.tokens.front().rank_before == 0 || change.tokens.front().rank_after == 0, true);
        QCOMPARE(require(compareNextTokens(seen.logits, seen.logits, ByteTokenizer(), 5)).kl, 0.0);
    }

    void quantizedCachesToo() {
        // Heads of 64 values: the cache keeps rotated rows.
        LlamaShape shape{.layers = 2, .embedding = 256, .feed_forward = 256};
        const auto loaded = loadEngine(write("rotated.gguf", makeLlama(shape)));
        LlamaModelData zeroed = makeLlama(shape);
        clearColumns(zeroed, "blk.1.attn_output.weight", 64, 128);
        const auto without = loadEngine(write("rotated-zeroed.gguf", zeroed));
        InspectRequest request;
        request.tokens = somePrompt(40, 288);
        request.session.kv_type = KvType::Q8_0;
        const auto expected = require(inspect(*without.engine, ByteTokenizer(), request, {}));
        request.ablation.heads = {{LayerIndex{1}, 1}};
        QCOMPARE(
            largestDifference(require(inspect(*loaded.engine, ByteTokenizer(), request, {})).logits, expected.logits),
            0.0f);
    }

    void whatTheModelLacksIsRefused_data() {
        QTest::addColumn<QString>("part");
        QTest::addColumn<QString>("word");
        QTest::newRow("layer") << "layer:3" << "layers 0–2";
        QTest::newRow("attention") << "attn:99" << "layers 0–2";
        QTest::newRow("feed-forward") << "ffn:3" << "layers 0–2";
        QTest::newRow("layer of a head") << "head:3:0" << "layers 0–2";
        QTest::newRow("head") << "head:0:4" << "heads 0–3";
    }
    void whatTheModelLacksIsRefused() {
        QFETCH(QString, part);
        QFETCH(QString, word);
        auto options = plainOptions(256);
        require(addAblation(part.toStdString(), options.ablation));
        const auto session = m_loaded->createSession(options);
        QVERIFY(!session);
        QCOMPARE(session.error().kind, ErrorKind::InvalidArgument);
        QVERIFY2(QString::fromStdString(session.error().message).contains(word), session.error().message.c_str());
    }

    void llamaCppRefuses() {
        const auto source = require(openGgufSource(m_plain));
        const auto engine = require(loadLlamaEngine(*source, {m_plain}, {1, RepackPolicy::Off}, {}));
        InspectRequest request;
        request.tokens = somePrompt(4, 288);
        request.ablation.layers = {LayerIndex{0}};
        const auto seen = inspect(*engine, ByteTokenizer(), request, {});
        QVERIFY(!seen);
        QCOMPARE(seen.error().kind, ErrorKind::Unsupported);
        QVERIFY(seen.error().message.find("fragment engine") != std::string::npos);
        SessionOptions options;
        options.ablation = request.ablation;
        QCOMPARE(engine->createSession(options).error().kind, ErrorKind::Unsupported);
    }

private:
    std::filesystem::path write(const char* name, const LlamaModelData& model) {
        const auto path = std::filesystem::path(m_folder.path().toStdString()) / name;
        require(writeGguf(path, model.metadata, model.tensors));
        return path;
    }

    QTemporaryDir m_folder;
    std::filesystem::path m_plain;
    LoadedEngine m_loaded;
};

QTEST_GUILESS_MAIN(TestAblation)
#include "tst_ablation.moc"
