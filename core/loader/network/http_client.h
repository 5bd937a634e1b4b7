// SPDX-License-Identifier: GPL-3.0-or-later
// HTTP(S) through libcurl, for servers that nobody vouches for: GET only, http and https only (redirects too, and never
// from https back to http), certificates verified, headers, redirects and slowness limited. Bodies are limited by who
// takes them.
#pragma once

#include "core/base/result.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>

namespace tessera {

struct HttpPolicy {
    std::chrono::seconds connect_timeout{20};
    std::chrono::seconds stall_timeout{30};    // less than 1 KiB/s for this long ends a request
    std::chrono::milliseconds fragment_patience{10'000};  // a fragment that takes longer may go to a faster source
    std::chrono::milliseconds retry_delay{500};  // doubled with every further attempt
    int attempts = 6;                          // of one request, as long as it makes no headway
    std::filesystem::path certificates;        // PEM bundle; empty: $SSL_CERT_FILE, else the system's
    std::string token;                         // "Authorization: Bearer …", to the hosts of links, not to where they redirect
};

/// Bytes [begin, end).
struct ByteRange {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    std::uint64_t size() const { return end - begin; }
    bool operator==(const ByteRange&) const = default;
};

struct HttpRequest {
    std::string url;
    std::optional<ByteRange> range;
    std::string if_range;  // the validator that the range has to belong to; else the whole comes
    bool packed = false;   // may come as gzip; on_body gets it unpacked
};

/// What stands before an answer's body, as the last server in a chain of redirects says it.
struct HttpHead {
    int status = 0;
    std::optional<std::uint64_t> content_length;
    std::optional<ByteRange> range;         // of a 206
    std::optional<std::uint64_t> total;     // size of the whole, from a 206
    std::string etag, last_modified, content_type;
    std::string linked_etag;                // "x-linked-etag" of any server in the chain: the hub's hash of the file
};

/// One request and who takes its answer. An error from a callback ends the exchange with it.
struct HttpExchange {
    HttpRequest request;
    std::function<Result<void>(const HttpHead&)> on_head;                  // of a 2xx; may be empty
    std::function<Result<void>(std::span<const std::byte>)> on_body;
    std::size_t tag = 0;                                                   // for who gave it out
};

/// How an exchange ended.
struct HttpOutcome {
    Result<void> result;
    int status = 0;                          // 0: no answer came
    bool may_pass = false;                   // worth another attempt: a lost connection, a busy server
    std::chrono::seconds wait{0};            // what the server asks to wait before it
};

/// Gives out exchanges and hears how they ended.
class HttpWork {
public:
    virtual ~HttpWork() = default;
    /// Nothing: not now.
    virtual std::optional<HttpExchange> next() = 0;
    /// Everything that next() will ever give has been given. Asked when nothing runs.
    virtual bool finished() const = 0;
    /// `exchange` as next() gave it. An error ends the whole work.
    virtual Result<void> ended(const HttpExchange& exchange, HttpOutcome outcome) = 0;
    /// Called before anything else: `wake` may be called from any thread, also late, when next() or finished() would now
    /// answer otherwise.
    virtual void setWaker([[maybe_unused]] std::function<void()> wake) {}
};

/// Connections are kept between calls. One thread at a time; callbacks come on the calling thread.
class HttpClient {
public:
    explicit HttpClient(HttpPolicy policy = {});
    ~HttpClient();
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    const HttpPolicy& policy() const;

    /// Works off `work` with up to `connections` exchanges at once. Cancelled within a fraction of a second after a stop.
    Result<void> run(HttpWork& work, int connections, const std::stop_token& stop);

    /// One exchange, tried again up to `attempts` times while nothing of the body has come.
    HttpOutcome perform(const HttpExchange& exchange, int attempts, const std::stop_token& stop);

    /// A JSON document, tried as perform() does; InvalidArgument when it is longer than `limit`, Corrupt when its first
    /// character belongs to something else (a page that says "not found", with the status of a success).
    Result<std::string> json(const std::string& url, std::uint64_t limit, int attempts, const std::stop_token& stop);

private:
    class Transfer;
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

/// Host of a link, for messages and stages: "huggingface.co".
std::string hostOf(const std::string& url);

}  // namespace tessera
