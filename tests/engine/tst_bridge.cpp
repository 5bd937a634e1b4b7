// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/bridge/llama_engine.h"

#include "core/gguf/gguf_file_source.h"
#include "core/gguf/reader.h"
#include "tests/support/llama_model.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <map>

using namespace tessera;
using namespace tessera::test;

namespace {

/// A source whose tensors are never mapped, like fragments in a folder.
class UnmappedSource : public TensorSource {
public:
    explicit UnmappedSource(const TensorSource& source) : m_source(source) {}
    const GgufModel& model() const override { return m_source.model(); }
    Result<void> readRows(const TensorInfo& tensor, std::int64_t first, std::int64_t count, std::span<std::byte> out,
                          const Operation& operation) const override {
        return m_source.readRows(tensor, first, count, out, operation);
    }
    Result<std::optional<std::span<const std::byte>>> map(const TensorInfo&, const Operation&) const override {
        return std::nullopt;
    }
    Result<std::vector<std::byte>> headerBytes(std::uint32_t file) const override { return m_source.headerBytes(file); }

private:
    const TensorSource& m_source;
};

std::vector<TokenId> someTokens(std::size_t count, std::int32_t vocabulary = 288) {
    std::vector<TokenId> tokens;
    for (std::size_t i = 0; i < count; ++i)
        tokens.push_back(
            TokenId{static_cast<std::int32_t>((i * i * 31 + 7 * i + 3) % static_cast<std::size_t>(vocabulary))});
    return tokens;
}

struct Loaded {
    std::unique_ptr<TensorSource> source;
    std::unique_ptr<Engine> engine;
};

Loaded load(const std::filesystem::path& path, bool from_file, EngineOptions options = {.threads = 1}) {
    Loaded loaded;
    auto source = openGgufSource(path);
    if (!source) qFatal("%s", source.error().message.c_str());
    loaded.source = std::move(*source);
    std::vector<std::filesystem::path> files;
    if (from_file) files = ggufModelFiles(path).value();
    auto engine = loadLlamaEngine(*loaded.source, files, options, {});
    if (!engine) qFatal("%s", engine.error().message.c_str());
    loaded.engine = std::move(*engine);
    return loaded;
}

std::vector<float> logits(Engine& engine, std::size_t count = 70, SessionOptions options = {.context_tokens = 512}) {
    auto session = engine.createSession(options);
    if (!session) qFatal("%s", session.error().message.c_str());
    auto rows = (*session)->evaluate(someTokens(count), Wanted::All, {});
    if (!rows) qFatal("%s", rows.error().message.c_str());
    return rows->values;
}

}  // namespace

class BridgeTest : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    std::filesystem::path file(const char* name) const {
        return std::filesystem::path(m_folder.path().toStdString()) / name;
    }

