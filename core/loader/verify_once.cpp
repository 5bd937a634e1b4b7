// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/loader/verify_once.h"

#include "core/fragment/verifier.h"

namespace tessera {

Result<bool> VerifyOnce::isGood(FragmentIndex fragment, const Operation& operation) {
    if (m_store.state(fragment) == FragmentState::Verified) return true;
    const std::lock_guard lock(m_locks[toInt(fragment) % m_locks.size()]);
    const FragmentState state = m_store.state(fragment);
    if (state != FragmentState::Present) return state == FragmentState::Verified;
    const auto found = hashFragment(m_store, fragment, operation);
    if (!found && found.error().kind != ErrorKind::Corrupt) return tl::unexpected(found.error());
    const bool good = found && *found == m_store.manifest().at(fragment).sha256;
    m_store.setState(fragment, good ? FragmentState::Verified : FragmentState::Bad);
    return good;
}

}  // namespace tessera
