// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/validate/comparison.h"

#include "core/engine/bridge/llama_engine.h"
#include "core/engine/fragment_engine.h"
#include "core/gguf/gguf_file_source.h"
#include "core/validate/report.h"
#include "tests/support/byte_tokenizer.h"
#include "tests/support/generated_model.h"
#include "tests/support/llama_model.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <cstring>
#include <limits>

using namespace tessera;
using namespace tessera::test;

namespace {

EngineFactory fragments(const TensorSource& source) {
    return [&source](const EngineOptions& options) -> Result<std::unique_ptr<Engine>> {
        TESSERA_TRY(auto engine, loadFragmentEngine(source, options, {}));
        return engine;
    };
}

EngineFactory llama(const TensorSource& source, const std::filesystem::path& path) {
    return [&source, path](const EngineOptions& options) { return loadLlamaEngine(source, {path}, options, {}); };
}

ComparisonOptions shortOptions() {
    // The second is longer than a whole micro-batch, as the spread wants it.
    std::string long_text;
    for (int i = 0; long_text.size() < 560; ++i) long_text += "Sentence " + std::to_string(i * i) + ". ";
    return {.prompts = {"A first prompt.", long_text}, .decode_tokens = 2, .threads = 1};
}

Rows rowsOf(std::vector<float> values, std::size_t columns) {
    return {.rows = values.size() / columns, .columns = columns, .values = std::move(values)};
}

}  // namespace

class ComparisonTest : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    std::filesystem::path file(const char* name) const {
        return std::filesystem::path(m_folder.path().toStdString()) / name;
    }

