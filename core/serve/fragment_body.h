// SPDX-License-Identifier: GPL-3.0-or-later
// A range of a model's file, out of verified fragments, as the body of an answer.
#pragma once

#include "core/loader/verify_once.h"
#include "core/serve/http_server.h"

namespace tessera {

/// Bytes [begin, end) of file `file_index`: each fragment is held against its hash before its first byte goes out, and
/// where no fragment is there are zeros. NotFound and Corrupt name the fragment. `store` and `once` must outlive it.
class FragmentBody final : public BodySource {
public:
    FragmentBody(FragmentStore& store, VerifyOnce& once, std::uint32_t file_index, std::uint64_t begin, std::uint64_t end)
        : m_store(store), m_once(once), m_file(file_index), m_position(begin), m_end(end) {}

    /// Verifies what of the body stands in its first `bytes`, so that what is wrong there can still be told.
    Result<void> prepare(std::uint64_t bytes);
    Result<BodyPiece> next() override;

private:
    /// The first fragment that ends after `position`; the number of fragments when there is none.
    std::uint32_t fragmentAt(std::uint64_t position) const;
    Result<void> check(FragmentIndex index);

    FragmentStore& m_store;
    VerifyOnce& m_once;
    const std::uint32_t m_file;
    std::uint64_t m_position;
    const std::uint64_t m_end;
    std::vector<std::byte> m_bytes;  // of a store without files
};

}  // namespace tessera
