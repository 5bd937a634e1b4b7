// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/npy.h"

#include "core/base/platform/paths.h"

#include <QtTest>

using namespace tessera;

namespace {

std::filesystem::path inside(const QTemporaryDir& folder, const QString& name) {
    return fromUtf8(folder.filePath(name).toStdString());
}

QByteArray contentOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// The header's parts by the rules of the format, so that the test does not repeat the writer.
struct ParsedNpy {
    QByteArray dictionary;
    QByteArray data;
};

std::optional<ParsedNpy> parseNpy(const QByteArray& bytes) {
    if (!bytes.startsWith(QByteArray("\x93NUMPY\x01\x00", 8)) || bytes.size() < 10) return std::nullopt;
    const int length = static_cast<unsigned char>(bytes[8]) + 256 * static_cast<unsigned char>(bytes[9]);
    const QByteArray header = bytes.mid(10, length);
    if (header.size() != length || (10 + length) % 64 != 0 || !header.endsWith('\n')) return std::nullopt;
    return ParsedNpy{header.trimmed(), bytes.mid(10 + length)};
}

}  // namespace

class TestNpy : public QObject {
    Q_OBJECT
private slots:
    void headersFollowTheFormat_data() {
        QTest::addColumn<QList<qint64>>("shape");
        QTest::addColumn<QByteArray>("tuple");
        QTest::newRow("one dimension") << QList<qint64>{3} << QByteArray("(3,)");
        QTest::newRow("two") << QList<qint64>{17, 49152} << QByteArray("(17, 49152)");
        QTest::newRow("empty") << QList<qint64>{0, 4} << QByteArray("(0, 4)");
        QTest::newRow("four") << QList<qint64>{1, 2, 3, 4} << QByteArray("(1, 2, 3, 4)");
    }
    void headersFollowTheFormat() {
        QFETCH(QList<qint64>, shape);
        QFETCH(QByteArray, tuple);
        const std::vector<std::int64_t> dimensions(shape.begin(), shape.end());
        const std::string header = npyHeader(dimensions);
        const auto parsed = parseNpy(QByteArray::fromStdString(header));
        QVERIFY(parsed.has_value());
        QCOMPARE(parsed->dictionary, "{'descr': '<f4', 'fortran_order': False, 'shape': " + tuple + ", }");
        QCOMPARE(npyHeader(dimensions, 500).size(), std::size_t(512));
    }
    void rowsArriveInOrder() {
        const QTemporaryDir folder;
        const QString path = folder.filePath("Größe 数.npy");
        {
            auto writer = NpyWriter::create(inside(folder, "Größe 数.npy"), {2});
            QVERIFY2(writer.has_value(), writer ? "" : writer.error().message.c_str());
            const std::vector<float> first{1.0f, 2.0f};
            const std::vector<float> rest{3.0f, 4.0f, 5.0f, -0.5f};
            QVERIFY(writer->append(first).has_value());
            QVERIFY(writer->append(rest).has_value());
            QVERIFY(!QFile::exists(path));  // not before it is whole
            QVERIFY(writer->finish().has_value());
        }
        const auto parsed = parseNpy(contentOf(path));
        QVERIFY(parsed.has_value());
        QVERIFY(parsed->dictionary.contains("'shape': (3, 2), "));
        const std::vector<float> expected{1.0f, 2.0f, 3.0f, 4.0f, 5.0f, -0.5f};
        QCOMPARE(parsed->data, QByteArray(reinterpret_cast<const char*>(expected.data()), 6 * sizeof(float)));
        QCOMPARE(QDir(folder.path()).entryList(QDir::Files).size(), 1);
    }
    void unfinishedLeavesNothing() {
        const QTemporaryDir folder;
        {
            auto writer = NpyWriter::create(inside(folder, "a.npy"), {1});
            QVERIFY(writer.has_value());
            QVERIFY(writer->append(std::vector<float>{1.0f}).has_value());
        }
        QCOMPARE(QDir(folder.path()).entryList(QDir::Files).size(), 0);
    }
    void badPlacesAreRefused() {
        const QTemporaryDir folder;
        const auto missing = NpyWriter::create(inside(folder, "no/such/folder/a.npy"), {1});
        QVERIFY(!missing.has_value());
        QVERIFY(missing.error().message.find("a.npy") != std::string::npos);
        const auto directory = NpyWriter::create(inside(folder, "."), {1});
        QVERIFY(!directory.has_value());
        QCOMPARE(directory.error().kind, ErrorKind::InvalidArgument);
    }
};

QTEST_APPLESS_MAIN(TestNpy)
#include "tst_npy.moc"
