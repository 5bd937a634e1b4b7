// SPDX-License-Identifier: GPL-3.0-or-later
// Handcrafted bad manifests of both versions, each with the error it gets.
#include "core/base/platform/paths.h"
#include "core/fragment/fragmenter.h"
#include "core/fragment/v1/v1_format.h"
#include "tests/support/made_models.h"

#include <QTemporaryDir>
#include <QtTest>

#include <nlohmann/json.hpp>

#include <functional>

using namespace tessera;
using namespace tessera::test;
using Json = nlohmann::ordered_json;

namespace {

std::filesystem::path folderOf(const QTemporaryDir& temporary) { return fromUtf8(temporary.path().toStdString()); }

/// fragments: 0 header, 1–2 blk.0.a.weight, 3–4 blk.0.ffn_up_exps.weight, 5 output.weight
Json goodV2() {
    QTemporaryDir temporary;
    const auto model = folderOf(temporary) / "m.gguf";
    const auto written = writeGguf(model, {},
                                   {madeTensor("blk.0.a.weight", TensorType::F32, {256, 100}, 1),
                                    madeTensor("blk.0.ffn_up_exps.weight", TensorType{8}, {32, 4, 2}, 2),
                                    madeTensor("output.weight", TensorType::F32, {8}, 3)});
    if (!written) qFatal("%s", written.error().message.c_str());
    return Json::parse(manifestToJson(hashModel(model, {limits::kMinFragmentBytes, 1}, {}).value()));
}

struct BadV2 {
    const char* name;
    std::function<void(Json&)> spoil;
    ErrorKind kind;
    const char* message;
};

/// Sets one field of one fragment.
std::function<void(Json&)> with(std::size_t fragment, const char* field, Json value) {
    return [=](Json& json) { json["fragments"][fragment][field] = value; };
}
std::function<void(Json&)> top(const char* field, Json value) {
    return [=](Json& json) { json[field] = value; };
}
std::function<void(Json&)> withoutFragment(std::size_t fragment) {
    return [=](Json& json) {
        json["fragments"].erase(fragment);
        json["total_fragments"] = json["fragments"].size();
    };
}

constexpr auto kCorrupt = ErrorKind::Corrupt;
const std::string kOtherHash(64, 'a');

std::vector<BadV2> badV2() {
    return {
        // The document
        {"a list", [](Json& json) { json = Json::array({1}); }, kCorrupt, "the manifest should not be a list"},
        {"a number", [](Json& json) { json = 5; }, kCorrupt, "the manifest is 5, an object is expected"},
        {"empty object", [](Json& json) { json = Json::object(); }, kCorrupt, "format_version is missing"},
        {"no format_version", [](Json& json) { json.erase("format_version"); }, kCorrupt, "format_version is missing"},
        {"version 3", top("format_version", 3), ErrorKind::Unsupported, "format_version is 3, this build reads 2"},
        {"version 1", top("format_version", 1), ErrorKind::Unsupported, "format_version is 1"},
        {"version as text", top("format_version", "2"), kCorrupt, "format_version is '2', a whole number"},
        {"no model_id", [](Json& json) { json.erase("model_id"); }, kCorrupt, "model_id is missing"},
        {"model_id too short", top("model_id", "abc"), kCorrupt,
         "model_id is 'abc', a SHA-256 of 64 hex digits is expected"},
        {"model_id not the files'", top("model_id", kOtherHash), kCorrupt, "model_id is aaaa"},
        {"set_id not the fragments'", top("set_id", kOtherHash), kCorrupt, "the manifest was changed"},
        {"fragment_size 0", top("fragment_size", 0), kCorrupt, "fragment_size is 0"},
        {"fragment_size 2^63", top("fragment_size", 1ull << 63), kCorrupt, "fragment_size is 9223372036854775808"},
        {"fragment_size negative", top("fragment_size", -1), kCorrupt, "fragment_size is -1, a whole number"},
        {"fragment_size as a fraction", top("fragment_size", 1e6), kCorrupt, "fragment_size is 1"},
        {"total_fragments wrong", top("total_fragments", 7), kCorrupt,
         "total_fragments is 7, but 6 fragments are listed"},
        {"fragments an object", top("fragments", Json::object()), kCorrupt, "fragments should not be an object"},
        {"fragments holds a number", [](Json& json) { json["fragments"].push_back(1); }, kCorrupt,
         "fragments[6] is 1, an object is expected"},
        {"fragments null", top("fragments", nullptr), kCorrupt, "fragments is null, a list is expected"},
        // Files
        {"no files", top("files", Json::array()), kCorrupt, "files: the list is empty"},
        {"file name with a folder", [](Json& json) { json["files"][0]["name"] = "../m.gguf"; }, kCorrupt,
         "'../m.gguf' is no plain file name"},
        {"file name with a backslash", [](Json& json) { json["files"][0]["name"] = "..\\m.gguf"; }, kCorrupt,
         "is no plain file name"},
        {"file name with a drive", [](Json& json) { json["files"][0]["name"] = "C:m.gguf"; }, kCorrupt,
         "is no plain file name"},
        {"file name empty", [](Json& json) { json["files"][0]["name"] = ""; }, kCorrupt,
         "name '' is no plain file name"},
        {"file named twice", [](Json& json) { json["files"].push_back(json["files"][0]); }, kCorrupt,
         "name 'm.gguf' appears twice"},
        {"file without size", [](Json& json) { json["files"][0].erase("size_bytes"); }, kCorrupt,
         "files[0].size_bytes is missing"},
        {"file of no bytes", [](Json& json) { json["files"][0]["size_bytes"] = 0; }, kCorrupt,
         "size_bytes of 'm.gguf' is 0"},
        {"file too small", [](Json& json) { json["files"][0]["size_bytes"] = 1000; }, kCorrupt,
         "go beyond the file, which has 1000 bytes"},
        {"file hash not hex", [](Json& json) { json["files"][0]["sha256"] = std::string(64, 'g'); }, kCorrupt,
         "files[0].sha256 is"},
        {"file without a header",
         [](Json& json) {
             json["files"].push_back({{"name", "n"}, {"size_bytes", 1}, {"sha256", kOtherHash}});
         },
         kCorrupt, "no header fragment for file 'n'"},
        // Fragments
        {"id with a slash", with(1, "fragment_id", "../../etc/passwd"), kCorrupt,
         "fragment_id '../../etc/passwd' is not safe"},
        {"id with a backslash", with(1, "fragment_id", "a\\b"), kCorrupt, "is not safe as a file name"},
        {"id with a leading dot", with(1, "fragment_id", ".."), kCorrupt, "fragment_id '..' is not safe"},
        {"id empty", with(1, "fragment_id", ""), kCorrupt, "fragment_id '' is not safe"},
        {"id too long", with(1, "fragment_id", std::string(201, 'x')), kCorrupt, "is not safe as a file name"},
        {"id with a zero byte", with(1, "fragment_id", std::string("a\0b", 3)), kCorrupt,
         "fragment_id 'a\\x00b' is not safe"},
        {"id twice", [](Json& json) { json["fragments"][2]["fragment_id"] = json["fragments"][1]["fragment_id"]; },
         kCorrupt, "appears twice"},
        {"kind unknown", with(1, "kind", "secret"), kCorrupt,
         "fragments[1].kind is 'secret', 'header', 'tensor' or 'gap' is expected"},
        {"kind missing", [](Json& json) { json["fragments"][1].erase("kind"); }, kCorrupt,
         "fragments[1].kind is missing"},
        {"hash missing", [](Json& json) { json["fragments"][1].erase("sha256"); }, kCorrupt,
         "fragments[1].sha256 is missing"},
        {"hash changed", with(1, "sha256", kOtherHash), kCorrupt, "set_id is"},
        {"hash too long", with(1, "sha256", std::string(65, 'a')), kCorrupt, "fragments[1].sha256 is"},
        {"size 0", with(1, "size_bytes", 0), kCorrupt, "size_bytes is 0"},
        {"size beyond the limit", with(1, "size_bytes", 1 << 20), kCorrupt,
         "size_bytes is 1048576, 1 to 65536 are allowed"},
        {"size negative", with(1, "size_bytes", -5), kCorrupt, "fragments[1].size_bytes is -5"},
        {"size not that of its rows", with(1, "size_bytes", 65535), kCorrupt,
         "size_bytes is 65535, but 64 rows of 1024 bytes"},
        {"offset that overflows", with(5, "offset", UINT64_MAX), kCorrupt,
         "offset 18446744073709551615 and size_bytes 32 go beyond the file"},
        {"overlap", [](Json& json) { json["fragments"][5]["offset"] = json["fragments"][4]["offset"].get<int>() + 1; },
         kCorrupt, "overlap at byte"},
        {"file_index beyond", with(1, "file_index", 1), kCorrupt, "file_index is 1, but there are 1 files"},
        {"file_index of 2^32", with(1, "file_index", 1ull << 32), kCorrupt, "fragments[1].file_index is 4294967296"},
        {"header missing", withoutFragment(0), kCorrupt, "no header fragment for file 'm.gguf'"},
        {"header not at the start", with(0, "offset", 1), kCorrupt, "a piece of the header is missing"},
        // Tensors
        {"shard missing", withoutFragment(2), kCorrupt,
         "tensor 'blk.0.a.weight': 1 of 2 shards and 64 of 100 rows are listed"},
        {"first shard missing", withoutFragment(1), kCorrupt, "tensor 'blk.0.a.weight': shard 0 of 2 is missing"},
        {"shard number twice", with(2, "shard_index", 0), kCorrupt,
         "shard 1 of 2 is missing, shard_index 0 stands in its place"},
        {"more shards announced", with(5, "total_shards", 2), kCorrupt, "tensor 'output.weight': 1 of 2 shards"},
        {"rows do not continue", with(2, "first_row", 63), kCorrupt,
         "first_row 63 and row_count 36 do not continue at row 64 of 100"},
        {"rows beyond the tensor", with(2, "row_count", 37), kCorrupt, "first_row 64 and row_count 37"},
        {"row count 0", with(5, "row_count", 0), kCorrupt, "row_count 0"},
        {"type of one shard", with(2, "tensor_type", "I32"), kCorrupt,
         "fragments[2].dtype is 'float32', I32 is stored as 'int32'"},
        {"type unknown", with(1, "tensor_type", "Q9_9"), ErrorKind::Unsupported,
         "fragments[1].tensor_type: unknown tensor type 'Q9_9'"},
        {"dtype wrong", with(1, "dtype", "uint8"), kCorrupt,
         "fragments[1].dtype is 'uint8', F32 is stored as 'float32'"},
        {"shape of one shard", with(2, "shape", {256, 101}), kCorrupt,
         "shape differs from that of the tensor's other shards"},
        {"shape empty", with(5, "shape", Json::array()), kCorrupt, "should have 1 to 4 dimensions"},
        {"five dimensions", with(5, "shape", {8, 1, 1, 1, 1}), kCorrupt,
         "fragments[5].shape has more than 4 dimensions"},
        {"dimension 0", with(5, "shape", {0}), kCorrupt, "shape [0] is not positive"},
        {"shape that overflows", with(5, "shape", {1ull << 40, 1ull << 40}), kCorrupt, "overflows"},
        {"shape that is no whole block", with(3, "shape", {33, 4, 2}), kCorrupt, "does not fit its type"},
        {"shape of texts", with(5, "shape", {"8"}), kCorrupt, "fragments[5].shape is '8'"},
        {"shape nested", with(5, "shape", {{8}}), kCorrupt, "fragments[5].shape should not be a list"},
        {"shape a number", with(5, "shape", 8), kCorrupt, "fragments[5].shape is 8, a list"},
        {"expert of other rows", with(3, "expert_index", 1), kCorrupt, "rows 0 to 4 are not all of expert 1"},
        {"expert of a matrix",
         [](Json& json) {
             json["fragments"][5]["expert_index"] = 0;
             json["fragments"][5]["is_always_active"] = false;
         },
         kCorrupt, "expert_index of a tensor with 1 dimensions"},
        {"expert always active", with(3, "is_always_active", true), kCorrupt,
         "is_always_active is true, which contradicts expert_index"},
        {"layer beyond the limit", with(1, "layer_index", 4096), kCorrupt, "fragments[1].layer_index is 4096"},
        {"layer below", with(1, "layer_index", -4), kCorrupt, "fragments[1].layer_index is -4"},
        {"tensor name empty", with(5, "tensor_name", ""), kCorrupt, "tensor_name has 0 bytes"},
        {"tensor name too long", with(5, "tensor_name", std::string(64, 'x')), kCorrupt, "tensor_name has 64 bytes"},
        {"tensor name a list", with(5, "tensor_name", Json::array()), kCorrupt,
         "fragments[5].tensor_name should not be a list"},
    };
}

/// A version-1 folder that is spoilt in one way.
struct BadV1 {
    const char* name;
    std::function<void(const std::filesystem::path& folder, Json& json)> spoil;
    ErrorKind kind;
    const char* message;
};

std::function<void(const std::filesystem::path&, Json&)> entry(std::size_t index, const char* field, Json value) {
    return [=](const std::filesystem::path&, Json& json) { json["fragments"][index][field] = value; };
}
std::function<void(const std::filesystem::path&, Json&)> without(std::size_t index, const char* field) {
    return [=](const std::filesystem::path&, Json& json) { json["fragments"][index].erase(field); };
}

/// fragments: 0–1 token_embd.weight, 2 output_norm.weight
std::vector<BadV1> badV1() {
    using Path = std::filesystem::path;
    return {
        {"no manifest", [](const Path&, Json& json) { json = nullptr; }, ErrorKind::NotFound, "manifest.json"},
        {"no header", [](const Path& folder, Json&) { std::filesystem::remove(folder / "gguf_header.dat"); },
         ErrorKind::NotFound, "gguf_header.dat"},
        {"header cut off",
         [](const Path& folder, Json&) { std::filesystem::resize_file(folder / "gguf_header.dat", 40); }, kCorrupt,
         "the file ends inside its header"},
        {"header too short",
         [](const Path& folder, Json&) {
             const auto path = folder / "gguf_header.dat";
             std::filesystem::resize_file(path, std::filesystem::file_size(path) - 1);
         },
         kCorrupt, "bytes, but the first tensor's data begins at byte"},
        {"header too long",
         [](const Path& folder, Json&) {
             const auto path = folder / "gguf_header.dat";
             std::filesystem::resize_file(path, std::filesystem::file_size(path) + 1);
         },
         kCorrupt, "the first tensor's data begins at byte"},
        {"header_size wrong", [](const Path&, Json& json) { json["header_size"] = 12; }, kCorrupt,
         "header_size is 12, but gguf_header.dat has"},
        {"header_size a text", [](const Path&, Json& json) { json["header_size"] = "12"; }, kCorrupt,
         "header_size is \"12\", a whole number"},
        {"chunk_size 0", [](const Path&, Json& json) { json["chunk_size"] = 0; }, kCorrupt, "chunk_size is 0"},
        {"chunk_size another", [](const Path&, Json& json) { json["chunk_size"] = 65536; }, kCorrupt,
         "size_bytes is 10485760, but gguf_header.dat asks for 65536"},
        {"no fragments", [](const Path&, Json& json) { json.erase("fragments"); }, kCorrupt, "fragments is missing"},
        {"fragments an object", [](const Path&, Json& json) { json["fragments"] = Json::object(); }, kCorrupt,
         "fragments is {}, a list is expected"},
        {"an entry is a number", [](const Path&, Json& json) { json["fragments"][1] = 7; }, kCorrupt,
         "fragments[1] is 7, an object is expected"},
        {"total_fragments wrong", [](const Path&, Json& json) { json["total_fragments"] = 4; }, kCorrupt,
         "total_fragments is 4, but 3 fragments are listed"},
        {"model_name with a folder", [](const Path&, Json& json) { json["model_name"] = "../x"; }, kCorrupt,
         "model_name '../x' is no plain file name"},
        {"model_name a number", [](const Path&, Json& json) { json["model_name"] = 1; }, kCorrupt,
         "model_name is 1, a string is expected"},
        {"shard missing",
         [](const Path&, Json& json) {
             json["fragments"].erase(1);
             json["total_fragments"] = 2;
         },
         kCorrupt, "tensor 'token_embd.weight': shard 1 of 2 is missing"},
        {"shard listed twice", [](const Path&, Json& json) { json["fragments"][1] = json["fragments"][0]; }, kCorrupt,
         "shard 0 of tensor 'token_embd.weight' is listed twice"},
        {"shard beyond its tensor",
         [](const Path&, Json& json) {
             json["fragments"].push_back(json["fragments"][2]);
             json["fragments"][3]["shard_index"] = 1;
             json["total_fragments"] = 4;
         },
         kCorrupt, "shards beyond the end of their tensors"},
        {"shard_index missing", without(0, "shard_index"), kCorrupt, "fragments[0].shard_index is missing"},
        {"shard_index 2^40", entry(0, "shard_index", 1ull << 40), kCorrupt,
         "fragments[0].shard_index is 1099511627776"},
        {"total_shards wrong", entry(0, "total_shards", 3), kCorrupt,
         "fragments[0].total_shards is 3, but gguf_header.dat asks for 2"},
        {"size_bytes wrong", entry(2, "size_bytes", 31), kCorrupt,
         "fragments[2].size_bytes is 31, but gguf_header.dat asks for 32"},
        {"size_bytes a fraction", entry(2, "size_bytes", 1.5), kCorrupt,
         "fragments[2].size_bytes is 1.5, a whole number"},
        {"data_offset wrong", entry(2, "data_offset", 0), kCorrupt,
         "fragments[2].data_offset is 0, but gguf_header.dat has 'output_norm.weight' at byte"},
        {"tensor not in the header", entry(2, "tensor_name", "other"), kCorrupt,
         "fragments[2].tensor_name 'other' is not in gguf_header.dat"},
        {"tensor_name missing", without(2, "tensor_name"), kCorrupt, "fragments[2].tensor_name is missing"},
        {"fragment_id missing", without(2, "fragment_id"), kCorrupt, "fragments[2].fragment_id is missing"},
        {"fragment_id a number", entry(2, "fragment_id", 5), kCorrupt,
         "fragments[2].fragment_id is 5, a string is expected"},
        {"fragment_id with a slash", entry(2, "fragment_id", "../secret"), kCorrupt,
         "fragments[2].fragment_id '../secret' is not safe"},
        {"fragment_id with a zero byte", entry(2, "fragment_id", std::string("a\0b", 3)), kCorrupt,
         "is not safe as a file name"},
        {"checksum no hex", entry(2, "checksum", "ghijklmnopqrstuv"), kCorrupt,
         "fragments[2].checksum is \"ghijklmnopqrstuv\""},
        {"checksum too short", entry(2, "checksum", "abc"), kCorrupt,
         "fragments[2].checksum is \"abc\", 16 to 64 hex digits"},
    };
}

/// Returns the content of manifest.json and of gguf_header.dat.
std::pair<std::string, std::string> writeGoodV1(const std::filesystem::path& model,
                                                const std::filesystem::path& folder) {
    auto written = writeGguf(model, {},
                             {madeTensor("token_embd.weight", TensorType::F32, {1024, 2600}, 1),
                              madeTensor("output_norm.weight", TensorType::F32, {8}, 2)});
    if (written) written = v1::writeFolder(model, folder, {});
    if (!written) qFatal("%s", written.error().message.c_str());
    return {contentOf(folder / "manifest.json"), contentOf(folder / "gguf_header.dat")};
}

}  // namespace

