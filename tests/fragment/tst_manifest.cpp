// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/base/platform/paths.h"
#include "core/fragment/json_text.h"
#include "core/fragment/manifest.h"
#include "core/fragment/plan.h"
#include "tests/support/made_models.h"

#include <QTemporaryDir>
#include <QtTest>

#include <nlohmann/json.hpp>

using namespace tessera;
using namespace tessera::test;

namespace {

Sha256Digest digestOf(std::string_view text) { return sha256(std::as_bytes(std::span(text))); }

/// Two files; a tensor in two shards, experts, a gap, names that need escaping.
Manifest sample() {
    Manifest manifest;
    manifest.model_name = "größe \"A\"\n";
    manifest.architecture = "llama";
    manifest.fragment_size = limits::kMinFragmentBytes;
    manifest.files = {{"größe 1.gguf", 200'000, digestOf("1")}, {"größe 2.gguf", 10'000, digestOf("2")}};
    const auto add = [&](FragmentKind kind, std::uint32_t file, std::uint64_t offset, std::uint64_t size) -> Fragment& {
        Fragment& fragment = manifest.fragments.emplace_back();
        fragment.kind = kind;
        fragment.file_index = file;
        fragment.offset = offset;
        fragment.size_bytes = size;
        fragment.sha256 = digestOf(fmt::format("{} {}", file, offset));
        return fragment;
    };
    add(FragmentKind::Header, 0, 0, 1000);
    add(FragmentKind::Gap, 0, 1000, 24);
    for (std::uint32_t shard = 0; shard < 2; ++shard) {
        Fragment& f = add(FragmentKind::Tensor, 0, 1024 + shard * 65536, shard == 0 ? 65536 : 36864);
        f.tensor_name = "blk.0.\"q\".weight";
        f.shape = {256, 100};
        f.shard_index = shard;
        f.total_shards = 2;
        f.first_row = shard * 64;
        f.row_count = shard == 0 ? 64 : 36;
        f.layer = LayerIndex{0};
        f.component = "\"q\"";
    }
    add(FragmentKind::Header, 1, 0, 512);
    for (std::uint32_t expert = 0; expert < 2; ++expert) {
        Fragment& f = add(FragmentKind::Tensor, 1, 512 + expert * 136, 136);
        f.tensor_name = "blk.1.ffn_up_exps.weight";
        f.tensor_type = TensorType{8};
        f.shape = {32, 4, 2};
        f.shard_index = expert;
        f.total_shards = 2;
        f.first_row = expert * 4;
        f.row_count = 4;
        f.layer = LayerIndex{1};
        f.component = "ffn_up_exps";
        f.expert_index = expert;
        f.is_always_active = false;
    }
    for (Fragment& fragment : manifest.fragments) fragment.id = fragmentId(fragment);
    manifest.model_id = modelIdOf(manifest.files);
    manifest.set_id = setIdOf(manifest.model_id, manifest.fragments);
    return manifest;
}

}  // namespace

