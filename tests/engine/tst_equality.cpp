// SPDX-License-Identifier: GPL-3.0-or-later
// Logits bit for bit equal to libllama's under equal conditions.
#include "tests/engine/engine_fixture.h"

using namespace tessera;
using namespace tessera::test;

namespace {

struct Conditions {
    int threads = 2;
    bool repack = false;
    KvType kv = KvType::F16;
    bool flash = true;
    std::uint32_t micro_batch = 512;
    std::size_t prompt = 100;
    int decode = 8;
};

float differenceToReference(const std::filesystem::path& path, const Conditions& c) {
    ReferenceOptions reference_options;
    reference_options.threads = c.threads;
    reference_options.repack = c.repack;
    reference_options.kv_type = c.kv;
    reference_options.flash_attention = c.flash;
    reference_options.micro_batch = c.micro_batch;
    LlamaReference reference(path, reference_options);
    const auto loaded = loadEngine(path, c.threads, c.repack ? RepackPolicy::On : RepackPolicy::Off);
    auto options = plainOptions();
    options.kv_type = c.kv;
    options.flash_attention = c.flash;
    options.micro_batch = c.micro_batch;
    const auto session = require(loaded->createSession(options));
    const auto prompt = somePrompt(c.prompt, loaded->facts().vocabulary);
    const auto expected = runGreedy(reference, prompt, c.decode);
    const auto actual = runGreedy(*session, prompt, c.decode);
    if (expected.size() != static_cast<std::size_t>(c.decode + 1) * loaded->facts().vocabulary) return INFINITY;
    const auto [low, high] = std::minmax_element(expected.begin(), expected.end());
    if (!(*high - *low > 0.5f)) return INFINITY;  // a dead model would prove nothing
    return largestDifference(expected, actual);
}

}  // namespace

Q_DECLARE_METATYPE(Conditions)

class TestEquality : public QObject {
    Q_OBJECT
private slots:
    void defaultModel_data() {
        QTest::addColumn<Conditions>("conditions");
        QTest::newRow("500 tokens") << Conditions{.prompt = 500, .decode = 200};
        QTest::newRow("two micro-batches, beyond 512 cells") << Conditions{.prompt = 530, .decode = 12};
        QTest::newRow("one thread") << Conditions{.threads = 1, .prompt = 80};
        QTest::newRow("micro-batch 32") << Conditions{.micro_batch = 32, .prompt = 80};
        QTest::newRow("F32 cache") << Conditions{.kv = KvType::F32};
        QTest::newRow("Q8_0 cache, rotated") << Conditions{.kv = KvType::Q8_0};
        QTest::newRow("without flash attention") << Conditions{.flash = false};
        QTest::newRow("F32 cache without flash attention") << Conditions{.kv = KvType::F32, .flash = false, .prompt = 40};
    }
    void defaultModel() {
        QFETCH(Conditions, conditions);
        QCOMPARE(differenceToReference(defaultModel_(), conditions), 0.0f);
    }

    void generated_data() {
        QTest::addColumn<QString>("type");
        QTest::addColumn<QString>("shape");
        for (const auto& type : types())
            for (const auto& shape : shapes()) QTest::addRow("%s %s", qPrintable(type), qPrintable(shape)) << type << shape;
        for (const auto* type : {"q4_0", "q4_1", "q5_1", "q2_k", "q3_k", "q4_k", "q5_k", "iq2_xxs", "iq3_s", "iq4_xs", "mxfp4", "tq2_0"})
            QTest::addRow("%s gqa", type) << type << "gqa";
        for (const auto* shape : {"rope factors", "fused", "fused biases", "wide heads", "head 128"})
            QTest::addRow("q8_0 %s", shape) << "q8_0" << shape;
    }
    void generated() {
        QFETCH(QString, type);
        QFETCH(QString, shape);
        const QTemporaryDir folder;
        const auto path = std::filesystem::path(folder.path().toStdString()) / "model.gguf";
        require(writeGeneratedModel(path, optionsFor(shape), type.toStdString()));
        for (const bool repack : {false, true}) {
            QCOMPARE(differenceToReference(path, {.repack = repack, .prompt = 150, .decode = 6}), 0.0f);
            // Few rows take other kernels.
            QCOMPARE(differenceToReference(path, {.repack = repack, .micro_batch = 13, .prompt = 30, .decode = 2}), 0.0f);
        }
    }

