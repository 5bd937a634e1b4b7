// SPDX-License-Identifier: GPL-3.0-or-later
// Models with a mixture of experts: logits bit for bit libllama's, whatever the spans and chunks.
#include "core/generate/generated_moe_model.h"
#include "tests/engine/engine_fixture.h"

using namespace tessera;
using namespace tessera::test;

namespace {

struct Case {
    MoeModelOptions model;
    int threads = 2;
    bool flash = true;
    std::uint32_t micro_batch = 512;
    std::size_t prompt = 100;
    int decode = 6;
};

SessionOptions optionsOf(const Case& c) {
    auto options = plainOptions();
    options.flash_attention = c.flash;
    options.micro_batch = c.micro_batch;
    return options;
}

class MadeModel {
public:
    explicit MadeModel(const MoeModelOptions& options) { require(writeMoeModel(path(), options)); }
    std::filesystem::path path() const { return std::filesystem::path(m_folder.path().toStdString()) / "model.gguf"; }

private:
    QTemporaryDir m_folder;
};

std::vector<float> ofReference(const std::filesystem::path& path, const Case& c, std::span<const TokenId> prompt) {
    LlamaReference reference(path, {.threads = c.threads, .micro_batch = c.micro_batch, .flash_attention = c.flash});
    return runGreedy(reference, prompt, c.decode);
}

void addCases() {
    QTest::addColumn<Case>("c");
    const MoeModelOptions llama;
    const MoeModelOptions qwen{.architecture = "qwen3moe", .experts = 16, .experts_used = 4};
    const MoeModelOptions gpt_oss{.architecture = "gpt-oss", .experts = 16, .experts_used = 4, .expert_type = "mxfp4"};
    const MoeModelOptions deepseek{.architecture = "deepseek2", .experts = 16, .experts_used = 4};
    for (const auto& model : {llama, qwen, gpt_oss, deepseek}) {
        const auto add = [&](const char* name, Case c) { QTest::addRow("%s, %s", model.architecture.c_str(), name) << c; };
        add("one thread", {.model = model, .threads = 1, .prompt = 40});
        add("chunks of 32", {.model = model, .micro_batch = 32, .prompt = 80});
        add("beyond 512 cells", {.model = model, .prompt = 530});
    }
    const auto row = [](const char* name, Case c) { QTest::newRow(name) << c; };
    auto changed = llama;
    changed.type = changed.expert_type = "iq4_xs";
    row("llama, IQ4_XS", {.model = changed});
    changed = llama;
    changed.type = "q6_k";
    changed.expert_type = "q4_k";
    row("llama, Q6_K and Q4_K, chunks of 13", {.model = changed, .micro_batch = 13, .prompt = 40});
    changed = llama;
    changed.experts_used = 1;
    row("llama, one expert", {.model = changed, .prompt = 40});
    changed = deepseek;
    changed.groups = 4;
    changed.groups_used = 2;
    changed.sigmoid = true;
    row("deepseek2, groups and sigmoid", {.model = changed});
    changed.yarn = true;
    row("deepseek2, YaRN", {.model = changed});
    changed.temperature = true;
    row("deepseek2, temperature", {.model = changed});
    changed = deepseek;
    changed.fused_gate_up = true;
    row("deepseek2, gate and up in one", {.model = changed});
    changed = deepseek;
    changed.small = true;
    changed.layers = 27;
    changed.experts = 4;
    changed.experts_used = 2;
    changed.feed_forward = 64;
    row("deepseek2, small", {.model = changed, .prompt = 40});
}

}  // namespace

Q_DECLARE_METATYPE(Case)

class TestMoe : public QObject {
    Q_OBJECT
private slots:
    void equalsLibllama_data() { addCases(); }
    void equalsLibllama() {
        QFETCH(Case, c);
        const MadeModel made(c.model);
        const auto loaded = loadEngine(made.path(), c.threads);
        const auto prompt = somePrompt(c.prompt, loaded->facts().vocabulary);
        const auto expected = ofReference(made.path(), c, prompt);
        const auto [low, high] = std::minmax_element(expected.begin(), expected.end());
        QVERIFY(*high - *low > 0.5f);  // a dead model would prove nothing
        const auto session = require(loaded->createSession(optionsOf(c)));
        QCOMPARE(largestDifference(expected, runGreedy(*session, prompt, c.decode)), 0.0f);

        auto in_spans = optionsOf(c);
        in_spans.spans = {{0, 0}, {1, static_cast<std::int32_t>(c.model.layers) - 1}};
        const auto spans = require(loaded->createSession(in_spans));
        QCOMPARE(largestDifference(expected, runGreedy(*spans, prompt, c.decode)), 0.0f);
    }

    /// With --exact on the answer does not depend on how it was batched; neither does who decodes beside whom.
    void exactWhateverTheBatches_data() {
        QTest::addColumn<QString>("architecture");
        for (const auto* name : {"llama", "qwen3moe", "gpt-oss", "deepseek2"}) QTest::newRow(name) << name;
    }
    void exactWhateverTheBatches() {
        QFETCH(QString, architecture);
        const MoeModelOptions model{.architecture = architecture.toStdString(), .experts = 16, .experts_used = 4, .expert_type = "q4_k"};
        const MadeModel made(model);
        const auto loaded = loadEngine(made.path());
        const auto prompt = somePrompt(90, loaded->facts().vocabulary);
        std::vector<std::vector<float>> results;
        for (const std::uint32_t batch : {512u, 32u, 7u, 1u}) {
            auto options = plainOptions();
            options.exact = ExactPolicy::On;
            options.micro_batch = batch;
            results.push_back(runGreedy(*require(loaded->createSession(options)), prompt, 4));
        }
        for (const auto& result : results) QCOMPARE(largestDifference(results.front(), result), 0.0f);
    }
};

QTEST_GUILESS_MAIN(TestMoe)
#include "tst_moe.moc"
