// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/chat/guess_length.h"

#include <algorithm>

namespace tessera {

void GuessLength::learn(std::size_t guessed, std::size_t came) {
    constexpr std::size_t kMostFailures = 5;  // then 32 tokens are left alone
    if (came == guessed) {
        m_length = std::min(m_most, std::max(m_length, guessed) * 2);
    } else {
        m_length = std::min(m_most, came + 1);
    }
    m_failures = came > 0 ? 0 : std::min(m_failures + 1, kMostFailures);
    m_pause = m_failures == 0 ? 0 : std::size_t{1} << m_failures;
}

}  // namespace tessera
