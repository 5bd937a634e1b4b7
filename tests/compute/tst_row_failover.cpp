// SPDX-License-Identifier: GPL-3.0-or-later
// Row nodes that fail in every way, at seeded products: the answer is the one that nothing disturbed.
#include "core/base/log.h"
#include "core/compute/checked_rows.h"
#include "core/compute/local_rows.h"
#include "core/compute/row_team.h"
#include "tests/engine/engine_fixture.h"

#include <QTemporaryDir>

#include <deque>
#include <random>
#include <thread>

using namespace tessera;
using namespace tessera::test;
using namespace std::chrono_literals;

namespace {

enum class RowFault { None, CrashAtAsk, Crash, Freeze, WrongNumbers };

/// A holder that multiplies rightly until a given product and then fails in a given way.
class FaultyRows final : public RowHolder {
public:
    FaultyRows(std::shared_ptr<RowHolder> holder, RowFault fault, std::uint64_t at) : m_holder(std::move(holder)), m_fault(fault), m_at(at) {}

    Result<void> waitUntilOpen(Clock::time_point deadline, const std::stop_token& stop) override { return m_holder->waitUntilOpen(deadline, stop); }
    Result<void> ask(const ProductInput& input, std::uint32_t range) override {
        if (m_dead || (m_fault == RowFault::CrashAtAsk && m_asked == m_at)) return die();
        ++m_asked;
        return m_holder->ask(input, range);
    }
    Result<Rows> take(Clock::time_point deadline, const std::atomic<bool>& cancel) override {
        const bool now = m_taken++ == m_at;
        if (m_dead || (now && m_fault == RowFault::Crash)) return die();
        if (now && m_fault == RowFault::Freeze) {
            std::this_thread::sleep_until(deadline);
            return die();
        }
        auto rows = m_holder->take(deadline, cancel);
        if (rows && now && m_fault == RowFault::WrongNumbers) rows->values.back() += 0.25f;
        return rows;
    }
    void forget() override { m_holder->forget(); }
    bool isOver() override { return m_dead || m_holder->isOver(); }
    void close() override { m_holder->close(); }

private:
    tl::unexpected<Error> die() {
        m_dead = true;
        return fail(ErrorKind::Network, "the connection ended");
    }

    std::shared_ptr<RowHolder> m_holder;
    RowFault m_fault;
    std::uint64_t m_at;
    std::uint64_t m_asked = 0;
    std::uint64_t m_taken = 0;
    bool m_dead = false;
};

/// Multiplies by nothing: every product is zeros.
class ZeroRows final : public RowHolder {
public:
    Result<void> waitUntilOpen(Clock::time_point, const std::stop_token&) override { return {}; }
    Result<void> ask(const ProductInput& input, std::uint32_t) override {
        m_rows.push_back(input.rows);
        ++asked;
        return {};
    }
    Result<Rows> take(Clock::time_point, const std::atomic<bool>&) override {
        Rows rows{m_rows.front(), 1, std::vector<float>(m_rows.front())};
        m_rows.pop_front();
        return rows;
    }
    void forget() override { m_rows.clear(); }
    bool isOver() override { return closed; }
    void close() override { closed = true; }

    int asked = 0;
    bool closed = false;

private:
    std::deque<std::uint32_t> m_rows;
};

NodeAddress addressOf(unsigned char number) {
    NodeAddress address{.endpoint = "node:" + std::to_string(number)};
    address.id.fill(std::byte{number});
    return address;
}

}  // namespace

