// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/platform/paths.h"
#include "core/gguf/reader.h"
#include "core/gguf/writer.h"
#include "tests/support/made_models.h"
#include "tests/support/raw_gguf.h"
#include "tests/support/test_model.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace tessera;
using namespace tessera::test;

namespace {

/// One entry of every value type, with values that need all their bits.
Metadata allTypes() {
    Metadata metadata;
    metadata.set("general.architecture", metadataString("llama"));
    metadata.set("u8", metadataUInt8(255));
    metadata.set("i8", metadataInt8(-128));
    metadata.set("u16", metadataUInt16(65535));
    metadata.set("i16", metadataInt16(-32768));
    metadata.set("u32", metadataUInt32(4294967295u));
    metadata.set("i32", metadataInt32(INT32_MIN));
    metadata.set("u64", metadataUInt64(UINT64_MAX));
    metadata.set("i64", metadataInt64(INT64_MIN));
    metadata.set("f32", metadataFloat32(0.1f));
    metadata.set("f64", metadataFloat64(0.1));
    metadata.set("true", metadataBool(true));
    metadata.set("false", metadataBool(false));
    metadata.set("text", metadataString(std::string("zero \0 inside, ümlaut", 22)));
    metadata.set("empty text", metadataString(""));
    metadata.set("strings", metadataStrings({"a", "", "ccc"}));
    metadata.set("floats", metadataFloats({1.5f, -2.0f}));
    metadata.set("ints", metadataInts({-1, 2, 3}));
    metadata.set("no ints", metadataInts({}));
    MetadataArray inner;
    inner.element_type = MetadataType::UInt16;
    inner.count = 2;
    inner.packed = std::string("\x01\x00\x02\x01", 4);
    MetadataArray nested;
    nested.element_type = MetadataType::Array;
    nested.count = 2;
    nested.arrays = {inner, *std::get_if<MetadataArray>(&metadata.find("strings")->value)};
    metadata.set("nested", {MetadataType::Array, nested});
    return metadata;
}

GgufHeader parsed(const std::vector<std::byte>& bytes) {
    auto header = parseGgufHeader(bytes, bytes.size(), "test.gguf");
    if (!header) qFatal("%s", header.error().message.c_str());
    return std::move(*header);
}

}  // namespace

class TestReader : public QObject {
    Q_OBJECT
private slots:
    void everyValueType_data() {
        QTest::addColumn<int>("version");
        QTest::newRow("version 2") << 2;
        QTest::newRow("version 3") << 3;
    }
    void everyValueType() {
        QFETCH(const int, version);
        const auto bytes = ggufBytes(allTypes(), {}, {.version = static_cast<std::uint32_t>(version)}).value();
        const GgufHeader header = parsed(bytes);
        QCOMPARE(header.file.version, static_cast<std::uint32_t>(version));
        const Metadata& metadata = header.metadata;
        QCOMPARE(metadata.unsignedInteger("u8").value(), 255u);
        QCOMPARE(metadata.integer("i8").value(), -128);
        QCOMPARE(metadata.unsignedInteger("u16").value(), 65535u);
        QCOMPARE(metadata.integer("i16").value(), -32768);
        QCOMPARE(metadata.unsignedInteger("u32").value(), 4294967295u);
        QCOMPARE(metadata.integer("i32").value(), std::int64_t{INT32_MIN});
        QCOMPARE(metadata.unsignedInteger("u64").value(), UINT64_MAX);
        QCOMPARE(metadata.integer("i64").value(), INT64_MIN);
        QCOMPARE(metadata.number("f32").value(), static_cast<double>(0.1f));
        QCOMPARE(metadata.number("f64").value(), 0.1);
        QCOMPARE(metadata.boolean("true").value(), true);
        QCOMPARE(metadata.boolean("false").value(), false);
        QCOMPARE(metadata.string("text").value(), std::string_view("zero \0 inside, ümlaut", 22));
        QCOMPARE(metadata.string("empty text").value(), std::string_view());
        QCOMPARE(metadata.array("strings").value()->strings, (std::vector<std::string>{"a", "", "ccc"}));
        QCOMPARE(metadata.array("floats").value()->numberAt(1), -2.0);
        QCOMPARE(metadata.array("ints").value()->integerAt(0), -1);
        QCOMPARE(metadata.array("no ints").value()->count, 0u);
        const MetadataArray* nested = metadata.array("nested").value();
        QCOMPARE(nested->arrays.size(), 2u);
        QCOMPARE(nested->arrays[0].integerAt(1), 258);
        QCOMPARE(nested->arrays[1].strings[2], std::string("ccc"));
        // Reading what was read and written again gives the same bytes: nothing was lost.
        QVERIFY(ggufBytes(metadata, {}, {.version = static_cast<std::uint32_t>(version)}).value() == bytes);
    }