class TestBadManifest : public QObject {
    Q_OBJECT
private slots:
    void version2_data() {
        QTest::addColumn<int>("index");
        const auto cases = badV2();
        for (int i = 0; i < static_cast<int>(cases.size()); ++i)
            QTest::newRow(cases[static_cast<std::size_t>(i)].name) << i;
    }
    void version2() {
        QFETCH(const int, index);
        static const Json good = goodV2();
        const BadV2 bad = badV2()[static_cast<std::size_t>(index)];
        Json json = good;
        bad.spoil(json);
        const auto manifest = parseManifest(json.dump(), "bad.json");
        QVERIFY(!manifest);
        const std::string& message = manifest.error().message;
        QVERIFY2(message.find(bad.message) != std::string::npos, message.c_str());
        QVERIFY2(message.starts_with("bad.json: "), message.c_str());
        QCOMPARE(errorKindName(manifest.error().kind), errorKindName(bad.kind));
        QVERIFY(parseManifest(good.dump(), "good.json"));
    }

    void notJson_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("message");
        const QByteArray not_valid = "this is not valid JSON at byte";
        QTest::newRow("empty") << QByteArray() << not_valid;
        QTest::newRow("binary") << QByteArray("\x00\xff\x13\x37", 4) << not_valid;
        QTest::newRow("cut off") << QByteArray("{\"format_version\": 2, \"fragments\": [{\"fragment_id\": \"a")
                                 << not_valid;
        QTest::newRow("invalid UTF-8") << QByteArray("{\"model_name\": \"\xff\"}") << not_valid;
        QTest::newRow("two documents") << QByteArray("{}{}") << QByteArray("format_version is missing");
        QTest::newRow("number too large") << QByteArray("{\"fragment_size\": 1e999}") << not_valid;
        QTest::newRow("too deep") << QByteArray("{\"x\":") + QByteArray(200'000, '[') + QByteArray(200'000, ']') + "}"
                                  << QByteArray("the JSON is nested deeper than 32");
        QTest::newRow("too deep in objects") << QByteArray("{\"x\":").repeated(100) + "1" + QByteArray(100, '}')
                                             << QByteArray("the JSON is nested deeper than 32");
        QTest::newRow("a key twice") << QByteArray("{\"format_version\": 2, \"format_version\": 2}")
                                     << QByteArray("format_version appears twice");
    }
    void notJson() {
        QFETCH(const QByteArray, text);
        QFETCH(const QByteArray, message);
        const auto manifest = parseManifest(text.toStdString(), "bad.json");
        QVERIFY(!manifest);
        QVERIFY2(manifest.error().message.find(message.toStdString()) != std::string::npos,
                 manifest.error().message.c_str());
        QCOMPARE(errorKindName(manifest.error().kind), std::string_view("corrupt"));
    }

