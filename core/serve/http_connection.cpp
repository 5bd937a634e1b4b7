// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/serve/http_connection.h"

#include "core/base/format.h"
#include "core/base/hash.h"
#include "core/base/log.h"
#include "core/base/percent.h"
#include "core/base/platform/socket.h"
#include "core/base/quote.h"
#include "core/serve/http_range.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace tessera {

namespace asio = boost::asio;
namespace http = boost::beast::http;

namespace {

constexpr std::size_t kReadBytes = 8 * limits::KiB;
constexpr std::uint64_t kCopyBytes = 256 * limits::KiB;
constexpr std::chrono::milliseconds kLinger{1000};
constexpr std::size_t kMaxToldBytes = 400;
constexpr std::uint64_t kFairBytes = 8 * limits::MiB;  // then others on the same thread have their turn

std::string lowerCase(std::string_view text) {
    std::string lower(text);
    std::ranges::transform(lower, lower.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return lower;
}

bool carriesToken(std::string_view authorization, std::string_view token) {
    return lowerCase(authorization.substr(0, 7)) == "bearer " && sameSecret(authorization.substr(7), token);
}

bool isMine(std::string_view host, std::string_view expected) {
    const auto colon = host.rfind(':');
    const std::string name = lowerCase(colon != std::string_view::npos && host.find(']', colon) == std::string_view::npos ? host.substr(0, colon) : host);
    return name == "localhost" || name == "127.0.0.1" || name == "[::1]" || name == expected;
}

}  // namespace

/// Passes the handler's answer to the connection's strand. Once answered, later calls do nothing.
class HttpConnection::Reply final : public ServerReply {
public:
    Reply(std::shared_ptr<HttpConnection> connection, std::stop_token gone)
        : m_connection(std::move(connection)), m_gone(std::move(gone)), m_work(m_connection->m_socket.get_executor()) {}
    ~Reply() override {
        if (m_began.exchange(true)) {
            if (m_streams && !m_finished) m_connection->closeSoon();
            return;
        }
        const std::string body = errorJson("the request was not answered", "server_error", "internal_error");
        m_connection->post([c = m_connection, body] { 
            c->tellFailure(500, body);
            c->sendText(c->headText({500, {{"content-type", "application/json"}}}, body.size()), body);
        });
    }

