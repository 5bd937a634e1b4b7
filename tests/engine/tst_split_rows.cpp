// SPDX-License-Identifier: GPL-3.0-or-later
// Matrices whose rows are multiplied by several: the bits of the whole engine and of libllama, and what happens when a
// worker fails.
#include "core/engine/row_workers.h"
#include "tests/engine/engine_fixture.h"

#include <atomic>
#include <cstring>
#include <map>
#include <thread>

using namespace tessera;
using namespace tessera::test;
using namespace std::chrono_literals;

namespace {

/// Workers in this process, with an engine of their own.
class NearWorkers final : public RowWorkers {
public:
    NearWorkers(const TensorSource& source, std::size_t count)
        : m_count(count), m_engine(require(loadFragmentEngine(source, {1, RepackPolicy::Off}, {}, LayerSpan{0, -1, true}))) {}

    std::size_t count() const override { return m_count; }

    Result<void> open(std::vector<SplitMatrix> wanted, const Operation& operation) override {
        matrices = std::move(wanted);
        const auto parts = static_cast<std::int64_t>(m_count) + 1;
        for (std::int64_t part = 1; part < parts; ++part) {
            std::vector<RowRange> ranges;
            for (const auto& m : matrices) {
                const auto first = rowCut(m.rows, part, parts);
                ranges.push_back({m.tensor, first, rowCut(m.rows, part + 1, parts) - first});
            }
            TESSERA_TRY(auto rows, m_engine->createRowMultiplier(std::move(ranges)));
            TESSERA_CHECK(rows->load(operation));
            m_rows.push_back(std::move(rows));
        }
        return {};
    }

    Result<void> begin(std::size_t matrix, const ProductInput& input) override {
        if (--begins_until_failure == 0) return fail(ErrorKind::Network, "the cable was cut");
        if (input.same && !std::ranges::equal(input.values, m_last)) return fail(ErrorKind::Corrupt, "not the same values");
        if (input.values.size() != input.rows * static_cast<std::size_t>(matrices[matrix].inputs)) return fail(ErrorKind::Corrupt, "wrong size");
        same += input.same ? 1 : 0;
        m_last.assign(input.values.begin(), input.values.end());
        if (!m_under_way.emplace(matrix, Product{m_last, input.rows, input.reference}).second) return fail(ErrorKind::Corrupt, "begun twice");
        most_under_way = std::max(most_under_way, m_under_way.size());
        return {};
    }

    Result<void> finish(std::size_t matrix, std::span<float> joined, const std::atomic<bool>& cancel) override {
        if (--finishes_until_failure == 0) return fail(ErrorKind::Network, "no answer in time");
        while (never_finish && !cancel) std::this_thread::sleep_for(1ms);
        if (cancel) return fail(ErrorKind::Cancelled, "stopped");
        const auto product = m_under_way.extract(matrix);
        if (product.empty()) return fail(ErrorKind::Corrupt, "never begun");
        const auto whole = static_cast<std::size_t>(matrices[matrix].rows);
        auto column = static_cast<std::size_t>(rowCut(matrices[matrix].rows, 1, static_cast<std::int64_t>(m_count) + 1));
        for (const auto& rows : m_rows) {
            TESSERA_TRY(const auto part, rows->multiply(matrix, product.mapped().values, product.mapped().rows, product.mapped().reference));
            for (std::size_t row = 0; row < part.rows; ++row) std::ranges::copy(part.row(row), joined.subspan(row * whole + column).begin());
            column += part.columns;
        }
        return column == whole ? Result<void>() : fail(ErrorKind::Corrupt, "rows are missing");
    }

    void abandon() override { m_under_way.clear(); }

    std::vector<SplitMatrix> matrices;
    std::size_t same = 0;
    std::size_t most_under_way = 0;
    int begins_until_failure = 0;
    int finishes_until_failure = 0;
    std::atomic<bool> never_finish{false};

private:
    struct Product {
        std::vector<float> values;
        std::uint32_t rows;
        bool reference;
    };

    std::size_t m_count;
    std::unique_ptr<FragmentEngine> m_engine;
    std::vector<std::unique_ptr<RowMultiplier>> m_rows;
    std::map<std::size_t, Product> m_under_way;
    std::vector<float> m_last;
};

struct SplitEngine {
    std::shared_ptr<NearWorkers> workers;
    std::unique_ptr<FragmentEngine> engine;

    SplitEngine(const TensorSource& source, std::size_t count, int threads = 1) : workers(std::make_shared<NearWorkers>(source, count)) {
        EngineOptions options{threads, RepackPolicy::Auto};
        options.row_workers = workers;
        engine = require(loadFragmentEngine(source, options, {}));
    }
};

}  // namespace

