// SPDX-License-Identifier: GPL-3.0-or-later
// Models whose architecture only llama.cpp knows: what is derived there instead of being named, taken or recomputed.
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

constexpr std::size_t kTokens = 30;

using Values = std::map<std::string, std::vector<float>>;

bool record(ggml_tensor* tensor, bool ask, void* data) {
    const std::string name = tensor->name;
    if (tensor->type != GGML_TYPE_F32 || !ggml_is_contiguous(tensor) || name.find('(') != std::string::npos)
        return !ask;
    if (ask) return true;
    const auto* from = static_cast<const float*>(tensor->data);
    (*static_cast<Values*>(data))[name].assign(from, from + ggml_nelements(tensor));
    return true;
}

void addVector(LlamaModelData& model, const std::string& name, std::int64_t size, std::uint32_t seed) {
    model.tensors.push_back({name,
                             TensorType::F32,
                             {size},
                             quantize(TensorType::F32, randomValues(static_cast<std::size_t>(size), seed), size)});
}

/// Qwen 2: biases, RoPE on halves, a bias behind the output matrix.
LlamaModelData makeQwen2() {
    LlamaModelData model = makeLlama({.layers = 3, .biases = true});
    addVector(model, "output.bias", 288, 7);
    std::erase_if(model.tensors, [](const auto& tensor) { return tensor.name.ends_with("attn_output.bias"); });
    return model;
}

/// StableLM: layer norms with biases instead of RMS norms.
LlamaModelData makeStableLm() {
    LlamaModelData model = makeLlama({.layers = 3});
    addVector(model, "output_norm.bias", 64, 1);
    for (int layer = 0; layer < 3; ++layer)
        for (const char* name : {"attn_norm.bias", "ffn_norm.bias"})
            addVector(model, "blk." + std::to_string(layer) + "." + name, 64, static_cast<std::uint32_t>(layer + 2));
    return model;
}

/// The same model under another architecture's keys.
std::filesystem::path writeAs(const std::filesystem::path& path, const std::string& architecture,
                              const LlamaModelData& model) {
    const Metadata renamed = asArchitecture(model.metadata, architecture);
    Metadata metadata;
    for (const auto& [key, value] : renamed.entries()) {
        // Its norms are layer norms.
        const bool epsilon = architecture == "stablelm" && key.ends_with("layer_norm_rms_epsilon");
        metadata.set(epsilon ? "stablelm.attention.layer_norm_epsilon" : key, value);
    }
    require(writeGguf(path, metadata, model.tensors));
    return path;
}

double normOf(std::span<const float> row, std::span<const float> minus = {}) {
    double sum = 0;
    for (std::size_t i = 0; i < row.size(); ++i) {
        const double value = static_cast<double>(row[i]) - (minus.empty() ? 0.0 : static_cast<double>(minus[i]));
        sum += value * value;
    }
    return std::sqrt(sum);
}

}  // namespace

class TestArchitectures : public QObject {
    Q_OBJECT
private slots:
    void showWhatLlamaCppComputes_data() {
        QTest::addColumn<QString>("architecture");
        QTest::newRow("qwen2") << "qwen2";
        QTest::newRow("stablelm") << "stablelm";
    }
    void showWhatLlamaCppComputes() {
        QFETCH(QString, architecture);
        const std::string name = architecture.toStdString();
        const auto path = writeAs(std::filesystem::path(m_folder.path().toStdString()) / (name + ".gguf"), name,
                                  name == "qwen2" ? makeQwen2() : makeStableLm());
        const auto source = require(openGgufSource(path));
        QCOMPARE(loadFragmentEngine(*source, {1, RepackPolicy::Off}, {}).has_value(), name == "qwen2");
        const auto engine = require(loadLlamaEngine(*source, {path}, {2, RepackPolicy::Off}, {}));
        InspectRequest request;
        request.tokens = somePrompt(kTokens, 288);
        request.lens = true;
        request.attention = {LayerIndex{1}, LayerIndex{2}};
        request.neurons = {LayerIndex{2}};
        const auto cost = captureCost(request, engine->facts(), {}, EngineKind::Llama);
        const auto seen = require(inspect(*engine, ByteTokenizer(), request, {}));
        QVERIFY(std::fabs(static_cast<double>(cost.held) / static_cast<double>(seen.heldBytes()) - 1.0) < 0.1);

        Values values;
        ReferenceOptions options;
        options.flash_attention = false;  // the weights of attention exist only without
        options.callback = record;
        options.callback_data = &values;
        LlamaReference reference(path, options);
        values.clear();
        const auto logits = reference.evaluate(request.tokens, Wanted::All);
        QCOMPARE(largestDifference(seen.logits, std::span(logits).last(288)), 0.0f);

        const auto columns = static_cast<std::size_t>(engine->facts().embedding);
        const auto row = [&](const std::string& key, std::size_t token) {
            return std::span(values.at(key)).subspan(token * columns, columns);
        };
        const auto isNear = [](float a, double b) {
            return std::fabs(static_cast<double>(a) - b) <= 1e-4 * std::max(1.0, b);
        };
        for (std::size_t layer = 0; layer < 3; ++layer) {
            const std::string suffix = "-" + std::to_string(layer);
            for (std::size_t token = 0; token < kTokens; ++token) {
                const auto before = row(layer == 0 ? "embd" : "l_out-" + std::to_string(layer - 1), token);
                const auto middle = row("ffn_inp" + suffix, token);
                const auto after = row("l_out" + suffix, token);
                QVERIFY(std::ranges::equal(seen.residual.row(layer, token), after));
                QVERIFY(isNear(seen.norms.residual.at(layer, token), normOf(after)));
                QVERIFY(isNear(seen.norms.attention.at(layer, token), normOf(middle, before)));
                QVERIFY(isNear(seen.norms.feed_forward.at(layer, token), normOf(after, middle)));
            }
        }
        for (const LayerIndex layer : request.attention) {
            const auto& expected = values.at("kq_soft_max-" + std::to_string(toInt(layer)));
            const auto cells = expected.size() / 4 / kTokens;
            for (std::uint32_t head = 0; head < 4; ++head) {
                const Rows weights = attentionWeights(*seen.attentionOf(layer), head);
                for (std::size_t q = 0; q < kTokens; ++q)
                    for (std::size_t k = 0; k < kTokens; ++k)
                        QCOMPARE(weights.row(q)[k], expected[(head * kTokens + q) * cells + k]);
            }
        }
        QCOMPARE(largestDifference(seen.neuronsOf(LayerIndex{2})->activations.values, values.at("ffn_swiglu-2")), 0.0f);
        const auto head = require(engine->createOutputHead({}));
        QVERIFY(require(lensDeviation(*head, seen, {})) < 1e-4f);
    }

private:
    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestArchitectures)
#include "tst_architectures.moc"