    void tensorsOfEveryTypeLieWhereTheFileSays() {
        std::vector<GgufTensorData> tensors;
        for (const TensorType type : allTensorTypes()) {
            tensors.push_back(
                madeTensor("tensor." + std::string(traits(type).name), type, {traits(type).block_elements * 2, 3}, 7));
        }
        const auto bytes = ggufBytes({}, tensors).value();
        const GgufHeader header = parsed(bytes);
        QCOMPARE(header.tensors.size(), tensors.size());
        for (std::size_t i = 0; i < tensors.size(); ++i) {
            const TensorInfo& tensor = header.tensors[i];
            QCOMPARE(tensor.name, tensors[i].name);
            QVERIFY(tensor.type == tensors[i].type);
            QCOMPARE(tensor.dimensions, 2u);
            QCOMPARE(tensor.rowCount(), 3);
            QCOMPARE(tensor.row_bytes * 3, tensor.size_bytes);
            QVERIFY(std::equal(tensors[i].bytes.begin(), tensors[i].bytes.end(),
                               bytes.begin() + static_cast<std::ptrdiff_t>(tensor.offset)));
        }
    }

    void alignments_data() {
        QTest::addColumn<quint32>("alignment");
        for (const quint32 alignment : {1u, 2u, 8u, 16u, 32u, 64u, 4096u, 1048576u}) {
            QTest::addRow("%u", alignment) << alignment;
        }
    }
    void alignments() {
        QFETCH(const quint32, alignment);
        const auto bytes =
            ggufBytes({}, {madeTensor("a", TensorType::F32, {3}, 1), madeTensor("b", TensorType::F16, {5}, 2)},
                      {.alignment = alignment})
                .value();
        const GgufHeader header = parsed(bytes);
        QCOMPARE(header.file.alignment, alignment);
        QCOMPARE(header.file.data_offset % alignment, 0u);
        QCOMPARE(header.tensors[1].offset % alignment, 0u);
        QCOMPARE(header.tensors[1].offset - header.file.data_offset,
                 std::uint64_t{(12 + alignment - 1) / alignment * alignment});
    }
    void alignmentOfTwentyFour() {  // allowed by the format, never written by ggml
        RawGguf gguf;
        gguf.preamble(1, 1).uint32Entry("general.alignment", 24).tensor("a", {1}, 0, 24).padTo(24).zeros(28);
        const auto header = parseGgufHeader(gguf.bytes(), gguf.size(), "test.gguf");
        QVERIFY2(header, header ? "" : header.error().message.c_str());
        QCOMPARE(header->file.data_offset % 24, 0u);
    }

    void scalarHasOneElement() {
        RawGguf gguf;
        gguf.preamble(1, 0).tensor("scalar", {}, 0, 0).padTo(32).zeros(4);
        const auto header = parseGgufHeader(gguf.bytes(), gguf.size(), "test.gguf");
        QVERIFY(header);
        QCOMPARE(header->tensors[0].elementCount(), 1);
        QCOMPARE(header->tensors[0].dimensions, 1u);
        QCOMPARE(header->tensors[0].size_bytes, 4u);
    }

    void vocabularyWithoutTensorsMayEndUnpadded() {
        RawGguf gguf;
        gguf.preamble(0, 1).key("general.architecture", 8).string("llama");
        const auto header = parseGgufHeader(gguf.bytes(), gguf.size(), "test.gguf");
        QVERIFY(header);
        QCOMPARE(header->file.data_offset, gguf.size());
    }

    void gapsAndOrderAreKept() {
        QTemporaryDir folder;
        const auto model = readGgufModel(writeModelWithGaps(fromUtf8((folder.path() + "/gaps.gguf").toStdString())));
        QVERIFY2(model, model ? "" : model.error().message.c_str());
        QCOMPARE(model->files[0].alignment, 64u);
        QCOMPARE(model->tensors[0].offset - model->files[0].data_offset, 4480u);
        QCOMPARE(model->findTensor("token_embd.weight")->offset - model->files[0].data_offset, 64u);
        QVERIFY(!model->findTensor("nothing"));
        QCOMPARE(model->architecture(), std::string("llama"));
    }

