// SPDX-License-Identifier: GPL-3.0-or-later
// How much memory an engine and its sessions may take together, and who has how much of it. Internal to core/engine.
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <mutex>
#include <string_view>
#include <utility>

namespace tessera {

/// Thread-safe. Weights that stay and sessions take shares; experts come and go in what is left.
class MemoryBudget {
public:
    /// Gives its bytes back when it goes. The budget outlives it.
    class Share {
    public:
        Share() = default;
        Share(Share&& other) noexcept : m_budget(std::exchange(other.m_budget, nullptr)), m_bytes(other.m_bytes) {}
        Share& operator=(Share&& other) noexcept {
            std::swap(m_budget, other.m_budget);
            std::swap(m_bytes, other.m_bytes);
            return *this;
        }
        ~Share() {
            if (m_budget) m_budget->giveBack(m_bytes);
        }

    private:
        friend class MemoryBudget;
        Share(MemoryBudget* budget, std::uint64_t bytes) : m_budget(budget), m_bytes(bytes) {}
        MemoryBudget* m_budget = nullptr;
        std::uint64_t m_bytes = 0;
    };

    explicit MemoryBudget(std::uint64_t limit) : m_limit(limit) {}  // 0: none

    /// OutOfMemory with the numbers when that many bytes for `what` do not fit beside the others.
    Result<Share> take(std::uint64_t bytes, std::string_view what);
    /// Bytes that are never given to shares: what the experts of one token need.
    void keepForExperts(std::uint64_t bytes);
    bool isLimited() const { return m_limit != 0; }
    /// For experts; the largest number when there is no limit.
    std::uint64_t left() const;

private:
    void giveBack(std::uint64_t bytes);

    const std::uint64_t m_limit;
    mutable std::mutex m_mutex;
    std::uint64_t m_taken = 0;
    std::uint64_t m_kept = 0;
};

}  // namespace tessera
