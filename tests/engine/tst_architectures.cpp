// SPDX-License-Identifier: GPL-3.0-or-later
// Every architecture in every kind of weights: logits bit for bit equal to libllama's, whole, in chunks, and in spans.
// libllama keeps all cells of layers that slide (its option swa_full, which is its default): so do we.
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
