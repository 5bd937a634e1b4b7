// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/loader/network/http_client.h"

#include "core/base/format.h"
#include "core/base/limits.h"
#include "core/base/platform/paths.h"
#include "core/loader/network/http_head.h"

#include <curl/curl.h>

#include <algorithm>
#include <cstdlib>
#include <mutex>
#include <thread>
#include <vector>

namespace tessera {

namespace {

constexpr int kPollMs = 50;  // how soon a stop is seen
constexpr long kSlowestBytesPerSecond = 1024;
constexpr long kReceiveBytes = 256 * 1024;

void initialiseCurlOnce() {
    static std::once_flag once;
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

std::filesystem::path trustedCertificates(const HttpPolicy& policy) {
    if (!policy.certificates.empty()) return policy.certificates;
    const char* named = std::getenv("SSL_CERT_FILE");
    return named ? fromUtf8(named) : std::filesystem::path();
}

}  // namespace

struct HttpClient::Impl {
    HttpPolicy policy;
    CURLM* multi = nullptr;
    std::vector<CURL*> idle;  // handles keep what they learnt about TLS sessions

    CURL* takeHandle() {
        if (idle.empty()) return curl_easy_init();
        CURL* handle = idle.back();
        idle.pop_back();
        curl_easy_reset(handle);
        return handle;
    }
};

/// One exchange at work.
class HttpClient::Transfer {
public:
    Transfer(Impl& client, HttpExchange exchange) : m_client(client), m_exchange(std::move(exchange)), m_handle(client.takeHandle()) {
        setUp();
        curl_multi_add_handle(m_client.multi, m_handle);
    }
    ~Transfer() {
        curl_multi_remove_handle(m_client.multi, m_handle);
        curl_slist_free_all(m_headers);
        m_client.idle.push_back(m_handle);
    }
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;

    CURL* handle() const { return m_handle; }
    const HttpExchange& exchange() const { return m_exchange; }
    bool hasBody() const { return m_has_body; }

    HttpOutcome outcome(CURLcode code) const {
        const int status = m_reader.head().status;
        if (!m_refused) return {m_refused, status, false, {}};
        const std::string host = hostOf(m_exchange.request.url);
        if (m_head_seen && status / 100 != 2) return outcomeOfStatus(status, host, m_reader.retryAfter());
        if (code == CURLE_OK) return {{}, status, false, {}};
        if (code == CURLE_OUT_OF_MEMORY && status != 0 && !m_head_seen) return {headersTooLong(), status, false, {}};  // libcurl's word for it
        if (code == CURLE_UNSUPPORTED_PROTOCOL && status == 0) return {fail(ErrorKind::Network, host + " does not speak HTTP"), status, false, {}};
        HttpOutcome outcome = outcomeOfCurl(code, host, m_detail, m_client.policy);
        outcome.status = status;
        return outcome;
    }

private:
    template <class T>
    void set(CURLoption option, T value) {
        curl_easy_setopt(m_handle, option, value);
    }

