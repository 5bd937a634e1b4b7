// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/loader/network/file_download.h"

#include "core/base/format.h"
#include "core/base/platform/paths.h"
#include "core/base/quote.h"
#include "core/gguf/reader.h"

#include <algorithm>
#include <deque>
#include <limits>
#include <vector>

namespace tessera {

namespace {

constexpr std::string_view kMagic = "GGUF";
constexpr std::uint64_t kPieceBytes = 32 * limits::MiB;
constexpr std::uint64_t kWorthSplitting = 8 * limits::MiB;  // below this one connection is as fast as four
constexpr std::uint64_t kHeadway = 64 * limits::KiB;        // an attempt that brought less counts as failed
constexpr std::uint64_t kKeepFree = 64 * limits::MiB;
constexpr int kAttemptsToAsk = 2;

Result<void> checkMagic(std::string_view begin, const std::string& host) {
    if (begin == kMagic) return {};
    const bool page = begin.find('<') != std::string_view::npos;
    if (page) return fail(ErrorKind::Corrupt, format("the link leads to a web page of {}, not to a model file: copy the link of the file itself", host));
    return fail(ErrorKind::Corrupt, format("{} sends no GGUF: the file begins with {} instead of 'GGUF'", host, inQuotes(begin)));
}

/// The hub's hash of a large file; of small ones it gives a hash of another kind.
std::optional<Sha256Digest> hubHash(std::string_view etag) {
    while (!etag.empty() && etag.front() == '"') etag.remove_prefix(1);
    while (!etag.empty() && etag.back() == '"') etag.remove_suffix(1);
    const auto digest = digestFromHex(etag);
    return digest ? std::optional(*digest) : std::nullopt;
}

/// The header is sound, and the file as long as it says.
Result<void> checkGguf(const File& file, std::uint64_t size, const std::string& name) {
    TESSERA_TRY(const FileMapping mapping, FileMapping::map(file));
    const auto header = parseGgufHeader(mapping.bytes().first(static_cast<std::size_t>(size)), size, name);
    TESSERA_CHECK(mapping.takeFault());
    if (!header) return tl::unexpected(header.error());
    return {};
}

std::uint64_t freeBytes(const std::filesystem::path& folder) {
    std::error_code code;
    const auto space = std::filesystem::space(folder, code);
    return code ? std::numeric_limits<std::uint64_t>::max() : space.available;
}

}  // namespace

Result<void> FileDownload::ask(const std::stop_token& stop) {
    const std::string host = hostOf(m_plan.link.url);
    std::string begin;
    HttpExchange exchange;
    exchange.request = {m_plan.link.url, ByteRange{0, kMagic.size()}, {}};
    m_remote = {};
    m_remote.url = m_plan.link.url;
    m_remote.sha256 = m_plan.link.sha256;
    exchange.on_head = [&](const HttpHead& head) { return takeHead(head); };
    bool enough = false;
    exchange.on_body = [&](std::span<const std::byte> bytes) -> Result<void> {
        begin.append(reinterpret_cast<const char*>(bytes.data()), std::min(bytes.size(), kMagic.size() - begin.size()));
        enough = begin.size() == kMagic.size();
        if (enough && !m_remote.ranges) return fail(ErrorKind::Cancelled, "the rest comes later");
        return {};
    };
    const HttpOutcome outcome = m_client.perform(exchange, kAttemptsToAsk, stop);
    if (!outcome.result && !enough) return tl::unexpected(outcome.result.error());
    return checkMagic(begin, host);
}

Result<void> FileDownload::takeHead(const HttpHead& head) {
    m_remote.ranges = head.status == 206 && head.range == ByteRange{0, kMagic.size()} && head.total.has_value();
    m_remote.size = head.status == 206 ? head.total : head.content_length;
    m_remote.etag = head.etag;
    m_remote.last_modified = head.last_modified;
    if (m_remote.size && *m_remote.size > m_plan.max_bytes) {
        return fail(ErrorKind::InvalidArgument, format("the file has {}, more than the {} that are allowed", formatBytes(*m_remote.size), formatBytes(m_plan.max_bytes)));
    }
    return checkHashes(head);
}

Result<void> FileDownload::checkHashes(const HttpHead& head) {
    const auto offered = hubHash(head.linked_etag);
    if (!offered) return {};
    if (m_remote.sha256 && m_remote.sha256 != offered) {
        return fail(ErrorKind::Corrupt, format("{} offers another file: its SHA-256 is {}, not {}", hostOf(m_remote.url), toHex(*offered), toHex(*m_remote.sha256)));
    }
    m_remote.sha256 = offered;
    return {};
}

Result<bool> FileDownload::isThere(const Operation& operation) const {
    std::error_code code;
    if (!std::filesystem::exists(m_plan.target, code)) return false;
    const auto another = [&] {
        return fail(ErrorKind::InvalidArgument, format("{}: another file of this name is there; rename or delete it, or choose another folder", toUtf8(m_plan.target)));
    };
    if (m_remote.size && std::filesystem::file_size(m_plan.target, code) != *m_remote.size) return another();
    if (!m_remote.sha256) return true;
    TESSERA_TRY(const File file, File::open(m_plan.target, File::Mode::Read));
    TESSERA_TRY(const std::uint64_t size, file.size());
    ProgressMeter meter(operation, size, "verifying");
    TESSERA_TRY(const Sha256Digest digest, hashFile(file, size, operation, meter));
    if (digest != *m_remote.sha256) return another();
    return true;
}

Result<void> FileDownload::open() {
    m_changed = false;
    m_part.reset();
    TESSERA_TRY(m_part, PartFile::open(m_plan.target, m_remote));
    const std::uint64_t needed = m_remote.size.value_or(0) - std::min(m_remote.size.value_or(0), bytesThere());
    const std::uint64_t free = freeBytes(m_plan.target.parent_path());
    if (needed + kKeepFree <= free) return {};
    return fail(ErrorKind::Io, format("{}: {} are needed, {} are free on this disk; make room or choose another folder", toUtf8(m_plan.target.parent_path()),
                                      formatBytes(needed + kKeepFree), formatBytes(free)));
}

/// What is missing, as exchanges.
class FileDownload::Pieces final : public HttpWork {
public:
    Pieces(FileDownload& download, ProgressMeter& meter) : m_download(download), m_remote(download.m_remote), m_meter(meter) {
        if (m_remote.ranges) {
            const std::uint64_t share = *m_remote.size / static_cast<std::uint64_t>(connections()) + 1;
            for (const ByteRange& gap : download.m_part->done().gaps(*m_remote.size, std::min(kPieceBytes, share))) m_pieces.push_back({gap});
        } else {
            m_pieces.push_back({{0, m_remote.size.value_or(download.m_plan.max_bytes)}});
        }
        for (std::size_t i = 0; i < m_pieces.size(); ++i) m_waiting.push_back(i);
    }

