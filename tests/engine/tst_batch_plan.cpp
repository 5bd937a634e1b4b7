// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/batch_plan.h"

#include <QtTest>

#include <numeric>

using namespace tessera;

class TestBatchPlan : public QObject {
    Q_OBJECT
private slots:
    void offCutsLikeLibllama() {
        QCOMPARE(planBatches(540, 512, ExactPolicy::Off), (std::vector<std::uint32_t>{512, 28}));
        QCOMPARE(planBatches(512, 512, ExactPolicy::Off), std::vector<std::uint32_t>{512});
        QCOMPARE(planBatches(3, 1, ExactPolicy::Off), (std::vector<std::uint32_t>{1, 1, 1}));
    }
    void pipelinedPiecesGrowWithThePrompt() {
        QCOMPARE(pipelinedBatch(10, 128), kTileRows);
        QCOMPARE(pipelinedBatch(512, 128), kTileRows);
        QCOMPARE(pipelinedBatch(1536, 128), 96u);
        QCOMPARE(pipelinedBatch(2048, 128), 128u);
        QCOMPARE(pipelinedBatch(100'000, 128), 128u);
        QCOMPARE(pipelinedBatch(2048, 32), 32u);
    }
    void everyPromptIsCutIntoWholeTiles() {
        for (const auto exact : {ExactPolicy::Auto, ExactPolicy::On}) {
            for (std::uint32_t micro_batch = 1; micro_batch <= 520; micro_batch += micro_batch < 140 ? 1 : 19) {
                for (std::uint32_t rows = 1; rows <= 1400; rows += rows < 200 ? 1 : 7) {
                    const auto sizes = planBatches(rows, micro_batch, exact);
                    const QString where = QString("%1 rows by %2").arg(rows).arg(micro_batch);
                    QVERIFY2(std::accumulate(sizes.begin(), sizes.end(), 0u) == rows, qPrintable(where));
                    for (std::size_t i = 0; i < sizes.size(); ++i) {
                        const bool last = i + 1 == sizes.size();
                        QVERIFY2(sizes[i] > 0, qPrintable(where));
                        QVERIFY2(sizes[i] <= std::max(micro_batch, 2 * kTileRows + 4), qPrintable(where));
                        if (rows < kTileRows || micro_batch < kTileRows) continue;
                        QVERIFY2(sizes[i] >= kTileRows, qPrintable(where));
                        QVERIFY2(last || sizes[i] % 4 == 0, qPrintable(where));
                    }
                    // A piece is a plan of its own: sessions cut first, runners find nothing left to cut.
                    for (const auto size : sizes) QCOMPARE(planBatches(size, std::max(micro_batch, size), exact).size(), std::size_t{1});
                }
            }
        }
    }

    void referencePathForFewRows() {
        QVERIFY(usesReferenceAttention(1, ExactPolicy::Auto));
        QVERIFY(usesReferenceAttention(63, ExactPolicy::Auto));
        QVERIFY(!usesReferenceAttention(64, ExactPolicy::Auto));
        QVERIFY(usesReferenceAttention(512, ExactPolicy::On));
        QVERIFY(!usesReferenceAttention(1, ExactPolicy::Off));
    }

    void threadsMatterWhereAttentionIsSplit() {
        QVERIFY(!bitsDependOnThreads(2048, ExactPolicy::On));
        QVERIFY(!bitsDependOnThreads(2048, ExactPolicy::Auto));
        QVERIFY(!bitsDependOnThreads(256, ExactPolicy::Off));
        QVERIFY(bitsDependOnThreads(512, ExactPolicy::Off));
    }
};

QTEST_GUILESS_MAIN(TestBatchPlan)
#include "tst_batch_plan.moc"
