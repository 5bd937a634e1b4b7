// SPDX-License-Identifier: GPL-3.0-or-later
// Handcrafted bad GGUF files, each with the error it gets.
#include "core/base/limits.h"
#include "core/gguf/reader.h"
#include "core/gguf/writer.h"
#include "tests/support/made_models.h"
#include "tests/support/raw_gguf.h"

#include <QtTest>

using namespace tessera;
using namespace tessera::test;

namespace {

struct BadFile {
    const char* name;
    RawGguf bytes;
    ErrorKind kind;
    const char* message;                // a part of it
    std::uint64_t announced_bytes = 0;  // file size when it is not that of `bytes`
};

constexpr std::uint32_t kArray = 9;
constexpr std::uint32_t kString = 8;
constexpr std::uint32_t kBool = 7;
constexpr std::uint32_t kUInt32 = 4;
constexpr auto kCorrupt = ErrorKind::Corrupt;
constexpr auto kUnsupported = ErrorKind::Unsupported;

/// Header with one F32 tensor of 8 elements and its 32 bytes of data.
RawGguf oneTensor(const std::vector<std::int64_t>& shape, std::uint32_t type = 0, std::uint64_t offset = 0) {
    return RawGguf().preamble(1, 0).tensor("weight", shape, type, offset).padTo(32).zeros(32);
}
RawGguf twoTensors(std::string_view second_name, std::uint64_t second_offset) {
    return RawGguf()
        .preamble(2, 0)
        .tensor("a", {16}, 0, 0)
        .tensor(second_name, {16}, 0, second_offset)
        .padTo(32)
        .zeros(128);
}
RawGguf nestedArrays(int depth) {
    RawGguf gguf;
    gguf.preamble(0, 1).key("deep", kArray);
    for (int i = 1; i < depth; ++i) gguf.number(kArray).number<std::uint64_t>(1);
    return gguf.number(kUInt32).number<std::uint64_t>(0);
}

std::vector<BadFile> badFiles() {
    std::vector<BadFile> files;
    const auto add = [&](const char* name, const RawGguf& bytes, ErrorKind kind, const char* message,
                         std::uint64_t announced = 0) {
        files.push_back({name, bytes, kind, message, announced});
    };
    // Magic and version
    add("empty", RawGguf(), kCorrupt, "in the magic number at byte 0");
    add("three bytes", RawGguf().raw("GGU"), kCorrupt, "in the magic number");
    add("bad magic", RawGguf().raw("PK\x03\x04").zeros(60), kCorrupt, "it begins with 'PK\\x03\\x04', not with 'GGUF'");
    add("Git LFS pointer", RawGguf().raw("version https://git-lfs"), kCorrupt, "Git LFS pointer");
    add("GGML from before GGUF", RawGguf().raw("tjgg").zeros(60), kUnsupported, "GGML format that came before GGUF");
    add("version missing", RawGguf().raw("GGUF"), kCorrupt, "in the version at byte 4");
    add("version 0", RawGguf().preamble(0, 0, 0), kCorrupt, "version 0 does not exist");
    add("version 1", RawGguf().preamble(0, 0, 1), kUnsupported, "GGUF version 1 is not supported");
    add("version 4", RawGguf().preamble(0, 0, 4), kUnsupported, "GGUF version 4 is not supported");
    add("big-endian version 3", RawGguf().preamble(0, 0, 0x03000000), kUnsupported, "big-endian");
    // Counts
    add("counts missing", RawGguf().raw("GGUF").number<std::uint32_t>(3), kCorrupt, "in the tensor count at byte 8");
    add("2^63 tensors", RawGguf().preamble(1ull << 63, 0), kCorrupt, "9223372036854775808 tensors are announced");
    add("2^64 - 1 metadata entries", RawGguf().preamble(0, UINT64_MAX), kCorrupt,
        "18446744073709551615 metadata entries are announced");
    add("more tensors announced than there are", RawGguf().preamble(2, 0).tensor("a", {8}, 0, 0), kCorrupt,
        "in a tensor name");
    add("more entries announced than there are", RawGguf().preamble(0, 2).uint32Entry("a", 1), kCorrupt,
        "in a metadata key");
    // Metadata
    add("empty key", RawGguf().preamble(0, 1).uint32Entry("", 1), kCorrupt, "metadata entry 0 has an empty key");
    add("duplicate key", RawGguf().preamble(0, 2).uint32Entry("a", 1).uint32Entry("a", 2), kCorrupt,
        "metadata key 'a' appears twice");
    add("key longer than allowed", RawGguf().preamble(0, 1).number<std::uint64_t>(65536).zeros(65536), kCorrupt,
        "a metadata key at byte 24 is 65536 bytes long, at most 65535 are allowed");
    add("key length of 2^64 - 1", RawGguf().preamble(0, 1).number(UINT64_MAX), kCorrupt,
        "18446744073709551615 bytes long");
    add("key beyond the end", RawGguf().preamble(0, 1).number<std::uint64_t>(100).raw("short"), kCorrupt,
        "in a metadata key at byte 32");
    add("unknown value type", RawGguf().preamble(0, 1).key("a", 13).number<std::uint64_t>(0), kCorrupt,
        "metadata key 'a': unknown value type 13");
    add("value cut off", RawGguf().preamble(0, 1).key("a", 10).number<std::uint32_t>(0), kCorrupt,
        "metadata key 'a': the file ends inside its header");
    add("bool of 2", RawGguf().preamble(0, 1).key("a", kBool).number<std::uint8_t>(2), kCorrupt,
        "metadata key 'a': a bool is 0 or 1, found 2");
    add("string too long", RawGguf().preamble(0, 1).key("a", kString).number(limits::kMaxStringBytes + 1), kCorrupt,
        "67108865 bytes long");
    add("string beyond the end", RawGguf().preamble(0, 1).key("a", kString).number<std::uint64_t>(9).raw("12345678"),
        kCorrupt, "in a string at byte");
    add("array of unknown type",
        RawGguf().preamble(0, 1).key("a", kArray).number<std::uint32_t>(77).number<std::uint64_t>(0), kCorrupt,
        "unknown value type 77");
    add("array of 2^64 - 1 elements", RawGguf().preamble(0, 1).key("a", kArray).number(kUInt32).number(UINT64_MAX),
        kCorrupt, "an array of 18446744073709551615 elements");
    add("array longer than the file",
        RawGguf().preamble(0, 1).key("a", kArray).number(kUInt32).number<std::uint64_t>(1000).zeros(100), kCorrupt,
        "in an array of 1000 elements");
    add("strings longer than the file",
        RawGguf().preamble(0, 1).key("a", kArray).number(kString).number<std::uint64_t>(1u << 26).zeros(64), kCorrupt,
        "in an array of 67108864 strings");
    add("arrays longer than the file",
        RawGguf().preamble(0, 1).key("a", kArray).number(kArray).number<std::uint64_t>(1u << 26).zeros(64), kCorrupt,
        "in an array of 67108864 arrays");
    add("array of bools with a 3",
        RawGguf()
            .preamble(0, 1)
            .key("a", kArray)
            .number(kBool)
            .number<std::uint64_t>(2)
            .raw(std::string_view("\1\3", 2)),
        kCorrupt, "an array of bools holds something else");
    add("arrays nested too deep", nestedArrays(5), kCorrupt, "arrays nested deeper than 4");
    add("arrays nested very deep", nestedArrays(100000), kCorrupt, "arrays nested deeper than 4");
    add("alignment 0", RawGguf().preamble(0, 1).uint32Entry("general.alignment", 0), kCorrupt,
        "general.alignment is 0");
    add("alignment 3", RawGguf().preamble(0, 1).uint32Entry("general.alignment", 3), kCorrupt,
        "general.alignment is 3");
    add("alignment 2^31", RawGguf().preamble(0, 1).uint32Entry("general.alignment", 1u << 31), kCorrupt,
        "general.alignment is 2147483648");
    add("alignment as a string", RawGguf().preamble(0, 1).key("general.alignment", kString).string("32"), kCorrupt,
        "'general.alignment' should be a non-negative integer but is string (32)");
    // Tensors
    add("tensor name empty", RawGguf().preamble(1, 0).tensor("", {8}, 0, 0).padTo(32).zeros(32), kCorrupt,
        "tensor 0 has an empty name");
    add("tensor name too long", RawGguf().preamble(1, 0).tensor(std::string(64, 'n'), {8}, 0, 0).padTo(32).zeros(32),
        kCorrupt, "a tensor name at byte 24 is 64 bytes long, at most 63 are allowed");
    add("tensor name with a zero byte",
        RawGguf().preamble(1, 0).tensor(std::string_view("a\0b", 3), {8}, 0, 0).padTo(32).zeros(32), kCorrupt,
        "the name of tensor 0 holds a zero byte");
    add("tensor name not UTF-8", RawGguf().preamble(1, 0).tensor("a\xff", {8}, 0, 0).padTo(32).zeros(32), kCorrupt,
        "is no valid UTF-8");
    add("duplicate tensor name", twoTensors("a", 64), kCorrupt, "tensor 'a' appears twice");
    add("five dimensions", oneTensor({1, 1, 1, 1, 8}), kCorrupt, "tensor 'weight': 5 dimensions");
    add("2^32 - 1 dimensions", RawGguf().preamble(1, 0).string("weight").number<std::uint32_t>(UINT32_MAX), kCorrupt,
        "4294967295 dimensions");
    add("dimension 0", oneTensor({8, 0}), kCorrupt, "tensor 'weight': dimension 1 is 0");
    add("dimension of 2^63", oneTensor({INT64_MIN}), kCorrupt, "dimension 0 is 9223372036854775808");
    add("shape that overflows", oneTensor({1 << 30, 1 << 30, 1 << 30}), kCorrupt,
        "the shape [1073741824, 1073741824, 1073741824, 1] overflows");
    add("size that wraps to 32", oneTensor({INT64_MAX / 4 + 3, 4, 4}), kCorrupt, "overflows");
    add("type removed from ggml", oneTensor({32}, 4), kUnsupported,
        "tensor 'weight': type 4 is unknown or no longer supported");
    add("unknown type", oneTensor({32}, 4096), kUnsupported, "type 4096 is unknown");
    add("row that is no whole block", oneTensor({33}, 8), kCorrupt,
        "tensor 'weight': a row of 33 elements is no whole number of Q8_0 blocks");
    add("misaligned tensor", twoTensors("b", 65), kCorrupt,
        "tensor 'b' begins at offset 65, which is no multiple of the alignment 32");
    add("overlapping tensors", twoTensors("b", 32), kCorrupt, "tensors 'a' and 'b' overlap at byte");
    add("same place twice", twoTensors("b", 0), kCorrupt, "overlap");
    add("tensor beyond the file", twoTensors("b", 4096), kCorrupt,
        "tensor 'b' needs 64 bytes at offset 4096 of the data");
    add("offset that overflows", oneTensor({8}, 0, UINT64_MAX - 31), kCorrupt,
        "tensor 'weight' needs 32 bytes at offset 18446744073709551584");
    add("data cut off", oneTensor({9}), kCorrupt, "it is cut off (download it again)");
    add("no data at all", RawGguf().preamble(1, 0).tensor("weight", {8}, 0, 0), kCorrupt, "it is cut off");
    add("tensor info cut off",
        RawGguf().preamble(1, 0).string("weight").number<std::uint32_t>(2).number<std::int64_t>(8), kCorrupt,
        "tensor 'weight': the file ends inside its header, in a tensor's dimensions");
    add("file larger than any", oneTensor({8}), kCorrupt, "a file of 1125899906842625 bytes",
        limits::kMaxFileBytes + 1);
    return files;
}

}  // namespace

