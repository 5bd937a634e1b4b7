// SPDX-License-Identifier: GPL-3.0-or-later
// Whether a node is used, and when one that has failed is asked again; what recoveries there were. Shared by layers and
// rows that nodes compute. For the .cpp files of this folder.
#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace tessera {

/// One thread at a time.
class Standing {
public:
    explicit Standing(std::string why_not = {}) : m_why_not(std::move(why_not)) {}

    bool isUsed() const { return m_why_not.empty(); }
    const std::string& whyNot() const { return m_why_not; }
    /// Empty: it is used.
    void set(std::string why_not) { m_why_not = std::move(why_not); }
    void blame(const std::string& why) {
        if (isUsed()) ++m_blames;
        m_blamed_at = std::chrono::steady_clock::now();
        m_why_not = why;
    }
    /// It sent wrong numbers: it is not asked again.
    void disbelieve(const std::string& why) {
        blame(why);
        m_believed = false;
    }
    bool isBelieved() const { return m_believed; }
    bool mayBeAskedAgain() {
        if (std::chrono::steady_clock::now() - m_blamed_at > kForgiveAfter) m_blames = 0;
        return m_believed && m_blames <= kMaxBlames;
    }

private:
    static constexpr int kMaxBlames = 2;  // a node that failed more often is not asked again …
    static constexpr std::chrono::seconds kForgiveAfter{60};  // … for so long

    std::string m_why_not;
    int m_blames = 0;
    bool m_believed = true;
    std::chrono::steady_clock::time_point m_blamed_at = {};
};

/// "`what`: `by` goes on for `failed` after 0.12 s", which is logged.
std::string tellRecovery(const std::string& what, const std::string& by, const std::string& failed, double seconds);

/// Recoveries in words, oldest first. Any thread.
class RecoveryList {
public:
    void add(const std::string& what) {
        const std::scoped_lock lock(m_mutex);
        m_list.push_back(what);
    }
    std::vector<std::string> read() const {
        const std::scoped_lock lock(m_mutex);
        return m_list;
    }

private:
    mutable std::mutex m_mutex;
    std::vector<std::string> m_list;
};

}  // namespace tessera
