// SPDX-License-Identifier: GPL-3.0-or-later
// Experts of a fragment set come into memory when they are used, are verified then, and leave it for a budget.
#include "core/base/platform/file.h"
#include "core/base/platform/paths.h"
#include "core/engine/fragment_engine.h"
#include "core/fragment/fragmenter.h"
#include "core/generate/generated_moe_model.h"
#include "core/model/loaded_model.h"
#include "tests/support/generated_model.h"

#include <QTemporaryDir>
#include <QTest>

#include <map>
#include <numeric>

using namespace tessera;
using namespace tessera::test;

namespace {

template <class T>
T require(Result<T> result) {
    if (!result) throw std::runtime_error(result.error().message);
    if constexpr (!std::is_void_v<T>) return std::move(*result);
}

constexpr std::uint32_t kLayers = 10;
constexpr std::uint32_t kExperts = 8;
constexpr std::uint32_t kUsed = 2;

SessionOptions smallSession() {
    SessionOptions options;
    options.context_tokens = 256;
    options.micro_batch = 16;
    return options;
}

/// Different tokens route to different experts.
std::vector<TokenId> tokensFrom(std::int32_t first, std::size_t count) {
    std::vector<TokenId> tokens;
    for (std::size_t i = 0; i < count; ++i) tokens.push_back(TokenId{(first + static_cast<std::int32_t>(i) * 37) % 512});
    return tokens;
}

std::vector<float> run(Engine& engine) {
    const auto session = require(engine.createSession(smallSession()));
    auto values = require(session->evaluate(tokensFrom(5, 40), Wanted::All, {})).values;
    for (const auto token : tokensFrom(100, 12)) {
        const auto row = require(session->evaluate(std::span(&token, 1), Wanted::Last, {})).values;
        values.insert(values.end(), row.begin(), row.end());
    }
    return values;
}

std::uint64_t sum(std::span<const std::uint64_t> numbers) { return std::accumulate(numbers.begin(), numbers.end(), std::uint64_t{0}); }

}  // namespace

class ExpertsTest : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    std::filesystem::path m_model;
    int m_copies = 0;
    std::map<std::uint32_t, std::uint64_t> m_rest;  // by micro-batch
    std::filesystem::path folder() const { return fromUtf8(m_folder.path().toStdString()); }

    std::filesystem::path makeSet(const QString& kind) {
        const auto place = folder() / ("copy " + std::to_string(++m_copies));
        std::filesystem::create_directories(place);
        const auto path = place / "model.gguf";
        std::filesystem::copy_file(m_model, path);
        if (kind == "image") require(fragmentInPlace(path, {}, {}));
        if (kind != "folder") return path;
        require(fragmentToDirectory(path, place / "set", {}, {}));
        return place / "set";
    }

    static std::unique_ptr<FragmentEngine> engineOf(const LoadedModel& model, std::uint64_t memory = 0) {
        return require(loadFragmentEngine(*model.source, {.threads = 2, .repack = RepackPolicy::Off, .memory_bytes = memory}, {}));
    }

    /// What everything but the experts needs, with one session.
    std::uint64_t restOf(const LoadedModel& model, const SessionOptions& options = smallSession()) {
        if (const auto known = m_rest.find(options.micro_batch); known != m_rest.end()) return known->second;
        std::uint64_t low = 0;
        std::uint64_t high = std::filesystem::file_size(m_model);
        const auto expert_bytes = engineOf(model)->expertStatistics().expert_bytes;
        while (high - low > 65536) {  // the smallest budget that takes it
            const auto middle = (low + high) / 2;
            auto engine = loadFragmentEngine(*model.source, {.threads = 2, .repack = RepackPolicy::Off, .memory_bytes = middle}, {});
            const bool fits = engine && (*engine)->createSession(options);
            (fits ? high : low) = middle;
        }
        const auto at_once = std::min(kExperts, options.micro_batch * kUsed);
        return m_rest[options.micro_batch] = high - at_once * expert_bytes / (kLayers * kExperts);
    }

