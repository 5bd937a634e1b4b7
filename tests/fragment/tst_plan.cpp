// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/limits.h"
#include "core/base/platform/paths.h"
#include "core/fragment/manifest_check.h"
#include "core/fragment/plan.h"
#include "core/gguf/reader.h"
#include "tests/support/made_models.h"
#include "tests/support/test_model.h"

#include <QTemporaryDir>
#include <QtTest>

#include <set>

using namespace tessera;
using namespace tessera::test;

namespace {

/// A model of one tensor, planned without any bytes.
GgufModel modelOf(const std::string& name, TensorType type, std::array<std::int64_t, 4> shape,
                  std::uint32_t dimensions) {
    GgufModel model;
    TensorInfo tensor;
    tensor.name = name;
    tensor.type = type;
    tensor.shape = shape;
    tensor.dimensions = dimensions;
    tensor.row_bytes = rowBytes(type, shape[0]).value();
    tensor.size_bytes = tensor.row_bytes * static_cast<std::uint64_t>(tensor.rowCount());
    tensor.offset = 4096;
    model.files.push_back({"m.gguf", 3, 32, 4096, 4096 + tensor.size_bytes});
    model.tensors.push_back(tensor);
    if (!model.indexTensors()) qFatal("duplicate");
    return model;
}

std::vector<Fragment> planned(const GgufModel& model, std::uint64_t fragment_size = limits::kDefaultFragmentBytes) {
    auto plan = planFragments(model, {fragment_size});
    if (!plan) qFatal("%s", plan.error().message.c_str());
    return std::move(*plan);
}

}  // namespace

