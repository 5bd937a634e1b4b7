// SPDX-License-Identifier: GPL-3.0-or-later
// The servers that hold one set's fragments, and which of them to ask next.
#pragma once

#include "core/fragment/manifest.h"
#include "core/loader/network/http_client.h"

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace tessera {

/// Where a manifest's fragments lie on its server.
enum class FragmentLayout {
    Folder,  // manifest.json, fragments/<id>.dat
    Image,   // <model>.gguf.manifest.json beside the model's files: ranges of them
    File,    // the model's only file, by its own link
};

struct FragmentSource {
    std::string url;  // of the manifest; of the file for File
    FragmentLayout layout = FragmentLayout::Folder;
};

/// What asks `source` for a fragment.
HttpRequest requestFor(const FragmentSource& source, const Manifest& manifest, const Fragment& fragment);
/// Whether an answer's head fits the request: Corrupt for other sizes, Unsupported for servers that give no ranges.
Result<void> checkFragmentHead(const FragmentSource& source, const Manifest& manifest, const Fragment& fragment, const HttpHead& head);

/// What became of a source, for people.
struct SourceReport {
    std::string url;
    std::uint64_t fragments = 0;
    std::uint64_t bytes = 0;
    bool banned = false;      // sent wrong bytes
    std::string trouble;      // the last that was wrong with it
};

/// How asking one source for one fragment ended.
enum class SourceFault {
    WrongBytes,   // it is asked no more while there are others
    Unreachable,  // it is left alone for a while, longer each time, and given up after policy.attempts times in a row
    Refused,      // of this fragment only
    Useless,      // cannot give fragments at all
};

/// How far a fragment is.
struct FragmentProgress {
    std::uint64_t size = 0, received = 0;
    std::chrono::steady_clock::duration elapsed{};
};

/// Thread-safe.
class SourcePool {
public:
    using Clock = std::chrono::steady_clock;

    /// `connections`: to each source at most.
    SourcePool(std::vector<FragmentSource> sources, int connections, const HttpPolicy& policy);

    std::size_t count() const { return m_sources.size(); }
    const FragmentSource& source(std::size_t index) const { return m_sources[index].source; }

    /// The source that failed this fragment least often, then the one least busy; nullopt: none now. `failures`: of the
    /// fragment, by source. Pair with released() when the exchange has ended, however it did.
    std::optional<std::size_t> take(const std::vector<std::uint8_t>& failures);
    void released(std::size_t source);
    void succeeded(std::size_t source, std::uint64_t bytes, Clock::duration elapsed);
    /// `wait`: what the server asked for.
    void failed(std::size_t source, SourceFault fault, const std::string& message, std::chrono::seconds wait);
    /// Some source may still give this fragment, now or later.
    bool anyLeft(const std::vector<std::uint8_t>& failures) const;
    /// Whether a fragment of which `received` bytes came in `elapsed` belongs elsewhere: it has taken policy.fragment_patience,
    /// and what is left would take limits::kMaxSlowdown times as long as all of it from another source, as that was measured.
    bool isTooSlow(std::size_t source, const std::vector<std::uint8_t>& failures, const FragmentProgress& progress) const;
    std::vector<SourceReport> report() const;

private:
    struct State {
        FragmentSource source;
        int running = 0;
        int failures = 0;               // in a row, of the server as a whole
        Clock::time_point not_before{};
        double seconds_per_byte = 0;    // of one connection, lately; 0: nothing has come yet
        SourceReport report;
    };
    bool mayAsk(const State& state, std::uint8_t failures) const;

    std::vector<State> m_sources;
    const int m_connections;
    const HttpPolicy m_policy;
    mutable std::mutex m_mutex;
};

}  // namespace tessera
