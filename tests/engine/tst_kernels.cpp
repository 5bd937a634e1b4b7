// SPDX-License-Identifier: GPL-3.0-or-later
// Our own kernels alone: every implementation that this processor has against the definition, bit for bit, and the
// definition against dequantized weights.
#include "core/engine/kernels/half.h"
#include "core/engine/kernels/kernels.h"
#include "core/gguf/tensor_type.h"
#include "tests/support/made_models.h"

#include <QtTest>
#include <ggml.h>

#include <bit>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

using namespace tessera;
using namespace tessera::kernels;

namespace {

struct TypeCase {
    const char* name;
    WeightType type;
    std::vector<std::size_t> halves;  // where float16 numbers stand in a block
};
const std::vector<TypeCase> kTypes{{"Q4_0", WeightType::Q4_0, {0}},    {"Q4_1", WeightType::Q4_1, {0, 2}}, {"Q8_0", WeightType::Q8_0, {0}},
                                   {"Q4_K", WeightType::Q4_K, {0, 2}}, {"Q5_K", WeightType::Q5_K, {0, 2}}, {"Q6_K", WeightType::Q6_K, {208}}};

enum class Kind { Ordinary, Extreme };

/// A matrix of random blocks.
struct TestMatrix {
    std::vector<std::byte> bytes;
    Matrix matrix;
    TensorType tensor_type;
    std::int64_t rows;

    TestMatrix(const TypeCase& type, std::int64_t row_count, std::int64_t columns, Kind kind)
        : tensor_type(tensorTypeFromName(type.name).value()), rows(row_count) {
        const auto row_bytes = rowBytes(tensor_type, columns).value();
        bytes = test::madeBytes(row_bytes * static_cast<std::size_t>(rows), static_cast<std::uint64_t>(rows + columns));
        std::mt19937 random(7);
        const auto block_bytes = traits(tensor_type).block_bytes;
        for (std::size_t block = 0; block < bytes.size(); block += block_bytes) {
            const bool extreme = kind == Kind::Extreme && random() % 2;
            // The largest and the smallest of every field, sums at the end of their range.
            if (extreme) std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(block), block_bytes, random() % 2 ? std::byte{0xff} : std::byte{0x80});
            for (const auto at : type.halves) {
                const float scale = std::uniform_real_distribution(-1.0f, 1.0f)(random) * (extreme ? 60000.0f : 0.01f);
                const std::uint16_t half = extreme && random() % 4 == 0 ? static_cast<std::uint16_t>(random() % 1024) : halfOf(scale);  // subnormal
                std::memcpy(bytes.data() + block + at, &half, sizeof half);
            }
        }
        matrix = {type.type, bytes.data(), static_cast<std::size_t>(row_bytes), columns};
    }
};

std::vector<float> someActivations(std::int64_t rows, std::int64_t columns, Kind kind) {
    std::vector<float> values(static_cast<std::size_t>(rows * columns));
    std::mt19937 random(static_cast<std::uint32_t>(rows));
    std::normal_distribution<float> normal;
    for (auto& value : values) value = normal(random);
    if (kind == Kind::Ordinary) return values;
    for (std::size_t i = 0; i < values.size(); ++i) {
        switch (i / 32 % 8) {
            case 0: values[i] = 0.0f; break;
            case 1: values[i] = i % 2 ? 3.0f : -3.0f; break;           // the largest with both signs
            case 2: values[i] *= 1e30f; break;                         // scales beyond float16
            case 3: values[i] *= std::numeric_limits<float>::min(); break;
            case 4: values[i] = 127.0f * (i % 32 ? 0.5f / 127.0f : 1.0f); break;  // ties
            default: break;
        }
    }
    return values;
}

struct Packed {
    std::vector<std::byte> bytes;
    std::int64_t rows;

    Packed(const Kernels& kernels, ActivationType type, std::span<const float> values, std::int64_t row_count, std::int64_t columns)
        : bytes(packedBytes(type, row_count, columns), std::byte{0xaa}), rows(row_count) {
        const Activations activations{values.data(), static_cast<std::size_t>(columns), rows, columns};
        const auto groups = groupsOf(rows);  // in two parts, as two threads would
        kernels.quantize(type, activations, groups / 2, groups, bytes.data());
        kernels.quantize(type, activations, 0, groups / 2, bytes.data());
    }
};

