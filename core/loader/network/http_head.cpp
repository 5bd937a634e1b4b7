// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/loader/network/http_head.h"

#include "core/base/format.h"
#include "core/base/limits.h"
#include "core/base/quote.h"

#include <curl/curl.h>

#include <algorithm>
#include <cctype>
#include <charconv>

namespace tessera {

namespace {

constexpr std::chrono::seconds kLongestWait{60};

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front()))) text.remove_prefix(1);
    while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back()))) text.remove_suffix(1);
    return text;
}

/// Digits only, as the standard has them.
std::optional<std::uint64_t> number(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (code != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
    return value;
}

/// "bytes 0-3/98362432"
void readContentRange(std::string_view value, HttpHead& head) {
    constexpr std::string_view kUnit = "bytes ";
    const auto dash = value.find('-'), slash = value.find('/');
    if (!value.starts_with(kUnit) || dash == std::string_view::npos || slash == std::string_view::npos || slash < dash) return;
    const auto first = number(trimmed(value.substr(kUnit.size(), dash - kUnit.size())));
    const auto last = number(trimmed(value.substr(dash + 1, slash - dash - 1)));
    if (first && last && *first <= *last && *last < limits::kMaxFileBytes) head.range = ByteRange{*first, *last + 1};
    head.total = number(trimmed(value.substr(slash + 1)));
}

HttpOutcome lasting(ErrorKind kind, std::string message, int status = 0) { return {fail(kind, std::move(message)), status, false, {}}; }
HttpOutcome passing(std::string message, int status = 0, std::chrono::seconds wait = {}) {
    return {fail(ErrorKind::Network, std::move(message)), status, true, wait};
}

}  // namespace

Result<bool> HttpHeadReader::line(std::string_view line) {
    m_bytes += line.size();
    if (m_bytes > limits::kMaxResponseHeaderBytes) return headersTooLong();
    if (line.starts_with("HTTP/")) {
        std::string linked = std::move(m_head.linked_etag);
        m_head = {};
        m_head.linked_etag = std::move(linked);
        m_has_location = false;
        const auto space = line.find(' ');
        if (space != std::string_view::npos) m_head.status = static_cast<int>(number(line.substr(space + 1, 3)).value_or(0));
        return false;
    }
    line = trimmed(line);
    if (line.empty()) return m_head.status >= 200 && !(m_head.status / 100 == 3 && m_has_location);
    if (const auto colon = line.find(':'); colon != std::string_view::npos) field(line.substr(0, colon), trimmed(line.substr(colon + 1)));
    return false;
}

void HttpHeadReader::field(std::string_view raw_name, std::string_view value) {
    std::string name(raw_name);
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (name == "content-length") m_head.content_length = number(value);
    else if (name == "content-range") readContentRange(value, m_head);
    else if (name == "etag") m_head.etag = value;
    else if (name == "last-modified") m_head.last_modified = value;
    else if (name == "content-type") m_head.content_type = value;
    else if (name == "x-linked-etag") m_head.linked_etag = value;
    else if (name == "location") m_has_location = true;
    else if (name == "retry-after") m_retry_after = std::min(std::chrono::seconds(number(value).value_or(0)), kLongestWait);
}

tl::unexpected<Error> headersTooLong() {
    return fail(ErrorKind::InvalidArgument, format("the server's headers are longer than {}; this is no ordinary file server", formatBytes(limits::kMaxResponseHeaderBytes)));
}

HttpOutcome outcomeOfStatus(int status, const std::string& host, std::chrono::seconds retry_after) {
    switch (status) {
        case 401:
        case 403: return lasting(ErrorKind::Network, format("{} does not give this file to everybody (HTTP {}): sign in on its page and accept the model's terms, give the server's token (TESSERA_LINK_TOKEN), or use another link", host, status), status);
        case 404:
        case 410: return lasting(ErrorKind::NotFound, format("{} has no such file (HTTP {}): check the link", host, status), status);
        case 416: return lasting(ErrorKind::Corrupt, format("{} has fewer bytes of this file than expected (HTTP 416)", host), status);
        case 408:
        case 425:
        case 429:
        case 500:
        case 502:
        case 503:
        case 504: return passing(format("{} is busy or out of order (HTTP {}); try again later", host, status), status, retry_after);
        default: return lasting(ErrorKind::Network, format("{} refuses (HTTP {})", host, status), status);
    }
}

HttpOutcome outcomeOfCurl(int code, const std::string& host, std::string_view detail, const HttpPolicy& policy) {
    const std::string words = detail.empty() ? curl_easy_strerror(static_cast<CURLcode>(code)) : oneLine(detail, 200);
    switch (code) {
        case CURLE_COULDNT_RESOLVE_HOST: return passing(format("{} is not known: check the link, and that this machine is online", host));
        case CURLE_COULDNT_RESOLVE_PROXY: return passing("the proxy that this machine is set to use is not known");
        case CURLE_COULDNT_CONNECT: return passing(format("{} does not answer ({})", host, words));
        case CURLE_OPERATION_TIMEDOUT:
            return passing(format("{} is too slow: not connected in {} s, or less than 1 KiB/s for {} s", host, policy.connect_timeout.count(), policy.stall_timeout.count()));
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_ISSUER_ERROR:
            return lasting(ErrorKind::Network, format("{} cannot prove that it is {}: its certificate is not trusted ({}). Nothing was fetched", host, host, words));
        case CURLE_SSL_CACERT_BADFILE: return lasting(ErrorKind::Io, format("the list of trusted certificates cannot be read ({})", words));
        case CURLE_TOO_MANY_REDIRECTS: return lasting(ErrorKind::Network, format("{} sends from one link to the next, more than {} times", host, limits::kMaxRedirects));
        case CURLE_UNSUPPORTED_PROTOCOL:
            return lasting(ErrorKind::Network, format("{} sends to a link that is not followed: it is neither http nor https, or gives up encryption", host));
        case CURLE_URL_MALFORMAT: return lasting(ErrorKind::InvalidArgument, format("{} sends to something that is no link ({})", host, words));
        case CURLE_PARTIAL_FILE:
        case CURLE_GOT_NOTHING:
        case CURLE_RECV_ERROR:
        case CURLE_SEND_ERROR:
        case CURLE_SSL_CONNECT_ERROR: return passing(format("the connection to {} was lost ({})", host, words));
        case CURLE_OUT_OF_MEMORY: return lasting(ErrorKind::OutOfMemory, "not enough memory for a connection");
        default: return lasting(ErrorKind::Network, format("{}: {}", host, words));
    }
}

}  // namespace tessera
