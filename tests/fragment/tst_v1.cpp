// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/platform/paths.h"
#include "core/fragment/v1/python_json.h"
#include "core/fragment/v1/v1_format.h"
#include "core/gguf/reader.h"
#include "tests/support/made_models.h"
#include "tests/support/test_model.h"

#include <QTemporaryDir>
#include <QtTest>

#include <nlohmann/json.hpp>

#include <cmath>
#include <limits>

using namespace tessera;
using namespace tessera::test;
using Json = nlohmann::ordered_json;

namespace {

std::filesystem::path folderOf(const QTemporaryDir& temporary) { return fromUtf8(temporary.path().toStdString()); }
Sha256Digest hashOf(std::string_view text) { return sha256(std::as_bytes(std::span(text))); }
std::string hash16(std::string_view text) { return toHex(hashOf(text)).substr(0, 16); }

/// A tensor of two shards that are cut inside rows and blocks, and small ones.
std::filesystem::path writeModel(const std::filesystem::path& path) {
    Metadata metadata;
    metadata.set("general.architecture", metadataString("llama"));
    metadata.set("llama.block_count", metadataUInt32(1));
    metadata.set("eps", metadataFloat32(1e-5f));
    const auto written = writeGguf(path, metadata,
                                   {madeTensor("token_embd.weight", TensorType{8}, {1024, 10000}, 1),
                                    madeTensor("blk.0.attn_q.weight", TensorType::BF16, {32, 8}, 2),
                                    madeTensor("blk.0.attn_q.bias", TensorType::F32, {32}, 3),
                                    madeTensor("output.weight", TensorType::F16, {32, 4}, 4),
                                    madeTensor("output_norm.weight", TensorType::F32, {32}, 5)});
    if (!written) qFatal("%s", written.error().message.c_str());
    return path;
}

struct Set {
    QTemporaryDir temporary;
    std::filesystem::path model = writeModel(folderOf(temporary) / "Tiny Llamä.gguf");
    std::filesystem::path folder = folderOf(temporary) / "v1";
    Set() {
        const auto written = v1::writeFolder(model, folder, {});
        if (!written) qFatal("%s", written.error().message.c_str());
    }
    Json manifest() const { return Json::parse(contentOf(folder / "manifest.json")); }
    void replaceManifest(const Json& json) const { writeFile(folder / "manifest.json", json.dump(2)); }
};

/// Header, then shards at data_offset + shard × 10 485 760, zeros between: from the JSON and the files alone.
std::string rebuilt(const Set& set) {
    std::string file = contentOf(set.folder / "gguf_header.dat");
    const Json manifest = set.manifest();
    for (const auto& entry : manifest["fragments"]) {
        const std::size_t offset =
            entry["data_offset"].get<std::size_t>() + entry["shard_index"].get<std::size_t>() * 10485760;
        const std::string part = contentOf(set.folder / fromUtf8(entry["fragment_id"].get<std::string>() + ".dat"));
        if (file.size() < offset + part.size()) file.resize(offset + part.size());
        file.replace(offset, part.size(), part);
    }
    return file;
}

/// What openFolder says about the folder, against the model's file.
void verifyOpened(const Set& set) {
    const auto opened = v1::openFolder(set.folder, {});
    QVERIFY2(opened, opened ? "" : opened.error().message.c_str());
    const std::string content = contentOf(set.model);
    const Manifest& manifest = opened->manifest;
    QCOMPARE(manifest.files.size(), 1u);
    QCOMPARE(manifest.files[0].size_bytes, content.size());
    QVERIFY(manifest.files[0].sha256 == hashOf(content));
    QVERIFY(manifest.model_id == hashOf(content));
    QCOMPARE(opened->fragment_files.size(), manifest.fragments.size());
    std::string file(content.size(), '\0');
    for (std::size_t i = 0; i < manifest.fragments.size(); ++i) {
        const Fragment& fragment = manifest.fragments[i];
        const std::string part = contentOf(opened->fragment_files[i]);
        QCOMPARE(part.size(), fragment.size_bytes);
        QVERIFY(fragment.sha256 == hashOf(part));
        file.replace(fragment.offset, part.size(), part);
    }
    QVERIFY(file == content);
}

}  // namespace

