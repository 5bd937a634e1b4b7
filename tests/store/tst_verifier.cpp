// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fragment/verifier.h"
#include "tests/support/memory_store.h"

#include <QtTest>

using namespace tessera;
using namespace tessera::test;

class TestVerifier : public QObject {
    Q_OBJECT

    const Sample m_sample;
    std::size_t count() const { return m_sample.manifest.fragments.size(); }
    std::uint64_t bytes() const {
        std::uint64_t total = 0;
        for (const Fragment& fragment : m_sample.manifest.fragments) total += fragment.size_bytes;
        return total;
    }

private slots:
    void everythingRight_data() {
        QTest::addColumn<int>("threads");
        for (const int threads : {0, 1, 3}) QTest::addRow("%d threads", threads) << threads;
    }
    void everythingRight() {
        QFETCH(int, threads);
        MemoryStore store(m_sample);
        const auto report = must(verifyStore(store, {}, threads));
        QVERIFY(report.ok());
        QCOMPARE(report.fragments_checked, count());
        QCOMPARE(report.bytes_checked, bytes());
        for (std::uint32_t i = 0; i < count(); ++i) QCOMPARE(store.state(FragmentIndex{i}), FragmentState::Verified);
    }
    void namesEachProblem() {
        MemoryStore store(m_sample);
        store.flipped[FragmentIndex{2}] = 0;
        store.flipped[FragmentIndex{7}] = m_sample.manifest.fragments[7].size_bytes - 1;
        store.setState(FragmentIndex{5}, FragmentState::Missing);
        store.fails[FragmentIndex{9}] = ErrorKind::Corrupt;
        store.fails[FragmentIndex{11}] = ErrorKind::NotFound;
        store.fails[FragmentIndex{12}] = ErrorKind::Io;
        const auto report = must(verifyStore(store, {}));
        struct Expected {
            std::uint32_t index;
            FragmentState told;
            FragmentState kept;
        };
        const std::vector<Expected> expected{
            {2, FragmentState::Bad, FragmentState::Bad},          {5, FragmentState::Missing, FragmentState::Missing},
            {7, FragmentState::Bad, FragmentState::Bad},          {9, FragmentState::Bad, FragmentState::Bad},
            {11, FragmentState::Missing, FragmentState::Missing}, {12, FragmentState::Bad, FragmentState::Present},  // the disk's fault
        };
        QCOMPARE(report.problems.size(), expected.size());
        for (std::size_t i = 0; i < expected.size(); ++i) {
            const VerifyProblem& problem = report.problems[i];
            const FragmentIndex index{expected[i].index};
            QVERIFY(problem.fragment == index);
            QCOMPARE(problem.state, expected[i].told);
            QCOMPARE(store.state(index), expected[i].kept);
            QVERIFY2(problem.message.find(m_sample.manifest.at(index).id) != std::string::npos, problem.message.c_str());
        }
        auto wrong = std::vector(m_sample.bytesOf(FragmentIndex{2}).begin(), m_sample.bytesOf(FragmentIndex{2}).end());
        wrong[0] ^= std::byte{1};
        QVERIFY(report.problems[0].found == sha256(wrong));
        QVERIFY(report.problems[0].message.find(toHex(sha256(wrong))) != std::string::npos);
    }
    void looksAgainAtWhatWasVerified() {
        MemoryStore store(m_sample);
        QVERIFY(must(verifyStore(store, {})).ok());
        store.flipped[FragmentIndex{3}] = 1;
        QCOMPARE(must(verifyStore(store, {})).problems.size(), std::size_t{1});
        store.flipped.clear();
        QVERIFY(must(verifyStore(store, {})).ok());
        QCOMPARE(store.state(FragmentIndex{3}), FragmentState::Verified);
    }
    void stopsAndKeepsWhatItKnows() {
        MemoryStore store(m_sample);
        std::stop_source source;
        store.on_read = [&](FragmentIndex index) {
            if (toInt(index) == 10) source.request_stop();
        };
        QCOMPARE(verifyStore(store, {source.get_token(), {}}, 1).error().kind, ErrorKind::Cancelled);
        QCOMPARE(store.state(FragmentIndex{9}), FragmentState::Verified);
        QCOMPARE(store.state(FragmentIndex{11}), FragmentState::Present);
    }
    void tellsHowFarItIs() {
        MemoryStore store(m_sample);
        store.setState(FragmentIndex{4}, FragmentState::Missing);
        Progress last;
        Operation operation;
        operation.progress = [&](const Progress& progress) {
            QVERIFY(progress.done >= last.done);
            QCOMPARE(std::string(progress.stage), std::string("verifying"));
            last = progress;
        };
        must(verifyStore(store, operation));
        QCOMPARE(last.done, bytes());
        QCOMPARE(last.total, bytes());
    }
    void nothingToVerifyAgainst() {
        MemoryStore store(m_sample);
        store.changeManifest().set_id = {};
        QCOMPARE(verifyStore(store, {}).error().kind, ErrorKind::InvalidArgument);
    }
    void readVerifiedGivesRightBytesOnly() {
        MemoryStore store(m_sample);
        const FragmentIndex index{6};
        QVERIFY(std::ranges::equal(must(readVerified(store, index)), m_sample.bytesOf(index)));
        store.flipped[index] = 100;
        const auto error = readVerified(store, index).error();
        QCOMPARE(error.kind, ErrorKind::Corrupt);
        QVERIFY2(error.message.find(toHex(m_sample.manifest.at(index).sha256)) != std::string::npos, error.message.c_str());
    }
};

QTEST_APPLESS_MAIN(TestVerifier)
#include "tst_verifier.moc"
