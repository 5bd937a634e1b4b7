// SPDX-License-Identifier: GPL-3.0-or-later
// Every architecture in every kind of weights: logits bit for bit equal to libllama's, whole, in chunks, and in spans.
// libllama keeps all cells of layers that slide (its option swa_full, which is its default): so do we.
#include "core/engine/chain_runner.h"
#include "core/engine/fragment_session.h"
#include "tests/engine/engine_fixture.h"

#include <set>
#include <thread>

using namespace tessera;
using namespace tessera::test;

namespace {

constexpr std::size_t kPrompt = 100;
constexpr int kDecode = 4;

struct Way {
    std::uint32_t micro_batch = 512;
    bool repack = false;
    bool flash = true;
    KvType kv = KvType::F16;
};

std::vector<float> expected(const std::filesystem::path& path, const Way& way) {
    ReferenceOptions options;
    options.repack = way.repack;
    options.micro_batch = way.micro_batch;
    options.flash_attention = way.flash;
    options.kv_type = way.kv;
    LlamaReference reference(path, options);
    return runGreedy(reference, somePrompt(kPrompt, static_cast<std::uint32_t>(reference.vocabulary())), kDecode);
}

std::vector<float> actual(const LoadedEngine& loaded, const Way& way, std::vector<LayerSpan> spans = {}) {
    auto options = plainOptions();
    options.micro_batch = way.micro_batch;
    options.flash_attention = way.flash;
    options.kv_type = way.kv;
    options.spans = std::move(spans);
    const auto session = require(loaded->createSession(options));
    return runGreedy(*session, somePrompt(kPrompt, loaded->facts().vocabulary), kDecode);
}

float spreadOf(std::span<const float> values) {
    const auto [low, high] = std::ranges::minmax_element(values);
    return *high - *low;
}

/// One span for each layer, so that some have sliding layers only, or none.
std::vector<LayerSpan> singleLayers(std::uint32_t layers) {
    std::vector<LayerSpan> spans;
    for (std::int32_t layer = 0; layer < static_cast<std::int32_t>(layers); ++layer) spans.push_back({layer, layer});
    return spans;
}

}  // namespace

Q_DECLARE_METATYPE(GeneratedForm)
Q_DECLARE_METATYPE(DenseForm)
Q_DECLARE_METATYPE(tessera::ErrorKind)

class TestArchitectures : public QObject {
    Q_OBJECT
private slots:
    void equalsLibllama_data() {
        QTest::addColumn<GeneratedForm>("form");
        QTest::addColumn<QString>("type");
        for (const auto& form : generatedForms())
            for (const auto& type : generatedTypes())
                QTest::addRow("%s %s", form.name.c_str(), type.c_str()) << form << QString::fromStdString(type);
    }
    void equalsLibllama() {
        QFETCH(GeneratedForm, form);
        QFETCH(QString, type);
        const auto path = write(form, type.toStdString());
        const auto loaded = loadEngine(path);
        const auto whole = expected(path, {});
        QVERIFY2(spreadOf(whole) > 0.5f, "a dead model would prove nothing");
        QCOMPARE(largestDifference(whole, actual(loaded, {})), 0.0f);
        QCOMPARE(largestDifference(whole, actual(loaded, {}, singleLayers(loaded->facts().layers))), 0.0f);
        const Way chunks{.micro_batch = 13};
        QCOMPARE(largestDifference(expected(path, chunks), actual(loaded, chunks)), 0.0f);
    }

    void otherWays_data() {
        QTest::addColumn<GeneratedForm>("form");
        for (const auto& form : generatedForms()) QTest::addRow("%s", form.name.c_str()) << form;
    }
    void otherWays() {
        QFETCH(GeneratedForm, form);
        const auto path = write(form, "q4_k_m");
        for (const Way& way : {Way{.repack = true}, Way{.flash = false}, Way{.kv = KvType::F32}, Way{.kv = KvType::Q8_0}}) {
            const auto loaded = loadEngine(path, 2, way.repack ? RepackPolicy::On : RepackPolicy::Off);
            if (way.repack && loaded->facts().experts > 0) continue;  // libllama repacks experts as well
            QCOMPARE(largestDifference(expected(path, way), actual(loaded, way)), 0.0f);
        }
    }

    /// What a form is about must be seen in its logits, or the equality above would not show that it is computed.
    void particularsCount_data() {
        QTest::addColumn<DenseForm>("form");
        QTest::addColumn<QString>("key");
        for (const auto& form : denseForms())
            for (const auto& [key, value] : form.options.keys)
                // libllama ignores phi3's window, and types of scaling decide which tensors a file may have.
                if (key != "rope.scaling.type" && (form.options.architecture != "phi3" || key != "attention.sliding_window"))
                    QTest::addRow("%s %s", form.name.c_str(), key.c_str()) << form << QString::fromStdString(key);
    }
    void particularsCount() {
        QFETCH(DenseForm, form);
        QFETCH(QString, key);
        const auto with = expected(write(form.options, "f16"), {});
        auto options = form.options;
        options.keys.erase(key.toStdString());
        QVERIFY(largestDifference(with, expected(write(options, "f16"), {})) > 1e-3f);
    }

