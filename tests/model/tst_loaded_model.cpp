// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/loaded_model.h"

#include "core/base/platform/file.h"
#include "core/base/platform/paths.h"
#include "core/fragment/fragmenter.h"
#include "tests/support/generated_model.h"
#include "tests/support/llama_model.h"
#include "tests/support/paths.h"

#include <QTemporaryDir>
#include <QTest>

#include <set>

using namespace tessera;
using namespace tessera::test;

namespace {

const std::filesystem::path kVocabulary =
    std::filesystem::path(depsPrefix()) / "share/models/ggml-vocab-llama-spm.gguf";

std::vector<float> logits(LoadedModel& model) {
    const auto session = model.engine->createSession({.context_tokens = 64}).value();
    const auto tokens = model.tokenizer->encode("Hello world", {}).value();
    return session->evaluate(tokens, Wanted::All, {})->values;
}

/// Flips one bit in the middle of the file.
void damage(const std::filesystem::path& path) {
    File file = File::open(path, File::Mode::ReadWrite).value();
    const std::uint64_t offset = file.size().value() / 2;
    std::byte byte{};
    QVERIFY(file.readAt(offset, std::span(&byte, 1)).has_value());
    byte ^= std::byte{1};
    QVERIFY(file.writeAt(offset, std::span(&byte, 1)).has_value());
}

}  // namespace

class LoadedModelTest : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    std::filesystem::path m_model;
    int m_copies = 0;
    std::filesystem::path folder() const { return fromUtf8(m_folder.path().toStdString()); }

    /// A copy of the model in a folder of its own, so that manifests do not meet.
    std::filesystem::path copyOfItsOwn() {
        const auto place = folder() / ("copy " + std::to_string(++m_copies));
        std::filesystem::create_directories(place);
        std::filesystem::copy_file(m_model, place / "Modèle 模型.gguf");
        return place / "Modèle 模型.gguf";
    }

    std::filesystem::path makeSet(const QString& kind) {
        const FragmentOptions options{.fragment_size = 1024 * 1024};
        const auto path = copyOfItsOwn();
        if (kind == "in place") {
            if (!fragmentInPlace(path, options, {})) qFatal("fragmentInPlace");
        } else if (kind == "folder") {
            const auto target = path.parent_path() / "set";
            if (!fragmentToDirectory(path, target, options, {})) qFatal("fragmentToDirectory");
            return target;
        }
        return path;
    }

