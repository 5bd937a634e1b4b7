// SPDX-License-Identifier: GPL-3.0-or-later
// How many threads compute small steps, on made-up machines: no clock, no processor.
#include "core/engine/team_size.h"

#include <QtTest>

#include <functional>

using namespace std::chrono_literals;
using tessera::LargeTeamSize;
using tessera::TeamSize;

namespace {

struct Machine {
    std::function<TeamSize::Duration(int threads)> time;
    std::function<bool(int threads)> displaces;
};

const Machine kQuiet{[](int threads) { return TeamSize::Duration(16ms) / threads; }, [](int) { return false; }};
/// Eight processors, `others` of them taken: a thread too many waits for its turn and makes all others wait.
Machine beside(int others) {
    const auto fits = [others](int threads) { return threads <= 8 - others; };
    return {[fits](int threads) { return (fits(threads) ? TeamSize::Duration(16ms) : TeamSize::Duration(60ms)) / threads; },
            [fits](int threads) { return !fits(threads); }};
}

/// Steps with the settled number, and with any other one.
struct Count {
    int usual = 0;
    int other = 0;
};

Count run(TeamSize& team, const Machine& machine, int steps, int usual) {
    Count count;
    for (int i = 0; i < steps; ++i) {
        const int threads = team.threads();
        ++(threads == usual ? count.usual : count.other);
        team.add(machine.time(threads), machine.displaces(threads) ? 1 : 0);
    }
    return count;
}

class TeamSizeTest : public QObject {
    Q_OBJECT

private slots:
    void quietMachineIsLeftAlone() {
        TeamSize team(8);
        QCOMPARE(run(team, kQuiet, 1000, 8).other, 0);
    }

    void oneThreadHasNoChoice() {
        TeamSize team(1);
        QCOMPARE(run(team, {[](int) { return 10ms; }, [](int) { return true; }}, 100, 1).other, 0);
    }

    void givesWayToOneOtherProgram() {
        TeamSize team(8);
        run(team, beside(1), 8, 8);  // sees it, tries
        QCOMPARE(team.threads(), 7);
        const auto count = run(team, beside(1), 4000, 7);
        QVERIFY2(count.other < 100, qPrintable(QString::number(count.other)));
    }

    void givesWayStepByStep() {
        TeamSize team(8);
        run(team, beside(3), 200, 5);
        const auto count = run(team, beside(3), 4000, 5);
        QVERIFY2(count.other < 100, qPrintable(QString::number(count.other)));
    }

    void comesBackWhenTheOthersAreGone() {
        TeamSize team(8);
        run(team, beside(4), 3000, 4);  // the pauses between trials have grown
        QCOMPARE(team.threads(), 4);
        run(team, kQuiet, 3000, 8);
        QCOMPARE(team.threads(), 8);
        QCOMPARE(run(team, kQuiet, 1000, 8).other, 0);
    }

    void largeStepsGetOneMoreBesideOthers() {
        LargeTeamSize team(2, true);
        for (int i = 0; i < 20; ++i) team.add(1s, 30);  // a quiet machine
        QCOMPARE(team.threads(), 2);
        int more = 0;
        for (int i = 0; i < 90; ++i) {
            more += team.threads() == 3;
            team.add(1s, 200);
        }
        QCOMPARE(more, 80);  // every ninth looks again
        for (int i = 0; i < 9; ++i) team.add(1s, team.threads() == 3 ? 200 : 5);  // the others are gone
        QCOMPARE(team.threads(), 2);

        LargeTeamSize few(2, false);  // processors are left: one more would take another's
        few.add(1s, 200);
        QCOMPARE(few.threads(), 2);
    }

    /// Displaced at each step, yet more threads are faster: reading memory, for one.
    void staysWhenFewerAreNotFaster() {
        TeamSize team(2);
        const Machine machine{[](int threads) { return threads == 2 ? 10ms : 16ms; }, [](int) { return true; }};
        const auto count = run(team, machine, 4000, 2);
        QVERIFY2(count.other < 100, qPrintable(QString::number(count.other)));
    }

    void timesOfOtherStepsAreNoMeasure() {
        TeamSize team(8);
        const Machine large{[](int) { return 100ms; }, [](int) { return true; }};
        for (int i = 0; i < 4; ++i) team.add(large.time(8), 1);
        QCOMPARE(team.threads(), 7);  // tried
        team.forgetTimes();
        for (int i = 0; i < 4; ++i) team.add(1ms, 0);  // small steps now: fast, but nothing to compare them with
        QCOMPARE(team.threads(), 8);
    }
};

}  // namespace

QTEST_GUILESS_MAIN(TeamSizeTest)
#include "tst_team_size.moc"