class TestManifest : public QObject {
    Q_OBJECT
private slots:
    void roundTrip() {
        const Manifest manifest = sample();
        const std::string json = manifestToJson(manifest);
        const auto read = parseManifest(json, "manifest.json");
        QVERIFY2(read, read ? "" : read.error().message.c_str());
        QCOMPARE(manifestToJson(*read), json);
        QCOMPARE(read->model_name, manifest.model_name);
        QCOMPARE(read->files[1].name, manifest.files[1].name);
        QVERIFY(read->set_id == manifest.set_id);
        QCOMPARE(read->fragments[3].first_row, 64);
        QCOMPARE(read->fragments[6].expert_index.value(), 1u);
        QCOMPARE(read->totalBytes(), 210'000u);
    }

    void keysOfTheFormat() {
        const auto json = nlohmann::json::parse(manifestToJson(sample()));
        QCOMPARE(json["format_version"].get<int>(), 2);
        QCOMPARE(json["total_fragments"].get<int>(), 7);
        const auto& shard = json["fragments"][3];
        for (const char* key : {"fragment_id", "kind", "tensor_name", "tensor_type", "shape", "dtype", "shard_index",
                                "total_shards", "first_row", "row_count", "layer_index", "component", "expert_index",
                                "is_always_active", "file_index", "offset", "size_bytes", "sha256"}) {
            QVERIFY2(shard.contains(key), key);
        }
        QVERIFY(shard["expert_index"].is_null());
        QCOMPARE(shard["dtype"].get<std::string>(), std::string("float32"));
        QCOMPARE(json["fragments"][5]["dtype"].get<std::string>(), std::string("uint8"));
        QVERIFY(!json["fragments"][0].contains("tensor_name"));
    }

    void anyOrderUnknownKeysAndMissingDerivedOnes() {
        const Manifest manifest = sample();
        auto json = nlohmann::json::parse(manifestToJson(manifest));
        std::reverse(json["fragments"].begin(), json["fragments"].end());
        json["from a later version"] = {{"files", {1, 2}}, {"fragments", "x"}};
        for (auto& fragment : json["fragments"]) {
            fragment["note"] = nlohmann::json::array({nlohmann::json::object(), 1});
            for (const char* key : {"dtype", "layer_index", "component", "is_always_active"}) fragment.erase(key);
        }
        const auto read = parseManifest(json.dump(), "manifest.json");
        QVERIFY2(read, read ? "" : read.error().message.c_str());
        QCOMPARE(manifestToJson(*read), manifestToJson(manifest));
    }

    void setIdIsWhatTheDocumentSays() {
        // docs/FRAGMENTS.md: model_id, then for each fragment file, offset, size (little-endian) and SHA-256.
        Manifest manifest = sample();
        std::string bytes(reinterpret_cast<const char*>(manifest.model_id.data()), 32);
        for (const Fragment& f : manifest.fragments) {
            for (int i = 0; i < 4; ++i) bytes += static_cast<char>(f.file_index >> (8 * i));
            for (int i = 0; i < 8; ++i) bytes += static_cast<char>(f.offset >> (8 * i));
            for (int i = 0; i < 8; ++i) bytes += static_cast<char>(f.size_bytes >> (8 * i));
            bytes.append(reinterpret_cast<const char*>(f.sha256.data()), 32);
        }
        QVERIFY(manifest.set_id == digestOf(bytes));
        std::reverse(manifest.fragments.begin(), manifest.fragments.end());
        QVERIFY(setIdOf(manifest.model_id, manifest.fragments) == manifest.set_id);  // order does not matter
        manifest.fragments[2].offset += 1;
        QVERIFY(setIdOf(manifest.model_id, manifest.fragments) != manifest.set_id);
    }

    void modelIdOfOneAndOfSeveralFiles() {
        const Manifest manifest = sample();
        QVERIFY(modelIdOf(std::span(manifest.files).first(1)) == manifest.files[0].sha256);
        std::vector<std::byte> both(manifest.files[0].sha256.begin(), manifest.files[0].sha256.end());
        both.insert(both.end(), manifest.files[1].sha256.begin(), manifest.files[1].sha256.end());
        QVERIFY(manifest.model_id == sha256(both));
    }

    void fileAppearsWholeAndReadsBack() {
        QTemporaryDir temporary;
        const auto path = fromUtf8((temporary.path() + "/größe.manifest.json").toStdString());
        QVERIFY(writeManifest(sample(), path));
        QCOMPARE(std::distance(std::filesystem::directory_iterator(path.parent_path()), {}), 1);
        const auto read = readManifest(path);
        QVERIFY(read);
        QVERIFY(read->set_id == sample().set_id);
        const auto missing = readManifest(path.parent_path() / "none.json");
        QVERIFY(!missing);
        QCOMPARE(errorKindName(missing.error().kind), std::string_view("not found"));
    }

    void indexByTensor() {
        const Manifest manifest = sample();
        const FragmentIndexByTensor index(manifest);
        QCOMPARE(index.find("blk.0.\"q\".weight").size(), 2u);
        QCOMPARE(toInt(index.find("blk.0.\"q\".weight")[1]), 3u);
        QVERIFY(index.find("none").empty());
        QCOMPARE(toInt(index.headers(1)[0]), 4u);
        QVERIFY(index.headers(2).empty());
    }

    void fiftyThousandFragments() {
        Manifest manifest;
        manifest.model_name = "big";
        manifest.fragment_size = limits::kMinFragmentBytes;
        constexpr std::uint32_t kCount = 50'000;
        manifest.files = {{"big.gguf", 64 + std::uint64_t{kCount} * 32768, digestOf("big")}};
        Fragment header;
        header.kind = FragmentKind::Header;
        header.size_bytes = 64;
        header.id = fragmentId(header);
        manifest.fragments.push_back(header);
        for (std::uint32_t i = 0; i < kCount; ++i) {
            Fragment& f = manifest.fragments.emplace_back();
            f.tensor_name = fmt::format("blk.{}.ffn_up.{}.weight", i % 100, i);
            f.shape = {256, 32};
            f.row_count = 32;
            f.offset = 64 + std::uint64_t{i} * 32768;
            f.size_bytes = 32768;
            const TensorPlace place = placeOf(f.tensor_name);
            f.layer = place.layer;
            f.component = place.component;
            f.id = fragmentId(f);
        }
        manifest.model_id = modelIdOf(manifest.files);
        manifest.set_id = setIdOf(manifest.model_id, manifest.fragments);
        const std::string json = manifestToJson(manifest);
        const auto read = parseManifest(json, "big");
        QVERIFY2(read, read ? "" : read.error().message.c_str());
        QCOMPARE(read->fragments.size(), std::size_t{kCount} + 1);
    }

    void jsonStrings() {
        QCOMPARE(jsonString("a\"\\\n\t\x01/ü"), std::string("\"a\\\"\\\\\\n\\t\\u0001/ü\""));
        QCOMPARE(jsonString("ü€😀\x7f", true), std::string("\"\\u00fc\\u20ac\\ud83d\\ude00\\u007f\""));
        QCOMPARE(jsonString("\xff"), std::string("\"\xef\xbf\xbd\""));
    }
};

QTEST_APPLESS_MAIN(TestManifest)
#include "tst_manifest.moc"