private slots:
    void initTestCase() { m_model = writeLlamaWithVocabulary(folder() / "model.gguf", {}, kVocabulary); }

    void everyKindOfSetGivesTheSameLogits_data() {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<bool>("verifiable");
        QTest::newRow("plain GGUF") << "plain" << false;
        QTest::newRow("manifest beside the GGUF") << "in place" << true;
        QTest::newRow("folder of fragments") << "folder" << true;
    }
    void everyKindOfSetGivesTheSameLogits() {
        QFETCH(QString, kind);
        QFETCH(bool, verifiable);
        static std::vector<float> expected;  // of the first row; all kinds and engines must agree
        const auto set = makeSet(kind);
        for (const EngineKind engine : {EngineKind::Fragments, EngineKind::Llama}) {
            const auto model =
                loadModel(set, {.engine = engine, .engine_options = {.threads = 1, .repack = RepackPolicy::Off}}, {});
            QVERIFY2(model.has_value(), model ? "" : model.error().message.c_str());
            QCOMPARE((*model)->set.verifiable, verifiable);
            QCOMPARE((*model)->engine->kind(),
                     std::string_view(engine == EngineKind::Llama ? "llama.cpp" : "fragments"));
            QVERIFY((*model)->chat_template != nullptr);
            QVERIFY((*model)->load_seconds > 0);
            if (expected.empty()) expected = logits(**model);
            QVERIFY(!expected.empty());
            QVERIFY(logits(**model) == expected);
        }
    }

    void damagedBytesDoNotReachAnEngine_data() {
        QTest::addColumn<bool>("ours");
        QTest::addColumn<QString>("kind");
        QTest::newRow("fragments, in place") << true << "in place";
        QTest::newRow("llama.cpp, in place") << false << "in place";
        QTest::newRow("fragments, folder") << true << "folder";
        QTest::newRow("llama.cpp, folder") << false << "folder";
    }
    void damagedBytesDoNotReachAnEngine() {
        QFETCH(bool, ours);
        QFETCH(QString, kind);
        const auto set = makeSet(kind);
        if (kind == "in place") {
            damage(set);
        } else {
            std::filesystem::path largest;
            for (const auto& entry : std::filesystem::directory_iterator(set / "fragments")) {
                if (largest.empty() || entry.file_size() > std::filesystem::file_size(largest)) largest = entry.path();
            }
            damage(largest);
        }
        const auto model = loadModel(
            set, {.engine = ours ? EngineKind::Fragments : EngineKind::Llama, .engine_options = {.threads = 1}}, {});
        QVERIFY(!model.has_value());
        QCOMPARE(model.error().kind, ErrorKind::Corrupt);
    }

    void openedWithoutAnEngine() {
        const auto model = openModel(m_model, {.chat_template = false}, {}).value();
        QVERIFY(model->engine == nullptr);
        QVERIFY(model->chat_template == nullptr);
        QCOMPARE(model->tokenizer->vocabularySize(), std::size_t{32000});
        const auto engine = makeEngine(*model, EngineKind::Fragments, {.threads = 1}, {});
        QVERIFY(engine.has_value());
        QCOMPARE((*engine)->facts().vocabulary, 32000u);
    }

    void unknownArchitecturesAreComputedByLlama() {
        const auto path = folder() / "xverse.gguf";
        GeneratedModelOptions options;
        options.architecture = "xverse";  // known to libllama only
        QVERIFY(writeGeneratedModel(path, options).has_value());
        const auto model = loadModel(path, {.engine_options = {.threads = 1}}, {}).value();
        QCOMPARE(model->engine->kind(), std::string_view("llama.cpp"));
        QVERIFY2(model->fallback_reason.starts_with("architecture 'xverse' is not known to this engine"), model->fallback_reason.c_str());
        QVERIFY(!model->fallback_reason.ends_with("use the llama.cpp engine"));
        QVERIFY(!logits(*model).empty());
        const auto refused = loadModel(path, {.fallback = false, .engine_options = {.threads = 1}}, {});
        QCOMPARE(refused.error().kind, ErrorKind::Unsupported);
        QVERIFY(loadModel(m_model, {.engine_options = {.threads = 1}}, {}).value()->fallback_reason.empty());
    }

    void progressNamesItsStages() {
        const auto set = makeSet("in place");
        std::set<std::string> stages;
        const Operation operation{.progress = [&](const Progress& progress) { stages.emplace(progress.stage); }};
        QVERIFY(
            loadModel(set,
                      {.engine = EngineKind::Llama, .engine_options = {.threads = 1}, .verify = VerifyPolicy::AtLoad},
                      operation)
                .has_value());
        QVERIFY(stages.contains("verifying"));
        QVERIFY(stages.contains("loading"));
        for (const std::string& stage : stages)
            QVERIFY2(stage == "opening" || stage == "verifying" || stage == "loading", stage.c_str());
    }

    void errorsNameTheirCause() {
        QCOMPARE(loadModel(folder() / "nothing", {}, {}).error().kind, ErrorKind::NotFound);
        std::stop_source stop;
        stop.request_stop();
        QCOMPARE(loadModel(m_model, {}, {.stop = stop.get_token()}).error().kind, ErrorKind::Cancelled);
        const auto without_vocabulary = writeLlama(folder() / "bare.gguf", {});
        QVERIFY(!loadModel(without_vocabulary, {}, {}).has_value());
        const auto threads = loadModel(m_model, {.engine_options = {.threads = -3}}, {});
        QCOMPARE(threads.error().kind, ErrorKind::InvalidArgument);
    }
};

QTEST_GUILESS_MAIN(LoadedModelTest)
#include "tst_loaded_model.moc"
#include "tests/support/paths.h"
