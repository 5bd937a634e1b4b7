// SPDX-License-Identifier: GPL-3.0-or-later
// Loading: bad metadata and tensors, sources of every kind, layouts.
#include "core/engine/hyperparameters.h"
#include "core/gguf/reader.h"
#include "core/gguf/writer.h"
#include "tests/engine/engine_fixture.h"

#include <cstring>
#include <atomic>
#include <functional>
#include <list>
#include <mutex>

using namespace tessera;
using namespace tessera::test;

namespace {

/// A model in memory that a test can damage. Maps, or only reads, or maps at an odd address.
class MemorySource final : public TensorSource {
public:
    enum class Kind { Mapped, ReadOnly, Misaligned };

    MemorySource(const std::filesystem::path& path, Kind kind) : m_kind(kind) {
        m_source = require(openGgufSource(path));
        auto& from = m_source->model();
        m_model.files = from.files;
        for (const auto& entry : from.metadata.entries()) m_model.metadata.set(entry.key, entry.value);
        m_model.tensors = from.tensors;
        reindex();
    }
    void reindex() { require(m_model.indexTensors()); }

    GgufModel& edit() { return m_model; }
    const GgufModel& model() const override { return m_model; }
    Result<void> readRows(const TensorInfo& tensor, std::int64_t first, std::int64_t count, std::span<std::byte> out,
                          const Operation& operation) const override {
        ++reads;
        return m_source->readRows(*m_source->model().findTensor(tensor.name), first, count, out, operation);
    }
    Result<std::optional<std::span<const std::byte>>> map(const TensorInfo& tensor, const Operation& operation) const override {
        if (m_kind == Kind::ReadOnly) return std::nullopt;
        TESSERA_TRY(const auto bytes, m_source->map(*m_source->model().findTensor(tensor.name), operation));
        if (m_kind == Kind::Mapped) return bytes;
        const std::scoped_lock lock(m_mutex);
        auto& copy = m_copies.emplace_back(bytes->size() + 17);
        const auto shift = 17 - reinterpret_cast<std::uintptr_t>(copy.data()) % 16;  // always odd
        std::memcpy(copy.data() + shift, bytes->data(), bytes->size());
        return std::span<const std::byte>(copy).subspan(shift, bytes->size());
    }
    Result<std::vector<std::byte>> headerBytes(std::uint32_t file) const override { return m_source->headerBytes(file); }
    Result<void> takeMappingFault() const override {
        if (fault_after < 0 || fault_after-- > 0) return {};
        return fail(ErrorKind::Io, "the disk is gone");
    }

    mutable std::atomic<int> reads = 0;
    mutable int fault_after = -1;  // questions until a fault is told, once

private:
    Kind m_kind;
    std::unique_ptr<TensorSource> m_source;
    GgufModel m_model;
    mutable std::mutex m_mutex;
    mutable std::list<std::vector<std::byte>> m_copies;
};

}  // namespace

using Damage = std::function<void(MemorySource&)>;
Q_DECLARE_METATYPE(Damage)
Q_DECLARE_METATYPE(tessera::ErrorKind)

