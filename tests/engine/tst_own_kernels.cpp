// SPDX-License-Identifier: GPL-3.0-or-later
// Our own kernels in the engine: near ggml's numbers, and what does not change a bit.
#include "core/engine/kernels/kernels.h"
#include "tests/engine/engine_fixture.h"

#include <cmath>

using namespace tessera;
using namespace tessera::test;

namespace {

LoadedEngine loadWith(const std::filesystem::path& path, KernelPolicy kernels, int threads = 2, RepackPolicy repack = RepackPolicy::Auto) {
    LoadedEngine loaded;
    loaded.source = require(openGgufSource(path));
    loaded.engine = require(loadFragmentEngine(*loaded.source, {.threads = threads, .repack = repack, .kernels = kernels}, {}));
    return loaded;
}

SessionOptions optionsWith(ExactPolicy exact, std::uint32_t micro_batch = 512) {
    auto options = plainOptions();
    options.exact = exact;
    options.micro_batch = micro_batch;
    return options;
}

std::vector<float> logitsOf(const LoadedEngine& loaded, const SessionOptions& options, std::size_t tokens, Wanted wanted = Wanted::All) {
    const auto session = require(loaded->createSession(options));
    return require(session->evaluate(somePrompt(tokens, loaded->facts().vocabulary), wanted, {})).values;
}

double relativeDifference(std::span<const float> a, std::span<const float> b) {
    double difference = 0;
    double size = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        difference += (static_cast<double>(a[i]) - b[i]) * (static_cast<double>(a[i]) - b[i]);
        size += static_cast<double>(b[i]) * b[i];
    }
    return std::sqrt(difference / size);
}

}  // namespace

class TestOwnKernels : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    std::filesystem::path model(const QString& type) const {
        const auto path = std::filesystem::path(m_folder.path().toStdString()) / (type.toStdString() + ".gguf");
        if (!std::filesystem::exists(path)) require(writeGeneratedModel(path, {}, type.toStdString()));
        return path;
    }
    static void addTypes() {
        QTest::addColumn<QString>("type");
        for (const auto* type : {"q4_0", "q4_1", "q8_0", "q4_k_m", "q5_k_m", "q6_k"}) QTest::addRow("%s", type) << type;
    }

    static bool takesSingleRows(const QString& type) {
        const auto* kernels = kernels::fastest();
        return (type.contains("_k") ? kernels->few_rows_256 : kernels->few_rows) > 0;
    }