std::vector<std::uint32_t> bitsOf(std::span<const float> values) {
    std::vector<std::uint32_t> bits;
    for (const float value : values) bits.push_back(std::isnan(value) ? 0x7fc00000u : std::bit_cast<std::uint32_t>(value));
    return bits;
}

/// [count × rows], whose neighbours in memory must stay as they are.
std::vector<float> product(const Kernels& kernels, const TestMatrix& m, const Packed& packed, std::int64_t first, std::int64_t last) {
    const auto stride = static_cast<std::size_t>(m.rows) + 3;
    std::vector<float> out(stride * static_cast<std::size_t>(packed.rows), 42.0f);
    kernels.multiply(m.matrix, first, last, packed.bytes.data(), packed.rows, out.data(), stride);
    std::vector<float> result;
    for (std::size_t i = 0; i < out.size(); ++i) {
        const auto row = static_cast<std::int64_t>(i % stride);
        if (row >= first && row < last) {
            result.push_back(out[i]);
        } else if (out[i] != 42.0f) {
            qFatal("written beyond the rows");
        }
    }
    return result;
}

std::vector<const Kernels*> present() {
    std::vector<const Kernels*> found;
    for (const Kernels* kernels : {avx512Vnni(), avx2(), neonDotProduct()})
        if (kernels) found.push_back(kernels);
    return found;
}

}  // namespace

class TestKernels : public QObject {
    Q_OBJECT
private slots:
    void float16() {
        for (std::uint32_t bits = 0; bits < 65536; ++bits) {
            const float expected = ggml_fp16_to_fp32(static_cast<ggml_fp16_t>(bits));
            const float value = floatOf(static_cast<std::uint16_t>(bits));
            QVERIFY(std::isnan(expected) ? std::isnan(value) : std::bit_cast<std::uint32_t>(value) == std::bit_cast<std::uint32_t>(expected));
        }
        std::mt19937 random(1);
        for (int i = 0; i < 1'000'000; ++i) {
            // All exponents around those that float16 has, and ties.
            std::uint32_t bits = random();
            bits = (bits & 0x807fffffu) | ((100u + random() % 50u) << 23);
            if (i % 2) bits = (bits & ~0x1fffu) | 0x1000u;
            const auto value = std::bit_cast<float>(bits);
            QCOMPARE(halfOf(value), ggml_fp32_to_fp16(value));
        }
        for (const float value : {0.0f, -0.0f, 65504.0f, 65519.99f, 65520.0f, 1e30f, std::numeric_limits<float>::infinity(), 5.9e-8f, 2.98e-8f})
            QCOMPARE(halfOf(value), ggml_fp32_to_fp16(value));
    }

    void equalToTheDefinition_data() {
        QTest::addColumn<int>("kernels");
        QTest::addColumn<int>("type");
        const auto all = present();
        for (std::size_t k = 0; k < all.size(); ++k)
            for (std::size_t t = 0; t < kTypes.size(); ++t)
                QTest::addRow("%s %s", all[k]->name, kTypes[t].name) << static_cast<int>(k) << static_cast<int>(t);
        if (all.empty()) QTest::addRow("none") << -1 << 0;
    }
    void equalToTheDefinition() {
        QFETCH(int, kernels);
        QFETCH(int, type);
        if (kernels < 0) QSKIP("this processor has none of the instruction sets");
        const Kernels& tested = *present()[static_cast<std::size_t>(kernels)];
        const TypeCase& of = kTypes[static_cast<std::size_t>(type)];
        const auto activation_type = activationTypeFor(of.type);
        // Rows and activations around the sizes of panels, units and groups; columns around the stretch of 1024, eight blocks of
        // 256 and the stretches of few rows; counts on both sides of few_rows.
        for (const auto& [rows, count, columns] : std::vector<std::array<std::int64_t, 3>>{
                 {1, 1, 256}, {15, 3, 256}, {16, 4, 512}, {17, 5, 1024}, {33, 16, 1280}, {40, 17, 256}, {48, 31, 2304}, {70, 37, 768},
                 {31, 2, 768}, {40, 6, 1280}, {32, 8, 2304}, {33, 13, 512}, {20, 49, 768}, {50, 67, 1280}, {33, 1, 2304}, {17, 1, 16640}, {40, 2, 8448}, {33, 4, 4352}, {17, 6, 2304},
                 {20, 7, 2304}}) {
            for (const Kind kind : {Kind::Ordinary, Kind::Extreme}) {
                const TestMatrix matrix(of, rows, columns, kind);
                const auto values = someActivations(count, columns, kind);
                const Packed expected(portable(), activation_type, values, count, columns);
                const Packed packed(tested, activation_type, values, count, columns);
                QVERIFY(packed.bytes == expected.bytes);
                QCOMPARE(bitsOf(product(tested, matrix, packed, 0, rows)), bitsOf(product(portable(), matrix, expected, 0, rows)));
            }
        }
    }