private slots:
    void differenceOfLogits() {
        // softmax(0, ln 3) = (1/4, 3/4); softmax(ln 3, 0) = (3/4, 1/4).
        const float ln3 = std::log(3.0f);
        const auto difference = compareLogits(rowsOf({ln3, 0}, 2), rowsOf({0, ln3}, 2)).value();
        QCOMPARE(difference.rows, std::size_t{1});
        QVERIFY(!difference.bit_identical);
        QVERIFY(std::abs(difference.largest - std::log(3.0)) < 1e-6);
        QVERIFY(std::abs(difference.mean - std::log(3.0)) < 1e-6);
        QVERIFY(std::abs(difference.mean_kl - 0.5 * std::log(3.0)) < 1e-6);  // ¼·ln ⅓ + ¾·ln 3
        QCOMPARE(difference.top1_agreement, 0.0);
    }

    void differenceIsWeightedByRows() {
        const auto one = compareLogits(rowsOf({1, 0}, 2), rowsOf({0, 0}, 2)).value();
        const auto same = compareLogits(rowsOf({0, 0, 1, 1, 2, 2}, 2), rowsOf({0, 0, 1, 1, 2, 2}, 2)).value();
        QVERIFY(same.bit_identical);
        const auto all = same.joinedWith(one);
        QCOMPARE(all.rows, std::size_t{4});
        QVERIFY(!all.bit_identical);
        QCOMPARE(all.largest, 1.0);
        QCOMPARE(all.mean, one.mean / 4);
        QCOMPARE(all.mean_kl, one.mean_kl / 4);
        QCOMPARE(LogitDifference{}.joinedWith(one).mean, one.mean);
    }

    void notANumberIsInfinitelyDifferent() {
        const float nan = std::numeric_limits<float>::quiet_NaN();
        const auto difference = compareLogits(rowsOf({nan, 0}, 2), rowsOf({nan, 0}, 2)).value();
        QVERIFY(!difference.bit_identical);
        QVERIFY(std::isinf(difference.mean_kl));
    }

    void shapesMustAgree() {
        QCOMPARE(compareLogits(rowsOf({1, 2}, 2), rowsOf({1, 2}, 1)).error().kind, ErrorKind::InvalidArgument);
    }

    void negativeZeroIsAnotherBitPattern() {
        QVERIFY(!compareLogits(rowsOf({-0.0f, 1}, 2), rowsOf({0.0f, 1}, 2))->bit_identical);
    }

    void enginesAreBitIdentical_data() {
        QTest::addColumn<QString>("type");
        QTest::newRow("F32") << "F32";
        QTest::newRow("Q4_0, repackable") << "Q4_0";
        QTest::newRow("Q8_0") << "Q8_0";
    }
    void enginesAreBitIdentical() {
        QFETCH(QString, type);
        const auto path = writeLlama(file("same.gguf"), {.type = tensorTypeFromName(type.toStdString()).value()});
        const auto source = openGgufSource(path).value();
        const auto comparison =
            compareEngines(fragments(*source), llama(*source, path), ByteTokenizer(), shortOptions(), {});
        QVERIFY2(comparison.has_value(), comparison ? "" : comparison.error().message.c_str());
        QCOMPARE(comparison->conditions.size(), std::size_t{4});  // 5 with more than one thread
        for (const auto& condition : comparison->conditions) {
            QVERIFY2(condition.passed, (condition.name + ": " + condition.verdict).c_str());
            QCOMPARE(condition.prompts.size(), std::size_t{2});
            QCOMPARE(condition.total.rows, condition.prompts[0].prompt_tokens + condition.prompts[1].prompt_tokens + 4);
            QCOMPARE(condition.inspected(), &condition.prompts[0]);
            QVERIFY(!condition.prompts[0].firstDifference() || !condition.equal_conditions);
            for (const auto& layer : condition.prompts[0].layers) QVERIFY(layer.reference_rms > 0);
        }
        QVERIFY(comparison->passed());
    }

    /// One weight of layer 1 differs between what the two engines see.
    void plantedWrongLayerIsFound() {
        const LlamaShape shape{.layers = 3};
        const auto right = writeLlama(file("right.gguf"), shape);
        LlamaModelData data = makeLlama(shape);
        for (GgufTensorData& tensor : data.tensors) {
            if (tensor.name != "blk.1.ffn_down.weight") continue;
            float value = 0;
            std::memcpy(&value, tensor.bytes.data(), sizeof value);
            value += 0.5f;
            std::memcpy(tensor.bytes.data(), &value, sizeof value);
        }
        const auto wrong = file("wrong.gguf");
        QVERIFY(writeGguf(wrong, data.metadata, data.tensors).has_value());

        const auto right_source = openGgufSource(right).value();
        const auto wrong_source = openGgufSource(wrong).value();
        const auto comparison =
            compareEngines(fragments(*wrong_source), llama(*right_source, right), ByteTokenizer(), shortOptions(), {});
        QVERIFY(comparison.has_value());
        QVERIFY(!comparison->passed());
        for (const auto& condition : comparison->conditions) {
            QVERIFY2(!condition.passed, condition.verdict.c_str());
            const PromptComparison& prompt = condition.prompts[0];
            QCOMPARE(prompt.layers.size(), std::size_t{3});
            QVERIFY(condition.prompts[1].layers.empty());
            if (!condition.equal_conditions) continue;
            QVERIFY(prompt.layers[0].bit_identical && prompt.layers[0].largest == 0);
            QCOMPARE(prompt.firstDifference(), &prompt.layers[1]);
            QCOMPARE(prompt.layers[1].channel, std::size_t{0});  // the row that was changed
            QVERIFY(prompt.layers[1].largest > 0);
            // One of 64 columns differs, so the mean is far below the largest; from the next layer on all do.
            QVERIFY(prompt.layers[1].mean > 0 && prompt.layers[1].mean < prompt.layers[1].largest / 8);
            QVERIFY(!prompt.layers[2].bit_identical);
        }
    }

    void spreadIsMeasuredOnALongText() {
        const auto path = writeLlama(file("spread.gguf"), {});
        const auto source = openGgufSource(path).value();
        const auto factory = llama(*source, path);
        const ComparisonOptions options{.prompts = {"short"}, .decode_tokens = 1, .threads = 1};
        const auto comparison = compareEngines(factory, factory, ByteTokenizer(), options, {});
        QVERIFY(comparison.has_value());
        QVERIFY(comparison->spread.micro_batch.rows > 512);
        QVERIFY(!comparison->spread.micro_batch.bit_identical);
        QCOMPARE(comparison->conditions[0].total.rows, std::size_t{5 + 1});
        QVERIFY(comparison->passed());
    }

    /// Equal conditions need no spread, so nothing is measured on a long text.
    void ownDefaultsCanBeLeftOut() {
        const auto path = writeLlama(file("equal.gguf"), {});
        const auto source = openGgufSource(path).value();
        const ComparisonOptions options{.prompts = {"short"}, .decode_tokens = 1, .threads = 1, .own_defaults = false};
        std::uint64_t total = 0;
        const Operation operation{.progress = [&](const Progress& progress) { total = progress.total; }};
        const auto comparison = compareEngines(fragments(*source), llama(*source, path), ByteTokenizer(), options, operation);
        QVERIFY(comparison.has_value());
        QVERIFY(comparison->passed() && !comparison->usesSpread());
        QCOMPARE(comparison->spread.micro_batch.rows, std::size_t{0});
        QCOMPARE(comparison->conditions.size(), std::size_t{3});
        QCOMPARE(total, std::uint64_t{3});
        for (const auto& condition : comparison->conditions) QVERIFY(condition.equal_conditions && condition.total.rows == 6);
        ValidationReport report;
        report.comparison = *comparison;
        QVERIFY(reportMarkdown(report).find("against itself") == std::string::npos);
    }

    /// Of every type that they multiply, near enough to llama.cpp.
    void ownKernelsAreWithinTheSpread_data() {
        QTest::addColumn<QString>("type");
        for (const auto* type : {"q4_0", "q4_1", "q8_0", "q4_k_m", "q6_k"}) QTest::newRow(type) << type;
    }
    void ownKernelsAreWithinTheSpread() {
        QFETCH(QString, type);
        const auto path = file("own.gguf");
        QVERIFY(writeGeneratedModel(path, {}, type.toStdString()).has_value());
        const auto source = openGgufSource(path).value();
        auto options = shortOptions();
        options.own_defaults = false;
        options.own_kernels = true;
        const auto comparison = compareEngines(fragments(*source), llama(*source, path), ByteTokenizer(), options, {});
        if (!comparison && comparison.error().kind == ErrorKind::Unsupported) QSKIP("this processor has none of the instruction sets");
        QVERIFY2(comparison.has_value(), comparison ? "" : comparison.error().message.c_str());
        const auto& condition = comparison->conditions.back();
        QVERIFY(!condition.equal_conditions && !condition.total.bit_identical);  // or they were not used
        QVERIFY2(condition.passed, condition.verdict.c_str());
        qInfo("%s", condition.verdict.c_str());
    }

    void progressCountsPromptsAndStops() {
        const auto path = writeLlama(file("progress.gguf"), {});
        const auto source = openGgufSource(path).value();
        std::vector<std::uint64_t> done;
        std::vector<std::size_t> with_rows;
        const auto tell = [&](const EngineComparison& so_far) {
            QCOMPARE(so_far.conditions.size(), std::size_t{4});
            std::size_t rows = 0;
            for (const auto& condition : so_far.conditions) {
                QVERIFY(condition.verdict.empty());
                for (const auto& prompt : condition.prompts) rows += prompt.prefill.rows > 0;
            }
            with_rows.push_back(rows);
        };
        std::uint64_t total = 0;
        std::stop_source stop;
        Operation operation{.stop = stop.get_token(), .progress = [&](const Progress& progress) {
                                done.push_back(progress.done);
                                total = progress.total;
                                if (progress.done == 5) stop.request_stop();
                            }};
        const auto comparison =
            compareEngines(fragments(*source), llama(*source, path), ByteTokenizer(), shortOptions(), operation, tell);
        QVERIFY(!comparison.has_value());
        QCOMPARE(comparison.error().kind, ErrorKind::Cancelled);
        // Before anything, after each of four spread prompts, the spread itself, the first prompt of a condition.
        QCOMPARE(done, (std::vector<std::uint64_t>{0, 1, 2, 3, 4, 4, 5}));
        QCOMPARE(with_rows, (std::vector<std::size_t>{0, 0, 0, 0, 0, 0, 1}));
        QCOMPARE(total, std::uint64_t{12});
    }
};

QTEST_GUILESS_MAIN(ComparisonTest)
#include "tst_comparison.moc"
