// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gguf/metadata.h"

#include <QtTest>

#include <cmath>

using namespace tessera;

class TestMetadata : public QObject {
    Q_OBJECT
private slots:
    void integersConvertWhenTheyFit() {
        Metadata metadata;
        metadata.set("signed", metadataInt32(5));
        metadata.set("negative", metadataInt32(-5));
        metadata.set("huge", metadataUInt64(UINT64_MAX));
        metadata.set("float", metadataFloat32(1));
        QCOMPARE(metadata.unsignedInteger("signed").value(), 5u);
        QCOMPARE(metadata.integer("signed").value(), 5);
        QCOMPARE(metadata.number("negative").value(), -5.0);
        QVERIFY(!metadata.unsignedInteger("negative"));
        QVERIFY(!metadata.integer("huge"));
        QVERIFY(!metadata.integer("float"));
        const auto wrong = metadata.string("signed");
        QVERIFY(!wrong);
        QCOMPARE(wrong.error().message, std::string("metadata key 'signed' should be a string but is int32 (5)"));
        QCOMPARE(errorKindName(wrong.error().kind), std::string_view("corrupt"));
        const auto missing = metadata.boolean("none");
        QVERIFY(!missing);
        QCOMPARE(errorKindName(missing.error().kind), std::string_view("not found"));
        QVERIFY(missing.error().message.find("'none'") != std::string::npos);
    }

    void orderAndReplacement() {
        Metadata metadata;
        QVERIFY(metadata.add("b", metadataUInt32(1)));
        QVERIFY(metadata.add("a", metadataUInt32(2)));
        QVERIFY(!metadata.add("b", metadataUInt32(3)));
        metadata.set("b", metadataUInt32(4));
        QCOMPARE(metadata.entries().size(), 2u);
        QCOMPARE(metadata.entries()[0].key, std::string("b"));
        QCOMPARE(metadata.unsignedInteger("b").value(), 4u);
    }

    void display_data() {
        QTest::addColumn<QByteArray>("shown");
        QTest::addColumn<int>("index");
        const char* const shown[] = {"32",          "-1",        "0.1",         "true",        "llama",
                                     "[3 strings]", "[1, 2, 3]", "[20 int32s]", "two\\nlines", "[1 string]"};
        for (int i = 0; i < static_cast<int>(std::size(shown)); ++i)
            QTest::newRow(shown[i]) << QByteArray(shown[i]) << i;
    }
    void display() {
        QFETCH(const QByteArray, shown);
        QFETCH(const int, index);
        const MetadataValue values[] = {metadataUInt32(32),           metadataInt8(-1),
                                        metadataFloat32(0.1f),        metadataBool(true),
                                        metadataString("llama"),      metadataStrings({"a", "b", "c"}),
                                        metadataInts({1, 2, 3}),      metadataInts(std::vector<std::int32_t>(20)),
                                        metadataString("two\nlines"), metadataStrings({"a"})};
        QCOMPARE(values[index].display(), shown.toStdString());
    }
    void longTextIsCutBetweenCharacters() {
        const std::string shown = metadataString(std::string(200, 'x') + "ü").display(20);
        QVERIFY(shown.size() <= 20);
        QVERIFY(shown.starts_with("xxxx"));
        std::string umlauts;
        for (int i = 0; i < 100; ++i) umlauts += "ü";
        const QString decoded = QString::fromStdString(metadataString(umlauts).display(21));
        QVERIFY(!decoded.contains(QChar::ReplacementCharacter));
    }

    void arrayElements() {
        const MetadataValue value = metadataFloats({1e30f, NAN, -2.5f});
        const auto& floats = std::get<MetadataArray>(value.value);
        QCOMPARE(floats.integerAt(0), INT64_MAX);  // saturates
        QCOMPARE(floats.integerAt(1), 0);
        QCOMPARE(floats.integerAt(2), -2);
        MetadataArray unsigned64;
        unsigned64.element_type = MetadataType::UInt64;
        unsigned64.count = 1;
        unsigned64.packed = std::string(8, '\xff');
        QCOMPARE(unsigned64.numberAt(0), 18446744073709551615.0);
    }
};

QTEST_APPLESS_MAIN(TestMetadata)
#include "tst_metadata.moc"
