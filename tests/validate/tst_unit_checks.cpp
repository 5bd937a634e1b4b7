// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/validate/unit_checks.h"

#include "core/engine/operation_probe.h"
#include "core/gguf/tensor_type.h"
#include "core/validate/dequantize_checks.h"
#include "core/validate/reference_dequantize.h"
#include "core/validate/reference_math.h"

#include <QTest>

#include <cmath>
#include <limits>
#include <set>

using namespace tessera;

class UnitChecksTest : public QObject {
    Q_OBJECT

private slots:
    void allPassAndAreThere() {
        std::uint64_t last = 0;
        const Operation operation{.progress = [&](const Progress& progress) { last = progress.done; }};
        const auto checks = runUnitChecks(operation);
        QVERIFY(checks.has_value());
        std::set<std::string> names;
        for (const UnitCheck& check : *checks) {
            qInfo("%-60s error %.2e, allowed %.0e", check.name.c_str(), check.largest_error, check.tolerance);
            QVERIFY2(check.passed(), (check.name + ": " + check.failure).c_str());
            QVERIFY(!check.reason.empty());
            QVERIFY(!check.detail.empty());
            QVERIFY(names.insert(check.name).second);
        }
        for (const char* name :
             {"RMSNorm", "softmax", "SwiGLU", "RoPE (adjacent pairs)", "RoPE (NeoX halves)",
              "attention, 6 query heads on 2 key-value heads, flash", "dequantise Q4_1", "dequantise IQ1_M"}) {
            QVERIFY2(names.contains(name), name);
        }
        std::size_t types = 0;
        for (const TensorType type : allTensorTypes()) types += traits(type).dequantizable ? 1 : 0;
        QVERIFY(types > 25);
        QCOMPARE(checks->size(), 3 + 4 + 6 + types);
        QCOMPARE(last, std::uint64_t{checks->size()});
    }

    void stops() {
        std::stop_source stop;
        stop.request_stop();
        QCOMPARE(runUnitChecks({.stop = stop.get_token()}).error().kind, ErrorKind::Cancelled);
    }

    void valuesAreHeldAgainstTheirReference_data() {
        QTest::addColumn<QVector<float>>("computed");
        QTest::addColumn<QVector<double>>("expected");
        QTest::addColumn<bool>("passes");
        const float nan = std::numeric_limits<float>::quiet_NaN();
        const float infinite = std::numeric_limits<float>::infinity();
        QTest::newRow("equal") << QVector<float>{1, 2} << QVector<double>{1, 2} << true;
        QTest::newRow("within the tolerance") << QVector<float>{1.001f} << QVector<double>{1} << true;
        QTest::newRow("beyond the tolerance") << QVector<float>{1, 2.1f} << QVector<double>{1, 2} << false;
        QTest::newRow("relative for large values") << QVector<float>{1001} << QVector<double>{1000} << true;
        QTest::newRow("too few") << QVector<float>{1} << QVector<double>{1, 2} << false;
        QTest::newRow("none") << QVector<float>{} << QVector<double>{} << false;
        QTest::newRow("not a number") << QVector<float>{nan, 1} << QVector<double>{1, 1} << false;
        QTest::newRow("infinite") << QVector<float>{1, infinite} << QVector<double>{1, 1} << false;
    }
    void valuesAreHeldAgainstTheirReference() {
        QFETCH(QVector<float>, computed);
        QFETCH(QVector<double>, expected);
        QFETCH(bool, passes);
        const auto check = checkValues("name", "detail", {computed.data(), static_cast<std::size_t>(computed.size())},
                                       {expected.data(), static_cast<std::size_t>(expected.size())}, 2e-3, "reason");
        QCOMPARE(check.passed(), passes);
    }

