// SPDX-License-Identifier: GPL-3.0-or-later
// Taps see what libllama's own evaluation callback sees, and change nothing.
#include "tests/engine/engine_fixture.h"

#include <map>

using namespace tessera;
using namespace tessera::test;

namespace {

using Values = std::map<std::string, std::vector<float>>;

bool isInteresting(std::string_view name) {
    for (const std::string_view known : {"embd", "attn_norm", "Qcur", "Kcur", "Vcur", "kqv_out", "attn_out", "ffn_inp",
                                         "ffn_norm", "ffn_up", "ffn_gate", "ffn_swiglu", "ffn_out", "l_out", "result_norm",
                                         "result_output"})
        if (name == known) return true;
    return false;
}

struct Recorder : Tap {
    Values values;
    bool all_rows = false;
    bool wants(const TapNode& node) override { return isInteresting(node.name); }
    void take(const TapNode& node, std::span<const float> row) override {
        values[std::string(node.name) + "-" + std::to_string(std::max(-1, toInt(node.layer))) + " " + std::string(node.operation)]
            .assign(row.begin(), row.end());
    }
    bool wantsAllRows() const override { return all_rows; }
};

struct Decliner : Tap {
    int questions = 0;
    bool wants(const TapNode&) override { return ++questions, false; }
    void take(const TapNode&, std::span<const float>) override { qFatal("a declined node was delivered"); }
};

/// libllama's side, read with nothing of ours.
bool recordReference(ggml_tensor* tensor, bool ask, void* data) {
    std::string name = tensor->name;
    name = name.substr(0, name.find(" ("));  // "(view)", "(reshaped)"
    const auto dash = name.rfind('-');
    std::string layer = "-1";
    if (dash != std::string::npos) layer = name.substr(dash + 1), name = name.substr(0, dash);
    // Views compute nothing, and each engine takes its own.
    const bool known = isInteresting(name) && tensor->type == GGML_TYPE_F32 && tensor->op != GGML_OP_VIEW;
    if (ask) return known;
    std::vector<float> values(static_cast<std::size_t>(ggml_nelements(tensor)));
    std::size_t i = 0;
    for (std::int64_t i2 = 0; i2 < tensor->ne[2]; ++i2)
        for (std::int64_t i1 = 0; i1 < tensor->ne[1]; ++i1)
            for (std::int64_t i0 = 0; i0 < tensor->ne[0]; ++i0)
                values[i++] = *reinterpret_cast<const float*>(static_cast<const char*>(tensor->data) + static_cast<std::size_t>(i0) * tensor->nb[0] +
                                                              static_cast<std::size_t>(i1) * tensor->nb[1] + static_cast<std::size_t>(i2) * tensor->nb[2]);
    (*static_cast<Values*>(data))[name + "-" + layer + " " + ggml_op_name(tensor->op)] = std::move(values);
    return true;
}

}  // namespace

class TestTaps : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() {
        m_path = std::filesystem::path(m_folder.path().toStdString()) / "model.gguf";
        GeneratedModelOptions options;
        options.biases = true;
        require(writeGeneratedModel(m_path, options, "q8_0"));
        m_loaded = loadEngine(m_path);
    }

    void sameValuesAsLibllama_data() {
        QTest::addColumn<int>("rows");
        QTest::newRow("prompt") << 80;
        QTest::newRow("single token") << 1;
    }
    void sameValuesAsLibllama() {
        QFETCH(int, rows);
        Values expected;
        ReferenceOptions reference_options;
        reference_options.callback = recordReference;
        reference_options.callback_data = &expected;
        LlamaReference reference(m_path, reference_options);
        const auto prompt = somePrompt(static_cast<std::size_t>(rows), m_loaded->facts().vocabulary);
        expected.clear();  // what the start-up passes gave
        reference.evaluate(prompt, Wanted::Last);

        Recorder tap;
        auto options = plainOptions();
        options.tap = &tap;
        const auto session = require(m_loaded->createSession(options));
        require(session->evaluate(prompt, Wanted::Last, {}));
        // 3 layers of at least 14 nodes, the embedding, the end
        QVERIFY(expected.size() >= 45);
        for (const auto& [name, values] : expected) {
            const auto found = tap.values.find(name);
            QVERIFY2(found != tap.values.end(), name.c_str());
            QVERIFY2(largestDifference(values, found->second) == 0.0f, name.c_str());
        }
    }

    void tapsLeaveTheBits() {
        const auto prompt = somePrompt(70, m_loaded->facts().vocabulary);
        for (const auto exact : {ExactPolicy::Off, ExactPolicy::Auto}) {
            auto options = plainOptions();
            options.exact = exact;
            const auto without = runGreedy(*require(m_loaded->createSession(options)), prompt, 6);
            Recorder recorder;
            options.tap = &recorder;
            QCOMPARE(largestDifference(without, runGreedy(*require(m_loaded->createSession(options)), prompt, 6)), 0.0f);
            QVERIFY(!recorder.values.empty());
            Decliner decliner;
            options.tap = &decliner;
            QCOMPARE(largestDifference(without, runGreedy(*require(m_loaded->createSession(options)), prompt, 6)), 0.0f);
            QVERIFY(decliner.questions > 100);
        }
    }

    void allRowsOfTheLastLayer() {
        Recorder tap;
        tap.all_rows = true;
        auto options = plainOptions();
        options.tap = &tap;
        const auto prompt = somePrompt(10, m_loaded->facts().vocabulary);
        const auto rows = require(require(m_loaded->createSession(options))->evaluate(prompt, Wanted::Last, {}));
        QCOMPARE(rows.rows, std::size_t{1});
        const auto& all = tap.values.at("l_out-2 ADD");
        QCOMPARE(all.size(), std::size_t{10 * 256});
        const auto expected = require(require(m_loaded->createSession(plainOptions()))->evaluate(prompt, Wanted::All, {}));
        QCOMPARE(largestDifference(rows.values, expected.row(9)), 0.0f);
    }

    void valuesOfEverySpan() {
        Recorder whole;
        Recorder parts;
        auto options = plainOptions();
        const auto prompt = somePrompt(20, m_loaded->facts().vocabulary);
        options.tap = &whole;
        require(require(m_loaded->createSession(options))->evaluate(prompt, Wanted::Last, {}));
        options.tap = &parts;
        options.spans = {{0, 0}, {1, 2}};
        require(require(m_loaded->createSession(options))->evaluate(prompt, Wanted::Last, {}));
        for (const auto& [name, values] : whole.values) {
            QVERIFY2(parts.values.contains(name), name.c_str());
            QVERIFY2(largestDifference(values, parts.values.at(name)) == 0.0f, name.c_str());
        }
    }

private:

    QTemporaryDir m_folder;
    std::filesystem::path m_path;
    LoadedEngine m_loaded;
};

QTEST_GUILESS_MAIN(TestTaps)
#include "tst_taps.moc"