class TestSplitRows : public QObject {
    Q_OBJECT
private slots:
    void cuts() {
        static_assert(canCutRows(96, 3) && !canCutRows(95, 2) && !canCutRows(32, 2));
        for (const std::int64_t rows : {64, 96, 576, 1536, 49152}) {
            for (const std::int64_t parts : {1, 2, 3, 7}) {
                QCOMPARE(rowCut(rows, 0, parts), 0);
                QCOMPARE(rowCut(rows, parts, parts), rows);
                if (!canCutRows(rows, parts)) continue;
                for (std::int64_t part = 0; part < parts; ++part) {
                    const auto count = rowCut(rows, part + 1, parts) - rowCut(rows, part, parts);
                    QVERIFY(count >= kRowTile && count % kRowTile == 0 && count <= rows / parts + kRowTile);
                }
            }
        }
    }

    void sameBits_data() {
        QTest::addColumn<QString>("type");
        QTest::addColumn<int>("workers");
        QTest::addColumn<int>("threads");
        for (const auto* type : {"q4_1", "q4_0", "q5_0", "q5_1", "q8_0", "q6_k", "q2_k", "q3_k", "q4_k", "q5_k", "q4_k_m", "iq4_nl", "iq4_xs", "iq3_s", "mxfp4",
                                 "f16", "bf16", "f32"})
            QTest::addRow("%s", type) << type << 1 << 1;
        QTest::newRow("q4_1, three workers") << "q4_1" << 3 << 1;
        QTest::newRow("q4_k_m, three workers") << "q4_k_m" << 3 << 1;
        QTest::newRow("f16, two workers, two threads") << "f16" << 2 << 2;
    }
    void sameBits() {
        QFETCH(QString, type);
        QFETCH(int, workers);
        QFETCH(int, threads);
        const auto path = make(type.toStdString());
        const auto source = require(openGgufSource(path));
        const auto whole = require(loadFragmentEngine(*source, {threads, RepackPolicy::Off}, {}));
        const SplitEngine split(*source, static_cast<std::size_t>(workers), threads);
        QCOMPARE(split.engine->numericsClass(), whole->numericsClass());
        // 7 matrices of each layer and the output; with three workers keys and values are the last ones that can be cut.
        QCOMPARE(split.workers->matrices.size(), std::size_t{3 * 7 + 1});
        for (const auto exact : {ExactPolicy::Auto, ExactPolicy::Off}) {
            for (const int prompt : {1, 30, 150}) {
                auto options = plainOptions();
                options.exact = exact;
                const auto tokens = somePrompt(static_cast<std::size_t>(prompt), whole->facts().vocabulary);
                const auto here = runGreedy(*require(whole->createSession(options)), tokens, 2);
                const auto there = runGreedy(*require(split.engine->createSession(options)), tokens, 2);
                QCOMPARE(largestDifference(here, there), 0.0f);
            }
        }
        QVERIFY(split.workers->same > 0);
        QVERIFY(split.workers->most_under_way >= 3);  // queries, keys and values at once
    }

    void likeLibllama_data() {
        QTest::addColumn<QString>("type");
        for (const auto* type : {"q4_1", "q8_0", "q4_k_m", "f16"}) QTest::newRow(type) << type;
    }
    void likeLibllama() {
        QFETCH(QString, type);
        const auto path = make(type.toStdString());
        const auto source = require(openGgufSource(path));
        LlamaReference reference(path, {.threads = 1});
        const SplitEngine split(*source, 1);
        const auto tokens = somePrompt(150, split.engine->facts().vocabulary);
        const auto expected = runGreedy(reference, tokens, 8);
        QCOMPARE(largestDifference(expected, runGreedy(*require(split.engine->createSession(plainOptions())), tokens, 8)), 0.0f);
    }

    void defaultModelLikeLibllama() {
        const auto path = defaultModel();
        const auto source = require(openGgufSource(path));
        LlamaReference reference(path, {.threads = 1});
        const SplitEngine split(*source, 2);
        const auto tokens = somePrompt(130, split.engine->facts().vocabulary);
        const auto expected = runGreedy(reference, tokens, 8);
        QCOMPARE(largestDifference(expected, runGreedy(*require(split.engine->createSession(plainOptions())), tokens, 8)), 0.0f);
    }

    void shapes_data() {
        QTest::addColumn<int>("shape");
        QTest::newRow("fused query, key, value") << 0;
        QTest::newRow("biases") << 1;
        QTest::newRow("the output is the embedding") << 2;
        QTest::newRow("rows that cannot be cut stay here") << 3;
    }
    void shapes() {
        QFETCH(int, shape);
        GeneratedModelOptions options;
        options.fused_qkv = shape == 0;
        options.biases = shape == 1;
        options.tied = shape == 2;
        if (shape == 3) options.vocabulary = 513;
        const auto path = make("q8_0", options);
        const auto source = require(openGgufSource(path));
        const auto whole = require(loadFragmentEngine(*source, {1, RepackPolicy::Off}, {}));
        const SplitEngine split(*source, 1);
        QCOMPARE(split.workers->matrices.size(), std::size_t(shape == 0 ? 3 * 5 + 1 : shape == 3 ? 3 * 7 : 3 * 7 + 1));
        const auto tokens = somePrompt(90, whole->facts().vocabulary);
        const auto here = runGreedy(*require(whole->createSession(plainOptions())), tokens, 4);
        QCOMPARE(largestDifference(here, runGreedy(*require(split.engine->createSession(plainOptions())), tokens, 4)), 0.0f);
    }

