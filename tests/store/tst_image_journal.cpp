// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/image_journal.h"
#include "tests/support/sample_set.h"

#include <QtTest>

#include <algorithm>

using namespace tessera;
using namespace tessera::test;

namespace {

const FileIdentity kFirst{100, 1, 7};
const FileIdentity kSecond{100, 2, 7};
const FileIdentity kThird{100, 3, 7};

JournalEntry entryOf(JournalKind kind, std::uint32_t first, std::uint32_t count, FileIdentity before, FileIdentity after) {
    return {kind, 0, first, count, before, after};
}

}  // namespace

class TestImageJournal : public QObject {
    Q_OBJECT

    Sample m_sample;
    const Manifest& manifest() const { return m_sample.manifest; }

    std::vector<std::byte> journal(bool complete, const std::vector<JournalEntry>& entries) const {
        auto bytes = journalHeaderBytes(manifest().set_id, complete);
        const auto body = journalEntryBytes(entries);
        bytes.insert(bytes.end(), body.begin(), body.end());
        return bytes;
    }
    JournalContents replay(bool complete, const std::vector<JournalEntry>& entries) const {
        return replayJournal(journal(complete, entries), manifest()).value();
    }

private slots:
    void startsAsTheFilesWere() {
        for (const bool complete : {false, true}) {
            const auto contents = replay(complete, {});
            QCOMPARE(contents.complete_at_start, complete);
            QCOMPARE(contents.states.size(), manifest().fragments.size());
            const auto expected = complete ? FragmentState::Present : FragmentState::Missing;
            QVERIFY(std::all_of(contents.states.begin(), contents.states.end(), [&](FragmentState s) { return s == expected; }));
            QVERIFY(!contents.chain[0]);
        }
    }
    void entriesSayWhatBecameOfTheFragments() {
        const auto contents = replay(false, {entryOf(JournalKind::Verified, 2, 3, kFirst, kSecond), entryOf(JournalKind::Bad, 3, 1, kSecond, kSecond),
                                             entryOf(JournalKind::Missing, 4, 1, kSecond, kThird)});
        QCOMPARE(contents.states[1], FragmentState::Missing);
        QCOMPARE(contents.states[2], FragmentState::Verified);
        QCOMPARE(contents.states[3], FragmentState::Bad);
        QCOMPARE(contents.states[4], FragmentState::Missing);
        QVERIFY(contents.chain[0] == kThird);
    }
    void aBrokenChainDoubtsWhatStoodBefore() {
        auto contents = replay(false, {entryOf(JournalKind::Verified, 0, 2, kFirst, kFirst), entryOf(JournalKind::Verified, 4, 1, kSecond, kThird)});
        QCOMPARE(contents.states[0], FragmentState::Present);
        QCOMPARE(contents.states[4], FragmentState::Verified);
        contents = replay(false, {entryOf(JournalKind::Verified, 0, 2, kFirst, kFirst), entryOf(JournalKind::Doubted, 0, 0, kFirst, kFirst)});
        QCOMPARE(contents.states[1], FragmentState::Present);
    }
    void aChangedFileIsUnverifiedAgain() {
        const std::vector entries{entryOf(JournalKind::Verified, 0, 2, kFirst, kSecond)};
        auto contents = replay(false, entries);
        demoteChanged(contents, manifest(), std::array{kSecond});
        QCOMPARE(contents.states[0], FragmentState::Verified);
        demoteChanged(contents, manifest(), std::array{kThird});
        QCOMPARE(contents.states[0], FragmentState::Present);
        QCOMPARE(contents.states[2], FragmentState::Missing);
        contents = replay(false, entries);
        demoteChanged(contents, manifest(), std::array{FileIdentity{100, 2, 8}});  // a copy that kept its time
        QCOMPARE(contents.states[0], FragmentState::Present);
        QCOMPARE(contents.states[2], FragmentState::Missing);
        demoteChanged(contents, manifest(), std::array{FileIdentity{100, 9, 9}});  // another file in its place
        QCOMPARE(contents.states[2], FragmentState::Present);
    }
    void damageNeverVouches_data() {
        QTest::addColumn<int>("size");
        QTest::addColumn<int>("flip");
        const int whole = int(journal(false, {entryOf(JournalKind::Verified, 0, 1, kFirst, kSecond), entryOf(JournalKind::Verified, 1, 1, kSecond, kThird)}).size());
        for (const int size : {0, 10, 55, 56, 100, 135, 136, 200, whole - 1}) QTest::addRow("cut to %d", size) << size << -1;
        for (int at = 0; at < whole; ++at) QTest::addRow("byte %d flipped", at) << whole << at;
    }
    void damageNeverVouches() {
        QFETCH(int, size);
        QFETCH(int, flip);
        auto bytes = journal(false, {entryOf(JournalKind::Verified, 0, 1, kFirst, kSecond), entryOf(JournalKind::Verified, 1, 1, kSecond, kThird)});
        bytes.resize(std::size_t(size));
        if (flip >= 0) bytes[std::size_t(flip)] ^= std::byte{1};
        const auto contents = replayJournal(bytes, manifest());
        const bool header_whole = size >= 56 && (flip < 0 || flip >= 56);
        QCOMPARE(contents.has_value(), header_whole);
        if (!contents) return;
        const bool first_whole = size >= 136 && !(flip >= 56 && flip < 136);
        const bool second_whole = size >= 216 && !(flip >= 136);
        QCOMPARE(contents->states[0] == FragmentState::Verified, first_whole);
        QCOMPARE(contents->states[1] == FragmentState::Verified, second_whole);
        QCOMPARE(contents->states[2], FragmentState::Missing);
    }
    void entriesBeyondTheManifestAreSkipped() {
        const auto count = std::uint32_t(manifest().fragments.size());
        auto wrong_file = entryOf(JournalKind::Verified, 0, 1, kFirst, kFirst);
        wrong_file.file = 1;
        const auto contents = replay(false, {entryOf(JournalKind::Verified, count, 1, kFirst, kFirst), entryOf(JournalKind::Verified, 1, count, kFirst, kFirst),
                                             entryOf(JournalKind::Verified, 0xffffffff, 0xffffffff, kFirst, kFirst), wrong_file});
        QVERIFY(std::all_of(contents.states.begin(), contents.states.end(), [](FragmentState s) { return s == FragmentState::Missing; }));
    }
    void aJournalOfAnotherSetIsNone() {
        auto other = manifest();
        other.set_id[0] ^= std::byte{1};
        QVERIFY(!replayJournal(journal(false, {}), other));
    }