    void splitModelFromAnyPart() {
        QTemporaryDir temporary;
        const auto folder = fromUtf8((temporary.path() + "/ein Ordner — 模型").toStdString());
        std::filesystem::create_directory(folder);
        const auto parts =
            writeSplitModel(folder, "größe",
                            {{madeTensor("a", TensorType::F32, {8}, 1)},
                             {madeTensor("b", TensorType::F32, {8}, 2), madeTensor("c", TensorType::F32, {8}, 3)},
                             {madeTensor("d", TensorType::F32, {8}, 4)}});
        for (const auto& part : parts) {
            const auto model = readGgufModel(part);
            QVERIFY2(model, model ? "" : model.error().message.c_str());
            QCOMPARE(model->files.size(), 3u);
            QCOMPARE(model->files[2].name, std::string("größe-00003-of-00003.gguf"));
            QCOMPARE(model->tensors.size(), 4u);
            QCOMPARE(model->findTensor("c")->file_index, 1u);
            QCOMPARE(model->architecture(), std::string("llama"));
            QVERIFY(ggufModelFiles(part).value() == parts);
        }
    }

    void splitModelErrors() {
        QTemporaryDir temporary;
        const auto folder = fromUtf8(temporary.path().toStdString());
        const auto parts = writeSplitModel(
            folder, "m", {{madeTensor("a", TensorType::F32, {8}, 1)}, {madeTensor("b", TensorType::F32, {8}, 2)}});
        const auto expectError = [&](ErrorKind kind, const char* message) {
            const auto model = readGgufModel(parts[0]);
            QVERIFY(!model);
            QCOMPARE(errorKindName(model.error().kind), errorKindName(kind));
            QVERIFY2(model.error().message.find(message) != std::string::npos, model.error().message.c_str());
        };
        const std::string first = contentOf(parts[0]);
        const std::string second = contentOf(parts[1]);
        std::filesystem::remove(parts[1]);
        expectError(ErrorKind::NotFound, "m-00002-of-00002.gguf");
        writeFile(parts[1], first);  // the same part twice
        expectError(ErrorKind::Corrupt, "split.no is 0, but the file stands in place 1");
        auto again = writeSplitModel(
            folder, "n", {{madeTensor("a", TensorType::F32, {8}, 1)}, {madeTensor("a", TensorType::F32, {8}, 2)}});
        writeFile(parts[1], contentOf(again[1]));
        expectError(ErrorKind::Corrupt, "tensor 'a' appears twice");
        again = writeSplitModel(
            folder, "n", {{}, {madeTensor("x", TensorType::F32, {8}, 2), madeTensor("y", TensorType::F32, {8}, 2)}});
        writeFile(parts[1], contentOf(again[1]));
        expectError(ErrorKind::Corrupt, "split.tensors.count is 2, but the parts hold 3 tensors");
        again = writeSplitModel(folder, "n", {{}, {}, {madeTensor("x", TensorType::F32, {8}, 2)}});
        writeFile(parts[1], contentOf(again[1]));
        expectError(ErrorKind::Corrupt, "split.count is 3, but 2 files belong to the model");
        writeFile(parts[1], second);
        QVERIFY(readGgufModel(parts[0]));
        std::filesystem::rename(parts[0], folder / "renamed.gguf");
        const auto renamed = readGgufModel(folder / "renamed.gguf");
        QVERIFY(!renamed);
        QVERIFY2(renamed.error().message.find("its name does not end in '-00001-of-00002.gguf'") != std::string::npos,
                 renamed.error().message.c_str());
    }

    void missingAndEmptyFilesSaySo() {
        QTemporaryDir temporary;
        const auto path = fromUtf8((temporary.path() + "/none.gguf").toStdString());
        const auto missing = readGgufModel(path);
        QVERIFY(!missing);
        QCOMPARE(errorKindName(missing.error().kind), std::string_view("not found"));
        writeFile(path, "");
        const auto empty = readGgufModel(path);
        QVERIFY(!empty);
        QVERIFY(empty.error().message.find("the file is empty") != std::string::npos);
    }

    void defaultModel() {
        const auto model = readGgufModel(test::defaultModel());
        QVERIFY2(model, model ? "" : model.error().message.c_str());
        QCOMPARE(model->architecture(), std::string("llama"));
        QCOMPARE(model->tensors.size(), 272u);
        QCOMPARE(model->metadata.array("tokenizer.ggml.tokens").value()->count, 49152u);
        const TensorInfo* query = model->findTensor("blk.0.attn_q.weight");
        QVERIFY(query);
        QCOMPARE(std::string(traits(query->type).name), std::string("Q4_1"));
        QCOMPARE(query->shape[0], 576);
        QCOMPARE(query->size_bytes, 207360u);
    }
};

QTEST_APPLESS_MAIN(TestReader)
#include "tst_reader.moc"