class TestV1 : public QObject {
    Q_OBJECT
private slots:
    void filesOfTheFolder() {
        const Set set;
        const std::string content = contentOf(set.model);
        const auto model = readGgufModel(set.model).value();
        QVERIFY(contentOf(set.folder / "gguf_header.dat") == content.substr(0, model.files[0].data_offset));
        QVERIFY(rebuilt(set) == content);
        const TensorInfo* embedding = model.findTensor("token_embd.weight");
        for (std::size_t shard = 0; shard < 2; ++shard) {
            const std::size_t begin = shard * 10485760;
            const std::string part = content.substr(embedding->offset + begin,
                                                    std::min<std::size_t>(10485760, embedding->size_bytes - begin));
            const std::string name = "Tiny Llamä_L-1_embedding_S" + std::to_string(shard) + "_" + hash16(part) + ".dat";
            QVERIFY2(contentOf(set.folder / fromUtf8(name)) == part, name.c_str());
        }
        QCOMPARE(std::distance(std::filesystem::directory_iterator(set.folder), {}),
                 8);  // header, manifest, six shards
    }

    void manifestOfTheFolder() {
        const Set set;
        const Json json = set.manifest();
        std::vector<std::string> keys;
        for (const auto& item : json.items()) keys.push_back(item.key());
        QVERIFY(keys == (std::vector<std::string>{"model_name", "chunk_size", "header_size", "total_fragments",
                                                  "fragments", "metadata"}));
        keys.clear();
        for (const auto& item : json["fragments"][0].items()) keys.push_back(item.key());
        QVERIFY(keys == (std::vector<std::string>{"fragment_id", "model_name", "fragment_type", "layer_index",
                                                  "component", "expert_index", "shard_index", "total_shards", "shape",
                                                  "dtype", "size_bytes", "tensor_name", "tensor_type", "checksum",
                                                  "is_always_active", "data_offset"}));
        QCOMPARE(json["total_fragments"].get<int>(), 6);
        QCOMPARE(json["chunk_size"].get<int>(), 10485760);
        const auto model = readGgufModel(set.model).value();
        QCOMPARE(json["header_size"].get<std::uint64_t>(), model.files[0].data_offset);
        const auto expect = [&](std::size_t index, const char* field, const Json& value) {
            const Json& found = json["fragments"][index][field];
            QVERIFY2(found == value, (std::string(field) + ": " + found.dump()).c_str());
        };
        expect(1, "shard_index", 1);
        expect(1, "total_shards", 2);
        expect(1, "data_offset", model.files[0].data_offset);
        expect(1, "shape", {1024, 10000});
        expect(1, "dtype", "uint8");
        expect(1, "tensor_type", "Q8_0");
        expect(2, "layer_index", 0);
        expect(2, "component", "attn_q");
        expect(2, "dtype", "uint8");  // bfloat16, which numpy does not have
        expect(3, "component", "attn_q");
        expect(3, "dtype", "float32");
        expect(4, "layer_index", -2);
        expect(4, "component", "lm_head");
        expect(4, "dtype", "float16");
        expect(5, "layer_index", -3);
        expect(5, "component", "output_norm.weight");
        expect(5, "expert_index", nullptr);
        expect(5, "is_always_active", true);
        QVERIFY(json["metadata"]["llama.block_count"] == Json::array({1}));
        QVERIFY(json["metadata"]["general.architecture"] == Json::array({108, 108, 97, 109, 97}));
        QVERIFY(json["metadata"]["GGUF.version"] == Json::array({3}));
    }

    void textAsPythonWritesIt() {
        const Set set;
        const std::string text = contentOf(set.folder / "manifest.json");
        QVERIFY(text.starts_with("{\n  \"model_name\": \"Tiny Llam\\u00e4\",\n  \"chunk_size\": 10485760,\n"));
        QVERIFY(
            text.find("      \"shape\": [\n        1024,\n        10000\n      ],\n      \"dtype\": \"uint8\",\n") !=
            std::string::npos);
        QVERIFY(text.find("      \"expert_index\": null,\n") != std::string::npos);
        QVERIFY(text.ends_with("    \"eps\": [\n      9.999999747378752e-06\n    ]\n  }\n}"));
    }

    void pythonJson() {
        v1::PythonJson json;
        json.beginObject();
        json.key("a"), json.beginList(), json.endList();
        json.key("b"), json.beginObject(), json.endObject();
        json.key("c"), json.beginList();
        json.integer(-1);
        json.beginList(), json.real(2.5), json.boolean(true), json.endList();
        json.null();
        json.endList();
        json.key("ü"), json.string("\"\x7f");
        json.endObject();
        // Made with Python 3.11's json.dumps({...}, indent=2).
        QCOMPARE(json.take(), std::string("{\n  \"a\": [],\n  \"b\": {},\n  \"c\": [\n    -1,\n    [\n      2.5,\n     "
                                          " true\n    ],\n    null\n  ],\n"
                                          "  \"\\u00fc\": \"\\\"\\u007f\"\n}"));
    }