class TestFragmentEngine : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() {
        m_path = std::filesystem::path(m_folder.path().toStdString()) / "model.gguf";
        require(writeGeneratedModel(m_path, {}, "q8_0"));
        const auto loaded = loadEngine(m_path);
        m_prompt = somePrompt(40, loaded->facts().vocabulary);
        m_expected = runGreedy(*require(loaded->createSession(plainOptions())), m_prompt, 4);
    }

    void facts() {
        const auto loaded = loadEngine(m_path);
        const auto& facts = loaded->facts();
        QCOMPARE(facts.architecture, std::string("llama"));
        QCOMPARE(facts.layers, 3u);
        QCOMPARE(facts.embedding, 256u);
        QCOMPARE(facts.heads, 4u);
        QCOMPARE(facts.kv_heads, 2u);
        QCOMPARE(facts.head_size, 64u);
        QCOMPARE(facts.vocabulary, 512u);
        QCOMPARE(loaded->kind(), std::string_view("fragments"));
        QCOMPARE(loaded->threads(), 2);
    }

    void everyKindOfSourceGivesTheSameBits_data() {
        QTest::addColumn<int>("kind");
        QTest::newRow("mapped") << int(MemorySource::Kind::Mapped);
        QTest::newRow("read") << int(MemorySource::Kind::ReadOnly);
        QTest::newRow("mapped at odd addresses") << int(MemorySource::Kind::Misaligned);
    }
    void everyKindOfSourceGivesTheSameBits() {
        QFETCH(int, kind);
        const MemorySource source(m_path, MemorySource::Kind(kind));
        const auto engine = require(loadFragmentEngine(source, {2, RepackPolicy::Off}, {}));
        QCOMPARE(source.reads > 0, MemorySource::Kind(kind) == MemorySource::Kind::ReadOnly);
        QCOMPARE(largestDifference(m_expected, runGreedy(*require(engine->createSession(plainOptions())), m_prompt, 4)), 0.0f);
    }

    void oddAlignmentOfTheFile() {
        const auto path = std::filesystem::path(m_folder.path().toStdString()) / "odd.gguf";
        GeneratedModelOptions options;
        options.alignment = 8;
        require(writeGeneratedModel(path, options, "q8_0"));
        const auto loaded = loadEngine(path);
        QCOMPARE(largestDifference(m_expected, runGreedy(*require(loaded->createSession(plainOptions())), m_prompt, 4)), 0.0f);
    }

    void repackAutoIsOneOfTheTwo() {
        // Prompts as the better layout computes them: with Q4_K either the plain or the repacked one.
        const auto path = std::filesystem::path(m_folder.path().toStdString()) / "q4k.gguf";
        require(writeGeneratedModel(path, {}, "q4_k"));
        const auto logits = [&](RepackPolicy policy) {
            const auto loaded = loadEngine(path, 2, policy);
            return require(require(loaded->createSession(plainOptions()))->evaluate(m_prompt, Wanted::All, {})).values;
        };
        const auto chosen = logits(RepackPolicy::Auto);
        QVERIFY(largestDifference(chosen, logits(RepackPolicy::Off)) == 0.0f || largestDifference(chosen, logits(RepackPolicy::On)) == 0.0f);
    }

    void mappingFaults() {
        const MemorySource source(m_path, MemorySource::Kind::Mapped);
        source.fault_after = 0;
        QCOMPARE(loadFragmentEngine(source, {2}, {}).error().kind, ErrorKind::Io);
        const auto engine = require(loadFragmentEngine(source, {2}, {}));
        const auto session = require(engine->createSession(plainOptions()));
        require(session->evaluate(m_prompt, Wanted::None, {}));
        source.fault_after = 0;
        const TokenId token{5};
        QCOMPARE(session->evaluate(std::span(&token, 1), Wanted::Last, {}).error().kind, ErrorKind::Io);
        QCOMPARE(session->length(), 40u);
        // Told once; after that the session goes on where it was.
        require(session->evaluate(std::span(&token, 1), Wanted::Last, {}));
        QCOMPARE(session->length(), 41u);
    }

    void stoppedLoading() {
        const MemorySource source(m_path, MemorySource::Kind::ReadOnly);
        std::stop_source stop;
        stop.request_stop();
        Operation operation;
        operation.stop = stop.get_token();
        QCOMPARE(loadFragmentEngine(source, {2}, operation).error().kind, ErrorKind::Cancelled);
    }

    void progressReachesTheEnd() {
        const MemorySource source(m_path, MemorySource::Kind::ReadOnly);
        Operation operation;
        Progress last;
        operation.progress = [&](const Progress& progress) { last = progress; };
        require(loadFragmentEngine(source, {2}, operation));
        QVERIFY(last.total > 1'000'000);
        QCOMPARE(last.done, last.total);
    }

    void refusedModels_data() {
        QTest::addColumn<Damage>("damage");
        QTest::addColumn<ErrorKind>("kind");
        QTest::addColumn<QString>("names");
        const auto row = [](const char* name, ErrorKind kind, const char* names, Damage damage) {
            QTest::newRow(name) << damage << kind << QString(names);
        };
        const auto set = [](const char* key, MetadataValue value) -> Damage {
            return [key, value](MemorySource& s) { s.edit().metadata.set(key, value); };
        };
        row("unknown architecture", ErrorKind::Unsupported, "mamba", set("general.architecture", metadataString("mamba")));
        row("no layers", ErrorKind::Corrupt, "block_count", set("llama.block_count", metadataUInt32(0)));
        row("too many layers", ErrorKind::Corrupt, "block_count", set("llama.block_count", metadataUInt32(1u << 30)));
        row("more layers than tensors", ErrorKind::NotFound, "blk.3.", set("llama.block_count", metadataUInt32(4)));
        row("layers as text", ErrorKind::Corrupt, "block_count", set("llama.block_count", metadataString("3")));
        row("negative heads", ErrorKind::Corrupt, "head_count", set("llama.attention.head_count", metadataInt32(-4)));
        row("no heads", ErrorKind::Corrupt, "head_count", set("llama.attention.head_count", metadataUInt32(0)));
        row("uneven kv heads", ErrorKind::Corrupt, "head_count_kv", set("llama.attention.head_count_kv", metadataUInt32(3)));
        row("kv heads differ by layer", ErrorKind::Unsupported, "head_count_kv", set("llama.attention.head_count_kv", metadataInts({2, 4, 2})));
        row("huge heads", ErrorKind::Corrupt, "4 heads of 1048576", [](MemorySource& s) {
            s.edit().metadata.set("llama.attention.key_length", metadataUInt32(1u << 20));
            s.edit().metadata.set("llama.attention.value_length", metadataUInt32(1u << 20));
        });
        row("other values than keys", ErrorKind::Unsupported, "values of 32", set("llama.attention.value_length", metadataUInt32(32)));
        row("partial rope", ErrorKind::Corrupt, "dimension_count", set("llama.rope.dimension_count", metadataUInt32(32)));
        row("odd rope", ErrorKind::Corrupt, "dimension_count", set("llama.rope.dimension_count", metadataUInt32(7)));
        row("rope base 0", ErrorKind::Corrupt, "RoPE base", set("llama.rope.freq_base", metadataFloat32(0.0f)));
        row("rope base not a number", ErrorKind::Corrupt, "freq_base", set("llama.rope.freq_base", metadataFloat32(NAN)));
        row("negative rope factor", ErrorKind::Corrupt, "factor", set("llama.rope.scaling.factor", metadataFloat32(-1.0f)));
        row("unknown rope scaling", ErrorKind::Unsupported, "spiral", set("llama.rope.scaling.type", metadataString("spiral")));
        row("experts of which none is used", ErrorKind::Corrupt, "expert_used_count", set("llama.expert_count", metadataUInt32(8)));
        row("no context length", ErrorKind::Corrupt, "context_length", set("llama.context_length", metadataUInt32(0)));
        row("norm epsilon as text", ErrorKind::Corrupt, "epsilon", set("llama.attention.layer_norm_rms_epsilon", metadataString("small")));
        row("negative norm epsilon", ErrorKind::Corrupt, "epsilon", set("llama.attention.layer_norm_rms_epsilon", metadataFloat32(-1.0f)));
        row("another embedding", ErrorKind::Corrupt, "head size", set("llama.embedding_length", metadataUInt32(128)));
        row("another vocabulary than the output's", ErrorKind::Corrupt, "output.weight", [](MemorySource& s) {
            for (auto& t : s.edit().tensors)
                if (t.name == "token_embd.weight") t.shape[1] -= 1;
        });
        row("another feed-forward", ErrorKind::Corrupt, "ffn_gate", set("llama.feed_forward_length", metadataUInt32(256)));
        row("missing tensor", ErrorKind::NotFound, "blk.1.attn_k.weight", [](MemorySource& s) {
            std::erase_if(s.edit().tensors, [](const auto& t) { return t.name == "blk.1.attn_k.weight"; });
            s.reindex();
        });
        row("a tensor that would be left out", ErrorKind::Unsupported, "blk.1.attn_q_norm.weight", [](MemorySource& s) {
            s.edit().tensors.push_back(*s.edit().findTensor("blk.1.attn_norm.weight"));
            s.edit().tensors.back().name = "blk.1.attn_q_norm.weight";
            s.reindex();
        });
        row("missing embedding", ErrorKind::NotFound, "token_embd.weight", [](MemorySource& s) {
            std::erase_if(s.edit().tensors, [](const auto& t) { return t.name == "token_embd.weight"; });
            s.reindex();
        });
        row("transposed tensor", ErrorKind::Corrupt, "blk.2.ffn_down.weight", [](MemorySource& s) {
            for (auto& t : s.edit().tensors)
                if (t.name == "blk.2.ffn_down.weight") std::swap(t.shape[0], t.shape[1]);
        });
        row("norm of another type", ErrorKind::Unsupported, "blk.0.attn_norm.weight", [](MemorySource& s) {
            for (auto& t : s.edit().tensors)
                if (t.name == "blk.0.attn_norm.weight") t.type = TensorType::F16;
        });
    }
    void refusedModels() {
        QFETCH(Damage, damage);
        QFETCH(ErrorKind, kind);
        QFETCH(QString, names);
        MemorySource source(m_path, MemorySource::Kind::Mapped);
        damage(source);
        const auto engine = loadFragmentEngine(source, {2}, {});
        QVERIFY(!engine);
        QVERIFY2(engine.error().kind == kind, engine.error().message.c_str());
        QVERIFY2(QString::fromStdString(engine.error().message).contains(names), engine.error().message.c_str());
    }

    void refusedOptions() {
        const MemorySource source(m_path, MemorySource::Kind::Mapped);
        QCOMPARE(loadFragmentEngine(source, {-1}, {}).error().kind, ErrorKind::InvalidArgument);
        QCOMPARE(loadFragmentEngine(source, {100000}, {}).error().kind, ErrorKind::InvalidArgument);
        QCOMPARE(loadFragmentEngine(source, {1}, {}, LayerSpan{1, 3}).error().kind, ErrorKind::InvalidArgument);
        QCOMPARE(loadFragmentEngine(source, {1}, {}, LayerSpan{2, 1}).error().kind, ErrorKind::InvalidArgument);
    }

private:
    QTemporaryDir m_folder;
    std::filesystem::path m_path;
    std::vector<TokenId> m_prompt;
    std::vector<float> m_expected;
};

QTEST_GUILESS_MAIN(TestFragmentEngine)
#include "tst_fragment_engine.moc"