    void definitionMultiplies_data() {
        QTest::addColumn<int>("type");
        for (std::size_t t = 0; t < kTypes.size(); ++t) QTest::addRow("%s", kTypes[t].name) << static_cast<int>(t);
    }
    /// Against float64 over ggml's dequantized weights: what is left is the quantization of the activations.
    void definitionMultiplies() {
        QFETCH(int, type);
        const TypeCase& of = kTypes[static_cast<std::size_t>(type)];
        constexpr std::int64_t kRows = 40, kCount = 9, kColumns = 1536;
        const TestMatrix matrix(of, kRows, kColumns, Kind::Ordinary);
        const auto values = someActivations(kCount, kColumns, Kind::Ordinary);
        std::vector<float> weights(static_cast<std::size_t>(kRows * kColumns));
        QVERIFY(dequantize(matrix.tensor_type, matrix.bytes, weights).has_value());
        const auto result = product(portable(), matrix, Packed(portable(), activationTypeFor(of.type), values, kCount, kColumns), 0, kRows);
        double error = 0;
        double size = 0;
        for (std::int64_t n = 0; n < kCount; ++n) {
            for (std::int64_t row = 0; row < kRows; ++row) {
                double exact = 0;
                for (std::int64_t i = 0; i < kColumns; ++i)
                    exact += static_cast<double>(weights[static_cast<std::size_t>(row * kColumns + i)]) * values[static_cast<std::size_t>(n * kColumns + i)];
                const double found = result[static_cast<std::size_t>(n * kRows + row)];
                error += (found - exact) * (found - exact);
                size += exact * exact;
            }
        }
        QVERIFY2(std::sqrt(error / size) < 0.01, qPrintable(QString::number(std::sqrt(error / size))));
    }

    /// Neither on the rows beside it nor on the cut among threads.
    void rowsAreIndependent() {
        std::vector<const Kernels*> all = present();
        all.push_back(&portable());
        for (const Kernels* kernels : all) {
            for (const TypeCase& of : kTypes) {
                constexpr std::int64_t kRows = 70, kCount = 70, kColumns = 1280;
                const TestMatrix matrix(of, kRows, kColumns, Kind::Ordinary);
                const auto values = someActivations(kCount, kColumns, Kind::Ordinary);
                const auto activation_type = activationTypeFor(of.type);
                const auto whole = product(*kernels, matrix, Packed(*kernels, activation_type, values, kCount, kColumns), 0, kRows);
                for (const std::int64_t begin : {1, 6, 20, 25, 69}) {
                    const std::span part = std::span(values).subspan(static_cast<std::size_t>(begin * kColumns));
                    const Packed packed(*kernels, activation_type, part, kCount - begin, kColumns);
                    QCOMPARE(bitsOf(product(*kernels, matrix, packed, 0, kRows)),
                             bitsOf(std::span(whole).subspan(static_cast<std::size_t>(begin * kRows))));
                    const auto unit = product(*kernels, matrix, packed, kUnitRows, 2 * kUnitRows);
                    const auto rows = std::span(whole).subspan(static_cast<std::size_t>(begin * kRows + kUnitRows), kUnitRows);
                    QCOMPARE(bitsOf(std::span(unit).first(kUnitRows)), bitsOf(rows));
                }
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestKernels)
#include "tst_kernels.moc"
