// SPDX-License-Identifier: GPL-3.0-or-later
// Holds each fragment of a store against its hash once, when its bytes are first asked for.
#pragma once

#include "core/fragment/fragment_store.h"

#include <array>
#include <mutex>

namespace tessera {

/// Thread-safe: one thread hashes, others that want the same fragment wait for its verdict.
class VerifyOnce {
public:
    /// `store` must outlive it.
    explicit VerifyOnce(FragmentStore& store) : m_store(store) {}

    /// false when the store has no good bytes of the fragment. Io, Cancelled: it could not be told.
    Result<bool> isGood(FragmentIndex fragment, const Operation& operation);

private:
    FragmentStore& m_store;
    std::array<std::mutex, 64> m_locks;
};

}  // namespace tessera
