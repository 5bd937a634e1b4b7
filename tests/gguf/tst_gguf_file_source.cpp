// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/platform/paths.h"
#include "core/gguf/gguf_file_source.h"
#include "tests/support/made_models.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace tessera;
using namespace tessera::test;

class TestGgufFileSource : public QObject {
    Q_OBJECT

    static std::vector<std::byte> rows(const TensorSource& source, const TensorInfo& tensor, std::int64_t first,
                                       std::int64_t count) {
        std::vector<std::byte> out(static_cast<std::size_t>(count) * tensor.row_bytes);
        const auto read = source.readRows(tensor, first, count, out, {});
        if (!read) qFatal("%s", read.error().message.c_str());
        return out;
    }

private slots:
    void bytesOfASplitModel() {
        QTemporaryDir temporary;
        const std::vector<std::vector<GgufTensorData>> tensors{{madeTensor("a", TensorType::F32, {8, 5}, 1)},
                                                               {madeTensor("b", TensorType{8}, {64, 4, 3}, 2)}};
        const auto parts = writeSplitModel(fromUtf8(temporary.path().toStdString()), "m", tensors);
        const auto source = openGgufSource(parts[1]);
        QVERIFY2(source, source ? "" : source.error().message.c_str());
        for (const auto& part : tensors) {
            for (const GgufTensorData& expected : part) {
                const TensorInfo* tensor = (*source)->model().findTensor(expected.name);
                QVERIFY(tensor);
                QVERIFY(rows(**source, *tensor, 0, tensor->rowCount()) == expected.bytes);
                const auto mapped = (*source)->map(*tensor, {});
                QVERIFY(mapped && *mapped);
                QVERIFY(std::ranges::equal(**mapped, expected.bytes));
                const auto last = rows(**source, *tensor, tensor->rowCount() - 1, 1);
                QVERIFY(std::equal(last.rbegin(), last.rend(), expected.bytes.rbegin()));
            }
        }
        for (std::uint32_t i = 0; i < 2; ++i) {
            const auto header = (*source)->headerBytes(i).value();
            const std::string file = contentOf(parts[i]);
            QVERIFY(header.size() == (*source)->model().files[i].data_offset);
            QVERIFY(std::ranges::equal(header, std::as_bytes(std::span(file)).first(header.size())));
        }
        QVERIFY((*source)->takeMappingFault());
    }

    void wrongRangesAndStopsAreErrors() {
        QTemporaryDir temporary;
        const auto path = fromUtf8((temporary.path() + "/m.gguf").toStdString());
        QVERIFY(writeGguf(path, {}, {madeTensor("a", TensorType::F32, {8, 5}, 1)}));
        const auto source = openGgufSource(path).value();
        const TensorInfo& tensor = source->model().tensors[0];
        std::vector<std::byte> out(tensor.row_bytes * 2);
        QVERIFY(source->readRows(tensor, 3, 2, out, {}));
        QVERIFY(!source->readRows(tensor, 4, 2, out, {}));
        QVERIFY(!source->readRows(tensor, -1, 2, out, {}));
        QVERIFY(!source->readRows(tensor, 0, 1, out, {}));
        QVERIFY(!source->readRows(tensor, INT64_MAX, 2, out, {}));
        QVERIFY(!source->headerBytes(1));
        std::stop_source stop;
        stop.request_stop();
        const auto stopped = source->readRows(tensor, 0, 2, out, {stop.get_token(), {}});
        QVERIFY(!stopped);
        QCOMPARE(errorKindName(stopped.error().kind), std::string_view("cancelled"));
    }

    void cutOffFileIsRefused() {
        QTemporaryDir temporary;
        const auto path = fromUtf8((temporary.path() + "/m.gguf").toStdString());
        QVERIFY(writeGguf(path, {}, {madeTensor("a", TensorType::F32, {8, 5}, 1)}));
        std::filesystem::resize_file(path, std::filesystem::file_size(path) - 33);
        const auto source = openGgufSource(path);
        QVERIFY(!source);
        QVERIFY2(source.error().message.find("it is cut off") != std::string::npos, source.error().message.c_str());
    }
};

QTEST_APPLESS_MAIN(TestGgufFileSource)
#include "tst_gguf_file_source.moc"
