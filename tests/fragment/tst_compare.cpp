// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fragment/compare.h"

#include <QtTest>

using namespace tessera;

namespace {

Sha256Digest digestOf(std::string_view text) { return sha256(std::as_bytes(std::span(text))); }

Fragment fragment(const std::string& tensor, const std::string& content, std::uint32_t shard = 0) {
    Fragment made;
    made.tensor_name = tensor;
    made.shard_index = shard;
    made.size_bytes = content.size();
    made.shape = {static_cast<std::int64_t>(content.size())};
    made.sha256 = digestOf(content);
    return made;
}

Manifest manifestOf(std::vector<Fragment> fragments, std::string_view model, std::string_view set) {
    Manifest manifest;
    manifest.fragments = std::move(fragments);
    manifest.model_id = digestOf(model);
    manifest.set_id = digestOf(set);
    return manifest;
}

}  // namespace

class TestCompare : public QObject {
    Q_OBJECT
private slots:
    void theSame() {
        const Manifest manifest = manifestOf({fragment("a", "xx"), fragment("b", "yyy")}, "m", "s");
        const ManifestComparison result = compareManifests(manifest, manifest);
        QVERIFY(result.same_model && result.same_cut && result.differences.empty());
        QCOMPARE(result.equal_tensors, 2u);
        QCOMPARE(result.equal_bytes, 5u);
    }

    void cutDifferently() {
        const Manifest whole = manifestOf({fragment("a", "xxyy")}, "m", "s1");
        const Manifest halves = manifestOf({fragment("a", "xx", 0), fragment("a", "yy", 1)}, "m", "s2");
        const ManifestComparison result = compareManifests(whole, halves);
        QVERIFY(result.same_model && !result.same_cut && result.differences.empty());
        QCOMPARE(result.equal_tensors, 1u);
    }

    void everyKindOfDifference() {
        const Manifest first = manifestOf({fragment("same", "1"), fragment("bytes", "22"), fragment("shape", "333"), fragment("first", "4")}, "m1", "s1");
        const Manifest second = manifestOf({fragment("same", "1"), fragment("bytes", "2x"), fragment("shape", "3"), fragment("second", "55")}, "m2", "s2");
        const ManifestComparison result = compareManifests(first, second);
        QVERIFY(!result.same_model);
        QCOMPARE(result.equal_tensors, 1u);
        QCOMPARE(result.differences.size(), std::size_t{4});
        using Kind = ManifestDifference::Kind;
        const std::pair<const char*, Kind> expected[] = {{"bytes", Kind::Bytes}, {"shape", Kind::TypeOrShape}, {"first", Kind::OnlyFirst}, {"second", Kind::OnlySecond}};
        for (std::size_t i = 0; i < 4; ++i) {
            QCOMPARE(result.differences[i].name, std::string(expected[i].first));
            QVERIFY(result.differences[i].kind == expected[i].second);
        }
        QCOMPARE(result.differences[3].second_bytes, 2u);
    }
};

QTEST_APPLESS_MAIN(TestCompare)
#include "tst_compare.moc"
