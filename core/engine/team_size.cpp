// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/team_size.h"

#include <algorithm>
#include <numeric>

namespace tessera {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kRecent = 4;    // steps that tell how fast the settled number is
constexpr std::size_t kTrial = 4;     // steps of a trial; the first, in which threads wake, does not count
constexpr double kGain = 0.95;        // a smaller difference is chance
constexpr double kContended = 80;     // displacements a second: 20 to 35 without other programs, 180 beside one
constexpr int kStepsWithMore = 8;
constexpr milliseconds kShortestPause{250};
constexpr milliseconds kLongestPause{4000};

template <class Range>
TeamSize::Duration mean(const Range& times) {
    return std::reduce(times.begin(), times.end(), TeamSize::Duration{}) / static_cast<std::int64_t>(times.size());
}

}  // namespace

bool TeamSize::isContended() const {
    return 2 * std::ranges::count_if(m_recent, &Sample::displaced) > static_cast<std::ptrdiff_t>(m_recent.size());
}

TeamSize::Duration TeamSize::recentMean() const {
    std::vector<Duration> times;
    for (const Sample& sample : m_recent) times.push_back(sample.time);
    return mean(times);
}

void TeamSize::tryOther(int threads) {
    m_current = threads;
    m_trial.clear();
}

void TeamSize::add(Duration time, std::uint64_t displacements) {
    if (m_most == 1) return;
    m_since += time;
    if (m_current != m_settled) return addToTrial(time);

    if (m_recent.size() == kRecent) m_recent.erase(m_recent.begin());
    m_recent.push_back({time, displacements > 0});
    if (m_recent.size() < kRecent || m_since < m_pause) return;
    if (m_settled > 1 && isContended()) {
        tryOther(std::max(1, m_settled - m_fewer));
    } else if (m_settled < m_most) {
        tryOther(m_settled + 1);
    }
}

void TeamSize::addToTrial(Duration time) {
    m_trial.push_back(time);
    if (m_trial.size() < kTrial) return;
    m_trial.erase(m_trial.begin());
    const bool faster = !m_recent.empty() && static_cast<double>(mean(m_trial).count()) < kGain * static_cast<double>(recentMean().count());
    m_since = {};
    if (faster) {
        m_settled = m_current;
        m_recent.clear();
        m_pause = kShortestPause;
        m_fewer = 1;
    } else {
        // While several processors are taken, one thread less gains nothing: the next trial goes further.
        if (m_current < m_settled) m_fewer = m_current == 1 ? 1 : 2 * m_fewer;
        m_current = m_settled;
        m_pause = std::clamp<Duration>(2 * m_pause, kShortestPause, kLongestPause);
    }
}

void LargeTeamSize::add(Duration time, std::uint64_t displacements) {
    if (m_steps_with_more > 0) {
        --m_steps_with_more;  // it displaces itself: that says nothing
    } else if (m_fills_machine && static_cast<double>(displacements) > kContended * std::chrono::duration<double>(time).count()) {
        m_steps_with_more = kStepsWithMore;
    }
}

}  // namespace tessera