class TestPlan : public QObject {
    Q_OBJECT
private slots:
    void cutsAtMultiplesOf32Rows() {
        // 2304 bytes a row: 4551 rows fit into 10 MiB, 4544 is the multiple of 32 below.
        const auto plan = planned(modelOf("blk.3.ffn_up.weight", TensorType::F32, {576, 10000, 1, 1}, 2));
        QCOMPARE(plan.size(), 4u);  // header and three shards
        QCOMPARE(plan[1].row_count, 4544);
        QCOMPARE(plan[2].first_row, 4544);
        QCOMPARE(plan[3].row_count, 10000 - 2 * 4544);
        for (std::size_t i = 1; i < plan.size(); ++i) {
            QVERIFY(plan[i].size_bytes <= limits::kDefaultFragmentBytes);
            QCOMPARE(plan[i].first_row % 32, 0);
            QCOMPARE(plan[i].offset, 4096 + static_cast<std::uint64_t>(plan[i].first_row) * 2304);
            QCOMPARE(plan[i].shard_index, static_cast<std::uint32_t>(i - 1));
            QCOMPARE(plan[i].total_shards, 3u);
            QCOMPARE(toInt(plan[i].layer), 3);
            QCOMPARE(plan[i].component, std::string("ffn_up"));
        }
    }
    void fewerThan32RowsFit() {  // 4096 bytes a row, 64 KiB: 16 rows
        const auto plan = planned(modelOf("a", TensorType::F32, {1024, 40, 1, 1}, 2), limits::kMinFragmentBytes);
        QCOMPARE(plan.size(), 4u);
        QCOMPARE(plan[1].row_count, 16);
        QCOMPARE(plan[3].row_count, 8);
    }
    void aRowLargerThanTheLimit() {
        const auto plan = planned(modelOf("a", TensorType::F32, {20000, 3, 1, 1}, 2), limits::kMinFragmentBytes);
        QCOMPARE(plan.size(), 4u);
        for (std::size_t i = 1; i < 4; ++i) {
            QCOMPARE(plan[i].row_count, 1);
            QCOMPARE(plan[i].size_bytes, 80000u);
        }
    }
    void expertsFirst() {
        // An expert has 100 rows of 1024 bytes: 64 and 36 of them in fragments of 64 KiB.
        const auto plan = planned(modelOf("blk.0.ffn_up_exps.weight", TensorType::F32, {256, 100, 5, 1}, 3),
                                  limits::kMinFragmentBytes);
        QCOMPARE(plan.size(), 11u);
        for (std::size_t i = 1; i < plan.size(); ++i) {
            QCOMPARE(plan[i].expert_index.value(), static_cast<std::uint32_t>((i - 1) / 2));
            QCOMPARE(plan[i].first_row / 100, (plan[i].first_row + plan[i].row_count - 1) / 100);
            QCOMPARE(plan[i].row_count, i % 2 == 1 ? 64 : 36);
            QCOMPARE(plan[i].total_shards, 10u);
            QVERIFY(!plan[i].is_always_active);
        }
        // Small experts are not put together either.
        const auto small = planned(modelOf("blk.0.ffn_down_exps.weight", TensorType::F32, {8, 2, 5, 1}, 3));
        QCOMPARE(small.size(), 6u);
        // Shared experts and biases of experts are ordinary tensors.
        QCOMPARE(planned(modelOf("blk.0.ffn_up_shexp.weight", TensorType::F32, {8, 2, 5, 1}, 3)).size(), 2u);
        QCOMPARE(planned(modelOf("blk.0.ffn_up_exps.bias", TensorType::F32, {8, 5, 1, 1}, 2)).size(), 2u);
    }
    void headerIsCutInPieces() {
        GgufModel model = modelOf("a", TensorType::F32, {8, 1, 1, 1}, 1);
        model.files[0].data_offset = 150'000;
        model.files[0].size_bytes = 150'032;
        model.tensors[0].offset = 150'000;
        const auto plan = planned(model, limits::kMinFragmentBytes);
        QCOMPARE(plan.size(), 4u);
        QVERIFY(plan[2].kind == FragmentKind::Header);
        QCOMPARE(plan[2].offset, 131072u);
        QCOMPARE(plan[2].size_bytes, 150'000u - 131072u);
    }
    void sizesOutOfRange() {
        const GgufModel model = modelOf("a", TensorType::F32, {8, 1, 1, 1}, 1);
        QVERIFY(!planFragments(model, {limits::kMinFragmentBytes - 1}));
        QVERIFY(!planFragments(model, {limits::kMaxFragmentBytes + 1}));
        QVERIFY(planFragments(model, {limits::kMaxFragmentBytes}));
    }
    void rowsBeyondAnyLimit() {
        const auto plan = planFragments(modelOf("a", TensorType::F32, {1 << 29, 1, 1, 1}, 1), {});
        QVERIFY(!plan);
        QVERIFY(plan.error().message.find("tensor 'a': a row of 2.1 GB") != std::string::npos);
    }

    void gapsBetweenTensors() {
        QTemporaryDir folder;
        const auto model =
            readGgufModel(writeModelWithGaps(fromUtf8((folder.path() + "/gaps.gguf").toStdString()))).value();
        const std::uint64_t data = model.files[0].data_offset;
        const auto gaps = gapsOf(model);
        QCOMPARE(gaps.size(), 4u);
        QCOMPARE(gaps[0].offset, data);
        QCOMPARE(gaps[0].size_bytes, 64u);
        QCOMPARE(gaps[1].offset, data + 84);
        QCOMPARE(gaps[2].size_bytes, 4480u - 196u);
        QCOMPARE(gaps[3].offset + gaps[3].size_bytes, model.files[0].size_bytes);
        // Header, gaps and tensors together are the whole file.
        const auto plan = planFragments(model, {}, gaps).value();
        std::uint64_t end = 0;
        for (const Fragment& fragment : plan) {
            QCOMPARE(fragment.offset, end);
            end += fragment.size_bytes;
        }
        QCOMPARE(end, model.files[0].size_bytes);
    }

    void defaultModelIsCoveredOnce() {
        const auto model = readGgufModel(test::defaultModel()).value();
        for (const std::uint64_t size :
             {limits::kMinFragmentBytes, limits::MiB, limits::kDefaultFragmentBytes, limits::kMaxFragmentBytes}) {
            const auto plan = planFragments(model, {size}, gapsOf(model)).value();
            std::uint64_t end = 0;
            for (const Fragment& fragment : plan) {
                QCOMPARE(fragment.offset, end);
                QVERIFY(fragment.size_bytes <= size);
                end += fragment.size_bytes;
            }
            QCOMPARE(end, model.files[0].size_bytes);
        }
    }

    void places_data() {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<int>("layer");
        QTest::addColumn<QByteArray>("component");
        QTest::addColumn<bool>("experts");
        QTest::newRow("weight") << QByteArray("blk.12.attn_q.weight") << 12 << QByteArray("attn_q") << false;
        QTest::newRow("bias") << QByteArray("blk.12.attn_q.bias") << 12 << QByteArray("attn_q") << false;
        QTest::newRow("no suffix") << QByteArray("blk.0.ssm_a") << 0 << QByteArray("ssm_a") << false;
        QTest::newRow("experts") << QByteArray("blk.7.ffn_up_exps.weight") << 7 << QByteArray("ffn_up_exps") << true;
        QTest::newRow("embedding") << QByteArray("token_embd.weight") << -1 << QByteArray("token_embd") << false;
        QTest::newRow("output") << QByteArray("output.weight") << -2 << QByteArray("output") << false;
        QTest::newRow("output norm") << QByteArray("output_norm.weight") << -3 << QByteArray("output_norm") << false;
        QTest::newRow("other block") << QByteArray("enc.blk.0.attn_q.weight") << -3 << QByteArray("enc.blk.0.attn_q")
                                     << false;
        QTest::newRow("absurd layer") << QByteArray("blk.99999.x.weight") << -3 << QByteArray("blk.99999.x") << false;
        QTest::newRow("no layer") << QByteArray("blk.x.y") << -3 << QByteArray("blk.x.y") << false;
        QTest::newRow("nothing behind") << QByteArray("blk.1") << -3 << QByteArray("blk.1") << false;
    }
    void places() {
        QFETCH(const QByteArray, name);
        QFETCH(const int, layer);
        QFETCH(const QByteArray, component);
        QFETCH(const bool, experts);
        const TensorPlace place = placeOf(name.toStdString());
        QCOMPARE(toInt(place.layer), layer);
        QCOMPARE(place.component, component.toStdString());
        QCOMPARE(place.experts, experts);
    }

    void idsAreSafe() {
        Fragment fragment;
        fragment.sha256 = sha256({});
        fragment.tensor_name = "blk.0.attn_q.weight";
        QCOMPARE(fragmentId(fragment), std::string("blk.0.attn_q.weight.S0.e3b0c44298fc1c14"));
        fragment.shard_index = 12;
        QVERIFY(fragmentId(fragment).starts_with("blk.0.attn_q.weight.S12."));
        std::set<std::string> ids;
        for (const std::string& name :
             {std::string("a/b"), std::string("a\\b"), std::string("a_b"), std::string("a:b"), std::string(".."),
              std::string(".a"), std::string("größe"), std::string(500, 'x'), std::string(501, 'x')}) {
            fragment.tensor_name = name;
            QVERIFY2(isSafeFragmentId(fragmentId(fragment)), fragmentId(fragment).c_str());
            ids.insert(fragmentId(fragment));
        }
        QCOMPARE(ids.size(), 9u);
        fragment.kind = FragmentKind::Header;
        fragment.file_index = 2;
        fragment.offset = 100;
        QCOMPARE(fragmentId(fragment), std::string("header.F2.O100.e3b0c44298fc1c14"));
    }
};

QTEST_APPLESS_MAIN(TestPlan)
#include "tst_plan.moc"
