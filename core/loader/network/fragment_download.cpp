// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/loader/network/fragment_download.h"

#include "core/base/format.h"
#include "core/base/parallel.h"
#include "core/base/platform/file.h"
#include "core/base/platform/paths.h"
#include "core/fragment/fragment_text.h"
#include "core/fragment/fragmenter.h"
#include "core/loader/network/model_link.h"
#include "core/loader/network/part_file.h"
#include "core/store/image_store.h"

#include <algorithm>
#include <deque>

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

/// The missing fragments of a store, as exchanges.
class FragmentWork final : public HttpWork {
public:
    FragmentWork(const FragmentPlan& plan, FragmentStore& store, const HttpPolicy& policy, ProgressMeter& meter)
        : m_plan(plan), m_store(store), m_policy(policy), m_meter(meter), m_attempts(plan.manifest.fragments.size()) {
        for (std::uint32_t i = 0; i < plan.manifest.fragments.size(); ++i) {
            if (store.state(FragmentIndex{i}) == FragmentState::Verified) meter.add(plan.manifest.fragments[i].size_bytes);
            else m_waiting.push_back(i);
        }
    }

    std::optional<HttpExchange> next() override {
        const auto now = Clock::now();
        const auto found = std::ranges::find_if(m_waiting, [&](std::uint32_t i) { return m_attempts[i].not_before <= now; });
        if (found == m_waiting.end()) return std::nullopt;
        const std::uint32_t index = *found;
        m_waiting.erase(found);
        return exchangeFor(index);
    }
    bool finished() const override { return m_waiting.empty(); }

    Result<void> ended(const HttpExchange& exchange, HttpOutcome outcome) override {
        const auto index = static_cast<std::uint32_t>(exchange.tag);
        const std::vector<std::byte> bytes = std::exchange(m_attempts[index].bytes, {});
        if (outcome.result) {
            auto written = m_store.write(FragmentIndex{index}, bytes);
            if (written) return m_meter.add(bytes.size()), Result<void>();
            // Wrong bytes may be the wire's fault; a full disk is not.
            outcome = {std::move(written), outcome.status, written.error().kind == ErrorKind::Corrupt, {}};
        }
        Attempts& attempts = m_attempts[index];
        if (!outcome.may_pass || ++attempts.failures >= m_policy.attempts) return named(index, outcome.result.error());
        const auto delay = m_policy.retry_delay * (1 << (attempts.failures - 1));
        attempts.not_before = Clock::now() + std::max<Clock::duration>(delay, outcome.wait);
        m_waiting.push_back(index);
        return {};
    }

private:
    using Clock = std::chrono::steady_clock;
    struct Attempts {
        std::vector<std::byte> bytes;
        int failures = 0;
        Clock::time_point not_before{};
    };

    tl::unexpected<Error> named(std::uint32_t index, const Error& error) const {
        return failAt(describeFragment(m_plan.manifest, m_plan.manifest.fragments[index]), error);
    }

    HttpExchange exchangeFor(std::uint32_t index) {
        const Fragment& fragment = m_plan.manifest.fragments[index];
        HttpExchange exchange;
        exchange.tag = index;
        if (m_plan.layout == FragmentLayout::Folder) {
            exchange.request.url = linkBeside(m_plan.url, "fragments/" + percentEncoded(fragment.id) + ".dat");
        } else {
            exchange.request.url = linkBeside(m_plan.url, percentEncoded(m_plan.manifest.files[fragment.file_index].name));
            exchange.request.range = ByteRange{fragment.offset, fragment.offset + fragment.size_bytes};
        }
        m_attempts[index].bytes.clear();
        exchange.on_head = [this, index](const HttpHead& head) { return checkHead(m_plan.manifest.fragments[index], head); };
        exchange.on_body = [this, index](std::span<const std::byte> bytes) { return take(index, bytes); };
        return exchange;
    }