private slots:
    void fileAndFragmentsGiveTheSameBits_data() {
        QTest::addColumn<int>("repack");
        QTest::newRow("in place") << static_cast<int>(RepackPolicy::Off);
        QTest::newRow("repacked") << static_cast<int>(RepackPolicy::On);
    }
    void fileAndFragmentsGiveTheSameBits() {
        QFETCH(int, repack);
        const EngineOptions options{.threads = 2, .repack = static_cast<RepackPolicy>(repack)};
        const auto type = tensorTypeFromName("Q4_0").value();
        const auto path = writeLlama(file("bits.gguf"), {.type = type});
        const Loaded from_file = load(path, true, options);
        const Loaded from_map = load(path, false, options);
        const auto expected = logits(*from_file.engine);
        QCOMPARE(expected.size(), std::size_t{70 * 288});
        QVERIFY(std::all_of(expected.begin(), expected.end(), [](float value) { return std::isfinite(value); }));
        QVERIFY(expected == logits(*from_map.engine));

        const UnmappedSource unmapped(*from_file.source);
        const auto from_rows = loadLlamaEngine(unmapped, {}, options, {});
        QVERIFY(from_rows.has_value());
        QVERIFY(expected == logits(**from_rows));
    }

    void splitModel() {
        const LlamaShape shape{.type = tensorTypeFromName("Q8_0").value()};
        const auto whole = load(writeLlama(file("whole.gguf"), shape), true);
        const auto split_path = writeSplitLlama(m_folder.path().toStdString(), "split", shape);
        const auto expected = logits(*whole.engine);
        QVERIFY(expected == logits(*load(split_path, true).engine));
        QVERIFY(expected == logits(*load(split_path, false).engine));
    }

    void misalignedDataIsNotMapped() {
        LlamaShape shape{.tied_embeddings = true};
        const auto aligned = load(writeLlama(file("aligned.gguf"), shape), true);
        // Data at a multiple of 8 but not of 32: the size of the header decides, so a name of each length is tried.
        bool misaligned = false;
        for (int length = 0; length < 8 && !misaligned; ++length) {
            LlamaModelData data = makeLlama(shape);
            data.metadata.set("general.description",
                              metadataString(std::string(static_cast<std::size_t>(length) * 8, 'x')));
            const auto path = file("misaligned.gguf");
            QVERIFY(writeGguf(path, data.metadata, data.tensors, {.alignment = 8}).has_value());
            misaligned = readGgufModel(path)->files[0].data_offset % 32 != 0;
        }
        QVERIFY(misaligned);
        const auto expected = logits(*aligned.engine);
        QVERIFY(expected == logits(*load(file("misaligned.gguf"), true).engine));
        QVERIFY(expected == logits(*load(file("misaligned.gguf"), false).engine));
    }

    void factsComeFromTheModel() {
        const auto loaded = load(writeLlama(file("facts.gguf"), {.layers = 3}), true);
        const ModelFacts& facts = loaded.engine->facts();
        QCOMPARE(facts.architecture, std::string("llama"));
        QCOMPARE(facts.layers, 3u);
        QCOMPARE(facts.embedding, 64u);
        QCOMPARE(facts.heads, 4u);
        QCOMPARE(facts.kv_heads, 2u);
        QCOMPARE(facts.head_size, 16u);
        QCOMPARE(facts.vocabulary, 288u);
        QCOMPARE(facts.training_context, 1024u);
        QCOMPARE(loaded.engine->kind(), std::string_view("llama.cpp"));
        QCOMPARE(loaded.engine->threads(), 1);
    }

    void stepsContinueTheSequence() {
        const auto loaded = load(writeLlama(file("steps.gguf"), {}), true);
        auto session = loaded.engine->createSession({.context_tokens = 300}).value();
        const auto tokens = someTokens(40);
        QVERIFY(session->evaluate(std::span(tokens).first(39), Wanted::None, {})->values.empty());
        QCOMPARE(session->length(), 39u);
        const Rows last = session->evaluate(std::span(tokens).last(1), Wanted::Last, {}).value();
        QCOMPARE(last.rows, std::size_t{1});
        QCOMPARE(last.columns, std::size_t{288});
        // The same position in one go: other kernels, so close instead of equal.
        const auto all = logits(*loaded.engine, 40);
        for (std::size_t i = 0; i < 288; ++i) QVERIFY(std::abs(last.values[i] - all[39 * 288 + i]) < 0.05f);

        QVERIFY(session->truncate(39).has_value());
        QCOMPARE(session->length(), 39u);
        QVERIFY(session->evaluate(std::span(tokens).last(1), Wanted::Last, {})->values == last.values);
        QVERIFY(session->truncate(0).has_value());
        QCOMPARE(session->length(), 0u);
    }

    void microBatchesSplitAPrompt() {
        const auto loaded = load(writeLlama(file("micro.gguf"), {}), true);
        std::vector<std::uint64_t> seen;
        Operation operation;
        operation.progress = [&](const Progress& progress) { seen.push_back(progress.done); };
        auto session = loaded.engine->createSession({.context_tokens = 256, .micro_batch = 32}).value();
        QCOMPARE(session->evaluate(someTokens(70), Wanted::All, operation)->rows, std::size_t{70});
        QCOMPARE(seen, (std::vector<std::uint64_t>{32, 64, 70}));
    }

    void contextErrorsAreExplicit() {
        const auto loaded = load(writeLlama(file("context.gguf"), {}), true);
        auto session = loaded.engine->createSession({.context_tokens = 50}).value();
        QCOMPARE(session->contextTokens(), 50u);
        QVERIFY(session->evaluate(someTokens(48), Wanted::None, {}).has_value());
        const auto full = session->evaluate(someTokens(3), Wanted::Last, {});
        QVERIFY(!full.has_value());
        QCOMPARE(full.error().kind, ErrorKind::InvalidArgument);
        for (const char* part : {"50", "48", "3 more", "--ctx"})
            QVERIFY2(full.error().message.find(part) != std::string::npos, full.error().message.c_str());
        QCOMPARE(session->length(), 48u);
        QVERIFY(session->evaluate(someTokens(2), Wanted::Last, {}).has_value());
    }

    void badRequests_data() {
        QTest::addColumn<unsigned>("context");
        QTest::addColumn<unsigned>("micro_batch");
        QTest::addColumn<int>("token");
        QTest::addColumn<QString>("message");
        QTest::newRow("negative token") << 64u << 512u << -1 << "token -1 is outside";
        QTest::newRow("token beyond the vocabulary")
            << 64u << 512u << 288 << "token 288 is outside the vocabulary of 288";
        QTest::newRow("no micro-batch") << 64u << 0u << 1 << "micro-batch";
        QTest::newRow("context beyond the limit") << 4000000000u << 512u << 1 << "exceeds the limit";
    }
    void badRequests() {
        QFETCH(unsigned, context);
        QFETCH(unsigned, micro_batch);
        QFETCH(int, token);
        QFETCH(QString, message);
        const auto loaded = load(writeLlama(file("bad.gguf"), {}), true);
        auto session = loaded.engine->createSession({.context_tokens = context, .micro_batch = micro_batch});
        Error error;
        if (session) {
            const std::vector<TokenId> tokens{TokenId{token}};
            auto rows = (*session)->evaluate(tokens, Wanted::Last, {});
            QVERIFY(!rows.has_value());
            error = rows.error();
        } else {
            error = session.error();
        }
        QCOMPARE(error.kind, ErrorKind::InvalidArgument);
        QVERIFY2(QString::fromStdString(error.message).contains(message), error.message.c_str());
    }

    void quantisedKeysThatDoNotFitAreRefused() {
        const auto loaded = load(writeLlama(file("q8.gguf"), {}), true);  // heads of 16 elements, blocks of 32
        const auto session = loaded.engine->createSession({.context_tokens = 64, .kv_type = KvType::Q8_0});
        QVERIFY(!session.has_value());
        QCOMPARE(session.error().kind, ErrorKind::Unsupported);
        QVERIFY2(session.error().message.find("q8_0") != std::string::npos, session.error().message.c_str());
    }

    void everyKvTypeAndAttentionComputes_data() {
        QTest::addColumn<int>("type");
        QTest::addColumn<bool>("flash");
        QTest::newRow("F16") << static_cast<int>(KvType::F16) << true;
        QTest::newRow("F32") << static_cast<int>(KvType::F32) << true;
        QTest::newRow("Q8_0") << static_cast<int>(KvType::Q8_0) << true;
        QTest::newRow("F16 without flash attention") << static_cast<int>(KvType::F16) << false;
    }
    void everyKvTypeAndAttentionComputes() {
        QFETCH(int, type);
        QFETCH(bool, flash);
        const auto loaded = load(writeLlama(file("kv.gguf"), {.heads = 2, .kv_heads = 1}), true);
        const auto expected = logits(*loaded.engine);
        const auto found =
            logits(*loaded.engine, 70,
                   {.context_tokens = 512, .kv_type = static_cast<KvType>(type), .flash_attention = flash});
        for (std::size_t i = 0; i < expected.size(); ++i) QVERIFY(std::abs(expected[i] - found[i]) < 0.3f);
    }

    void cancelKeepsWhatWasCompleted() {
        const auto loaded = load(writeLlama(file("cancel.gguf"), {}), true);
        auto session = loaded.engine->createSession({.context_tokens = 512, .micro_batch = 16}).value();
        std::stop_source stop;
        Operation operation{.stop = stop.get_token(), .progress = [&](const Progress& progress) {
                                if (progress.done >= 64) stop.request_stop();
                            }};
        const auto rows = session->evaluate(someTokens(200), Wanted::Last, operation);
        QVERIFY(!rows.has_value());
        QCOMPARE(rows.error().kind, ErrorKind::Cancelled);
        QCOMPARE(session->length(), 64u);
        QVERIFY(session->evaluate(someTokens(1), Wanted::Last, {}).has_value());
    }

    /// A stop that arrives in the middle of a graph ends that graph and takes its positions back.
    void cancelInsideAGraph() {
        struct StoppingTap : Tap {
            std::stop_source stop;
            bool wants(const TapNode& node) override {
                if (node.name == "ffn_out" && node.layer == LayerIndex{0}) stop.request_stop();
                return false;
            }
            void take(const TapNode&, std::span<const float>) override {}
        } tap;
        const auto loaded = load(writeLlama(file("inside.gguf"), {}), true);
        auto session = loaded.engine->createSession({.context_tokens = 512, .tap = &tap}).value();
        const auto rows =
            session->evaluate(someTokens(100), Wanted::Last, {.stop = tap.stop.get_token(), .progress = {}});
        QVERIFY(!rows.has_value());
        QCOMPARE(rows.error().kind, ErrorKind::Cancelled);
        QCOMPARE(session->length(), 0u);
    }

    void tapsSeeNamedNodes() {
        struct CountingTap : Tap {
            std::map<std::string, std::vector<float>> seen;
            bool all_rows = false;
            bool wants(const TapNode& node) override {
                return node.name == "l_out" || node.name == "result_norm" || node.name == "Qcur";
            }
            void take(const TapNode& node, std::span<const float> values) override {
                const std::size_t count =
                    static_cast<std::size_t>(node.shape[0] * node.shape[1] * node.shape[2] * node.shape[3]);
                QCOMPARE(values.size(), count);
                const std::string key = std::string(node.name) + std::to_string(toInt(node.layer)) +
                                        (node.name == "Qcur" ? std::string(node.operation) : "");
                seen[key].assign(values.begin(), values.end());
            }
            bool wantsAllRows() const override { return all_rows; }
        } tap;
        const auto loaded = load(writeLlama(file("tap.gguf"), {}), true);
        const auto expected = logits(*loaded.engine, 20);
        auto session = loaded.engine->createSession({.context_tokens = 512, .tap = &tap}).value();
        QVERIFY(session->evaluate(someTokens(20), Wanted::All, {})->values == expected);
        QCOMPARE(tap.seen["l_out0"].size(), std::size_t{64 * 20});
        QVERIFY(tap.seen.contains("QcurROPE") == false);
        QCOMPARE(tap.seen["Qcur0ROPE"].size(), std::size_t{64 * 20});
        QCOMPARE(tap.seen["result_norm-2"].size(), std::size_t{64 * 20});

        QVERIFY(session->truncate(0).has_value());
        QVERIFY(session->evaluate(someTokens(20), Wanted::Last, {}).has_value());
        QCOMPARE(tap.seen["l_out1"].size(), std::size_t{64});
        tap.all_rows = true;
        QVERIFY(session->truncate(0).has_value());
        QCOMPARE(session->evaluate(someTokens(20), Wanted::Last, {})->rows, std::size_t{1});
        QCOMPARE(tap.seen["l_out1"].size(), std::size_t{64 * 20});
    }

    void loadingCanBeStopped() {
        const auto path = writeLlama(file("stop.gguf"), {});
        const auto source = openGgufSource(path).value();
        std::stop_source stop;
        stop.request_stop();
        for (const auto& files : {std::vector<std::filesystem::path>{}, std::vector{path}}) {
            const auto engine = loadLlamaEngine(*source, files, {}, {.stop = stop.get_token(), .progress = {}});
            QVERIFY(!engine.has_value());
            QCOMPARE(engine.error().kind, ErrorKind::Cancelled);
        }
    }

    /// Most of these end the process when libllama sees them.
    void contradictionsAreRefused_data() {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QVariant>("value");
        QTest::addColumn<QString>("message");
        QTest::newRow("too many layers") << "llama.block_count" << QVariant(600) << "llama.block_count";
        QTest::newRow("more extra layers than layers")
            << "llama.nextn_predict_layers" << QVariant(3) << "llama.nextn_predict_layers";
        QTest::newRow("used experts without experts")
            << "llama.expert_used_count" << QVariant(2) << "llama.expert_used_count";
        QTest::newRow("experts of which none is used")
            << "llama.expert_count" << QVariant(4) << "llama.expert_used_count";
        QTest::newRow("too many experts") << "llama.expert_count" << QVariant(5000) << "llama.expert_count";
        QTest::newRow("groups without experts")
            << "llama.expert_group_count" << QVariant(2) << "llama.expert_group_count";
        QTest::newRow("kv heads that do not divide")
            << "llama.attention.head_count_kv" << QVariant(3) << "head_count_kv";
        QTest::newRow("values unlike keys") << "llama.attention.value_length" << QVariant(32) << "value_length";
        QTest::newRow("unknown rope scaling") << "llama.rope.scaling.type" << QVariant("spiral") << "spiral";
        QTest::newRow("no layers") << "llama.block_count" << QVariant(0) << "llama.block_count";
        QTest::newRow("fewer tensors than layers") << "llama.block_count" << QVariant(3) << "blk.2";
        QTest::newRow("unknown architecture") << "general.architecture" << QVariant("zebra") << "zebra";
        QTest::newRow("unknown vocabulary") << "tokenizer.ggml.model" << QVariant("runes") << "runes";
    }
    void contradictionsAreRefused() {
        QFETCH(QString, key);
        QFETCH(QVariant, value);
        QFETCH(QString, message);
        LlamaModelData data = makeLlama({});
        const bool text = value.userType() == QMetaType::QString;
        data.metadata.set(key.toStdString(),
                          text ? metadataString(value.toString().toStdString()) : metadataUInt32(value.toUInt()));
        QVERIFY(writeGguf(file("wrong.gguf"), data.metadata, data.tensors).has_value());
        const auto source = openGgufSource(file("wrong.gguf"));
        QVERIFY(source.has_value());
        const auto engine = loadLlamaEngine(**source, {file("wrong.gguf")}, {}, {});
        QVERIFY(!engine.has_value());
        QVERIFY2(QString::fromStdString(engine.error().message).contains(message), engine.error().message.c_str());
    }

    void doubleTokensAreRefused() {
        LlamaModelData data = makeLlama({.vocabulary = 3});
        data.metadata.set("tokenizer.ggml.model", metadataString("llama"));
        data.metadata.set("tokenizer.ggml.tokens", metadataStrings({"a", "b", "a"}));
        QVERIFY(writeGguf(file("double.gguf"), data.metadata, data.tensors).has_value());
        const auto source = openGgufSource(file("double.gguf")).value();
        const auto engine = loadLlamaEngine(*source, {file("double.gguf")}, {}, {});
        QVERIFY(!engine.has_value());
        QVERIFY2(engine.error().message.find("token 2 is there twice") != std::string::npos,
                 engine.error().message.c_str());
    }
};

QTEST_GUILESS_MAIN(BridgeTest)
#include "tst_bridge.moc"
