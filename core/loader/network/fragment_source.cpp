// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/loader/network/fragment_source.h"

#include "core/base/format.h"
#include "core/base/limits.h"
#include "core/base/log.h"
#include "core/loader/network/model_link.h"

#include <algorithm>

namespace tessera {

namespace {

constexpr std::chrono::seconds kLongestPause{30};

}  // namespace

HttpRequest requestFor(const FragmentSource& source, const Manifest& manifest, const Fragment& fragment) {
    HttpRequest request;
    if (source.layout == FragmentLayout::Folder) {
        request.url = linkBeside(source.url, "fragments/" + percentEncoded(fragment.id) + ".dat");
        return request;
    }
    request.url = source.layout == FragmentLayout::File ? source.url : linkBeside(source.url, percentEncoded(manifest.files[fragment.file_index].name));
    request.range = ByteRange{fragment.offset, fragment.offset + fragment.size_bytes};
    return request;
}

Result<void> checkFragmentHead(const FragmentSource& source, const Manifest& manifest, const Fragment& fragment, const HttpHead& head) {
    const std::string host = hostOf(source.url);
    if (source.layout == FragmentLayout::Folder) {
        if (!head.content_length || *head.content_length == fragment.size_bytes) return {};
        return fail(ErrorKind::Corrupt, format("{} has {} bytes of it, the manifest says {}", host, *head.content_length, fragment.size_bytes));
    }
    if (head.status != 206) return fail(ErrorKind::Unsupported, format("{} does not give parts of files, so the fragments of a whole GGUF cannot be fetched from it; use the link of the GGUF", host));
    const std::uint64_t size = manifest.files[fragment.file_index].size_bytes;
    if (head.range == ByteRange{fragment.offset, fragment.offset + fragment.size_bytes} && head.total == size) return {};
    return fail(ErrorKind::Corrupt, format("the file on {} has {} bytes, the manifest says {}: they do not belong together", host, head.total.value_or(0), size));
}

SourcePool::SourcePool(std::vector<FragmentSource> sources, int connections, const HttpPolicy& policy) : m_connections(connections), m_policy(policy) {
    for (FragmentSource& source : sources) {
        State state;
        state.report.url = source.url;
        state.source = std::move(source);
        m_sources.push_back(std::move(state));
    }
}

bool SourcePool::mayAsk(const State& state, std::uint8_t failures) const {
    if (failures >= m_policy.attempts || state.failures >= m_policy.attempts) return false;
    if (!state.report.banned) return true;
    // The only one may have been the wire's victim.
    return std::ranges::all_of(m_sources, [](const State& other) { return other.report.banned; });
}

std::optional<std::size_t> SourcePool::take(const std::vector<std::uint8_t>& failures) {
    const std::lock_guard lock(m_mutex);
    const auto now = Clock::now();
    std::optional<std::size_t> best;
    const auto rank = [&](std::size_t i) { return std::pair(failures.empty() ? 0 : int(failures[i]), m_sources[i].running); };
    for (std::size_t i = 0; i < m_sources.size(); ++i) {
        const State& state = m_sources[i];
        if (!mayAsk(state, failures.empty() ? 0 : failures[i]) || state.running >= m_connections || state.not_before > now) continue;
        if (!best || rank(i) < rank(*best)) best = i;
    }
    if (best) ++m_sources[*best].running;
    return best;
}

void SourcePool::succeeded(std::size_t source, std::uint64_t bytes, Clock::duration elapsed) {
    const std::lock_guard lock(m_mutex);
    State& state = m_sources[source];
    state.failures = 0;
    ++state.report.fragments;
    state.report.bytes += bytes;
    const double measured = std::chrono::duration<double>(elapsed).count() / static_cast<double>(std::max<std::uint64_t>(bytes, 1));
    state.seconds_per_byte = state.seconds_per_byte == 0 ? measured : (state.seconds_per_byte + measured) / 2;
}

bool SourcePool::isTooSlow(std::size_t source, const std::vector<std::uint8_t>& failures, const FragmentProgress& progress) const {
    if (progress.elapsed < m_policy.fragment_patience || progress.received == 0) return false;
    const double left = static_cast<double>(progress.size - progress.received) * std::chrono::duration<double>(progress.elapsed).count() / static_cast<double>(progress.received);
    const std::lock_guard lock(m_mutex);
    for (std::size_t i = 0; i < m_sources.size(); ++i) {
        const double elsewhere = m_sources[i].seconds_per_byte * static_cast<double>(progress.size);
        if (i != source && elsewhere > 0 && left > limits::kMaxSlowdown * elsewhere && mayAsk(m_sources[i], failures.empty() ? 0 : failures[i])) return true;
    }
    return false;
}

void SourcePool::released(std::size_t source) {
    const std::lock_guard lock(m_mutex);
    --m_sources[source].running;
}

void SourcePool::failed(std::size_t source, SourceFault fault, const std::string& message, std::chrono::seconds wait) {
    const std::lock_guard lock(m_mutex);
    State& state = m_sources[source];
    state.report.trouble = message;
    if (fault == SourceFault::WrongBytes && !state.report.banned) {
        state.report.banned = true;
        if (m_sources.size() > 1) logWarning(format("{} sent wrong bytes and is not asked again: {}", hostOf(state.source.url), message));
    }
    if (fault == SourceFault::Useless) state.failures = m_policy.attempts;
    if (fault == SourceFault::Unreachable && state.not_before <= Clock::now()) {  // once for all that were under way
        const auto delay = std::min<Clock::duration>(m_policy.retry_delay * (1 << std::min(state.failures, 16)), kLongestPause);
        ++state.failures;
        state.not_before = Clock::now() + std::max<Clock::duration>(delay, wait);
        if (state.failures >= m_policy.attempts) logWarning(format("{} is given up: {}", hostOf(state.source.url), message));
    }
}

bool SourcePool::anyLeft(const std::vector<std::uint8_t>& failures) const {
    const std::lock_guard lock(m_mutex);
    for (std::size_t i = 0; i < m_sources.size(); ++i) {
        if (mayAsk(m_sources[i], failures.empty() ? 0 : failures[i])) return true;
    }
    return false;
}

std::vector<SourceReport> SourcePool::report() const {
    const std::lock_guard lock(m_mutex);
    std::vector<SourceReport> reports;
    for (const State& state : m_sources) reports.push_back(state.report);
    return reports;
}

}  // namespace tessera
