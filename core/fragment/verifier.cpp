// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fragment/verifier.h"

#include "core/base/format.h"
#include "core/base/parallel.h"
#include "core/fragment/fragment_text.h"

#include <algorithm>
#include <mutex>

namespace tessera {

namespace {

/// Small enough to stay in a core's cache between reading and hashing.
constexpr std::size_t kPieceBytes = 256 * limits::KiB;

Result<void> forEachPiece(const FragmentStore& store, FragmentIndex index, const Operation& operation,
                          const std::function<void(std::span<const std::byte>)>& use) {
    const std::uint64_t size = store.manifest().at(index).size_bytes;
    std::vector<std::byte> buffer(static_cast<std::size_t>(std::min<std::uint64_t>(size, kPieceBytes)));
    for (std::uint64_t offset = 0; offset < size; offset += kPieceBytes) {
        TESSERA_CHECK(operation.checkStop());
        const auto piece = std::span(buffer).first(static_cast<std::size_t>(std::min<std::uint64_t>(kPieceBytes, size - offset)));
        TESSERA_CHECK(store.readPart(index, offset, piece));
        use(piece);
    }
    return {};
}

/// One run over a store: what its threads share.
class Verification {
public:
    Verification(FragmentStore& store, const Operation& operation)
        : m_store(store), m_operation(operation), m_meter(operation, sizeOf(store.manifest()), "verifying") {}

    Result<void> check(FragmentIndex index) {
        const Fragment& fragment = m_store.manifest().at(index);
        if (m_store.state(index) == FragmentState::Missing) {
            note(index, FragmentState::Missing, {}, describeFragment(m_store.manifest(), fragment) + ": missing");
        } else {
            const auto found = hashFragment(m_store, index, Operation{m_operation.stop, {}});
            if (!found && found.error().kind == ErrorKind::Cancelled) return tl::unexpected(found.error());
            judge(index, fragment, found);
        }
        m_meter.add(fragment.size_bytes);
        return {};
    }

    VerifyReport report() {
        m_meter.finish();
        std::sort(m_report.problems.begin(), m_report.problems.end(),
                  [](const VerifyProblem& a, const VerifyProblem& b) { return a.fragment < b.fragment; });
        m_report.fragments_checked = m_store.manifest().fragments.size();
        return std::move(m_report);
    }

private:
    static std::uint64_t sizeOf(const Manifest& manifest) {
        std::uint64_t total = 0;
        for (const Fragment& fragment : manifest.fragments) total += fragment.size_bytes;
        return total;
    }

    void judge(FragmentIndex index, const Fragment& fragment, const Result<Sha256Digest>& found) {
        if (!found) return judgeUnreadable(index, fragment, found.error());
        const bool good = *found == fragment.sha256;
        m_store.setState(index, good ? FragmentState::Verified : FragmentState::Bad);
        if (!good) note(index, FragmentState::Bad, *found, describeHashMismatch(m_store.manifest(), fragment, *found));
        const std::lock_guard lock(m_mutex);
        m_report.bytes_checked += fragment.size_bytes;
    }

    /// A file that is too short has lost the fragment; when the disk or the system refuse, nothing is known about it.
    void judgeUnreadable(FragmentIndex index, const Fragment& fragment, const Error& error) {
        const FragmentState state = error.kind == ErrorKind::NotFound ? FragmentState::Missing : FragmentState::Bad;
        if (error.kind == ErrorKind::NotFound || error.kind == ErrorKind::Corrupt) m_store.setState(index, state);
        note(index, state, {}, describeFragment(m_store.manifest(), fragment) + ": " + error.message);
    }

    void note(FragmentIndex index, FragmentState state, const Sha256Digest& found, std::string message) {
        const std::lock_guard lock(m_mutex);
        m_report.problems.push_back({index, state, found, std::move(message)});
    }

    FragmentStore& m_store;
    const Operation& m_operation;
    ProgressMeter m_meter;
    std::mutex m_mutex;
    VerifyReport m_report;
};

}  // namespace

bool hasHashes(const Manifest& manifest) { return manifest.set_id != Sha256Digest{}; }

Result<Sha256Digest> hashFragment(const FragmentStore& store, FragmentIndex fragment, const Operation& operation) {
    Sha256 hash;
    TESSERA_CHECK(forEachPiece(store, fragment, operation, [&](std::span<const std::byte> piece) { hash.update(piece); }));
    return hash.finish();
}

Result<VerifyReport> verifyStore(FragmentStore& store, const Operation& operation, int threads) {
    const Manifest& manifest = store.manifest();
    if (!hasHashes(manifest)) {
        return fail(ErrorKind::InvalidArgument,
                    format("{}: there is no manifest to verify against; make one with: tessera fragment --in-place", manifest.model_name));
    }
    Verification verification(store, operation);
    TESSERA_CHECK(parallelFor(manifest.fragments.size(), threads, operation.stop, [&](std::size_t i) {
        return verification.check(FragmentIndex{static_cast<std::uint32_t>(i)});
    }));
    return verification.report();
}

Result<std::vector<std::byte>> readVerified(const FragmentStore& store, FragmentIndex index) {
    const Fragment& fragment = store.manifest().at(index);
    std::vector<std::byte> bytes(static_cast<std::size_t>(fragment.size_bytes));
    TESSERA_CHECK(store.read(index, bytes));
    const Sha256Digest found = sha256(bytes);
    if (found != fragment.sha256) return fail(ErrorKind::Corrupt, describeHashMismatch(store.manifest(), fragment, found));
    return bytes;
}

}  // namespace tessera
