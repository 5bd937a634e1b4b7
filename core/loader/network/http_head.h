// SPDX-License-Identifier: GPL-3.0-or-later
// Reads the header lines of HTTP answers, and says in words why a request failed.
#pragma once

#include "core/loader/network/http_client.h"

#include <string_view>

namespace tessera {

/// The answers of one exchange, line by line: those of redirects first, then the one that counts.
class HttpHeadReader {
public:
    /// A line with its line break. true once the head that counts is complete. InvalidArgument: longer in all than
    /// limits::kMaxResponseHeaderBytes.
    Result<bool> line(std::string_view line);
    const HttpHead& head() const { return m_head; }
    std::chrono::seconds retryAfter() const { return m_retry_after; }

private:
    void field(std::string_view name, std::string_view value);

    HttpHead m_head;
    bool m_has_location = false;
    std::chrono::seconds m_retry_after{0};
    std::uint64_t m_bytes = 0;
};

/// Longer than limits::kMaxResponseHeaderBytes.
tl::unexpected<Error> headersTooLong();

/// The error of a status that is no success, and whether it may pass.
HttpOutcome outcomeOfStatus(int status, const std::string& host, std::chrono::seconds retry_after);

/// The same for what libcurl reports as `code` (a CURLcode), `detail` in its own words.
HttpOutcome outcomeOfCurl(int code, const std::string& host, std::string_view detail, const HttpPolicy& policy);

}  // namespace tessera