    /// Sessions that decode at once share a graph, whose masks and factors must be each one's own.
    void batchedSessions_data() { otherWays_data(); }
    void batchedSessions() {
        QFETCH(GeneratedForm, form);
        const auto loaded = loadEngine(write(form, "q8_0"));
        auto options = plainOptions();
        options.exact = ExactPolicy::Auto;
        struct Chat {
            std::size_t prompt;
            std::uint32_t context;
        };
        constexpr Chat kChats[] = {{70, 1024}, {40, 256}, {100, 1024}};
        const auto open = [&](const Chat& chat) {
            options.context_tokens = chat.context;
            return require(loaded->createSession(options));
        };
        const auto run = [&](Session& session, const Chat& chat) {
            return runGreedy(session, somePrompt(chat.prompt, loaded->facts().vocabulary), 12);
        };
        std::vector<std::vector<float>> alone;
        for (const auto& chat : kChats) alone.push_back(run(*open(chat), chat));
        std::vector<std::vector<float>> together(std::size(kChats));
        std::vector<std::unique_ptr<Session>> sessions;
        for (const auto& chat : kChats) sessions.push_back(open(chat));
        std::vector<std::jthread> threads;
        for (std::size_t i = 0; i < sessions.size(); ++i)
            threads.emplace_back([&, i] { together[i] = run(*sessions[i], kChats[i]); });
        threads.clear();
        for (std::size_t i = 0; i < sessions.size(); ++i) QCOMPARE(largestDifference(alone[i], together[i]), 0.0f);
    }

    /// With --exact on the bits of a prompt do not depend on the pieces that it came in.
    void exactIsIndependentOfPieces_data() { otherWays_data(); }
    void exactIsIndependentOfPieces() {
        QFETCH(GeneratedForm, form);
        const auto loaded = loadEngine(write(form, "q8_0"));
        auto options = plainOptions();
        options.exact = ExactPolicy::On;
        const auto prompt = somePrompt(90, loaded->facts().vocabulary);
        const auto whole = require(require(loaded->createSession(options))->evaluate(prompt, Wanted::Last, {}));
        const auto session = require(loaded->createSession(options));
        std::size_t done = 0;
        Rows rows;
        for (const std::size_t size : {5, 64, 3, 8, 1, 1, 2, 6}) {
            rows = require(session->evaluate(std::span(prompt).subspan(done, size), Wanted::Last, {}));
            done += size;
        }
        QCOMPARE(done, prompt.size());
        QCOMPARE(largestDifference(whole.values, rows.values), 0.0f);
    }

    /// As over nodes: embedding and output matrix apart from the layers. Scales, caps and biases of the ends go with them.
    void endsApart_data() { otherWays_data(); }
    void endsApart() {
        QFETCH(GeneratedForm, form);
        const auto path = write(form, "q8_0");
        const auto whole = loadEngine(path);
        const auto last = static_cast<std::int32_t>(whole->facts().layers) - 1;
        const auto source = require(openGgufSource(path));
        std::vector<std::unique_ptr<FragmentEngine>> engines;
        const auto load = [&](LayerSpan span) {
            engines.push_back(require(loadFragmentEngine(*source, {2, RepackPolicy::Off}, {}, span)));
            return require(engines.back()->createRunner(span, plainOptions()));
        };
        std::vector<std::unique_ptr<LayerRunner>> runners;
        runners.push_back(load({0, -1}));
        runners.push_back(load({0, last, true}));
        runners.push_back(load({last + 1, last}));
        const auto session = createFragmentSession(createChainRunner(std::move(runners)), plainOptions());
        const auto prompt = somePrompt(kPrompt, whole->facts().vocabulary);
        const auto expected_rows = actual(whole, {});
        QCOMPARE(largestDifference(expected_rows, runGreedy(*session, prompt, kDecode)), 0.0f);

        runners.clear();
        runners.push_back(load({0, -1}));
        runners.push_back(load({0, last, true}));
        const auto layers = createFragmentSession(createChainRunner(std::move(runners)), plainOptions());
        const auto hidden = require(layers->evaluate(prompt, Wanted::Last, {}));
        std::vector<float> projected;
        const auto head = require(whole->createOutputHead({}));
        require(head->project(hidden.values, [&](std::size_t, std::span<const float> row) { projected.assign(row.begin(), row.end()); }, {}));
        QCOMPARE(largestDifference(std::span(expected_rows).first(projected.size()), projected), 0.0f);
        QVERIFY(!projected.empty());
    }