private slots:
    void initTestCase() {
        if (!kernels::fastest()) QSKIP("this processor has none of the instruction sets");
    }

    void nearGgml_data() { addTypes(); }
    void nearGgml() {
        QFETCH(QString, type);
        const auto path = model(type);
        const auto ggml = loadWith(path, KernelPolicy::Ggml, 2, RepackPolicy::Off);
        const auto reference = logitsOf(ggml, optionsWith(ExactPolicy::Off), 150);
        const auto own = logitsOf(loadWith(path, KernelPolicy::Own), optionsWith(ExactPolicy::Off), 150);
        QVERIFY(largestDifference(own, reference) > 0.0f);  // or they were not used
        // As validation does: sums in another order, and an activation here and there rounded to the other side.
        const double itself = relativeDifference(logitsOf(ggml, optionsWith(ExactPolicy::Off, 32), 150), reference);
        const double difference = relativeDifference(own, reference);
        QVERIFY2(difference <= 1.5 * itself, qPrintable(QString("%1, ggml itself %2").arg(difference).arg(itself)));
        qInfo("%g, ggml itself %g", difference, itself);
    }

    void bitsThatStay_data() { addTypes(); }
    void bitsThatStay() {
        QFETCH(QString, type);
        const auto path = model(type);
        const auto loaded = loadWith(path, KernelPolicy::Own);
        const auto whole = logitsOf(loaded, optionsWith(ExactPolicy::Auto), 200);
        QCOMPARE(largestDifference(whole, logitsOf(loadWith(path, KernelPolicy::Own, 1), optionsWith(ExactPolicy::Auto), 200)), 0.0f);
        QCOMPARE(largestDifference(whole, logitsOf(loadWith(path, KernelPolicy::Own, 3), optionsWith(ExactPolicy::Auto), 200)), 0.0f);
        QCOMPARE(largestDifference(whole, logitsOf(loaded, optionsWith(ExactPolicy::Auto, 64), 200)), 0.0f);  // pieces of 64 rows and more
        auto spans = optionsWith(ExactPolicy::Auto);
        spans.spans = {{0, 0}, {1, 2}};
        QCOMPARE(largestDifference(whole, logitsOf(loaded, spans, 200)), 0.0f);
    }

    /// Of types whose single rows are fast every step is ours; of others few rows, and whatever is asked to be independent of
    /// batching, are ggml's.
    void whichStepsAreOurs_data() { addTypes(); }
    void whichStepsAreOurs() {
        QFETCH(QString, type);
        const auto path = model(type);
        const auto own = loadWith(path, KernelPolicy::Own, 2, RepackPolicy::Off);
        const auto ggml = loadWith(path, KernelPolicy::Ggml, 2, RepackPolicy::Off);
        const bool few = takesSingleRows(type);
        QCOMPARE(largestDifference(logitsOf(own, optionsWith(ExactPolicy::Auto), 63), logitsOf(ggml, optionsWith(ExactPolicy::Auto), 63)) > 0.0f, few);
        QCOMPARE(largestDifference(logitsOf(own, optionsWith(ExactPolicy::On), 150), logitsOf(ggml, optionsWith(ExactPolicy::On), 150)) > 0.0f, few);
        QVERIFY(largestDifference(logitsOf(own, optionsWith(ExactPolicy::Auto), 150), logitsOf(ggml, optionsWith(ExactPolicy::Auto), 150)) > 0.0f);
    }

    /// … and then no bit depends on how rows are batched, whatever the type.
    void rowsAreIndependent_data() { addTypes(); }
    void rowsAreIndependent() {
        QFETCH(QString, type);
        if (!takesSingleRows(type)) QSKIP("a single row is not ours here");
        const auto loaded = loadWith(model(type), KernelPolicy::Own);
        QVERIFY(dynamic_cast<FragmentEngine&>(*loaded.engine).hasIndependentRows());
        const auto whole = logitsOf(loaded, optionsWith(ExactPolicy::On), 70);
        for (const std::uint32_t piece : {1u, 2u, 7u, 17u, 49u})
            QCOMPARE(largestDifference(whole, logitsOf(loaded, optionsWith(ExactPolicy::On, piece), 70)), 0.0f);
    }

    /// Types that are repacked for few rows stay in place beside it.
    void besideRepackedWeights() {
        const auto path = model("q4_0");
        const auto prompt = [&](RepackPolicy repack) {
            return logitsOf(loadWith(path, KernelPolicy::Own, 2, repack), optionsWith(ExactPolicy::Auto), 100, Wanted::None);
        };
        QCOMPARE(prompt(RepackPolicy::On).size(), std::size_t{0});
        const auto all = [&](RepackPolicy repack) {
            return logitsOf(loadWith(path, KernelPolicy::Own, 2, repack), optionsWith(ExactPolicy::Auto), 100);
        };
        QCOMPARE(largestDifference(all(RepackPolicy::On), all(RepackPolicy::Off)), 0.0f);
    }

    void numericsClassNamesThem() {
        const auto path = model("q8_0");
        const auto own = loadWith(path, KernelPolicy::Own)->numericsClass();
        QVERIFY(own != loadWith(path, KernelPolicy::Ggml)->numericsClass());
        QCOMPARE(own, numericsClassOf(RepackPolicy::Auto, KernelPolicy::Own));
    }
};

QTEST_GUILESS_MAIN(TestOwnKernels)
#include "tst_own_kernels.moc"
