// SPDX-License-Identifier: GPL-3.0-or-later
// Holds fragments of a store against their hashes.
#pragma once

#include "core/fragment/fragment_store.h"

#include <string>
#include <vector>

namespace tessera {

struct VerifyProblem {
    FragmentIndex fragment{};
    FragmentState state = FragmentState::Bad;  // Bad or Missing
    Sha256Digest found{};                      // for Bad, when all bytes could be read
    std::string message;                       // for people, names the fragment
};

struct VerifyReport {
    std::uint64_t fragments_checked = 0;  // missing ones included
    std::uint64_t bytes_checked = 0;
    std::vector<VerifyProblem> problems;  // by fragment
    bool ok() const { return problems.empty(); }
};

/// Sets the state of every fragment in the store, on `threads` threads (0: all cores), whatever was known before.
/// A fragment that cannot be read (file too short, disk error) is a problem of that fragment. Fails only when it was
/// stopped (what was verified until then stays recorded) or when the manifest has no hashes (InvalidArgument).
Result<VerifyReport> verifyStore(FragmentStore& store, const Operation& operation, int threads = 0);

/// The SHA-256 of a fragment's bytes, read in pieces (memory stays small whatever the fragment's size).
Result<Sha256Digest> hashFragment(const FragmentStore& store, FragmentIndex fragment, const Operation& operation);

/// Reads one fragment and holds it against its hash: Corrupt names fragment, expected and found hash.
Result<std::vector<std::byte>> readVerified(const FragmentStore& store, FragmentIndex fragment);

/// False for a manifest that was planned in memory from a plain GGUF: nothing to verify against.
bool hasHashes(const Manifest& manifest);

}  // namespace tessera