    void pythonFloats_data() {
        QTest::addColumn<double>("number");
        QTest::addColumn<QByteArray>("text");
        // Made with Python 3.11's repr().
        QTest::newRow("zero") << 0.0 << QByteArray("0.0");
        QTest::newRow("minus zero") << -0.0 << QByteArray("-0.0");
        QTest::newRow("one") << 1.0 << QByteArray("1.0");
        QTest::newRow("rope base") << 10000.0 << QByteArray("10000.0");
        QTest::newRow("tenth as float32") << static_cast<double>(0.1f) << QByteArray("0.10000000149011612");
        QTest::newRow("1e-4") << 0.0001 << QByteArray("0.0001");
        QTest::newRow("1e-5") << 0.00001 << QByteArray("1e-05");
        QTest::newRow("1e-5 as float32") << static_cast<double>(1e-5f) << QByteArray("9.999999747378752e-06");
        QTest::newRow("15 digits") << 123456789012345.0 << QByteArray("123456789012345.0");
        QTest::newRow("1e15") << 1e15 << QByteArray("1000000000000000.0");
        QTest::newRow("1e16") << 1e16 << QByteArray("1e+16");
        QTest::newRow("1.5e300") << 1.5e300 << QByteArray("1.5e+300");
        QTest::newRow("minus 2.25") << -2.25 << QByteArray("-2.25");
        QTest::newRow("smallest") << 5e-324 << QByteArray("5e-324");
        QTest::newRow("nan") << std::nan("") << QByteArray("NaN");
        QTest::newRow("inf") << -std::numeric_limits<double>::infinity() << QByteArray("-Infinity");
    }
    void pythonFloats() {
        QFETCH(const double, number);
        QFETCH(const QByteArray, text);
        QCOMPARE(v1::pythonFloat(number), text.toStdString());
    }

    void opened() {
        const Set set;
        verifyOpened(set);
        const auto folder = v1::openFolder(set.folder, {}).value();
        QCOMPARE(folder.manifest.model_name, std::string("Tiny Llamä"));
        QCOMPARE(folder.manifest.architecture, std::string("llama"));
        const Fragment& middle = folder.manifest.fragments[2];  // header, shard 0, shard 1
        QCOMPARE(middle.offset, folder.manifest.fragments[1].offset + 10485760);
        QCOMPARE(middle.first_row, 10485760 / 1088);
        QVERIFY(v1::isV1Manifest(contentOf(set.folder / "manifest.json")));
    }

    void smallestEntry() {
        const Set set;
        const Json whole = set.manifest();
        Json json;
        for (const auto& entry : whole["fragments"]) {
            Json small;
            for (const char* key :
                 {"tensor_name", "tensor_type", "shape", "dtype", "fragment_id", "shard_index", "total_shards"})
                small[key] = entry[key];
            json["fragments"].push_back(small);
        }
        set.replaceManifest(json);
        const auto opened = v1::openFolder(set.folder, {});
        QVERIFY2(opened, opened ? "" : opened.error().message.c_str());
        QCOMPARE(opened->manifest.model_name, std::string("v1"));  // the folder's
        verifyOpened(set);
    }

    void secondWriter() {
        const Set set;
        Json json = set.manifest();
        Json entries = Json::array();
        for (const auto& entry : json["fragments"]) {
            const std::string content =
                contentOf(set.folder / fromUtf8(entry["fragment_id"].get<std::string>() + ".dat"));
            entries.push_back({{"fragment_id", entry["fragment_id"]},
                               {"tensor_name", entry["tensor_name"]},
                               {"shard_index", entry["shard_index"]},
                               {"file_size", content.size()},
                               {"hash", toHex(hashOf(content))},
                               {"tensor_type", 4711},  // unreliable: the header wins
                               {"shape", "unknown"},
                               {"dtype", nullptr}});
        }
        json["fragments"] = entries;
        set.replaceManifest(json);
        verifyOpened(set);
        std::filesystem::remove(set.folder / "gguf_header.dat");
        const auto without = v1::openFolder(set.folder, {});
        QVERIFY(!without);
        QCOMPARE(errorKindName(without.error().kind), std::string_view("not found"));
        QVERIFY2(without.error().message.find("gguf_header.dat") != std::string::npos, without.error().message.c_str());
    }

    void laterTopLevelKeys() {
        const Set set;
        Json json = set.manifest();
        json["architecture"] = "llama";
        json["config"] = {{"n_layers", 1}, {"fragments", {1, 2}}};
        json["tensor_specifics"] = Json::object();
        set.replaceManifest(json);
        verifyOpened(set);
    }