    void send(ReplyHead head, std::string body) override {
        if (m_began.exchange(true)) return;
        m_connection->post([c = m_connection, head = std::move(head), body = std::move(body)]() mutable {
            c->tellFailure(head.status, body);
            std::string text = c->headText(head, body.size());
            c->sendText(std::move(text), std::move(body));
        });
    }
    void send(ReplyHead head, std::uint64_t length, std::unique_ptr<BodySource> body) override {
        // The first piece is made here, on the worker, while what is wrong with it can still be told.
        auto first = length == 0 || m_connection->m_head_only ? Result<BodyPiece>(BodyPiece{}) : body->next();
        if (!first) return sendError(*this, 500, first.error().message, "server_error", errorKindName(first.error().kind));
        if (m_began.exchange(true)) return;
        m_connection->post([c = m_connection, head = std::move(head), length, first = *std::move(first), body = std::move(body)]() mutable {
            c->sendFrom(c->headText(head, length), length, std::move(first), std::move(body));
        });
    }
    void begin(ReplyHead head) override {
        if (m_began.exchange(true)) return;
        m_streams = true;
        m_connection->post([c = m_connection, head = std::move(head)] { c->beginStream(c->headText(head, std::nullopt)); });
    }
    void write(std::string text) override {
        if (!text.empty()) m_connection->post([c = m_connection, text = std::move(text)]() mutable { c->addToStream(std::move(text), false); });
    }
    void finish() override {
        m_finished = true;
        m_connection->post([c = m_connection] { c->addToStream({}, true); });
    }
    std::stop_token gone() const override { return m_gone; }

private:
    std::shared_ptr<HttpConnection> m_connection;
    std::stop_token m_gone;
    asio::executor_work_guard<asio::any_io_executor> m_work;  // the server's threads run until no reply is left
    std::atomic<bool> m_began{false}, m_streams{false}, m_finished{false};
};

template <class Action>
void HttpConnection::post(Action action) {
    asio::post(m_strand, std::move(action));
}

void HttpConnection::start(asio::ip::tcp::socket socket, std::shared_ptr<ServerShared> shared) {
    const auto connection = std::make_shared<HttpConnection>(std::move(socket), std::move(shared));
    connection->post([connection] {
        if (connection->m_shared->closing) connection->close();
        else connection->waitForRequest();
    });
}

HttpConnection::HttpConnection(asio::ip::tcp::socket socket, std::shared_ptr<ServerShared> shared)
    : m_socket(std::move(socket)), m_strand(m_socket.get_executor()), m_timer(m_socket.get_executor()), m_shared(std::move(shared)) {
    Error ignored;
    m_socket.set_option(asio::ip::tcp::no_delay(true), ignored);
    m_socket.non_blocking(true, ignored);
    const std::lock_guard lock(m_shared->mutex);
    m_in_all = m_shared->all.insert(m_shared->all.end(), this);
}

HttpConnection::~HttpConnection() {
    m_shared->body_bytes -= m_reserved;
    const std::lock_guard lock(m_shared->mutex);
    m_shared->all.erase(m_in_all);
    if (m_is_waiting) m_shared->waiting.erase(m_in_waiting);
}

void HttpConnection::closeSoon() {
    post([self = shared_from_this()] { self->close(); });
}

void HttpConnection::close() {
    if (m_closed) return;
    m_closed = true;
    Error ignored;
    m_timer.cancel(ignored);
    m_socket.shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
    m_socket.close(ignored);
    m_gone.request_stop();
}

void HttpConnection::expireAfter(std::chrono::milliseconds time) {
    const std::uint64_t number = ++m_deadline;
    m_timer.expires_after(time);
    m_timer.async_wait(asio::bind_executor(m_strand, [self = shared_from_this(), number](Error error) {
        if (!error && number == self->m_deadline) self->close();
    }));
}

void HttpConnection::markWaiting(bool waiting) {
    const std::lock_guard lock(m_shared->mutex);
    if (waiting == m_is_waiting) return;
    m_is_waiting = waiting;
    if (waiting) m_in_waiting = m_shared->waiting.insert(m_shared->waiting.end(), this);
    else m_shared->waiting.erase(m_in_waiting);
}

// Reading. While a request is answered a read is under way, unless the next request has come already: that is how a
// client's going is noticed.

void HttpConnection::waitForRequest() {
    if (m_closed) return;
    markWaiting(true);
    if (m_buffer.size() > 0) return readHeader();
    expireAfter(m_shared->options.idle_timeout);
    armRead();
}

void HttpConnection::armRead() {
    if (m_reading || m_buffer.size() > 0) return;
    m_reading = true;
    m_socket.async_read_some(m_buffer.prepare(kReadBytes), asio::bind_executor(m_strand, [self = shared_from_this()](Error error, std::size_t size) {
        self->onBytes(error, size);
    }));
}

void HttpConnection::onBytes(Error error, std::size_t size) {
    m_reading = false;
    if (error) return close();
    if (m_lingering) return armRead();
    m_buffer.commit(size);
    if (!m_answering) readHeader();
}

void HttpConnection::readHeader() {
    m_parser.emplace();
    m_parser->header_limit(limits::kMaxRequestHeaderBytes);
    m_parser->body_limit(limits::kMaxRequestBodyBytes);
    expireAfter(m_shared->options.request_timeout);
    http::async_read_header(m_socket, m_buffer, *m_parser, asio::bind_executor(m_strand, [self = shared_from_this()](Error error, std::size_t) { self->onHeader(error); }));
}

void HttpConnection::onHeader(Error error) {
    if (m_closed) return;
    m_gone = std::stop_source();
    m_keep_alive = false;
    m_http_1_0 = m_head_only = false;
    m_request.clear();
    if (error == http::error::header_limit) return refuse(431, format("a request's header may have {}", formatBytes(limits::kMaxRequestHeaderBytes)), "header_too_large");
    if (error == http::error::body_limit) return refuse(413, format("a request's body may have {}", formatBytes(limits::kMaxRequestBodyBytes)), "body_too_large");
    if (error.category() == make_error_code(http::error::bad_method).category() && error != http::error::end_of_stream && error != http::error::partial_message)
        return refuse(400, "this is no HTTP request", "bad_request");
    if (error) return close();
    const auto& request = m_parser->get();
    m_keep_alive = request.keep_alive();
    m_http_1_0 = request.version() < 11;
    m_head_only = request.method() == http::verb::head;
    const std::string_view target(request.target().data(), request.target().size());
    m_request = format("{} {}", std::string_view(request.method_string().data(), request.method_string().size()), target.substr(0, target.find_first_of("?#")));
    if (m_parser->is_done()) return dispatch();
    if (m_parser->chunked()) {
        m_keep_alive = false;
        return refuse(411, "send the body's length (Content-Length)", "length_required");
    }
    readBody();
}

void HttpConnection::readBody() {
    const std::uint64_t length = m_parser->content_length().value_or(0);
    const bool keep = std::exchange(m_keep_alive, false);  // a body that is not read ends the connection
    if (length > limits::kMaxRequestBodyBytes) return refuse(413, format("a request's body may have {}", formatBytes(limits::kMaxRequestBodyBytes)), "body_too_large");
    const auto given = m_parser->get()[http::field::authorization];
    if (!m_shared->options.token.empty() && !carriesToken({given.data(), given.size()}, m_shared->options.token))
        return refuse(401, "this server asks for its token as an API key", "invalid_api_key");
    if (m_shared->body_bytes.fetch_add(length) + length > limits::kMaxRequestBodiesBytes) {
        m_shared->body_bytes -= length;
        return refuse(503, "too many large requests at once; try again", "overloaded");
    }
    m_reserved = length;
    m_keep_alive = keep;
    expireAfter(m_shared->options.body_timeout);
    const auto read = [self = shared_from_this()] {
        http::async_read(self->m_socket, self->m_buffer, *self->m_parser, asio::bind_executor(self->m_strand, [self](Error error, std::size_t) { self->onBody(error); }));
    };
    if (!boost::beast::iequals(m_parser->get()[http::field::expect], "100-continue")) return read();
    static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    asio::async_write(m_socket, asio::buffer(kContinue.data(), kContinue.size()), asio::bind_executor(m_strand, [self = shared_from_this(), read](Error error, std::size_t) {
        if (error) self->close();
        else read();
    }));
}

void HttpConnection::onBody(Error error) {
    if (m_closed) return;
    if (error == http::error::body_limit) return refuse(413, format("a request's body may have {}", formatBytes(limits::kMaxRequestBodyBytes)), "body_too_large");
    if (error) return close();
    dispatch();
}

void HttpConnection::dispatch() {
    markWaiting(false);
    m_answering = true;
    ++m_deadline;  // none until the answer is sent
    m_timer.cancel();
    ++m_shared->requests;
    auto message = m_parser->release();
    m_parser.reset();
    armRead();
    const auto reply = std::make_shared<Reply>(shared_from_this(), m_gone.get_token());
    ServerRequest request;
    request.method = std::string(message.method_string());
    for (const auto& field : message) request.fields.emplace_back(lowerCase({field.name_string().data(), field.name_string().size()}), std::string(field.value()));
    request.body = std::move(message.body());
    const std::string_view target(message.target().data(), message.target().size());
    const auto path = percentDecoded(target.substr(0, target.find_first_of("?#")));
    if (!path || !path->starts_with('/')) return sendError(*reply, 400, "the request's path is malformed", "invalid_request_error", "bad_path");
    request.path = *path;
    if (!admits(request, reply)) return;
    asio::post(m_shared->workers, [shared = m_shared, request = std::move(request), reply]() mutable { shared->handler(std::move(request), std::move(reply)); });
}

/// With a token everybody who has it; without one whoever names this machine as the host: a web page that some browser
/// here shows must not get at the server by giving its own name this machine's address (DNS rebinding).
bool HttpConnection::admits(const ServerRequest& request, const std::shared_ptr<ServerReply>& reply) const {
    const std::string& token = m_shared->options.token;
    if (token.empty()) {
        const std::string_view host = request.header("host");
        if (host.empty() || isMine(host, m_shared->host)) return true;
        sendError(*reply, 403, "without a token this server answers to this machine's own names only", "invalid_request_error", "wrong_host");
        return false;
    }
    const std::string_view given = request.header("authorization");
    if (carriesToken(given, token)) return true;
    reply->send({401, {{"content-type", "application/json"}, {"www-authenticate", "Bearer"}}},
                errorJson(given.empty() ? "this server asks for its token (Authorization: Bearer …)" : "this is not the server's token", "invalid_request_error", "invalid_api_key"));
    return false;
}

// Answering.

void HttpConnection::refuse(int status, std::string_view message, std::string_view code) {
    markWaiting(false);
    m_answering = true;
    m_keep_alive = false;
    const std::string body = errorJson(message, "invalid_request_error", code);
    tellFailure(status, body);
    sendText(headText({status, {{"content-type", "application/json"}}}, body.size()), body);
}

void HttpConnection::tellFailure(int status, std::string_view body) const {
    if (status < 400 || !m_shared->options.on_failure) return;
    const auto root = nlohmann::json::parse(body, nullptr, false);
    const auto message = root.is_object() && root.contains("error") ? root["error"].value("message", std::string()) : std::string();
    m_shared->options.on_failure({status, oneLine(m_request, kMaxToldBytes), oneLine(message, kMaxToldBytes)});
}

std::string HttpConnection::headText(const ReplyHead& head, std::optional<std::uint64_t> length) {
    const auto reason = http::obsolete_reason(static_cast<http::status>(head.status));
    std::string text = format("HTTP/1.1 {} {}\r\n", head.status, std::string_view(reason.data(), reason.size()));
    for (const auto& [name, value] : head.fields) text += format("{}: {}\r\n", name, value);
    if (length && head.status != 304) text += format("content-length: {}\r\n", *length);
    if (!length && m_http_1_0) m_keep_alive = false;  // the end of the connection is the end of the body
    if (!length && !m_http_1_0) text += "transfer-encoding: chunked\r\n";
    if (!m_keep_alive) text += "connection: close\r\n";
    else if (m_http_1_0) text += "connection: keep-alive\r\n";
    return text + "\r\n";
}

void HttpConnection::sendText(std::string head, std::string body) {
    if (m_closed) return;
    m_text = std::move(head);
    if (!m_head_only) {
        m_text += body;
        m_shared->bytes_sent += body.size();
    }
    m_source.reset();
    m_piece = {std::as_bytes(std::span(m_text)), nullptr, 0, 0};
    m_left = m_text.size();
    sendPiece();
}

void HttpConnection::sendFrom(std::string head, std::uint64_t length, BodyPiece first, std::unique_ptr<BodySource> source) {
    if (m_closed) return;
    if (m_head_only || length == 0) return sendText(std::move(head), {});
    m_text = std::move(head);
    m_source = std::move(source);
    m_next = std::move(first);
    m_left = m_text.size() + length;
    m_shared->bytes_sent += length;
    m_piece = {std::as_bytes(std::span(m_text)), nullptr, 0, 0};
    sendPiece();
}

void HttpConnection::nextPiece() {
    if (m_left == 0 || !m_source) return m_left == 0 ? answered() : close();
    if (m_next) {
        m_piece = *std::exchange(m_next, std::nullopt);
        return sendPiece();
    }
    ++m_deadline;  // a slow disk is not the client's fault
    asio::post(m_shared->workers, [self = shared_from_this()] {
        auto piece = std::make_shared<Result<BodyPiece>>(self->m_source->next());
        self->post([self, piece] {
            if (self->m_closed) return;
            if (!*piece) {
                logWarning(format("an answer was cut short: {}", piece->error().message));
                return self->close();
            }
            self->m_piece = **piece;
            self->sendPiece();
        });
    });
}

void HttpConnection::sendPiece() {
    expireAfter(m_shared->options.stall_timeout);
    if (m_piece.file) return sendFromFile();
    if (m_piece.bytes.empty()) return nextPiece();
    sendBytes(m_piece.bytes);
}

void HttpConnection::sendBytes(std::span<const std::byte> bytes) {
    m_socket.async_write_some(asio::buffer(bytes.data(), bytes.size()), asio::bind_executor(m_strand, [self = shared_from_this()](Error error, std::size_t size) {
        if (error || self->m_closed) return self->close();
        self->advance(size);
        self->sendPiece();
    }));
}

void HttpConnection::advance(std::uint64_t bytes) {
    m_left -= std::min(m_left, bytes);
    if (m_piece.file) {
        m_piece.offset += bytes;
        m_piece.size -= bytes;
        if (m_piece.size == 0) m_piece = {};
    } else {
        m_piece.bytes = m_piece.bytes.subspan(static_cast<std::size_t>(bytes));
    }
}

void HttpConnection::sendFromFile() {
    for (std::uint64_t turn = 0; m_piece.file && turn < kFairBytes;) {
        const auto sent = sendFile(*m_piece.file, m_piece.offset, m_piece.size, static_cast<std::intptr_t>(m_socket.native_handle()));
        if (!sent) return close();
        if (!*sent) {  // read and written instead
            m_copied.resize(static_cast<std::size_t>(std::min(m_piece.size, kCopyBytes)));
            if (!m_piece.file->readAt(m_piece.offset, m_copied)) return close();
            return sendBytes(m_copied);
        }
        if (**sent == 0) {
            m_socket.async_wait(asio::ip::tcp::socket::wait_write, asio::bind_executor(m_strand, [self = shared_from_this()](Error error) {
                if (error || self->m_closed) return self->close();
                self->sendPiece();
            }));
            return;
        }
        advance(**sent);
        turn += **sent;
    }
    post([self = shared_from_this()] {
        if (!self->m_closed) self->sendPiece();
    });
}

void HttpConnection::beginStream(std::string head) {
    if (m_closed) return;
    m_streaming = true;
    m_last = false;
    m_pending = std::move(head);
    flushStream();
}

void HttpConnection::addToStream(std::string text, bool last) {
    if (m_closed || !m_streaming || m_last) return;
    m_last = last;
    m_shared->bytes_sent += text.size();
    if (!m_head_only) {
        if (m_http_1_0) m_pending += text;
        else if (!text.empty()) m_pending += format("{:x}\r\n{}\r\n", text.size(), text);
        if (last && !m_http_1_0) m_pending += "0\r\n\r\n";
    }
    if (m_pending.size() > limits::kMaxUnsentStreamBytes) return close();
    flushStream();
}

void HttpConnection::flushStream() {
    if (!m_writing.empty()) return;
    if (m_pending.empty()) {
        ++m_deadline;
        if (m_last) answered();
        return;
    }
    m_writing.swap(m_pending);
    expireAfter(m_shared->options.stall_timeout);
    asio::async_write(m_socket, asio::buffer(m_writing), asio::bind_executor(m_strand, [self = shared_from_this()](Error error, std::size_t) {
        if (error || self->m_closed) return self->close();
        self->m_writing.clear();
        self->flushStream();
    }));
}

void HttpConnection::answered() {
    m_shared->body_bytes -= std::exchange(m_reserved, 0);
    m_answering = m_streaming = m_last = false;
    m_source.reset();
    m_next.reset();
    m_piece = {};
    m_text.clear();
    if (m_keep_alive) return waitForRequest();
    // What is still unread would make the system reset the connection before the client has read the answer.
    Error ignored;
    m_socket.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    m_buffer.consume(m_buffer.size());
    m_lingering = true;
    expireAfter(kLinger);
    armRead();
}

}  // namespace tessera