class TestBadGguf : public QObject {
    Q_OBJECT
private slots:
    void refused_data() {
        QTest::addColumn<int>("index");
        const auto files = badFiles();
        for (int i = 0; i < static_cast<int>(files.size()); ++i)
            QTest::newRow(files[static_cast<std::size_t>(i)].name) << i;
    }
    void refused() {
        QFETCH(const int, index);
        const BadFile file = badFiles()[static_cast<std::size_t>(index)];
        const auto header = parseGgufHeader(
            file.bytes.bytes(), file.announced_bytes ? file.announced_bytes : file.bytes.size(), "bad.gguf");
        QVERIFY(!header);
        const std::string& message = header.error().message;
        QVERIFY2(message.find(file.message) != std::string::npos, message.c_str());
        QVERIFY2(message.starts_with("bad.gguf: "), message.c_str());
        QCOMPARE(errorKindName(header.error().kind), errorKindName(file.kind));
    }

    void theGoodOnesTheyWereMadeFrom() {
        for (const RawGguf& good : {oneTensor({8}), twoTensors("b", 64), nestedArrays(4), RawGguf().preamble(0, 0)}) {
            const auto header = parseGgufHeader(good.bytes(), good.size(), "good.gguf");
            QVERIFY2(header, header ? "" : header.error().message.c_str());
        }
    }