    void appendsAndIsRead() {
        const QTemporaryDir folder;
        const auto path = pathOf(folder) / "j";
        {
            auto first = must(ImageJournal::open(path, manifest(), false)).value();
            QVERIFY(!must(ImageJournal::open(path, manifest(), false)));  // one writer
            must(first.append(std::array{entryOf(JournalKind::Verified, 0, 2, kFirst, kSecond)}, manifest(), true));
            QCOMPARE(first.contents().states[1], FragmentState::Verified);
        }
        {
            // A kill in the middle of appending: the torn end goes.
            auto file = must(File::open(path, File::Mode::ReadWrite));
            must(file.writeAt(must(file.size()), std::vector<std::byte>(33, std::byte{1})));
        }
        auto second = must(ImageJournal::open(path, manifest(), false)).value();
        QCOMPARE(second.contents().entries, std::size_t{1});
        must(second.append(std::array{entryOf(JournalKind::Verified, 5, 1, kSecond, kThird)}, manifest(), false));
        const auto contents = replayJournal(must(readFile(path, 1 << 20)), manifest()).value();
        QCOMPARE(contents.states[0], FragmentState::Verified);
        QCOMPARE(contents.states[5], FragmentState::Verified);
    }
    void beginsAnewForAnotherSet() {
        const QTemporaryDir folder;
        const auto path = pathOf(folder) / "j";
        { must(must(ImageJournal::open(path, manifest(), false)).value().append(std::array{entryOf(JournalKind::Verified, 0, 1, kFirst, kFirst)}, manifest(), true)); }
        auto other = manifest();
        other.set_id[0] ^= std::byte{1};
        const auto journal = must(ImageJournal::open(path, other, true)).value();
        QCOMPARE(journal.contents().entries, std::size_t{0});
        QCOMPARE(journal.contents().states[0], FragmentState::Present);
    }
    void compactSaysTheSame_data() {
        QTest::addColumn<bool>("complete");
        QTest::newRow("sparse") << false;
        QTest::newRow("complete") << true;
    }
    void compactSaysTheSame() {
        QFETCH(bool, complete);
        const QTemporaryDir folder;
        const auto path = pathOf(folder) / "j";
        auto journal = must(ImageJournal::open(path, manifest(), complete)).value();
        const auto count = std::uint32_t(manifest().fragments.size());
        std::vector<JournalEntry> entries;
        for (int round = 0; round < 500; ++round) {
            for (std::uint32_t i = 0; i < count; ++i) entries.push_back(entryOf(JournalKind(1 + (i + std::uint32_t(round)) % 3), i, 1, kFirst, kFirst));
        }
        entries.push_back(entryOf(JournalKind::Verified, 0, count / 2, kSecond, kThird));  // the rest is doubted
        must(journal.append(entries, manifest(), false));
        const auto before = journal.contents();
        must(journal.compactIfLarge(manifest()));
        QVERIFY(must(File::open(path, File::Mode::Read).and_then([](File f) { return f.size(); })) < 80 * (3 * count + 10));
        const auto after = replayJournal(must(readFile(path, 1 << 20)), manifest()).value();
        QVERIFY(before.states == after.states);
        QVERIFY(before.chain == after.chain);
        // The lock went with it.
        QVERIFY(!must(ImageJournal::open(path, manifest(), complete)));
        must(journal.append(std::array{entryOf(JournalKind::Bad, 0, 1, kThird, kThird)}, manifest(), false));
        QCOMPARE(replayJournal(must(readFile(path, 1 << 20)), manifest())->states[0], FragmentState::Bad);
    }
};

QTEST_APPLESS_MAIN(TestImageJournal)
#include "tst_image_journal.moc"