    /// One wrong byte anywhere in a block, or one wrong value, is found.
    void wrongTensorsFail_data() {
        QTest::addColumn<unsigned>("type");
        for (const TensorType type : allTensorTypes()) {
            if (traits(type).dequantizable)
                QTest::newRow(std::string(traits(type).name).c_str()) << static_cast<unsigned>(type);
        }
    }
    void wrongTensorsFail() {
        QFETCH(unsigned, type);
        const TensorType tensor_type{type};
        constexpr std::size_t kBlocks = 256;
        const auto blocks = reference::randomBlocks(tensor_type, kBlocks, 3);
        std::vector<float> values(kBlocks * static_cast<std::size_t>(traits(tensor_type).block_elements));
        QVERIFY(dequantize(tensor_type, blocks, values).has_value());
        QVERIFY(checkDequantized(tensor_type, blocks, values).passed());

        auto wrong_value = values;
        wrong_value[values.size() / 2] += 0.01f + std::abs(wrong_value[values.size() / 2]);
        QVERIFY(!checkDequantized(tensor_type, blocks, wrong_value).passed());

        auto shifted = values;
        std::rotate(shifted.begin(), shifted.begin() + 1, shifted.end());
        QVERIFY(!checkDequantized(tensor_type, blocks, shifted).passed());

        const std::vector<float> fewer(values.begin(), values.end() - 1);
        QVERIFY(!checkDequantized(tensor_type, blocks, fewer).passed());
    }

    /// The two ways to pair RoPE's dimensions are not the same, and swapped query heads are noticed.
    void confusedShapesFail() {
        std::vector<float> rows;
        for (int i = 0; i < 2 * 64; ++i) rows.push_back(std::sin(static_cast<float>(i)));
        const std::vector<std::int32_t> positions{3, 4};
        const auto adjacent =
            probe::rope(rows, positions, {}, {.head_size = 64, .heads = 1, .pairs = probe::RopePairs::Adjacent})
                .value();
        const auto neox = reference::rope(rows, positions, {}, {.head_size = 64, .heads = 1, .neox_halves = true});
        QVERIFY(!checkValues("rope", "", adjacent, neox, 5e-4, "").passed());

        std::vector<float> query;
        for (int i = 0; i < 3 * 4 * 8; ++i) query.push_back(std::sin(static_cast<float>(i * i)));
        const std::vector<float> key(query.begin(), query.begin() + 3 * 2 * 8);
        const auto grouped =
            probe::attention(query, key, key, {.tokens = 3, .heads = 4, .kv_heads = 2, .head_size = 8, .flash = false})
                .value();
        QVERIFY(checkValues("attention", "", grouped, reference::attention(query, key, key, {3, 4, 2, 8}), 5e-6, "")
                    .passed());
        // Interleaved instead of consecutive sharing: key-value heads 0, 1, 0, 1.
        std::vector<float> wide_key;
        for (std::size_t token = 0; token < 3; ++token) {
            for (std::size_t head = 0; head < 4; ++head) {
                const auto begin = key.begin() + static_cast<std::ptrdiff_t>((token * 2 + head % 2) * 8);
                wide_key.insert(wide_key.end(), begin, begin + 8);
            }
        }
        QVERIFY(!checkValues("attention", "", grouped, reference::attention(query, wide_key, wide_key, {3, 4, 4, 8}),
                             5e-6, "")
                     .passed());
    }

    /// The reference against numbers worked out by hand.
    void referenceMath() {
        const std::vector<float> x{3, 4};
        const std::vector<float> ones{1, 2};
        const auto normed = reference::rmsNorm(x, ones, 0);
        QVERIFY(std::abs(normed[0] - 3 / std::sqrt(12.5)) < 1e-12);
        QVERIFY(std::abs(normed[1] - 8 / std::sqrt(12.5)) < 1e-12);
        const std::vector<float> mask{0, 0};
        const auto soft = reference::softmax(std::vector<float>{0, 2}, 2, mask, 0.5);
        QVERIFY(std::abs(soft[1] - std::exp(1) / (1 + std::exp(1))) < 1e-12);
        QVERIFY(std::abs(reference::swiGlu(std::vector<float>{1}, std::vector<float>{2})[0] - 2 / (1 + std::exp(-1))) <
                1e-12);
        const auto turned =
            reference::rope(std::vector<float>{1, 0}, std::vector<std::int32_t>{2}, {}, {.head_size = 2, .heads = 1});
        QVERIFY(std::abs(turned[0] - std::cos(2)) < 1e-12);
        QVERIFY(std::abs(turned[1] - std::sin(2)) < 1e-12);
        // One position attends to itself alone: the value comes back.
        const auto attended = reference::attention(std::vector<float>{1, 1}, std::vector<float>{5, 5},
                                                   std::vector<float>{7, 8}, {1, 1, 1, 2});
        QVERIFY(std::abs(attended[0] - 7) < 1e-12 && std::abs(attended[1] - 8) < 1e-12);
    }
};

QTEST_GUILESS_MAIN(UnitChecksTest)
#include "tst_unit_checks.moc"
