// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fragment/plan_hasher.h"

#include "core/base/format.h"
#include "core/base/parallel.h"
#include "core/base/platform/file.h"
#include "core/base/platform/paths.h"
#include "core/base/platform/system.h"
#include "core/fragment/chunk_stream.h"

#include <algorithm>

namespace tessera {

namespace {

constexpr int kMostFilesAtOnce = 4;

bool allZero(std::span<const std::byte> bytes) {
    return std::all_of(bytes.begin(), bytes.end(), [](std::byte byte) { return byte == std::byte{0}; });
}

/// Takes the bytes of one file in order and finishes one fragment after the other.
class FragmentHasher {
public:
    /// `fragments`: those of this file, by offset.
    FragmentHasher(std::span<Fragment> fragments, const HashRequest& request)
        : m_fragments(fragments), m_request(request) {}

    Result<void> consume(std::uint64_t offset, std::span<const std::byte> bytes) {
        const std::uint64_t end = offset + bytes.size();
        while (m_next < m_fragments.size() && m_fragments[m_next].offset < end) {
            Fragment& fragment = m_fragments[m_next];
            const std::uint64_t fragment_end = fragment.offset + fragment.size_bytes;
            const std::uint64_t from = std::max(offset, fragment.offset);
            const auto part = bytes.subspan(from - offset, std::min(end, fragment_end) - from);
            m_hash.update(part);
            if (fragment.kind == FragmentKind::Gap) m_all_zero = m_all_zero && allZero(part);
            if (fragment_end > end) return {};
            TESSERA_CHECK(finish(fragment));
            ++m_next;
        }
        return {};
    }

private:
    Result<void> finish(Fragment& fragment) {
        fragment.sha256 = m_hash.finish();
        const bool empty_gap = fragment.kind == FragmentKind::Gap && m_all_zero;
        m_all_zero = true;
        if (empty_gap) return {};
        fragment.id = m_request.id_of(fragment);
        return m_request.on_fragment ? m_request.on_fragment(fragment) : Result<void>();
    }

    std::span<Fragment> m_fragments;
    const HashRequest& m_request;
    std::size_t m_next = 0;
    Sha256 m_hash;
    bool m_all_zero = true;
};

std::span<Fragment> fragmentsOf(std::vector<Fragment>& plan, std::uint32_t file_index) {
    const auto in_file = [](std::uint32_t index) {
        return [index](const Fragment& fragment) { return fragment.file_index < index; };
    };
    const auto begin = std::partition_point(plan.begin(), plan.end(), in_file(file_index));
    const auto end = std::partition_point(begin, plan.end(), in_file(file_index + 1));
    return {begin, end};
}

Result<void> checkUnchanged(const File& file, const FileIdentity& before) {
    TESSERA_TRY(const FileIdentity now, file.identity());
    if (now == before) return {};
    return fail(ErrorKind::Corrupt,
                fmt::format("{}: the file changed while it was read; try again when nothing writes to it",
                            toUtf8(file.path())));
}

Result<ManifestFile> hashFile(HashRequest& request, std::size_t index, bool in_parallel, ProgressMeter& meter,
                              const std::stop_token& stop) {
    TESSERA_TRY(const File file, File::open(request.paths[index], File::Mode::Read));
    TESSERA_TRY(const FileIdentity identity, file.identity());
    if (identity.size_bytes != request.sizes[index]) {
        return fail(ErrorKind::Corrupt, fmt::format("{}: the file changed while it was opened", toUtf8(file.path())));
    }
    Sha256 whole;
    FragmentHasher fragments(fragmentsOf(request.plan, static_cast<std::uint32_t>(index)), request);
    const std::vector<ChunkConsumer> consumers{
        [&](std::uint64_t, std::span<const std::byte> bytes) -> Result<void> {
            whole.update(bytes);
            meter.add(bytes.size());
            return {};
        },
        [&](std::uint64_t offset, std::span<const std::byte> bytes) { return fragments.consume(offset, bytes); },
    };
    TESSERA_CHECK(streamFile(file, identity.size_bytes, consumers, in_parallel, stop));
    TESSERA_CHECK(checkUnchanged(file, identity));
    return ManifestFile{toUtf8(request.paths[index].filename()), identity.size_bytes, whole.finish()};
}

}  // namespace

Result<HashedPlan> hashPlan(HashRequest request, const Operation& operation) {
    const int threads = request.threads > 0 ? request.threads : processorCount();
    std::uint64_t total = 0;
    for (const std::uint64_t size : request.sizes) total += size;
    ProgressMeter meter(operation, total, "hashing");
    HashedPlan result;
    result.files.resize(request.paths.size());
    const int files_at_once = std::clamp(threads / 2, 1, kMostFilesAtOnce);
    TESSERA_CHECK(
        parallelFor(request.paths.size(), files_at_once, operation.stop, [&](std::size_t index) -> Result<void> {
            TESSERA_TRY(result.files[index], hashFile(request, index, threads > 1, meter, operation.stop));
            return {};
        }));
    meter.finish();
    result.fragments = std::move(request.plan);
    std::erase_if(result.fragments, [](const Fragment& fragment) { return fragment.id.empty(); });  // gaps of zeros
    return result;
}

}  // namespace tessera