class TestRowFailover : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() {
        GeneratedModelOptions options;
        options.layers = 2;
        options.embedding = 128;
        options.heads = 4;
        options.kv_heads = 4;
        options.feed_forward = 192;
        options.vocabulary = 416;
        const auto path = std::filesystem::path(m_folder.path().toStdString()) / "tiny.gguf";
        require(writeGeneratedModel(path, options, "q8_0"));
        m_source = require(openGgufSource(path));
        m_whole = require(loadFragmentEngine(*m_source, {1, RepackPolicy::Off}, {}));
        m_elsewhere = require(loadFragmentEngine(*m_source, {1, RepackPolicy::Off}, {}, LayerSpan{0, -1, true}));
        for (const int prompt : kPrompts) m_expected.push_back(runGreedy(*require(m_whole->createSession(plainOptions())), somePrompt(static_cast<std::size_t>(prompt), 400), kTokens));
        setLogLevel(LogLevel::Error);  // a line for each recovery would be hundreds
    }

    void hundredsOfFailures() {
        constexpr int kRuns = 400;
        int recovered = 0;
        for (int seed = 0; seed < kRuns; ++seed) {
            const auto rows = undisturbed(static_cast<unsigned>(seed), {RowFault::CrashAtAsk, RowFault::Crash}, {});
            if (!rows) return;
            recovered += static_cast<int>(rows->failovers().size());
        }
        qInfo("%d recoveries in %d answers", recovered, kRuns);
        QVERIFY(recovered > kRuns / 2);
    }

    void frozenOnesAreReplacedInTime() {
        RowNodesOptions options;
        options.patience = 50ms;
        std::size_t recovered = 0;
        for (unsigned seed = 0; seed < 20; ++seed) {
            const auto rows = undisturbed(seed, {RowFault::Freeze}, options);
            if (!rows) return;
            recovered += rows->failovers().size();
        }
        QVERIFY(recovered > 5);
    }

    void wrongNumbersAreFound_data() {
        QTest::addColumn<bool>("here");
        QTest::newRow("by this machine") << true;
        QTest::newRow("by other nodes, of which there must be a third") << false;
    }
    void wrongNumbersAreFound() {
        QFETCH(bool, here);
        RowNodesOptions options;
        options.check_rows = 1'000'000;
        options.here = here;
        for (unsigned seed = 0; seed < 12; ++seed) {
            m_liars = 1;
            const auto rows = undisturbed(seed, {RowFault::WrongNumbers}, options, 3);
            if (!rows) return;
            // Of two nodes neither is believed: what the second multiplies itself is taken over, too.
            const int lost = here ? 1 : 2;
            QCOMPARE(int(rows->failovers().size()), lost);
            int replaced = 0;
            for (const RowPart& part : rows->parts()) {
                if (!part.replaced) continue;
                ++replaced;
                QVERIFY2(part.why.find(here ? "other numbers than this machine" : "other numbers than node") != std::string::npos, part.why.c_str());
            }
            QCOMPARE(replaced, lost);
        }
    }

    void aCheckerThatIsDoneIsLetGo() {
        const auto checker = std::make_shared<ZeroRows>();
        const auto checked = makeCheckedRows(std::make_shared<ZeroRows>(), checker, {.rows = 4, .ranges = 2});
        const std::atomic<bool> never{false};
        const std::vector<float> values(3);
        ProductInput input;
        input.rows = 3;
        input.values = values;
        const auto ask = [&](std::uint32_t range) { require(checked->ask(input, range)); };
        const auto take = [&] { require(checked->take({}, never)); };
        for (const std::uint32_t range : {0u, 0u, 0u, 1u, 1u, 1u}) ask(range);
        for (int i = 0; i < 5; ++i) take();
        QVERIFY(!checker->closed);  // the last product is still under way there
        take();
        QVERIFY(checker->closed);
        const int asked = checker->asked;
        ask(0);
        take();
        QCOMPARE(checker->asked, asked);
    }
    void soIsOneWhoseLastProductsAreForgotten() {
        const auto checker = std::make_shared<ZeroRows>();
        const auto checked = makeCheckedRows(std::make_shared<ZeroRows>(), checker, {.rows = 4, .ranges = 1});
        const std::vector<float> values(4);
        ProductInput input;
        input.rows = 4;
        input.values = values;
        for (int i = 0; i < 2; ++i) require(checked->ask(input, 0));
        require(checked->take({}, std::atomic<bool>{false}));
        QVERIFY(!checker->closed);
        checked->forget();
        QVERIFY(checker->closed);
    }

    void uncheckedTheyAreNot() {  // so the test above can fail
        m_liars = 1;
        const auto split = team(3, {RowFault::WrongNumbers}, {}, 1);
        const auto got = runGreedy(*require(split->createSession(plainOptions())), somePrompt(kPrompts[0], 400), kTokens);
        QVERIFY(largestDifference(m_expected[0], got) > 0);
    }

    void withNobodyLeftItSaysSo() {
        RowNodesOptions options;
        options.here = false;
        m_always = true;
        const auto split = team(7, {RowFault::Crash}, options, 1);
        m_always = false;
        const auto session = require(split->createSession(plainOptions()));
        const auto failed = session->evaluate(somePrompt(3, 400), Wanted::Last, {});
        QVERIFY(!failed);
        QCOMPARE(failed.error().kind, ErrorKind::Network);
        QVERIFY2(failed.error().message.find("part 2 of 2") != std::string::npos, failed.error().message.c_str());
        QVERIFY2(failed.error().message.find("node:1") != std::string::npos, failed.error().message.c_str());
        QCOMPARE(session->length(), 0u);
    }