    int connections() const { return m_remote.ranges && *m_remote.size >= kWorthSplitting ? m_download.m_plan.connections : 1; }
    /// Where the body of a file of unknown size ended.
    std::uint64_t end() const { return m_pieces.front().range.begin; }

    std::optional<HttpExchange> next() override {
        const auto now = Clock::now();
        const auto found = std::ranges::find_if(m_waiting, [&](std::size_t i) { return m_pieces[i].not_before <= now; });
        if (found == m_waiting.end()) return std::nullopt;
        const std::size_t index = *found;
        m_waiting.erase(found);
        return exchangeFor(index);
    }
    bool finished() const override { return m_waiting.empty(); }

    Result<void> ended(const HttpExchange& exchange, HttpOutcome outcome) override {
        const Piece& piece = m_pieces[exchange.tag];
        const bool whole = piece.range.size() == 0 || !m_remote.size;
        if (outcome.result && whole) return {};
        if (outcome.result) outcome = {fail(ErrorKind::Network, format("{} sends less than it announced", hostOf(m_remote.url))), 0, true, {}};
        if (!outcome.may_pass) return outcome.result;
        return tryAgain(exchange.tag, outcome);
    }

private:
    using Clock = std::chrono::steady_clock;
    struct Piece {
        ByteRange range;               // what is still to come
        std::uint64_t began_at = 0;    // of this attempt
        std::uint64_t told_end = 0;    // bytes before this have been counted as progress
        int failures = 0;
        Clock::time_point not_before{};
    };

    HttpExchange exchangeFor(std::size_t index) {
        Piece& piece = m_pieces[index];
        piece.began_at = piece.range.begin;
        HttpExchange exchange;
        exchange.tag = index;
        exchange.request.url = m_remote.url;
        if (m_remote.ranges) {
            exchange.request.range = piece.range;
            exchange.request.if_range = m_remote.validator();
        }
        exchange.on_head = [this, &piece](const HttpHead& head) { return checkHead(piece, head); };
        exchange.on_body = [this, &piece](std::span<const std::byte> bytes) { return take(piece, bytes); };
        return exchange;
    }