    Result<void> checkHead(const Fragment& fragment, const HttpHead& head) const {
        const std::string host = hostOf(m_plan.url);
        if (m_plan.layout == FragmentLayout::Folder) {
            if (!head.content_length || *head.content_length == fragment.size_bytes) return {};
            return fail(ErrorKind::Corrupt, format("{} has {} bytes of it, the manifest says {}", host, *head.content_length, fragment.size_bytes));
        }
        if (head.status != 206) return fail(ErrorKind::Unsupported, format("{} does not give parts of files, so the fragments of a whole GGUF cannot be fetched from it; use the link of the GGUF", host));
        const std::uint64_t size = m_plan.manifest.files[fragment.file_index].size_bytes;
        if (head.range == ByteRange{fragment.offset, fragment.offset + fragment.size_bytes} && head.total == size) return {};
        return fail(ErrorKind::Corrupt, format("the file on {} has {} bytes, the manifest says {}: they do not belong together", host, head.total.value_or(0), size));
    }

    Result<void> take(std::uint32_t index, std::span<const std::byte> bytes) {
        std::vector<std::byte>& buffer = m_attempts[index].bytes;
        const std::uint64_t size = m_plan.manifest.fragments[index].size_bytes;
        if (bytes.size() > size - buffer.size()) return fail(ErrorKind::Corrupt, format("{} sends more than the {} bytes that the manifest says", hostOf(m_plan.url), size));
        buffer.reserve(static_cast<std::size_t>(size));
        buffer.insert(buffer.end(), bytes.begin(), bytes.end());
        return {};
    }

    const FragmentPlan& m_plan;
    FragmentStore& m_store;
    const HttpPolicy& m_policy;
    ProgressMeter& m_meter;
    std::vector<Attempts> m_attempts;
    std::deque<std::uint32_t> m_waiting;
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
            TESSERA_TRY(const bool same, isFile(workFile(i), i, operation));
            if (!same) return fail(ErrorKind::Corrupt, format("{}: every fragment met its hash, but the file does not have the SHA-256 that the manifest says: the manifest is wrong", m_plan.manifest.files[i].name));
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

Result<void> checkRoom(const FragmentPlan& plan, const FragmentStore& store) {
    std::uint64_t needed = kKeepFree;
    for (std::uint32_t i = 0; i < plan.manifest.fragments.size(); ++i) {
        if (store.state(FragmentIndex{i}) != FragmentState::Verified) needed += plan.manifest.fragments[i].size_bytes;
    }
    std::error_code code;
    const auto space = std::filesystem::space(plan.folder, code);
    if (code || needed <= space.available) return {};
    return fail(ErrorKind::Io, format("{}: {} are needed, {} are free on this disk; make room or choose another folder", toUtf8(plan.folder), formatBytes(needed), formatBytes(space.available)));
}

Result<void> fetchAll(HttpClient& client, const FragmentPlan& plan, const Arrival& arrival, const Operation& operation) {
    TESSERA_TRY(const auto store, createImageStore(arrival.work(), plan.manifest));
    TESSERA_CHECK(checkRoom(plan, *store));
    std::uint64_t total = 0;
    for (const Fragment& fragment : plan.manifest.fragments) total += fragment.size_bytes;
    ProgressMeter meter(operation, total, "downloading");
    FragmentWork work(plan, *store, client.policy(), meter);
    TESSERA_CHECK(client.run(work, plan.connections, operation.stop));
    meter.finish();
    return {};
}

}  // namespace

Result<Paths> downloadFragments(HttpClient& client, const FragmentPlan& plan, const Operation& operation) {
    const Arrival arrival(plan);
    if (!arrival.isMoving()) {
        TESSERA_CHECK(arrival.checkTargets(operation));
        if (!arrival.isThere()) {
            TESSERA_CHECK(fetchAll(client, plan, arrival, operation));
            TESSERA_CHECK(arrival.checkWhole(operation));
            TESSERA_CHECK(arrival.markMoving());
        }
    }
    TESSERA_CHECK(arrival.moveOut());
    return arrival.targets();
}

}  // namespace tessera
