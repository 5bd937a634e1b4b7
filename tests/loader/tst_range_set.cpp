// SPDX-License-Identifier: GPL-3.0-or-later
// Ranges of bytes against a plain list of bits.
#include "core/loader/network/range_set.h"

#include <QtTest>

#include <random>

using namespace tessera;

class TestRangeSet : public QObject {
    Q_OBJECT

private slots:
    void againstBits() {
        std::mt19937 random(7);
        constexpr std::uint64_t kSize = 200;
        for (int round = 0; round < 300; ++round) {
            RangeSet set;
            std::vector<bool> bits(kSize, false);
            for (int i = 0; i < 12; ++i) {
                const std::uint64_t begin = random() % kSize, end = begin + random() % (kSize - begin + 1) / 4;
                set.add({begin, end});
                std::fill(bits.begin() + static_cast<long>(begin), bits.begin() + static_cast<long>(end), true);
                QCOMPARE(set.bytes(), static_cast<std::uint64_t>(std::count(bits.begin(), bits.end(), true)));
            }
            const std::uint64_t piece = 1 + random() % 40;
            std::vector<bool> filled = bits;
            std::uint64_t last = 0;
            for (const ByteRange& gap : set.gaps(kSize, piece)) {
                QVERIFY(gap.begin >= last && gap.size() >= 1 && gap.size() <= piece);
                last = gap.end;
                for (std::uint64_t at = gap.begin; at < gap.end; ++at) {
                    QVERIFY(!filled[at]);
                    filled[at] = true;
                }
            }
            QVERIFY(std::ranges::all_of(filled, [](bool bit) { return bit; }));
            const std::uint64_t begin = random() % kSize, end = begin + random() % (kSize - begin + 1);
            QCOMPARE(set.covers({begin, end}), std::all_of(bits.begin() + static_cast<long>(begin), bits.begin() + static_cast<long>(end), [](bool bit) { return bit; }));
        }
    }

    void touchingRangesBecomeOne() {
        RangeSet set;
        set.add({10, 20});
        set.add({30, 40});
        set.add({20, 30});
        QCOMPARE(set.ranges().size(), std::size_t{1});
        QVERIFY(set.ranges().front() == (ByteRange{10, 40}));
        QVERIFY(set.gaps(40, 100) == (std::vector{ByteRange{0, 10}}));
        QVERIFY(set.gaps(5, 100) == (std::vector{ByteRange{0, 5}}));
    }
};

QTEST_APPLESS_MAIN(TestRangeSet)
#include "tst_range_set.moc"
