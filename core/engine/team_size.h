// SPDX-License-Identifier: GPL-3.0-or-later
// How many threads compute the next step beside other busy programs. In a small step all threads wait for each other some
// hundred times: the one that the system displaces holds up the rest, and fewer threads are faster. In a large one they
// take over its share of every product; there one thread more than processors is faster, since OpenMP's workers then sleep
// where they wait, and leave their processor to the one that is waited for.
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

namespace tessera {

/// Of small steps. What is faster is tried, not guessed: fewer threads once the system displaces workers step after step,
/// one more from time to time. Knows nothing of clocks and processors; one thread at a time.
class TeamSize {
public:
    using Duration = std::chrono::steady_clock::duration;

    /// Between 1 and `most` threads, `most` at first.
    explicit TeamSize(int most) : m_most(most), m_settled(most), m_current(most) {}

    /// For the next step.
    int threads() const { return m_current; }

    /// A step of threads() threads took `time`, and meanwhile the system took a processor away from this process
    /// `displacements` times (System: involuntaryContextSwitches()).
    void add(Duration time, std::uint64_t displacements);

    /// The steps to come are of another size: times before are no measure for them.
    void forgetTimes() { m_recent.clear(); }

private:
    struct Sample {
        Duration time;
        bool displaced;
    };

    void addToTrial(Duration time);
    void tryOther(int threads);
    bool isContended() const;
    Duration recentMean() const;

    int m_most;
    int m_settled;
    int m_current;                      // other than settled while it is tried
    std::vector<Sample> m_recent;       // the last steps of the settled number
    std::vector<Duration> m_trial;
    int m_fewer = 1;                    // threads than settled, in the next trial of that kind
    Duration m_since{};                 // since the last trial
    Duration m_pause{};                 // until the next one; doubles each time that nothing was gained
};

/// Of large steps: too few and too long for trials.
class LargeTeamSize {
public:
    using Duration = TeamSize::Duration;

    /// `fills_machine`: `usual` threads have every processor, so that who displaces them is another program.
    LargeTeamSize(int usual, bool fills_machine) : m_usual(usual), m_fills_machine(fills_machine) {}

    /// For the next step: the usual number, or one more.
    int threads() const { return m_steps_with_more > 0 ? m_usual + 1 : m_usual; }
    /// As TeamSize::add().
    void add(Duration time, std::uint64_t displacements);

private:
    int m_usual;
    bool m_fills_machine;
    int m_steps_with_more = 0;  // still to come; then a usual one looks whether the machine is still contended
};

}  // namespace tessera