    void aFailureEndsTheStepAndNothingElse_data() {
        QTest::addColumn<bool>("begin");
        QTest::addColumn<int>("after");
        for (const int after : {1, 2, 9, 22}) {
            QTest::addRow("begin %d", after) << true << after;
            QTest::addRow("finish %d", after) << false << after;
        }
    }
    void aFailureEndsTheStepAndNothingElse() {
        QFETCH(bool, begin);
        QFETCH(int, after);
        const auto source = require(openGgufSource(make("q8_0")));
        const SplitEngine split(*source, 1);
        const auto whole = require(loadFragmentEngine(*source, {1, RepackPolicy::Off}, {}));
        const auto tokens = somePrompt(70, whole->facts().vocabulary);
        const auto session = require(split.engine->createSession(plainOptions()));
        (begin ? split.workers->begins_until_failure : split.workers->finishes_until_failure) = after;
        const auto failed = session->evaluate(tokens, Wanted::Last, {});
        QVERIFY(!failed);
        QCOMPARE(failed.error().kind, ErrorKind::Network);
        QVERIFY(failed.error().message.find(begin ? "cable" : "in time") != std::string::npos);
        QCOMPARE(session->length(), 0u);
        const auto expected = runGreedy(*require(whole->createSession(plainOptions())), tokens, 3);
        QCOMPARE(largestDifference(expected, runGreedy(*session, tokens, 3)), 0.0f);
    }

    void stoppedWhileItWaits() {
        const auto source = require(openGgufSource(make("q8_0")));
        const SplitEngine split(*source, 1);
        const auto session = require(split.engine->createSession(plainOptions()));
        split.workers->never_finish = true;
        std::stop_source stop;
        std::jthread stopper([&] {
            std::this_thread::sleep_for(50ms);
            stop.request_stop();
        });
        QCOMPARE(session->evaluate(somePrompt(5, 400), Wanted::Last, {stop.get_token(), {}}).error().kind, ErrorKind::Cancelled);
    }

    void rangesThatMakeNoSense_data() {
        QTest::addColumn<QString>("tensor");
        QTest::addColumn<qint64>("first");
        QTest::addColumn<qint64>("count");
        QTest::addColumn<bool>("missing");
        QTest::newRow("no such tensor") << "blk.9.attn_q.weight" << qint64{0} << qint64{32} << true;
        QTest::newRow("a norm") << "output_norm.weight" << qint64{0} << qint64{32} << false;
        QTest::newRow("negative") << "output.weight" << qint64{-32} << qint64{32} << false;
        QTest::newRow("none") << "output.weight" << qint64{0} << qint64{0} << false;
        QTest::newRow("within a tile") << "output.weight" << qint64{16} << qint64{32} << false;
        QTest::newRow("part of a tile") << "output.weight" << qint64{0} << qint64{33} << false;
        QTest::newRow("beyond the end") << "output.weight" << qint64{512} << qint64{32} << false;
        QTest::newRow("overflow") << "output.weight" << qint64{32} << std::numeric_limits<qint64>::max() / 32 * 32 << false;
    }
    void rangesThatMakeNoSense() {
        QFETCH(QString, tensor);
        QFETCH(qint64, first);
        QFETCH(qint64, count);
        QFETCH(bool, missing);
        const auto loaded = loadEngine(make("q8_0"));
        const auto refused = loaded->createRowMultiplier({{tensor.toStdString(), first, count}});
        QCOMPARE(refused.error().kind, missing ? ErrorKind::NotFound : ErrorKind::InvalidArgument);
        QVERIFY(refused.error().message.find(tensor.toStdString()) != std::string::npos);
    }

    void theOutputMatrixCannotBeLookedThrough() {
        const auto source = require(openGgufSource(make("q8_0")));
        const SplitEngine split(*source, 1);
        QCOMPARE(split.engine->createOutputHead({}).error().kind, ErrorKind::Unsupported);
    }

private:
    std::filesystem::path make(const std::string& type, const GeneratedModelOptions& options = defaults()) {
        const auto path = std::filesystem::path(m_folder.path().toStdString()) / (type + std::to_string(++m_made) + ".gguf");
        require(writeGeneratedModel(path, options, type));
        return path;
    }
    static GeneratedModelOptions defaults() { return {}; }

    QTemporaryDir m_folder;
    int m_made = 0;
};

QTEST_GUILESS_MAIN(TestSplitRows)
#include "tst_split_rows.moc"
