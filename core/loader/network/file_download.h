// SPDX-License-Identifier: GPL-3.0-or-later
// One GGUF file from one server into its unfinished file, by ranges at once where the server gives them.
#pragma once

#include "core/base/limits.h"
#include "core/base/parallel.h"
#include "core/loader/network/model_link.h"
#include "core/loader/network/part_file.h"

namespace tessera {

/// What is fetched, where to, and how far it may go.
struct FilePlan {
    ModelLink link;
    std::filesystem::path target;
    int connections = 4;
    std::uint64_t max_bytes = limits::kMaxFileBytes;
};

/// Calls in this order: ask, open, fetch, verify, keep. One thread at a time.
class FileDownload {
public:
    FileDownload(HttpClient& client, FilePlan plan) : m_client(client), m_plan(std::move(plan)) {}

    /// Asks the server for the first four bytes: is it a GGUF, how large, which version, does it give ranges? Corrupt
    /// when it is something else (a web page), or not of the hash that the link asks for.
    Result<void> ask(const std::stop_token& stop);
    const RemoteFile& remote() const { return m_remote; }
    const std::filesystem::path& target() const { return m_plan.target; }

    /// The target is there already, in the size and with the hash that the server's file has. InvalidArgument when
    /// another file of this name is.
    Result<bool> isThere(const Operation& operation) const;

    Result<void> open();
    std::uint64_t bytesThere() const { return m_part->done().bytes(); }
    /// Corrupt with changed() when the server's file is no longer the one that was asked for.
    Result<void> fetch(const Operation& operation, ProgressMeter& meter);
    bool changed() const { return m_changed; }
    /// Holds the bytes against the hash, where one is known, and the header against the file in any case. Corrupt: what
    /// was fetched is thrown away.
    Result<void> verify(const Operation& operation, ProgressMeter& meter);
    /// The file appears.
    Result<void> keep();

    std::uint64_t size() const { return m_size; }
    Sha256Digest sha256() const { return m_sha256; }

private:
    class Pieces;
    Result<void> takeHead(const HttpHead& head);
    Result<void> checkHashes(const HttpHead& head);
    Result<void> checkVerified();

    HttpClient& m_client;
    FilePlan m_plan;
    RemoteFile m_remote;
    std::optional<PartFile> m_part;
    bool m_changed = false;
    std::uint64_t m_size = 0;  // known for certain once fetched
    Sha256Digest m_sha256{};
};

}  // namespace tessera
