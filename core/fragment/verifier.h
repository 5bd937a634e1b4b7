// SPDX-License-Identifier: GPL-3.0-or-later
// Holds every fragment of a store against its hash, on all cores.
#pragma once

#include "core/fragment/fragment_store.h"

#include <vector>

namespace tessera {

struct VerifyProblem {
    FragmentIndex fragment{};
    FragmentState state = FragmentState::Bad;  // Bad or Missing
    Sha256Digest found{};                      // for Bad
    std::string message;                       // for people: "layer 7, ffn_up, shard 0: hash differs …"
};

struct VerifyReport {
    std::uint64_t fragments_checked = 0;
    std::uint64_t bytes_checked = 0;
    std::vector<VerifyProblem> problems;
    bool ok() const { return problems.empty(); }
};

/// Sets the state of every fragment in the store. Fails only when it was stopped or the store cannot be read at all.
Result<VerifyReport> verifyStore(FragmentStore& store, const Operation& operation, int threads = 0);

/// Reads one fragment and holds it against its hash: Corrupt names fragment, expected and found hash.
Result<std::vector<std::byte>> readVerified(const FragmentStore& store, FragmentIndex fragment);

}  // namespace tessera
