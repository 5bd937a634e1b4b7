// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/memory_budget.h"

#include "core/base/format.h"

#include <limits>
#include <string>

namespace tessera {

Result<MemoryBudget::Share> MemoryBudget::take(std::uint64_t bytes, std::string_view what) {
    const std::scoped_lock lock(m_mutex);
    const auto others = m_taken + m_kept;
    if (m_limit != 0 && (others > m_limit || bytes > m_limit - others)) {
        const auto experts = m_kept ? format(" and {} the experts of one token", formatBytes(m_kept)) : std::string();
        return fail(ErrorKind::OutOfMemory, format("{} need {}, but of the memory that may be used ({} for the model) {} are taken{}; "
                                                   "allow more (--memory)", what, formatBytes(bytes), formatBytes(m_limit), formatBytes(m_taken), experts));
    }
    m_taken += bytes;
    return Share(this, bytes);
}

void MemoryBudget::keepForExperts(std::uint64_t bytes) {
    const std::scoped_lock lock(m_mutex);
    m_kept = bytes;
}

std::uint64_t MemoryBudget::left() const {
    if (m_limit == 0) return std::numeric_limits<std::uint64_t>::max();
    const std::scoped_lock lock(m_mutex);
    return m_taken < m_limit ? m_limit - m_taken : 0;
}

void MemoryBudget::giveBack(std::uint64_t bytes) {
    const std::scoped_lock lock(m_mutex);
    m_taken -= bytes;
}

}  // namespace tessera
