// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gguf/tensor_type.h"

#include <QtTest>

#include <cmath>
#include <cstring>

using namespace tessera;

namespace {

template <class T>
std::vector<std::byte> bytesOf(const std::vector<T>& values) {
    const auto bytes = std::as_bytes(std::span(values));
    return {bytes.begin(), bytes.end()};
}

}  // namespace

class TestTensorType : public QObject {
    Q_OBJECT
private slots:
    void sizesOfGgml_data() {
        QTest::addColumn<quint32>("number");
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QByteArray>("dtype");
        QTest::addColumn<int>("elements");
        QTest::addColumn<int>("bytes");
        // As the blocks are defined in ggml's sources.
        QTest::newRow("F32") << 0u << QByteArray("F32") << QByteArray("float32") << 1 << 4;
        QTest::newRow("F16") << 1u << QByteArray("F16") << QByteArray("float16") << 1 << 2;
        QTest::newRow("BF16") << 30u << QByteArray("BF16") << QByteArray("bfloat16") << 1 << 2;
        QTest::newRow("Q4_0") << 2u << QByteArray("Q4_0") << QByteArray("uint8") << 32 << 18;
        QTest::newRow("Q4_1") << 3u << QByteArray("Q4_1") << QByteArray("uint8") << 32 << 20;
        QTest::newRow("Q8_0") << 8u << QByteArray("Q8_0") << QByteArray("uint8") << 32 << 34;
        QTest::newRow("Q4_K") << 12u << QByteArray("Q4_K") << QByteArray("uint8") << 256 << 144;
        QTest::newRow("Q6_K") << 14u << QByteArray("Q6_K") << QByteArray("uint8") << 256 << 210;
        QTest::newRow("IQ4_NL") << 20u << QByteArray("IQ4_NL") << QByteArray("uint8") << 32 << 18;
        QTest::newRow("MXFP4") << 39u << QByteArray("MXFP4") << QByteArray("uint8") << 32 << 17;
        QTest::newRow("I32") << 26u << QByteArray("I32") << QByteArray("int32") << 1 << 4;
        QTest::newRow("F64") << 28u << QByteArray("F64") << QByteArray("float64") << 1 << 8;
    }
    void sizesOfGgml() {
        QFETCH(const quint32, number);
        QFETCH(const QByteArray, name);
        QFETCH(const QByteArray, dtype);
        QFETCH(const int, elements);
        QFETCH(const int, bytes);
        const auto type = static_cast<TensorType>(number);
        QVERIFY(isKnown(type));
        QCOMPARE(std::string(traits(type).name), name.toStdString());
        QCOMPARE(std::string(traits(type).dtype), dtype.toStdString());
        QCOMPARE(traits(type).block_elements, elements);
        QCOMPARE(traits(type).block_bytes, static_cast<std::size_t>(bytes));
        QVERIFY(tensorTypeFromName(name.toLower().toStdString()).value() == type);
    }

    void removedAndUnknownTypes() {
        for (const std::uint32_t number : {4u, 5u, 31u, 32u, 33u, 36u, 37u, 38u, 1000u, 0xffffffffu}) {
            QVERIFY2(!isKnown(static_cast<TensorType>(number)), QByteArray::number(number));
        }
        QVERIFY(!tensorTypeFromName("DEPRECATED"));
        QVERIFY(!tensorTypeFromName(""));
        QVERIFY(allTensorTypes().size() >= 35);
    }

    void rowsAreWholeBlocks() {
        QCOMPARE(rowBytes(TensorType{8}, 64).value(), 68u);
        QVERIFY(!rowBytes(TensorType{8}, 33));
        QVERIFY(!rowBytes(TensorType{8}, 0));
        QVERIFY(!rowBytes(TensorType{0}, -1));
        QVERIFY(!rowBytes(TensorType{28}, INT64_MAX));  // 8 bytes each
    }

    void plainNumbers() {
        const auto expect = [](std::uint32_t type, const std::vector<std::byte>& bytes,
                               const std::vector<float>& values) {
            std::vector<float> out(values.size());
            const auto done = dequantize(TensorType{type}, bytes, out);
            QVERIFY2(done, done ? "" : done.error().message.c_str());
            QVERIFY(out == values);
        };
        expect(0, bytesOf<float>({1.5f, -2}), {1.5f, -2});
        expect(1, bytesOf<std::uint16_t>({0x3e00, 0xc000}), {1.5f, -2});   // float16
        expect(30, bytesOf<std::uint16_t>({0x3fc0, 0xc000}), {1.5f, -2});  // bfloat16
        expect(24, bytesOf<std::int8_t>({-128, 127}), {-128, 127});
        expect(25, bytesOf<std::int16_t>({-32768}), {-32768});
        expect(26, bytesOf<std::int32_t>({-7}), {-7});
        expect(27, bytesOf<std::int64_t>({-9}), {-9});
        expect(28, bytesOf<double>({0.5}), {0.5f});
    }

    void quantisedBlockByHand() {
        // Q8_0: a float16 scale, then 32 signed bytes.
        std::vector<std::byte> block(34);
        const std::uint16_t half = 0x3800;  // 0.5
        std::memcpy(block.data(), &half, 2);
        for (int i = 0; i < 32; ++i)
            block[2 + static_cast<std::size_t>(i)] = static_cast<std::byte>(static_cast<std::int8_t>(i - 16));
        std::vector<float> out(32);
        QVERIFY(dequantize(TensorType{8}, block, out));
        for (int i = 0; i < 32; ++i) QCOMPARE(out[static_cast<std::size_t>(i)], 0.5f * static_cast<float>(i - 16));
    }

    void everyDequantizableTypeConverts() {
        for (const TensorType type : allTensorTypes()) {
            if (!traits(type).dequantizable) continue;
            const std::vector<std::byte> zeros(traits(type).block_bytes * 3);
            std::vector<float> out(static_cast<std::size_t>(traits(type).block_elements) * 3, NAN);
            const auto done = dequantize(type, zeros, out);
            QVERIFY2(done, std::string(traits(type).name).c_str());
            QVERIFY2(std::none_of(out.begin(), out.end(), [](float value) { return std::isnan(value); }),
                     std::string(traits(type).name).c_str());
        }
    }

    void wrongSizesAreRefused() {
        std::vector<std::byte> bytes(34);
        std::vector<float> out(31);
        QVERIFY(!dequantize(TensorType{8}, bytes, out));
        out.resize(32);
        bytes.resize(33);
        QVERIFY(!dequantize(TensorType{8}, bytes, out));
        const auto unsupported =
            dequantize(TensorType{15}, std::vector<std::byte>(traits(TensorType{15}).block_bytes), out);
        QVERIFY(!unsupported);
        QCOMPARE(errorKindName(unsupported.error().kind), std::string_view("unsupported"));
    }
};

QTEST_APPLESS_MAIN(TestTensorType)
#include "tst_tensor_type.moc"
