// SPDX-License-Identifier: GPL-3.0-or-later
// One byte per fragment that any thread may read and set.
#pragma once

#include "core/fragment/fragment_store.h"

#include <atomic>
#include <memory>

namespace tessera {

class FragmentStates {
public:
    explicit FragmentStates(std::size_t count, FragmentState all = FragmentState::Missing)
        : m_count(count), m_states(std::make_unique<std::atomic<FragmentState>[]>(count)) {
        for (std::size_t i = 0; i < count; ++i) m_states[i].store(all, std::memory_order_relaxed);
    }

    std::size_t count() const { return m_count; }
    FragmentState get(FragmentIndex fragment) const { return m_states[toInt(fragment)].load(std::memory_order_acquire); }
    void set(FragmentIndex fragment, FragmentState state) { m_states[toInt(fragment)].store(state, std::memory_order_release); }

private:
    std::size_t m_count;
    std::unique_ptr<std::atomic<FragmentState>[]> m_states;
};

/// Bytes that are to become `fragment`: size and hash are the manifest's, or Corrupt.
Result<void> checkBytes(const Manifest& manifest, FragmentIndex fragment, std::span<const std::byte> bytes);

}  // namespace tessera
