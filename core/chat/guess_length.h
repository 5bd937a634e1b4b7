// SPDX-License-Identifier: GPL-3.0-or-later
// How many tokens are worth guessing: follows how well guessing went lately.
#pragma once

#include <cstddef>

namespace tessera {

class GuessLength {
public:
    explicit GuessLength(std::size_t most) : m_most(most), m_length(most < 4 ? most : 4) {}

    /// 0 for a while after guesses of which nothing came.
    std::size_t next() const { return m_pause > 0 ? 0 : m_length; }
    void tokenCame() {
        if (m_pause > 0) --m_pause;
    }
    void learn(std::size_t guessed, std::size_t came);

private:
    std::size_t m_most;
    std::size_t m_length;
    std::size_t m_pause = 0;  // tokens without a guess
    std::size_t m_failures = 0;
};

}  // namespace tessera