    void version1_data() {
        QTest::addColumn<int>("index");
        const auto cases = badV1();
        for (int i = 0; i < static_cast<int>(cases.size()); ++i)
            QTest::newRow(cases[static_cast<std::size_t>(i)].name) << i;
    }
    void version1() {
        QFETCH(const int, index);
        const BadV1 bad = badV1()[static_cast<std::size_t>(index)];
        // One folder for all cases: each gets back its manifest and its header first.
        static const QTemporaryDir temporary;
        const auto folder = folderOf(temporary) / "v1";
        static const auto [good_manifest, good_header] = writeGoodV1(folderOf(temporary) / "m.gguf", folder);
        writeFile(folder / "gguf_header.dat", good_header);
        Json json = Json::parse(good_manifest);
        bad.spoil(folder, json);
        std::filesystem::remove(folder / "manifest.json");
        if (!json.is_null()) writeFile(folder / "manifest.json", json.dump(2));
        const auto opened = v1::openFolder(folder, {});
        QVERIFY(!opened);
        const std::string& message = opened.error().message;
        QVERIFY2(message.find(bad.message) != std::string::npos, message.c_str());
        QCOMPARE(errorKindName(opened.error().kind), errorKindName(bad.kind));
    }
    void version1NotJson_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("message");
        QTest::newRow("empty") << QByteArray() << QByteArray("this is not valid JSON");
        QTest::newRow("a list") << QByteArray("[]") << QByteArray("the manifest should be an object");
        QTest::newRow("invalid UTF-8") << QByteArray("{\"fragments\": [\"\xff\"]}")
                                       << QByteArray("this is not valid JSON");
        QTest::newRow("too deep in metadata")
            << QByteArray("{\"metadata\":") + QByteArray(200'000, '[') + QByteArray(200'000, ']') + "}"
            << QByteArray("the JSON is nested deeper than 32");
    }
    void version1NotJson() {
        QFETCH(const QByteArray, text);
        QFETCH(const QByteArray, message);
        QTemporaryDir temporary;
        writeFile(folderOf(temporary) / "manifest.json", text.toStdString());
        const auto opened = v1::openFolder(folderOf(temporary), {});
        QVERIFY(!opened);
        QVERIFY2(opened.error().message.find(message.toStdString()) != std::string::npos,
                 opened.error().message.c_str());
        QVERIFY(opened.error().message.find("manifest.json") != std::string::npos);
    }

    void whichVersion() {
        QVERIFY(v1::isV1Manifest(R"({"model_name": "m", "fragments": []})"));
        QVERIFY(v1::isV1Manifest(R"({"format_version": 1, "fragments": []})"));
        QVERIFY(!v1::isV1Manifest(R"({"format_version": 2, "fragments": []})"));
        QVERIFY(!v1::isV1Manifest(R"({"fragments": [], "format_version": 2})"));
        QVERIFY(!v1::isV1Manifest(R"({"format_version": "1", "fragments": []})"));
        QVERIFY(!v1::isV1Manifest(R"({"other": {"fragments": []}})"));
        QVERIFY(!v1::isV1Manifest("[]"));
        QVERIFY(!v1::isV1Manifest(""));
        QVERIFY(v1::isV1Manifest(R"({"config": {"format_version": 2}, "fragments": []})"));
    }
};

QTEST_APPLESS_MAIN(TestBadManifest)
#include "tst_bad_manifest.moc"
