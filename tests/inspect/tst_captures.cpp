// SPDX-License-Identifier: GPL-3.0-or-later
// Captures are what llama.cpp's own evaluation callback sees on the same prompt: same tensors, same numbers.
#include "core/engine/bridge/llama_engine.h"
#include "core/inspect/attention.h"
#include "core/inspect/inspect.h"
#include "core/inspect/lens.h"
#include "tests/engine/engine_fixture.h"
#include "tests/support/byte_tokenizer.h"
#include "tests/support/llama_model.h"

#include <map>

using namespace tessera;
using namespace tessera::test;

namespace {

/// libllama's side, read with nothing of ours: "ffn_out-3 MUL_MAT" → values of all batches, one behind the other.
struct Reference {
    std::map<std::string, std::vector<float>> values;
    std::map<std::string, std::vector<std::int64_t>> shapes;

    static bool callback(ggml_tensor* tensor, bool ask, void* data) {
        const std::string name = tensor->name;
        if (tensor->type != GGML_TYPE_F32 || !ggml_is_contiguous(tensor) || name.find('(') != std::string::npos)
            return !ask;
        if (ask) return true;
        auto& self = *static_cast<Reference*>(data);
        const auto key = name + " " + ggml_op_name(tensor->op);
        const auto* from = static_cast<const float*>(tensor->data);
        auto& to = self.values[key];
        to.insert(to.end(), from, from + ggml_nelements(tensor));
        self.shapes[key].assign(tensor->ne, tensor->ne + 4);
        return true;
    }
};

std::string referenceKey(const Capture& capture) {
    const auto layer = toInt(capture.spec.layer);
    return capture.spec.name + (layer >= 0 ? "-" + std::to_string(layer) : "") + " " + capture.operation;
}

std::unique_ptr<Engine> bridgeOver(const TensorSource& source, const std::filesystem::path& path) {
    return require(loadLlamaEngine(source, {path}, {2, RepackPolicy::Off}, {}));
}

}  // namespace

