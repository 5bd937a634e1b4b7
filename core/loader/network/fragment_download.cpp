// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/loader/network/fragment_download.h"

#include "core/base/format.h"
#include "core/base/parallel.h"
#include "core/base/platform/file.h"
#include "core/base/platform/paths.h"
#include "core/fragment/fragmenter.h"
#include "core/loader/network/network_loader.h"
#include "core/loader/network/part_file.h"
#include "core/store/image_store.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

namespace tessera {

namespace {

using Path = std::filesystem::path;
using Paths = std::vector<Path>;

constexpr std::uint64_t kKeepFree = 64 * limits::MiB;
constexpr std::string_view kMovingMark = "moving";  // a file in the work folder: everything is verified, the files move out

Path withSuffix(Path path, std::string_view suffix) {
    path += fromUtf8(suffix);
    return path;
}

tl::unexpected<Error> wrongManifest(const std::string& file) {
    return fail(ErrorKind::Corrupt, format("{}: every fragment met its hash, but the file does not have the SHA-256 that the manifest says: the manifest is wrong", file));
}

/// The SHA-256 of whole files, computed while their fragments arrive: of their bytes in memory where they come about in
/// the files' order, otherwise read again.
class HashAlong {
public:
    explicit HashAlong(const FragmentStore& store) : m_store(store), m_thread([this](const std::stop_token& stop) { m_outcome = run(stop); }) {}

    /// Any thread, once the store has the fragment; may take the bytes and leave others.
    void arrived(FragmentIndex index, std::vector<std::byte>& bytes) {
        {
            const std::lock_guard lock(m_mutex);
            if (m_ahead.size() < kMostAhead && toInt(index) >= m_next) {
                m_ahead[toInt(index)] = std::exchange(bytes, m_spare.empty() ? std::vector<std::byte>() : std::move(m_spare.back()));
                if (!m_spare.empty()) m_spare.pop_back();
            }
        }
        m_changed.notify_one();
    }

    /// When all fragments have arrived: waits for the rest. Corrupt when a file is not what the manifest says.
    Result<void> check() {
        m_thread.join();
        return m_outcome;
    }

private:
    static constexpr std::size_t kMostAhead = 4;
    static constexpr std::chrono::milliseconds kLook{5};  // for what nobody tells of

    Result<void> run(const std::stop_token& stop) {
        const Manifest& manifest = m_store.manifest();
        const Operation operation{stop, {}};  // the transfer tells its progress
        ProgressMeter silent(operation, 0, "verifying");
        for (std::uint32_t file = 0; file < manifest.files.size(); ++file) {
            Sha256 hash;
            std::uint64_t position = 0;
            for (; m_next < manifest.fragments.size() && manifest.fragments[m_next].file_index == file; setNext(m_next + 1)) {
                TESSERA_TRY(std::vector<std::byte> bytes, bytesOfNext(stop));
                const Fragment& fragment = manifest.fragments[m_next];
                // Between fragments a file may have padding that none of them holds.
                const std::uint64_t read_to = bytes.empty() ? fragment.offset + fragment.size_bytes : fragment.offset;
                TESSERA_TRY(const StoredBytes stored, m_store.locate(FragmentIndex{m_next}));
                TESSERA_CHECK(hashRange(hash, *stored.file, position, read_to, operation, silent));
                hash.update(bytes);
                position = fragment.offset + fragment.size_bytes;
                giveBack(std::move(bytes));
            }
            if (position != manifest.files[file].size_bytes || hash.finish() != manifest.files[file].sha256) return wrongManifest(manifest.files[file].name);
        }
        return {};
    }

    /// Empty when they are in the store only.
    Result<std::vector<std::byte>> bytesOfNext(const std::stop_token& stop) {
        std::unique_lock lock(m_mutex);
        while (true) {
            if (const auto found = m_ahead.find(m_next); found != m_ahead.end()) return std::move(m_ahead.extract(found).mapped());
            if (m_store.state(FragmentIndex{m_next}) == FragmentState::Verified) return std::vector<std::byte>();
            m_changed.wait_for(lock, stop, kLook, [this] { return m_ahead.contains(m_next); });
            if (stop.stop_requested()) return fail(ErrorKind::Cancelled, "stopped");
        }
    }

    void setNext(std::uint32_t next) {
        const std::lock_guard lock(m_mutex);
        m_next = next;
        // One that came here only after it was read from the store.
        while (!m_ahead.empty() && m_ahead.begin()->first < next) m_spare.push_back(std::move(m_ahead.extract(m_ahead.begin()).mapped()));
    }
    void giveBack(std::vector<std::byte> bytes) {
        const std::lock_guard lock(m_mutex);
        if (bytes.capacity() > 0) m_spare.push_back(std::move(bytes));
    }