    void refusedForms_data() {
        using Keys = std::map<std::string, std::variant<std::uint32_t, float, std::string>>;
        QTest::addColumn<QString>("form");
        QTest::addColumn<Keys>("keys");
        QTest::addColumn<ErrorKind>("kind");
        QTest::addColumn<QString>("names");
        const auto row = [](const char* name, const char* form, Keys keys, ErrorKind kind, const char* names) {
            QTest::newRow(name) << QString(form) << std::move(keys) << kind << QString(names);
        };
        row("negative attention cap", "gemma2", {{"attn_logit_softcapping", -1.0f}}, ErrorKind::Corrupt, "softcapping");
        row("logit cap 0", "gemma2", {{"final_logit_softcapping", 0.0f}}, ErrorKind::Corrupt, "softcapping");
        row("window as text", "gemma3", {{"attention.sliding_window", std::string("wide")}}, ErrorKind::Corrupt, "sliding_window");
        row("pattern as text", "gemma3", {{"attention.sliding_window_pattern", std::string("LLG")}}, ErrorKind::Corrupt, "sliding_window_pattern");
        row("no base of sliding layers", "gemma3", {{"rope.freq_base_swa", 0.0f}}, ErrorKind::Corrupt, "freq_base_swa");
        row("other heads in sliding layers", "gemma3", {{"attention.key_length_swa", 64u}}, ErrorKind::Unsupported, "key_length_swa");
        row("narrow heads", "qwen2", {{"attention.key_length", 32u}, {"attention.value_length", 32u}, {"rope.dimension_count", 32u}}, ErrorKind::Corrupt, "as wide as");
        row("partial rope", "qwen3", {{"rope.dimension_count", 64u}}, ErrorKind::Corrupt, "dimension_count");
        row("experts", "phi3", {{"expert_count", 8u}}, ErrorKind::Unsupported, "8 experts");
    }
    void refusedForms() {
        using Keys = std::map<std::string, std::variant<std::uint32_t, float, std::string>>;
        QFETCH(QString, form);
        QFETCH(Keys, keys);
        QFETCH(ErrorKind, kind);
        QFETCH(QString, names);
        const auto forms = denseForms();
        auto options = std::ranges::find(forms, form.toStdString(), &DenseForm::name)->options;
        for (const auto& [key, value] : keys) options.keys[key] = value;
        const auto source = require(openGgufSource(write(options, "f16")));
        const auto engine = loadFragmentEngine(*source, {2}, {});
        QVERIFY(!engine);
        QVERIFY2(engine.error().kind == kind, engine.error().message.c_str());
        QVERIFY2(QString::fromStdString(engine.error().message).contains(names), engine.error().message.c_str());
    }

    /// The largest Gemmas, known by their layers, scale queries by the embedding's share of a head, not by the head's size.
    void largestGemmas_data() {
        QTest::addColumn<QString>("form");
        QTest::addColumn<std::uint32_t>("layers");
        QTest::newRow("gemma2 27B") << "gemma2" << 46u;
        QTest::newRow("gemma3 27B") << "gemma3" << 62u;
    }
    void largestGemmas() {
        QFETCH(QString, form);
        QFETCH(std::uint32_t, layers);
        const auto forms = denseForms();
        auto options = std::ranges::find(forms, form.toStdString(), &DenseForm::name)->options;
        options.layers = layers;
        options.embedding = options.feed_forward = 64;
        options.head_size = 32;
        options.embedding_spread = 1.0f / 8.0f;
        const auto path = write(options, "f16");
        QCOMPARE(largestDifference(expected(path, {}), actual(loadEngine(path), {})), 0.0f);
    }

    /// Who slides may be a list instead of a period.
    void slidingLayersAsAList() {
        const auto forms = denseForms();
        auto options = std::ranges::find(forms, "gemma3", &DenseForm::name)->options;
        const auto periodic = write(options, "f16");
        const auto all_rows = [&](const std::filesystem::path& path) {
            const auto loaded = loadEngine(path);
            return actual(loaded, {});
        };
        const auto expected_rows = all_rows(periodic);
        options.sliding_layers = {1, 1, 1, 1, 1, 0, 1};
        const auto listed = write(options, "f16");
        QCOMPARE(largestDifference(expected_rows, all_rows(listed)), 0.0f);
        options.sliding_layers = {0, 1, 0, 1, 1, 0, 1};
        const auto other = write(options, "f16");
        QCOMPARE(largestDifference(expected(other, {}), all_rows(other)), 0.0f);
        QVERIFY(largestDifference(expected_rows, all_rows(other)) > 1e-3f);
    }

    void formsCoverTheRegistry() {
        std::set<std::string> covered;
        for (const auto& form : generatedForms()) covered.insert(form.architecture);
        for (const auto& name : supportedArchitectures()) QVERIFY2(covered.contains(name), name.c_str());
    }

private:
    std::filesystem::path nextPath() {
        return std::filesystem::path(m_folder.path().toStdString()) / (std::to_string(m_written++ % 2) + ".gguf");
    }
    std::filesystem::path write(const GeneratedForm& form, const std::string& type) {
        const auto path = nextPath();
        require(form.write(path, type));
        return path;
    }
    std::filesystem::path write(const GeneratedModelOptions& options, const std::string& type) {
        const auto path = nextPath();
        require(writeGeneratedModel(path, options, type));
        return path;
    }

    QTemporaryDir m_folder;
    int m_written = 0;
};

QTEST_GUILESS_MAIN(TestArchitectures)
#include "tst_architectures.moc"