class TestCaptures : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() {
        m_small = writeLlama(std::filesystem::path(m_folder.path().toStdString()) / "small.gguf",
                             {.layers = 3, .biases = true});
    }

    void everyTensorHasLibllamasBits_data() {
        QTest::addColumn<bool>("default_model");
        QTest::addColumn<bool>("bridge");
        QTest::addColumn<int>("tokens");
        QTest::addColumn<int>("micro_batch");
        QTest::newRow("fragments") << false << false << 70 << 512;
        QTest::newRow("fragments, one token") << false << false << 1 << 512;
        QTest::newRow("fragments, batches") << false << false << 90 << 32;
        QTest::newRow("llama.cpp") << false << true << 70 << 512;
        QTest::newRow("llama.cpp, batches") << false << true << 90 << 32;
        QTest::newRow("default model, fragments") << true << false << 24 << 512;
        QTest::newRow("default model, llama.cpp") << true << true << 24 << 512;
    }
    void everyTensorHasLibllamasBits() {
        QFETCH(bool, default_model);
        QFETCH(bool, bridge);
        QFETCH(int, tokens);
        QFETCH(int, micro_batch);
        const auto path = default_model ? defaultModel() : m_small;
        const auto loaded = loadEngine(path);
        const auto llama = bridge ? bridgeOver(*loaded.source, path) : nullptr;
        Engine& engine = bridge ? *llama : *loaded.engine;

        InspectRequest request;
        request.tokens = somePrompt(static_cast<std::size_t>(tokens), engine.facts().vocabulary);
        request.session.micro_batch = static_cast<std::uint32_t>(micro_batch);
        const auto last = static_cast<int>(engine.facts().layers) - 1;
        for (const int layer : {0, last / 2, last})
            for (const char* name : {"attn_norm", "Qcur", "Kcur", "Vcur", "Qcur:ROPE", "kqv_out", "attn_out", "ffn_inp",
                                     "ffn_norm", "ffn_up", "ffn_gate", "ffn_swiglu", "ffn_out", "l_out"})
                request.captures.push_back(require(parseCapture(std::string(name) + "@" + std::to_string(layer))));
        for (const char* name : {"embd", "result_norm", "result_output"})
            request.captures.push_back(require(parseCapture(name)));

        Reference seen;
        ReferenceOptions options;
        options.micro_batch = static_cast<std::uint32_t>(micro_batch);
        options.callback = &Reference::callback;
        options.callback_data = &seen;
        LlamaReference reference(path, options);
        seen.values.clear();  // what the start-up passes gave
        const auto logits = reference.evaluate(request.tokens, Wanted::All);

        const auto inspection = require(inspect(engine, ByteTokenizer(), request, {}));
        QCOMPARE(inspection.captures.size(), request.captures.size());
        for (const auto& capture : inspection.captures) {
            const auto key = referenceKey(capture);
            QVERIFY2(seen.values.contains(key), key.c_str());
            QCOMPARE(capture.rows.rows, request.tokens.size());
            QVERIFY2(largestDifference(capture.rows.values, seen.values.at(key)) == 0.0f, key.c_str());
        }
        QCOMPARE(largestDifference(inspection.captures.back().rows.values, logits), 0.0f);
        QCOMPARE(largestDifference(inspection.logits, std::span(logits).last(inspection.logits.size())), 0.0f);
    }

    void residualRowsAndNormsAreThoseOfLibllama_data() {
        QTest::addColumn<bool>("bridge");
        QTest::addColumn<int>("micro_batch");
        QTest::newRow("fragments") << false << 512;
        QTest::newRow("fragments, batches") << false << 32;
        QTest::newRow("llama.cpp") << true << 512;
    }
    void residualRowsAndNormsAreThoseOfLibllama() {
        QFETCH(bool, bridge);
        QFETCH(int, micro_batch);
        const auto loaded = loadEngine(m_small);
        const auto llama = bridge ? bridgeOver(*loaded.source, m_small) : nullptr;
        Engine& engine = bridge ? *llama : *loaded.engine;
        InspectRequest request;
        request.tokens = somePrompt(90, 288);
        request.lens = true;
        request.session.micro_batch = static_cast<std::uint32_t>(micro_batch);
        const auto whole = require(inspect(engine, ByteTokenizer(), request, {}));
        request.lens_tokens = TokenRange{40, 30};
        const auto part = require(inspect(engine, ByteTokenizer(), request, {}));

        Reference seen;
        ReferenceOptions options;
        options.micro_batch = static_cast<std::uint32_t>(micro_batch);
        options.callback = &Reference::callback;
        options.callback_data = &seen;
        LlamaReference reference(m_small, options);
        seen.values.clear();
        reference.evaluate(request.tokens, Wanted::All);
        const auto columns = static_cast<std::size_t>(engine.facts().embedding);
        const auto rowOf = [&](const std::string& key, std::size_t token) {
            return std::span(seen.values.at(key)).subspan(token * columns, columns);
        };
        const auto normOf = [](std::span<const float> row) {
            double sum = 0;
            for (const float value : row) sum += static_cast<double>(value) * static_cast<double>(value);
            return std::sqrt(sum);
        };
        const auto isNear = [](double a, double b) { return std::fabs(a - b) <= 1e-5 * std::max(1.0, std::fabs(b)); };
        for (std::size_t layer = 0; layer < 3; ++layer) {
            const auto key = "-" + std::to_string(layer);
            for (std::size_t token = 0; token < 90; ++token) {
                const auto row = rowOf("l_out" + key + " ADD", token);
                QVERIFY(std::ranges::equal(whole.residual.row(layer, token), row));
                if (token >= 40 && token < 70) QVERIFY(std::ranges::equal(part.residual.row(layer, token), row));
                const auto end = rowOf("l_out-2 ADD", token);
                double dot = 0;
                for (std::size_t i = 0; i < columns; ++i)
                    dot += static_cast<double>(row[i]) * static_cast<double>(end[i]);
                for (const auto* norms : {&whole.norms, &part.norms}) {
                    QVERIFY(isNear(norms->residual.at(layer, token), normOf(row)));
                    QVERIFY(isNear(norms->attention.at(layer, token), normOf(rowOf("attn_out" + key + " ADD", token))));
                    QVERIFY(isNear(norms->feed_forward.at(layer, token),
                                   normOf(rowOf("ffn_out" + key + " MUL_MAT", token))));
                    QVERIFY(isNear(norms->cosine.at(layer, token), dot / (normOf(row) * normOf(end))));
                    QVERIFY(isNear(norms->embedding[token], normOf(rowOf("embd GET_ROWS", token))));
                }
            }
        }
        QVERIFY(require(lensDeviation(*require(engine.createOutputHead({})), whole, {})) < 1e-4f);
    }

    void attentionIsLibllamasSoftmax_data() {
        QTest::addColumn<bool>("default_model");
        QTest::addColumn<bool>("bridge");
        QTest::newRow("fragments") << false << false;
        QTest::newRow("llama.cpp") << false << true;
        QTest::newRow("default model") << true << false;
    }
    void attentionIsLibllamasSoftmax() {
        QFETCH(bool, default_model);
        QFETCH(bool, bridge);
        const auto path = default_model ? defaultModel() : m_small;
        const auto loaded = loadEngine(path);
        const auto llama = bridge ? bridgeOver(*loaded.source, path) : nullptr;
        Engine& engine = bridge ? *llama : *loaded.engine;
        InspectRequest request;
        request.tokens = somePrompt(40, engine.facts().vocabulary);
        request.norms = false;
        request.attention = {LayerIndex{0}, LayerIndex{2}};
        const auto fused = require(inspect(engine, ByteTokenizer(), request, {}));
        request.session.micro_batch = 16;
        request.captures = {require(parseCapture("kq_soft_max@2"))};
        const auto plain = require(inspect(engine, ByteTokenizer(), request, {}));

        Reference seen;
        ReferenceOptions options;
        options.flash_attention = false;
        options.callback = &Reference::callback;
        options.callback_data = &seen;
        LlamaReference reference(path, options);
        seen.values.clear();
        reference.evaluate(request.tokens, Wanted::All);
        const auto heads = engine.facts().heads;
        for (const LayerIndex layer : request.attention) {
            const auto key = "kq_soft_max-" + std::to_string(toInt(layer)) + " SOFT_MAX";
            const auto& expected = seen.values.at(key);
            const auto cells = static_cast<std::size_t>(seen.shapes.at(key)[0]);
            for (const auto* inspection : {&fused, &plain}) {
                // Deeper layers of the fused run are given rows that fused attention has rounded otherwise.
                const float tolerance = inspection == &plain || layer == LayerIndex{0} ? 1e-5f : 2e-2f;
                for (std::uint32_t head = 0; head < heads; ++head) {
                    const Rows weights = attentionWeights(*inspection->attentionOf(layer), head);
                    for (std::size_t q = 0; q < 40; ++q) {
                        double sum = 0;
                        for (std::size_t k = 0; k < 40; ++k) {
                            sum += static_cast<double>(weights.row(q)[k]);
                            const float there = expected[(head * 40 + q) * cells + k];
                            QVERIFY2(std::fabs(weights.row(q)[k] - there) < tolerance,
                                     qPrintable(QString("layer %1 head %2: %3 → %4: %5, expected %6")
                                                    .arg(toInt(layer))
                                                    .arg(head)
                                                    .arg(q)
                                                    .arg(k)
                                                    .arg(weights.row(q)[k])
                                                    .arg(there)));
                            if (k > q) QCOMPARE(weights.row(q)[k], 0.0f);
                        }
                        QVERIFY(std::fabs(sum - 1.0) < 1e-5);
                    }
                    QVERIFY(std::ranges::equal(attentionOfToken(*inspection->attentionOf(layer), 39).row(head),
                                               weights.row(39)));
                }
            }
        }
        // The captured tensor itself, put together from batches of 16.
        const Capture& captured = plain.captures.front();
        QCOMPARE(captured.rows.rows, std::size_t{40});
        QCOMPARE(captured.rows.columns % heads, std::size_t{0});
        const auto cells = captured.rows.columns / heads;
        const auto& expected = seen.values.at("kq_soft_max-2 SOFT_MAX");
        for (std::size_t head = 0; head < heads; ++head)
            for (std::size_t q = 0; q < 40; ++q)
                for (std::size_t k = 0; k < 40; ++k)
                    QVERIFY(std::fabs(captured.rows.row(q)[head * cells + k] - expected[(head * 40 + q) * cells + k]) <
                            1e-5f);
    }

    void inspectingLeavesTheBits() {
        const auto q8_0 = require(tensorTypeFromName("Q8_0"));  // its kernels do not depend on the number of rows
        const auto loaded = loadEngine(writeLlama(std::filesystem::path(m_folder.path().toStdString()) / "q8_0.gguf",
                                                  {.layers = 3, .type = q8_0}));
        InspectRequest request;
        request.tokens = somePrompt(70, 288);
        const auto plain =
            require(require(loaded->createSession(plainOptions(256)))->evaluate(request.tokens, Wanted::Last, {}));
        request.lens = true;
        request.attention = request.neurons = allLayers(loaded->facts());
        request.captures = {require(parseCapture("ffn_out@1"))};
        QVERIFY(require(inspect(*loaded.engine, ByteTokenizer(), request, {})).logits == plain.values);
    }

    void expertsOfAMixture() {
        const auto path = writeLlama(std::filesystem::path(m_folder.path().toStdString()) / "moe.gguf",
                                     {.experts = 4, .experts_used = 2});
        const auto source = require(openGgufSource(path));
        const auto engine = bridgeOver(*source, path);
        InspectRequest request;
        request.tokens = somePrompt(40, 288);
        request.experts = true;
        request.session.micro_batch = 16;
        const auto cost = captureCost(request, engine->facts());
        const auto seen = require(inspect(*engine, ByteTokenizer(), request, {}));
        QCOMPARE(seen.expert_state, ExpertState::Captured);
        QCOMPARE(seen.experts.size(), std::size_t{2});
        std::map<std::int32_t, int> counts;
        for (const auto& layer : seen.experts) {
            QCOMPARE(layer.used, std::size_t{2});
            for (std::size_t token = 0; token < layer.tokens; ++token) {
                const auto* experts = layer.experts.data() + token * 2;
                const auto* weights = layer.weights.data() + token * 2;
                QVERIFY(experts[0] != experts[1]);
                QVERIFY(std::min(experts[0], experts[1]) >= 0 && std::max(experts[0], experts[1]) < 4);
                QVERIFY(weights[0] >= weights[1] && std::fabs(weights[0] + weights[1] - 1.0f) < 1e-5f);
                ++counts[experts[0]];
            }
        }
        QVERIFY(counts.size() > 1);
        QVERIFY(seen.norms.feed_forward.at(1, 39) > 0.0f);
        QVERIFY(std::fabs(static_cast<double>(cost.held) / static_cast<double>(seen.heldBytes()) - 1.0) < 0.1);

        request.neurons = {LayerIndex{0}};
        const auto refused = inspect(*engine, ByteTokenizer(), request, {});
        QVERIFY(!refused);
        QCOMPARE(refused.error().kind, ErrorKind::Unsupported);

        request.neurons.clear();
        QCOMPARE(require(inspect(*loadEngine(m_small).engine, ByteTokenizer(), request, {})).expert_state,
                 ExpertState::Dense);
    }

private:
    QTemporaryDir m_folder;
    std::filesystem::path m_small;
};

QTEST_GUILESS_MAIN(TestCaptures)
#include "tst_captures.moc"