    void generatedLongPrompt_data() {
        QTest::addColumn<QString>("type");
        QTest::addColumn<QString>("shape");
        for (const auto& type : types())
            for (const auto& shape : shapes()) QTest::addRow("%s %s", qPrintable(type), qPrintable(shape)) << type << shape;
    }
    void generatedLongPrompt() {
        QFETCH(QString, type);
        QFETCH(QString, shape);
        const QTemporaryDir folder;
        const auto path = std::filesystem::path(folder.path().toStdString()) / "model.gguf";
        require(writeGeneratedModel(path, optionsFor(shape), type.toStdString()));
        QCOMPARE(differenceToReference(path, {.prompt = 500, .decode = 200}), 0.0f);
    }

    void cacheTypesOfGenerated_data() {
        QTest::addColumn<Conditions>("conditions");
        QTest::newRow("Q8_0, heads of 128") << Conditions{.kv = KvType::Q8_0};
        QTest::newRow("F32") << Conditions{.kv = KvType::F32};
        QTest::newRow("no flash attention, 1 thread") << Conditions{.threads = 1, .flash = false};
    }
    void cacheTypesOfGenerated() {
        QFETCH(Conditions, conditions);
        const QTemporaryDir folder;
        const auto path = std::filesystem::path(folder.path().toStdString()) / "model.gguf";
        require(writeGeneratedModel(path, optionsFor("head 128"), "q8_0"));
        QCOMPARE(differenceToReference(path, conditions), 0.0f);
    }

    void logitsOfAllRows() {
        const auto path = defaultModel_();
        LlamaReference reference(path, {});
        const auto loaded = loadEngine(path);
        const auto session = require(loaded->createSession(plainOptions()));
        const auto prompt = somePrompt(20, loaded->facts().vocabulary);
        const auto rows = require(session->evaluate(prompt, Wanted::All, {}));
        QCOMPARE(rows.rows, prompt.size());
        QCOMPARE(largestDifference(rows.values, reference.evaluate(prompt, Wanted::All)), 0.0f);
    }

    void afterTruncation() {
        const auto path = defaultModel_();
        LlamaReference reference(path, {});
        const auto loaded = loadEngine(path);
        const auto session = require(loaded->createSession(plainOptions()));
        const auto prompt = somePrompt(60, loaded->facts().vocabulary);
        runGreedy(reference, prompt, 4);
        runGreedy(*session, prompt, 4);
        reference.truncate(33);
        require(session->truncate(33));
        QCOMPARE(session->length(), 33u);
        const auto other = somePrompt(9, 1000);
        QCOMPARE(largestDifference(runGreedy(reference, other, 4), runGreedy(*session, other, 4)), 0.0f);
    }

private:
    static std::filesystem::path defaultModel_() { return tessera::test::defaultModel(); }

    static QStringList types() { return {"q8_0", "q4_k_m", "q6_k", "q5_0", "iq4_nl", "f16", "bf16", "f32"}; }
    static QStringList shapes() { return {"gqa", "plain", "biases", "tied", "linear", "yarn"}; }

    static GeneratedModelOptions optionsFor(const QString& shape) {
        GeneratedModelOptions o;
        if (shape == "plain") o.kv_heads = o.heads;
        if (shape.contains("biases")) o.biases = true;
        if (shape == "tied") o.tied = true;
        if (shape == "linear") o.rope_scaling = RopeScaling::Linear;
        if (shape == "yarn") o.rope_scaling = RopeScaling::Yarn;
        if (shape == "rope factors") o.rope_factors = true;
        if (shape.startsWith("fused")) o.fused_qkv = true;
        if (shape == "wide heads") o.head_size = 96;
        if (shape == "head 128") o.head_size = 128;
        return o;
    }
};

QTEST_GUILESS_MAIN(TestEquality)
#include "tst_equality.moc"