private slots:
    void initTestCase() {
        const auto vocabulary = folder() / "vocabulary.gguf";
        GeneratedModelOptions small;
        small.layers = 1;
        require(writeGeneratedModel(vocabulary, small));
        m_model = folder() / "model.gguf";
        require(writeMoeModel(m_model, {.architecture = "qwen3moe", .layers = kLayers, .experts = kExperts, .experts_used = kUsed,
                                        .vocabulary_of = vocabulary}));
    }

    void nothingIsReadBeforeItIsUsed() {
        const auto model = require(openModel(makeSet("image"), {}, {}));
        const auto engine = engineOf(*model);
        auto told = engine->expertStatistics();
        QCOMPARE(told.layers, kLayers);
        QCOMPARE(told.experts, kExperts);
        QCOMPARE(told.loads, 0u);
        QCOMPARE(told.resident_bytes, 0u);
        const auto& fragments = model->set.store->manifest().fragments;
        for (std::uint32_t i = 0; i < fragments.size(); ++i)
            if (fragments[i].tensor_name.find("_exps") != std::string::npos) QCOMPARE(model->set.store->state(FragmentIndex{i}), FragmentState::Present);

        const auto session = require(engine->createSession(smallSession()));
        const TokenId token{7};
        require(session->evaluate(std::span(&token, 1), Wanted::Last, {}));
        told = engine->expertStatistics();
        QCOMPARE(told.loads, std::uint64_t{kLayers * kUsed});
        QCOMPARE(told.evictions, 0u);
        for (std::size_t layer = 0; layer < kLayers; ++layer) QCOMPARE(sum(told.usesOf(layer)), std::uint64_t{kUsed});
        QVERIFY(told.misses == told.uses);  // each was brought for the one token
        QCOMPARE(sum(told.hits), 0u);
        QCOMPARE(sum(told.one_bytes) * kExperts, told.expert_bytes);
        std::size_t verified = 0;
        for (std::uint32_t i = 0; i < fragments.size(); ++i)
            if (fragments[i].tensor_name.find("_exps") != std::string::npos)
                verified += model->set.store->state(FragmentIndex{i}) == FragmentState::Verified;
        QVERIFY(verified > 0 && verified <= std::size_t{3} * kLayers * kUsed);
    }

    void aBudgetChangesNoBit_data() {
        QTest::addColumn<QString>("kind");
        QTest::newRow("plain GGUF") << "plain";
        QTest::newRow("manifest beside the GGUF") << "image";
        QTest::newRow("folder of fragments") << "folder";
    }
    void aBudgetChangesNoBit() {
        QFETCH(QString, kind);
        const auto model = require(openModel(makeSet(kind), {}, {}));
        const auto free_engine = engineOf(*model);
        const auto expected = run(*free_engine);
        const auto unlimited = free_engine->expertStatistics();
        QCOMPARE(unlimited.evictions, 0u);
        QCOMPARE(unlimited.memory_bytes, 0u);

        const auto room = unlimited.expert_bytes / 4;
        const auto engine = engineOf(*model, restOf(*model) + room);
        QVERIFY(run(*engine) == expected);
        const auto told = engine->expertStatistics();
        QVERIFY(told.evictions > 0);
        QVERIFY(told.loads > unlimited.loads);
        QVERIFY(told.peak_resident_bytes <= room + 131072);
        QVERIFY(told.resident_bytes <= told.memory_bytes);
        QCOMPARE(told.loads - told.evictions, told.resident_bytes / (told.expert_bytes / (kLayers * kExperts)));
        QVERIFY(told.uses == unlimited.uses);
        // The same steps wanted the same experts; with less memory fewer were there.
        for (std::size_t i = 0; i < told.uses.size(); ++i) {
            QCOMPARE(told.hits[i] + told.misses[i], unlimited.hits[i] + unlimited.misses[i]);
            QVERIFY(told.hits[i] + told.misses[i] <= told.uses[i]);
        }
        QVERIFY(sum(told.misses) > sum(unlimited.misses) && sum(told.misses) <= told.loads);
        QVERIFY(sum(told.hits) > 0);
        const auto later = told.since(unlimited);
        QCOMPARE(later.loads, told.loads - unlimited.loads);
        QCOMPARE(sum(later.uses), 0u);
        QCOMPARE(later.resident_bytes, told.resident_bytes);
    }

    void tooSmallABudgetIsRefused() {
        const auto model = require(openModel(makeSet("image"), {}, {}));
        const auto weights = loadFragmentEngine(*model->source, {.threads = 2, .memory_bytes = 100'000}, {});
        QVERIFY(!weights);
        QCOMPARE(weights.error().kind, ErrorKind::OutOfMemory);
        QVERIFY(weights.error().message.find("--memory") != std::string::npos);

        const auto expert = engineOf(*model)->expertStatistics().expert_bytes / (kLayers * kExperts);
        auto one = smallSession();
        one.micro_batch = 1;
        auto many = smallSession();
        many.micro_batch = 4;  // may use all 8 experts of a layer
        const auto engine = engineOf(*model, restOf(*model, one) + 3 * expert);
        const auto session = engine->createSession(many);
        QVERIFY(!session);
        QCOMPARE(session.error().kind, ErrorKind::OutOfMemory);
        QVERIFY(session.error().message.find("--batch") != std::string::npos);
    }

    void aDamagedExpertIsNamedWhenItIsUsed() {
        const auto path = makeSet("image");
        auto model = require(openModel(path, {}, {}));
        // The expert of layer 4 that token 7 alone uses, and a token that does without it.
        const auto usesOf = [&](std::int32_t token) {
            const auto engine = engineOf(*model);
            const auto session = require(engine->createSession(smallSession()));
            const TokenId id{token};
            require(session->evaluate(std::span(&id, 1), Wanted::Last, {}));
            const auto told = engine->expertStatistics();
            const auto uses = told.usesOf(4);
            return std::vector<std::uint64_t>(uses.begin(), uses.end());
        };
        const auto bad_uses = usesOf(7);
        const auto expert = static_cast<std::size_t>(std::ranges::find(bad_uses, 1u) - bad_uses.begin());
        std::int32_t other = 8;
        while (usesOf(other)[expert] != 0) ++other;
        model.reset();

        const auto untouched = makeSet("image");
        model = require(openModel(untouched, {}, {}));
        const auto* tensor = model->source->model().findTensor("blk.4.ffn_up_exps.weight");
        const auto offset = tensor->offset + expert * (tensor->size_bytes / kExperts) + 11;
        {
            File file = require(File::open(untouched, File::Mode::ReadWrite));
            std::byte byte{};
            require(file.readAt(offset, std::span(&byte, 1)));
            byte ^= std::byte{4};
            require(file.writeAt(offset, std::span(&byte, 1)));
        }
        const auto engine = engineOf(*model);
        const auto session = require(engine->createSession(smallSession()));
        const TokenId good{other};
        const auto before = require(session->evaluate(std::span(&good, 1), Wanted::Last, {})).values;
        const TokenId bad{7};
        const std::vector<TokenId> whole{bad};
        // Alone in a fresh sequence it takes the route that was seen above.
        require(session->truncate(0));
        for (int i = 0; i < 2; ++i) {
            const auto broken = session->evaluate(whole, Wanted::Last, {});
            QVERIFY(!broken);
            QCOMPARE(broken.error().kind, ErrorKind::Corrupt);
            const auto& text = broken.error().message;
            QVERIFY2(text.find("expert " + std::to_string(expert) + " of layer 4") != std::string::npos, text.c_str());
            QVERIFY2(text.find("blk.4.ffn_up_exps.weight") != std::string::npos, text.c_str());
            QCOMPARE(session->length(), 0u);
        }
        QVERIFY(require(session->evaluate(std::span(&good, 1), Wanted::Last, {})).values == before);
    }
};

QTEST_GUILESS_MAIN(ExpertsTest)
#include "tst_experts.moc"