private:
    static constexpr int kTokens = 4;
    static constexpr std::array kPrompts{7, 70};

    /// Nodes that each may fail once, at some product; whoever is opened later does not, unless m_always.
    std::unique_ptr<FragmentEngine> team(unsigned seed, std::vector<RowFault> faults, RowNodesOptions options, std::size_t nodes) {
        const auto random = std::make_shared<std::mt19937>(seed);
        const auto open = [this](const std::vector<RowRange>& ranges) -> Result<std::shared_ptr<RowHolder>> {
            TESSERA_TRY(auto rows, m_elsewhere->createRowMultiplier(ranges));
            return makeLocalRows(std::move(rows));
        };
        std::vector<RowMember> members;
        const auto left = std::make_shared<int>(m_liars);
        m_liars = 1000;
        const bool always = m_always;
        for (std::size_t i = 0; i < nodes; ++i) {
            const auto faulty = [=](const std::vector<RowRange>& ranges) -> Result<std::shared_ptr<RowHolder>> {
                TESSERA_TRY(auto holder, open(ranges));
                const RowFault fault = *left > 0 ? faults[(*random)() % faults.size()] : RowFault::None;
                const std::uint64_t at = always ? 0 : (*random)() % 60;
                if (!always) --*left;
                return std::make_shared<FaultyRows>(std::move(holder), fault, at);
            };
            members.push_back({addressOf(static_cast<unsigned char>(i + 1)), faulty});
        }
        m_rows = makeRowTeam(std::move(members), options.here ? OpenRows(open) : OpenRows(), options);
        EngineOptions engine{1, RepackPolicy::Off};
        engine.row_workers = m_rows;
        return require(loadFragmentEngine(*m_source, engine, {}));
    }

    /// Null when the answer was another one.
    std::shared_ptr<RowNodes> undisturbed(unsigned seed, std::vector<RowFault> faults, RowNodesOptions options, std::size_t nodes = 2) {
        options.before_asking_again = seed % 2 == 0 ? 0ms : 10s;
        const auto split = team(seed, std::move(faults), options, nodes);
        const std::size_t which = seed % kPrompts.size();
        const auto got = runGreedy(*require(split->createSession(plainOptions())), somePrompt(static_cast<std::size_t>(kPrompts[which]), 400), kTokens);
        const bool same = largestDifference(m_expected[which], got) == 0.0f;
        [&] { QVERIFY2(same, qPrintable(QString("seed %1").arg(seed))); }();
        return same ? m_rows : nullptr;
    }

    QTemporaryDir m_folder;
    std::unique_ptr<TensorSource> m_source;
    std::unique_ptr<FragmentEngine> m_whole;
    std::unique_ptr<FragmentEngine> m_elsewhere;
    std::vector<std::vector<float>> m_expected;
    std::shared_ptr<RowNodes> m_rows;
    int m_liars = 1000;     // of the holders that are opened, so many fail
    bool m_always = false;  // every one fails at its first product
};

QTEST_GUILESS_MAIN(TestRowFailover)
#include "tst_row_failover.moc"