    Result<void> checkHead(const Piece& piece, const HttpHead& head) {
        const bool same_bytes = m_remote.ranges ? head.status == 206 && head.range == piece.range && head.total == m_remote.size
                                                : !m_remote.size || head.content_length == m_remote.size;
        if (same_bytes && (head.etag.empty() || head.etag == m_remote.etag)) return {};
        m_download.m_changed = true;
        return fail(ErrorKind::Corrupt, format("the file on {} changed while it was fetched", hostOf(m_remote.url)));
    }

    Result<void> take(Piece& piece, std::span<const std::byte> bytes) {
        if (bytes.size() > piece.range.size()) {
            return fail(ErrorKind::Corrupt, format("{} sends more than {} and does not end", hostOf(m_remote.url),
                                                   m_remote.size ? "it announced" : formatBytes(m_download.m_plan.max_bytes)));
        }
        if (!m_remote.size) TESSERA_CHECK(checkRoom(bytes.size()));
        TESSERA_CHECK(m_download.m_part->write(piece.range.begin, bytes));
        piece.range.begin += bytes.size();
        if (piece.range.begin > piece.told_end) m_meter.add(std::min<std::uint64_t>(bytes.size(), piece.range.begin - piece.told_end));
        piece.told_end = std::max(piece.told_end, piece.range.begin);
        return {};
    }

    /// A body that does not say how long it is must not fill the disk.
    Result<void> checkRoom(std::uint64_t size) {
        m_unchecked += size;
        if (m_unchecked < kKeepFree / 4) return {};
        m_unchecked = 0;
        if (freeBytes(m_download.m_plan.target.parent_path()) > kKeepFree) return {};
        return fail(ErrorKind::Io, format("{}: the disk is nearly full, and the server does not say how much is still to come", toUtf8(m_download.m_plan.target.parent_path())));
    }

    Result<void> tryAgain(std::size_t index, const HttpOutcome& outcome) {
        Piece& piece = m_pieces[index];
        const HttpPolicy& policy = m_download.m_client.policy();
        if (piece.range.begin - piece.began_at >= kHeadway) piece.failures = 0;
        if (++piece.failures >= policy.attempts) return outcome.result;
        const auto delay = policy.retry_delay * (1 << (piece.failures - 1));
        piece.not_before = Clock::now() + std::max<Clock::duration>(delay, outcome.wait);
        if (!m_remote.ranges) piece.range.begin = 0;  // this server gives no parts: from the start
        m_waiting.push_back(index);
        return {};
    }

    FileDownload& m_download;
    const RemoteFile& m_remote;
    ProgressMeter& m_meter;
    std::vector<Piece> m_pieces;
    std::deque<std::size_t> m_waiting;
    std::uint64_t m_unchecked = 0;
};

Result<void> FileDownload::fetch(const Operation& operation, ProgressMeter& meter) {
    Pieces pieces(*this, meter);
    auto done = m_client.run(pieces, pieces.connections(), operation.stop);
    if (m_changed) {
        std::move(*m_part).discard();
        m_part.reset();
        return done;
    }
    // Whatever ended it: what came is kept for the next time.
    auto saved = m_part->save(true);
    TESSERA_CHECK(std::move(done));
    m_size = m_remote.size ? *m_remote.size : pieces.end();
    return saved;
}

Result<void> FileDownload::verify(const Operation& operation, ProgressMeter& meter) {
    TESSERA_TRY(m_sha256, hashFile(m_part->file(), m_size, operation, meter));
    auto verified = checkVerified();
    if (!verified) {
        std::move(*m_part).discard();
        m_part.reset();
    }
    return verified;
}

Result<void> FileDownload::checkVerified() {
    if (m_remote.sha256 && m_sha256 != *m_remote.sha256) {
        return fail(ErrorKind::Corrupt, format("what {} sent is not the file that was asked for: its SHA-256 is {}, not {}. It was not kept", hostOf(m_remote.url),
                                               toHex(m_sha256), toHex(*m_remote.sha256)));
    }
    if (auto header = checkGguf(m_part->file(), m_size, m_plan.link.file_name); !header) {
        return fail(header.error().kind, format("what {} sent is damaged: {}. It was not kept", hostOf(m_remote.url), header.error().message));
    }
    return {};
}

Result<void> FileDownload::keep() {
    auto kept = std::move(*m_part).finish(m_size);
    m_part.reset();
    return kept;
}

}  // namespace tessera