    void setUp() {
        const HttpRequest& request = m_exchange.request;
        const bool encrypted = request.url.starts_with("https:");
        set(CURLOPT_URL, request.url.c_str());
        set(CURLOPT_PROTOCOLS_STR, "http,https");
        set(CURLOPT_REDIR_PROTOCOLS_STR, encrypted ? "https" : "http,https");
        set(CURLOPT_FOLLOWLOCATION, 1L);
        set(CURLOPT_MAXREDIRS, limits::kMaxRedirects);
        set(CURLOPT_SSL_VERIFYPEER, 1L);
        set(CURLOPT_SSL_VERIFYHOST, 2L);
        if (const auto bundle = trustedCertificates(m_client.policy); !bundle.empty()) set(CURLOPT_CAINFO, toUtf8(bundle).c_str());
        else set(CURLOPT_SSL_OPTIONS, static_cast<long>(CURLSSLOPT_NATIVE_CA));
        set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));  // parallel ranges want connections of their own
        set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);  // a proxy's answer is not the server's
        set(CURLOPT_USERAGENT, "Tessera");
        set(CURLOPT_CONNECTTIMEOUT, static_cast<long>(m_client.policy.connect_timeout.count()));
        set(CURLOPT_LOW_SPEED_LIMIT, kSlowestBytesPerSecond);
        set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(m_client.policy.stall_timeout.count()));
        set(CURLOPT_BUFFERSIZE, kReceiveBytes);
        set(CURLOPT_NOSIGNAL, 1L);
        set(CURLOPT_QUICK_EXIT, 1L);  // a stop does not wait for a name server
        set(CURLOPT_ERRORBUFFER, m_detail);
        set(CURLOPT_PRIVATE, this);
        set(CURLOPT_HEADERFUNCTION, &Transfer::onHeader);
        set(CURLOPT_HEADERDATA, this);
        set(CURLOPT_WRITEFUNCTION, &Transfer::onBody);
        set(CURLOPT_WRITEDATA, this);
        if (request.packed) set(CURLOPT_ACCEPT_ENCODING, "gzip");
        if (!m_client.policy.token.empty()) {
            set(CURLOPT_HTTPAUTH, CURLAUTH_BEARER);
            set(CURLOPT_XOAUTH2_BEARER, m_client.policy.token.c_str());
        }
        if (!request.range) return;
        m_range = format("{}-{}", request.range->begin, request.range->end - 1);
        set(CURLOPT_RANGE, m_range.c_str());
        if (request.if_range.empty()) return;
        m_headers = curl_slist_append(nullptr, ("If-Range: " + request.if_range).c_str());
        set(CURLOPT_HTTPHEADER, m_headers);
    }

    /// false ends the transfer.
    bool take(Result<void> taken) {
        if (!taken) m_refused = std::move(taken);
        return m_refused.has_value();
    }

    static std::size_t onHeader(char* data, std::size_t, std::size_t size, void* self) {
        auto& transfer = *static_cast<Transfer*>(self);
        if (transfer.m_head_seen) return size;  // trailers
        auto complete = transfer.m_reader.line({data, size});
        if (!complete) return transfer.take(tl::unexpected(complete.error())), 0;
        if (!*complete) return size;
        transfer.m_head_seen = true;
        const HttpHead& head = transfer.m_reader.head();
        if (head.status / 100 != 2) return 0;
        return !transfer.m_exchange.on_head || transfer.take(transfer.m_exchange.on_head(head)) ? size : 0;
    }

    static std::size_t onBody(char* data, std::size_t, std::size_t size, void* self) {
        auto& transfer = *static_cast<Transfer*>(self);
        if (!transfer.m_head_seen) return size;  // of a redirect
        transfer.m_has_body = true;
        return transfer.take(transfer.m_exchange.on_body(std::as_bytes(std::span(data, size)))) ? size : 0;
    }

    Impl& m_client;
    HttpExchange m_exchange;
    CURL* m_handle;
    curl_slist* m_headers = nullptr;
    std::string m_range;
    HttpHeadReader m_reader;
    bool m_head_seen = false, m_has_body = false;
    Result<void> m_refused;  // by who takes the answer
    char m_detail[CURL_ERROR_SIZE] = "";
};

HttpClient::HttpClient(HttpPolicy policy) : m_impl(std::make_unique<Impl>()) {
    initialiseCurlOnce();
    m_impl->policy = std::move(policy);
    m_impl->multi = curl_multi_init();
}

HttpClient::~HttpClient() {
    for (CURL* handle : m_impl->idle) curl_easy_cleanup(handle);
    curl_multi_cleanup(m_impl->multi);
}

const HttpPolicy& HttpClient::policy() const { return m_impl->policy; }

