// SPDX-License-Identifier: GPL-3.0-or-later
// Models with a mixture of experts: logits bit for bit libllama's, whatever the spans and chunks.
#include "tests/engine/engine_fixture.h"
#include "tests/support/generated_moe_model.h"

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
    MoeModelOptions llama;
    MoeModelOptions qwen{.architecture = "qwen3moe", .experts = 16, .experts_used = 4};
    for (const auto& model : {llama, qwen}) {
        const auto add = [&](const char* name, Case c) {
            QTest::addRow("%s, %s", model.architecture.c_str(), name) << c;
        };
        const auto of = [&](const char* type, const char* experts) {
            auto changed = model;
            changed.type = type;
            changed.expert_type = experts;
            return changed;
        };
        add("F32", {.model = of("f32", "f32")});
        add("F16", {.model = of("f16", "f16")});
        add("Q8_0", {.model = model});
        add("Q8_0, one thread", {.model = model, .threads = 1, .prompt = 40});
        add("Q8_0, chunks of 32", {.model = model, .micro_batch = 32, .prompt = 80});
        add("Q8_0, no flash attention", {.model = model, .flash = false});
        add("Q8_0, beyond 512 cells", {.model = model, .prompt = 530});
        add("Q4_K and Q6_K", {.model = of("q6_k", "q4_k")});
        add("Q4_K and Q6_K, chunks of 13", {.model = of("q6_k", "q4_k"), .micro_batch = 13, .prompt = 40});
        add("IQ4_XS", {.model = of("iq4_xs", "iq4_xs")});
        add("MXFP4", {.model = of("q8_0", "mxfp4")});
        auto one = model;
        one.experts_used = 1;
        add("one expert", {.model = one, .prompt = 40});
    }
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
    void exactWhateverTheBatches() {
        MoeModelOptions model{.architecture = "qwen3moe", .experts = 16, .experts_used = 4, .type = "q6_k", .expert_type = "q4_k"};
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
