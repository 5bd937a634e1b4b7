// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/placement.h"

#include <QtTest>

using namespace tessera;

namespace {

constexpr LayerSpan kWanted{0, 29, true};

/// A node that takes `ms` for a row through one layer, four times as long for a tile.
Candidate node(LayerSpan layers, double ms, double hop_ms = 0.2) {
    return {.name = "node", .layers = layers, .seconds_per_layer = ms / 1e3, .tile_seconds_per_layer = 4 * ms / 1e3, .seconds_per_hop = hop_ms / 1e3};
}
Candidate here(LayerSpan layers) { return {.name = "this machine", .layers = layers, .last_resort = true}; }

/// "0: 0-9, 1: 10-29"
QString text(const Result<std::vector<Placement>>& placed) {
    if (!placed) return QString::fromStdString(placed.error().message);
    QStringList all;
    for (const Placement& each : *placed) all << QString("%1: %2-%3").arg(each.candidate).arg(each.span.first).arg(each.span.last);
    return all.join(", ");
}

}  // namespace

class TestPlacement : public QObject {
    Q_OBJECT
private slots:
    void whoIsTheOnlyOne() {
        const std::vector<Candidate> nodes{node({10, 19}, 1), node({20, 29}, 5), node({0, 9}, 3)};
        const auto placed = placeLayers(kWanted, nodes);
        QCOMPARE(text(placed), QString("2: 0-9, 0: 10-19, 1: 20-29"));
        for (const Placement& each : *placed) QCOMPARE(each.reason, std::string("the only node that has them"));
    }
    void sharesInProportionToSpeed() {
        // On a fast network three times as fast means three times as many layers for a prompt; a token would rather stay.
        std::vector<Candidate> nodes{node({0, 29}, 1), node({0, 29}, 1)};
        for (Candidate& each : nodes) each.tile_seconds_per_layer = 40e-3;
        const auto even = placeLayers(kWanted, nodes);
        QCOMPARE(even->size(), std::size_t{2});
        QCOMPARE(even->front().span.layers(), 15);
        nodes[1].tile_seconds_per_layer = 120e-3;
        const auto placed = placeLayers(kWanted, nodes);
        QCOMPARE(placed->size(), std::size_t{2});
        for (const Placement& each : *placed) {
            QCOMPARE(each.span.layers(), each.candidate == 0 ? 23 : 7);  // 920 ms against 840; 22 and 8 would take 960
            QVERIFY2(each.reason.find("share by speed") != std::string::npos, each.reason.c_str());
        }
    }
    void aSpanThatWasSharedOutStaysWhole() {
        std::vector<Candidate> nodes{node({0, 29}, 1), node({0, 29}, 0.9)};
        for (Candidate& each : nodes) each.tile_seconds_per_layer = 40e-3;
        QCOMPARE(text(placeLayers({0, 14, true}, nodes, Sharing::None)), QString("1: 0-14"));
    }
    void longHopsAndSlowNodesAreLeftOut() {
        std::vector<Candidate> nodes{node({0, 29}, 1), node({0, 29}, 1, 50)};
        for (Candidate& each : nodes) each.tile_seconds_per_layer = 40e-3;
        const auto placed = placeLayers(kWanted, nodes);
        QCOMPARE(text(placed), QString("0: 0-29"));
        QVERIFY2(placed->front().reason.find("fastest of 2") != std::string::npos, placed->front().reason.c_str());
        nodes[1] = node({0, 29}, 30);  // a token through one of its layers takes as long as through all of the other's
        QCOMPARE(text(placeLayers(kWanted, nodes)), QString("0: 0-29"));
    }
    void aLittleGainIsNoReasonForAHop() {
        const std::vector<Candidate> nodes{node({0, 29}, 1.00), node({0, 29}, 0.99, 0.3)};
        QCOMPARE(placeLayers(kWanted, nodes)->size(), std::size_t{1});
    }
    void memoryBoundsASpan() {
        std::vector<Candidate> nodes{node({0, 29}, 1), node({0, 29}, 3)};
        nodes[0].most_layers = 12;
        const auto placed = placeLayers(kWanted, nodes);
        QVERIFY2(placed && placed->size() == 2, qPrintable(text(placed)));
        for (const Placement& each : *placed) {
            QCOMPARE(each.span.layers(), each.candidate == 0 ? 12 : 18);
            if (each.candidate == 0) QVERIFY2(each.reason.find("as many as it has memory for") != std::string::npos, each.reason.c_str());
        }
        nodes[1].most_layers = 17;
        const auto full = placeLayers(kWanted, nodes);
        QCOMPARE(full.error().kind, ErrorKind::OutOfMemory);
        QVERIFY2(full.error().message.find("--ctx") != std::string::npos, full.error().message.c_str());
        nodes.push_back(here(kWanted));  // one layer is left
        int left = 0;
        const auto rest = placeLayers(kWanted, nodes);
        for (const Placement& each : *rest)
            if (each.candidate == 2) left += each.span.layers();
        QCOMPARE(left, 1);
    }
    void thisMachineTakesOnlyWhatNobodyHas() {
        const std::vector<Candidate> nodes{node({5, 19}, 100, 100), here(kWanted)};
        const auto placed = placeLayers(kWanted, nodes);
        QCOMPARE(text(placed), QString("1: 0-4, 0: 5-19, 1: 20-29"));
        QCOMPARE(placed->front().reason, std::string("no node that can be used has these layers"));
    }
    void missingLayersAreNamed() {
        const std::vector<Candidate> nodes{node({0, 9}, 1), node({12, 12}, 1), node({0, -1}, 0), node({20, 28}, 1)};
        const auto placed = placeLayers(kWanted, nodes);
        QCOMPARE(placed.error().kind, ErrorKind::NotFound);
        QVERIFY2(placed.error().message.find("10–11, 13–19, 29") != std::string::npos, placed.error().message.c_str());
        QCOMPARE(placeLayers(kWanted, {}).error().kind, ErrorKind::NotFound);
    }
    void manyNodesAndLayersTakeNoTime() {
        std::vector<Candidate> nodes;
        for (int i = 0; i < 20; ++i) nodes.push_back(node({0, 125}, 1 + 0.1 * i));
        for (Candidate& each : nodes) each.tile_seconds_per_layer *= 10;
        QElapsedTimer timer;
        timer.start();
        const auto placed = placeLayers({0, 125, true}, nodes);
        QVERIFY2(placed && placed->size() > 1, qPrintable(text(placed)));
        qInfo("20 nodes, 126 layers: %lld ms", timer.elapsed());
    }
};

QTEST_GUILESS_MAIN(TestPlacement)
#include "tst_placement.moc"