    void missingAndDamagedFragmentsPassAsNothing() {
        const Set set;
        const Json json = set.manifest();
        const auto path_of = [&](std::size_t i) {
            return set.folder / fromUtf8(json["fragments"][i]["fragment_id"].get<std::string>() + ".dat");
        };
        const std::string good = contentOf(path_of(2));
        writeFile(path_of(2), std::string(good.size(), 'x'));
        std::filesystem::remove(path_of(5));
        const auto opened = v1::openFolder(set.folder, {});
        QVERIFY2(opened, opened ? "" : opened.error().message.c_str());
        int bad = 0;
        for (std::size_t i = 0; i < opened->manifest.fragments.size(); ++i) {
            const Fragment& fragment = opened->manifest.fragments[i];
            const bool right = fragment.sha256 == hashOf(contentOf(opened->fragment_files[i]));
            if (right) continue;
            ++bad;
            QVERIFY(fragment.tensor_name == "blk.0.attn_q.weight" || fragment.tensor_name == "output_norm.weight");
            QVERIFY(fragment.sha256 !=
                    hashOf(good));  // even the right bytes are not vouched for until the next opening
            QVERIFY(toHex(fragment.sha256).ends_with(std::string(48, '0')));
        }
        QCOMPARE(bad, 2);
        QVERIFY(opened->manifest.files[0].sha256 == Sha256Digest{});
    }

    void whatVersion1CannotHold() {
        QTemporaryDir temporary;
        const auto gaps =
            v1::writeFolder(writeModelWithGaps(folderOf(temporary) / "gaps.gguf"), folderOf(temporary) / "a", {});
        QVERIFY(!gaps);
        QCOMPARE(errorKindName(gaps.error().kind), std::string_view("unsupported"));
        const auto parts =
            writeSplitModel(folderOf(temporary), "m",
                            {{madeTensor("a", TensorType::F32, {8}, 1)}, {madeTensor("b", TensorType::F32, {8}, 1)}});
        const auto split = v1::writeFolder(parts[0], folderOf(temporary) / "b", {});
        QVERIFY(!split);
        QVERIFY2(split.error().message.find("no split models") != std::string::npos, split.error().message.c_str());
        QVERIFY(writeGguf(folderOf(temporary) / "s.gguf", {}, {madeTensor("a/b", TensorType::F32, {8}, 1)}));
        const auto slash = v1::writeFolder(folderOf(temporary) / "s.gguf", folderOf(temporary) / "c", {});
        QVERIFY(!slash);
        QVERIFY2(slash.error().message.find("'a/b'") != std::string::npos, slash.error().message.c_str());
        for (const char* name : {"a", "b", "c"}) QVERIFY(!std::filesystem::exists(folderOf(temporary) / name));
    }

    void equalBytesShareAFile() {
        QTemporaryDir temporary;
        const auto model = folderOf(temporary) / "m.gguf";
        GgufTensorData weight{"blk.0.ln.weight", TensorType::F32, {8}, std::vector<std::byte>(32)};
        GgufTensorData bias = weight;
        bias.name = "blk.0.ln.bias";
        QVERIFY(writeGguf(model, {}, {weight, bias}));
        QVERIFY(v1::writeFolder(model, folderOf(temporary) / "v1", {}));
        const auto opened = v1::openFolder(folderOf(temporary) / "v1", {});
        QVERIFY2(opened, opened ? "" : opened.error().message.c_str());
        QCOMPARE(opened->manifest.fragments.size(), 3u);
        QVERIFY(opened->manifest.fragments[1].id != opened->manifest.fragments[2].id);
        QVERIFY(opened->fragment_files[1] == opened->fragment_files[2]);
        QVERIFY(opened->manifest.model_id == hashOf(contentOf(model)));
    }

    void linksMayNotLeaveTheFolder() {
        const Set set;
        const std::string name = set.manifest()["fragments"][2]["fragment_id"].get<std::string>() + ".dat";
        const auto path = set.folder / fromUtf8(name);
        std::filesystem::rename(path, set.folder / "inside.bin");
        std::filesystem::create_symlink("inside.bin", path);
        verifyOpened(set);
        std::filesystem::rename(set.folder / "inside.bin", set.folder.parent_path() / "outside.bin");
        std::filesystem::remove(path);
        std::filesystem::create_symlink("../outside.bin", path);
        const auto opened = v1::openFolder(set.folder, {});
        QVERIFY(!opened);
        QVERIFY2(opened.error().message.find("the link leads out of the folder") != std::string::npos,
                 opened.error().message.c_str());
    }

    void defaultModelThereAndBack() {
        QTemporaryDir temporary;
        const auto folder = folderOf(temporary) / "v1";
        QVERIFY(v1::writeFolder(test::defaultModel(), folder, {}));
        const auto opened = v1::openFolder(folder, {});
        QVERIFY2(opened, opened ? "" : opened.error().message.c_str());
        QCOMPARE(toHex(opened->manifest.model_id),
                 std::string("b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"));
    }
};

QTEST_APPLESS_MAIN(TestV1)
#include "tst_v1.moc"