    /// However a good file is cut off, it is refused and nothing beyond its end is read.
    void everyTruncation() {
        Metadata metadata;
        metadata.set("general.architecture", metadataString("llama"));
        metadata.set("tokens", metadataStrings({"a", "bb", "ccc"}));
        metadata.set("scores", metadataFloats({1, 2, 3}));
        const auto bytes = ggufBytes(metadata, {madeTensor("a", TensorType::F32, {8, 2}, 1),
                                                madeTensor("b", TensorType{8}, {32, 2}, 2)})
                               .value();
        const std::size_t last = parseGgufHeader(bytes, bytes.size(), "good.gguf")->tensors.back().offset + 68;
        for (std::size_t size = 0; size < last; ++size) {
            const std::vector<std::byte> cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
            QVERIFY2(!parseGgufHeader(cut, cut.size(), "cut.gguf"), QByteArray::number(static_cast<qulonglong>(size)));
        }
    }

    void writerRefusesWhatTheReaderWould() {
        const GgufTensorData good = madeTensor("a", TensorType::F32, {8}, 1);
        const auto refused = [](const GgufTensorData& tensor, const Metadata& metadata = {},
                                const GgufWriteOptions& options = {}) {
            const auto bytes = ggufBytes(metadata, {tensor}, options);
            return !bytes && bytes.error().kind == ErrorKind::InvalidArgument;
        };
        QVERIFY(!refused(good));
        GgufTensorData tensor = good;
        tensor.bytes.pop_back();
        QVERIFY(refused(tensor));
        tensor = good;
        tensor.name = std::string(64, 'x');
        QVERIFY(refused(tensor));
        tensor = good;
        tensor.shape = {};
        QVERIFY(refused(tensor));
        tensor = good;
        tensor.type = TensorType{4};
        QVERIFY(refused(tensor));
        QVERIFY(refused(good, {}, {.version = 1}));
        QVERIFY(refused(good, {}, {.alignment = 24}));
        Metadata metadata;
        metadata.set("a", {MetadataType::UInt8, std::uint64_t{256}});
        QVERIFY(refused(good, metadata));
        metadata.set("a", {MetadataType::Array, MetadataArray{MetadataType::UInt32, 2, "1234", {}, {}}});
        QVERIFY(refused(good, metadata));
    }
};

QTEST_APPLESS_MAIN(TestBadGguf)
#include "tst_bad_gguf.moc"