    const FragmentStore& m_store;
    std::mutex m_mutex;  // guards what follows; only the thread changes m_next
    std::condition_variable_any m_changed;
    std::map<std::uint32_t, std::vector<std::byte>> m_ahead;
    std::vector<std::vector<std::byte>> m_spare;
    std::uint32_t m_next = 0;
    Result<void> m_outcome;
    std::jthread m_thread;  // last: it uses all the others
};

/// The files of one model, on their way from a work folder into the models folder.
class Arrival {
public:
    explicit Arrival(const FragmentPlan& plan) : m_plan(plan) {
        for (const ManifestFile& file : plan.manifest.files) m_targets.push_back(plan.folder / fromUtf8(file.name));
        m_work = withSuffix(m_targets.front(), ".parts");
    }

    const Paths& targets() const { return m_targets; }
    const Path& work() const { return m_work; }
    Path workFile(std::size_t i) const { return m_work / m_targets[i].filename(); }
    bool isMoving() const { return exists(m_work / fromUtf8(kMovingMark)); }
    bool isThere() const { return std::ranges::all_of(m_targets, exists); }
    /// Some of the fragments are in the models folder already, in files of the full size.
    bool isPartlyThere() const {
        if (!isImage()) return false;
        const auto store = openImageStore(m_plan.folder, m_plan.manifest);
        if (!store) return false;
        for (std::uint32_t i = 0; i < m_plan.manifest.fragments.size(); ++i) {
            if ((*store)->state(FragmentIndex{i}) == FragmentState::Missing) return true;
        }
        return false;
    }
    /// Files that a fetch made, whatever became of them since.
    bool isImage() const { return isThere() && exists(journalOf(m_targets[0])) && hasManifestBeside(); }
    bool hasManifestBeside() const {
        const auto manifest = readManifest(inPlaceManifestPath(m_targets[0]));
        return manifest && manifest->set_id == m_plan.manifest.set_id;
    }

    /// Files of these names that are there must be the model's own.
    Result<void> checkTargets(const Operation& operation) const {
        for (std::size_t i = 0; i < m_targets.size(); ++i) {
            if (!exists(m_targets[i])) continue;
            TESSERA_TRY(const bool same, isFile(m_targets[i], i, operation));
            if (!same) return fail(ErrorKind::InvalidArgument, format("{}: another file of this name is there; rename or delete it, or choose another folder", toUtf8(m_targets[i])));
        }
        return {};
    }

    Result<void> checkWhole(const Operation& operation) const {
        for (std::size_t i = 0; i < m_targets.size(); ++i) {
            TESSERA_TRY(const bool same, isFile(m_targets[i], i, operation));
            if (!same) return wrongManifest(m_plan.manifest.files[i].name);
        }
        return {};
    }

    Result<void> markMoving() const { return writeFileAtomically(m_work / fromUtf8(kMovingMark), std::span<const std::byte>()); }

    /// Takes up where a killed run stopped. The first file, by which a model is found, comes last.
    Result<void> moveOut() const {
        TESSERA_CHECK(moveIfThere(journalOf(workFile(0)), journalOf(m_targets[0])));
        for (std::size_t i = m_targets.size(); i-- > 1;) TESSERA_CHECK(moveIfThere(workFile(i), m_targets[i]));
        TESSERA_CHECK(writeManifest(m_plan.manifest, inPlaceManifestPath(m_targets[0])));
        TESSERA_CHECK(moveIfThere(workFile(0), m_targets[0]));
        std::error_code ignored;
        std::filesystem::remove_all(m_work, ignored);
        return {};
    }

private:
    static bool exists(const Path& path) {
        std::error_code code;
        return std::filesystem::exists(path, code);
    }
    static Path journalOf(const Path& file) { return withSuffix(file, ".journal"); }
    static Result<void> moveIfThere(const Path& from, const Path& to) {
        if (!exists(from)) return {};
        return renameDurably(from, to);
    }

    Result<bool> isFile(const Path& path, std::size_t i, const Operation& operation) const {
        const ManifestFile& file = m_plan.manifest.files[i];
        TESSERA_TRY(const File opened, File::open(path, File::Mode::Read));
        TESSERA_TRY(const std::uint64_t size, opened.size());
        if (size != file.size_bytes) return false;
        ProgressMeter meter(operation, size, "verifying");
        TESSERA_TRY(const Sha256Digest digest, hashFile(opened, size, operation, meter));
        return digest == file.sha256;
    }