Result<void> HttpClient::run(HttpWork& work, int connections, const std::stop_token& stop) {
    std::vector<std::unique_ptr<Transfer>> running;
    work.setWaker([multi = m_impl->multi] { curl_multi_wakeup(multi); });
    while (true) {
        if (stop.stop_requested()) return fail(ErrorKind::Cancelled, "stopped");
        while (running.size() < static_cast<std::size_t>(std::max(connections, 1))) {
            auto exchange = work.next();
            if (!exchange) break;
            running.push_back(std::make_unique<Transfer>(*m_impl, *std::move(exchange)));
        }
        if (running.empty() && work.finished()) return {};
        int alive = 0;
        curl_multi_perform(m_impl->multi, &alive);
        int queued = 0;
        bool ended = false;
        while (const CURLMsg* message = curl_multi_info_read(m_impl->multi, &queued)) {
            if (message->msg != CURLMSG_DONE) continue;
            const CURLcode code = message->data.result;
            const auto found = std::ranges::find(running, message->easy_handle, &Transfer::handle);
            const std::unique_ptr<Transfer> transfer = std::move(*found);
            running.erase(found);
            ended = true;
            TESSERA_CHECK(work.ended(transfer->exchange(), transfer->outcome(code)));
        }
        if (ended) continue;  // another one can begin
        if (!running.empty() || !work.finished()) curl_multi_poll(m_impl->multi, nullptr, 0, kPollMs, nullptr);
    }
}

namespace {

/// One exchange, again and again until it ends for good.
class SingleWork final : public HttpWork {
public:
    SingleWork(const HttpExchange& exchange, int attempts, std::chrono::milliseconds delay)
        : m_exchange(exchange), m_attempts_left(attempts), m_delay(delay) {
        m_exchange.on_body = [this, &exchange](std::span<const std::byte> bytes) {
            m_has_body = true;
            return exchange.on_body(bytes);
        };
    }

    std::optional<HttpExchange> next() override {
        if (m_running || m_over || std::chrono::steady_clock::now() < m_not_before) return std::nullopt;
        m_running = true;
        return m_exchange;
    }
    bool finished() const override { return m_over; }
    Result<void> ended(const HttpExchange&, HttpOutcome outcome) override {
        m_running = false;
        const auto wait = std::max<std::chrono::milliseconds>(m_delay, outcome.wait);
        m_over = outcome.result || !outcome.may_pass || m_has_body || --m_attempts_left <= 0;
        m_not_before = std::chrono::steady_clock::now() + wait;
        m_delay *= 2;
        m_outcome = std::move(outcome);
        return {};
    }
    HttpOutcome outcome() && { return std::move(m_outcome); }

private:
    HttpExchange m_exchange;
    int m_attempts_left;
    std::chrono::milliseconds m_delay;
    std::chrono::steady_clock::time_point m_not_before{};
    bool m_running = false, m_over = false, m_has_body = false;
    HttpOutcome m_outcome;
};

}  // namespace

HttpOutcome HttpClient::perform(const HttpExchange& exchange, int attempts, const std::stop_token& stop) {
    SingleWork work(exchange, attempts, m_impl->policy.retry_delay);
    if (auto ran = run(work, 1, stop); !ran) return {std::move(ran), 0, false, {}};
    return std::move(work).outcome();
}

Result<std::string> HttpClient::json(const std::string& url, std::uint64_t limit, int attempts, const std::stop_token& stop) {
    std::string text;
    HttpExchange exchange;
    exchange.request.url = url;
    exchange.request.packed = true;
    exchange.on_body = [&](std::span<const std::byte> bytes) -> Result<void> {
        if (text.size() + bytes.size() > limit) {
            return fail(ErrorKind::InvalidArgument, format("{} sends more than the {} that are read here", hostOf(url), formatBytes(limit)));
        }
        text.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        const auto first = text.find_first_not_of(" \t\r\n");
        if (first == std::string::npos || text[first] == '{' || text[first] == '[') return {};
        return fail(ErrorKind::Corrupt, format("{}: what comes is no JSON; check the link", url));
    };
    HttpOutcome outcome = perform(exchange, attempts, stop);
    if (!outcome.result) return tl::unexpected(std::move(outcome.result).error());
    return text;
}

std::string hostOf(const std::string& url) {
    const auto begin = url.find("://");
    if (begin == std::string::npos) return url;
    return url.substr(begin + 3, url.find_first_of("/?#", begin + 3) - begin - 3);
}

}  // namespace tessera