    const FragmentPlan& m_plan;
    Paths m_targets;
    Path m_work;
};

Result<void> checkRoom(const FragmentPlan& plan, const FragmentStore& store, std::span<const FragmentIndex> wanted) {
    std::uint64_t needed = kKeepFree;
    for (const FragmentIndex index : wanted) {
        if (store.state(index) == FragmentState::Missing) needed += plan.manifest.at(index).size_bytes;
    }
    std::error_code code;
    const auto space = std::filesystem::space(plan.folder, code);
    if (code || needed <= space.available) return {};
    return fail(ErrorKind::Io, format("{}: {} are needed, {} are free on this disk; make room or choose another folder", toUtf8(plan.folder), formatBytes(needed), formatBytes(space.available)));
}

std::vector<FragmentIndex> allFragments(const Manifest& manifest) {
    std::vector<FragmentIndex> all;
    for (std::uint32_t i = 0; i < manifest.fragments.size(); ++i) all.push_back(FragmentIndex{i});
    return all;
}

Result<std::vector<SourceReport>> fetchInto(FragmentStore& store, const FragmentPlan& plan, std::span<const FragmentIndex> wanted, const HttpPolicy& policy, const Operation& operation,
                                            const NetworkLoader::Arrived& arrived = {}) {
    TESSERA_CHECK(checkRoom(plan, store, wanted));
    const auto loader = makeNetworkLoader(store, plan.sources, plan.connections, policy);
    auto fetched = loader->fetch(wanted, operation, arrived);
    if (!fetched) return tl::unexpected(std::move(fetched).error());
    return loader->sources();
}

/// A part of a model, or the rest of one, into the image in the models folder.
Result<FetchedFragments> fetchInPlace(const Arrival& arrival, const FragmentPlan& plan, const HttpPolicy& policy, const Operation& operation) {
    std::vector<FragmentIndex> wanted = allFragments(plan.manifest);
    if (plan.layers) {
        TESSERA_TRY(wanted, fragmentsOfLayers(plan.manifest, plan.layers->first, plan.layers->last));
    }
    if (!arrival.hasManifestBeside()) TESSERA_CHECK(arrival.checkTargets(operation));
    FetchedFragments fetched;
    fetched.files = arrival.targets();
    TESSERA_TRY(auto store, createImageStore(plan.folder, plan.manifest));
    TESSERA_CHECK(writeManifest(plan.manifest, inPlaceManifestPath(arrival.targets().front())));
    TESSERA_TRY(fetched.sources, fetchInto(*store, plan, wanted, policy, operation));
    for (const FragmentIndex index : allFragments(plan.manifest)) fetched.whole = fetched.whole && store->state(index) == FragmentState::Verified;
    store.reset();
    if (fetched.whole) TESSERA_CHECK(arrival.checkWhole(operation));
    return fetched;
}

Result<std::vector<SourceReport>> fetchAll(const Arrival& arrival, const FragmentPlan& plan, const HttpPolicy& policy, const Operation& operation) {
    TESSERA_TRY(const auto store, createImageStore(arrival.work(), plan.manifest, WrittenBytes::PassCache));
    HashAlong whole(*store);
    TESSERA_TRY(auto sources, fetchInto(*store, plan, allFragments(plan.manifest), policy, operation, [&whole](FragmentIndex index, std::vector<std::byte>& bytes) { whole.arrived(index, bytes); }));
    TESSERA_CHECK(whole.check());
    return sources;
}

}  // namespace

Result<FetchedFragments> downloadFragments(const FragmentPlan& plan, const HttpPolicy& policy, const Operation& operation) {
    const Arrival arrival(plan);
    FetchedFragments fetched;
    if (!arrival.isMoving()) {
        if (plan.layers || arrival.isPartlyThere()) return fetchInPlace(arrival, plan, policy, operation);
        if (auto checked = arrival.checkTargets(operation); !checked) {
            // A copy of a partial model: its journal speaks of other files, so what is there is hashed, and the rest fetched.
            if (checked.error().kind == ErrorKind::InvalidArgument && arrival.isImage()) return fetchInPlace(arrival, plan, policy, operation);
            return tl::unexpected(std::move(checked).error());
        }
        if (!arrival.isThere()) {
            TESSERA_TRY(fetched.sources, fetchAll(arrival, plan, policy, operation));
            TESSERA_CHECK(arrival.markMoving());
        }
    }
    TESSERA_CHECK(arrival.moveOut());
    fetched.files = arrival.targets();
    return fetched;
}

}  // namespace tessera
