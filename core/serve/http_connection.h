// SPDX-License-Identifier: GPL-3.0-or-later
// One client of the server, from accepting to closing: reads a request, has it answered, reads the next. Inside
// core/serve only: this header carries Boost.
#pragma once

#include "core/serve/http_server.h"

#include <boost/asio.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <array>
#include <atomic>
#include <list>
#include <mutex>
#include <optional>

namespace tessera {

class HttpConnection;

/// What all connections of a server share. Thread-safe.
struct ServerShared {
    ServerOptions options;
    ServerHandler handler;
    std::string host;                          // the one that a request without a token must be for: no other site's name
    boost::asio::thread_pool workers;
    std::atomic<std::uint64_t> requests{0}, bytes_sent{0}, body_bytes{0};

    explicit ServerShared(int worker_threads) : workers(static_cast<std::size_t>(worker_threads)) {}

    std::mutex mutex;
    std::list<HttpConnection*> all;
    std::list<HttpConnection*> waiting;        // without a whole request, longest first
    std::atomic<bool> closing{false};          // no more connections
};

class HttpConnection : public std::enable_shared_from_this<HttpConnection> {
public:
    /// Runs on its own strand and keeps itself alive.
    static void start(boost::asio::ip::tcp::socket socket, std::shared_ptr<ServerShared> shared);
    HttpConnection(boost::asio::ip::tcp::socket socket, std::shared_ptr<ServerShared> shared);
    ~HttpConnection();

    /// Any thread.
    void closeSoon();

private:
    class Reply;
    using Error = boost::system::error_code;
    using Clock = std::chrono::steady_clock;
    template <class Action>
    void post(Action action);

    // Reading
    void waitForRequest();
    void armRead();
    void onBytes(Error error, std::size_t size);
    void readHeader();
    void onHeader(Error error);
    void readBody();
    void onBody(Error error);
    void dispatch();
    void markWaiting(bool waiting);

    // Answering
    bool admits(const ServerRequest& request, const std::shared_ptr<ServerReply>& reply) const;
    void refuse(int status, std::string_view message, std::string_view code);
    void tellFailure(int status, std::string_view body) const;
    std::string headText(const ReplyHead& head, std::optional<std::uint64_t> length);
    void sendText(std::string head, std::string body);
    void sendFrom(std::string head, std::uint64_t length, BodyPiece first, std::unique_ptr<BodySource> source);
    void nextPiece();
    void sendPiece();
    void sendBytes(std::span<const std::byte> bytes);
    void sendFromFile();
    void advance(std::uint64_t bytes);
    void beginStream(std::string head);
    void addToStream(std::string text, bool last);
    void flushStream();
    void answered();

    void expireAfter(std::chrono::milliseconds time);
    void close();

    boost::asio::ip::tcp::socket m_socket;
    boost::asio::strand<boost::asio::any_io_executor> m_strand;
    boost::asio::steady_timer m_timer;
    std::uint64_t m_deadline = 0;              // number of the deadline that counts
    std::shared_ptr<ServerShared> m_shared;
    std::list<HttpConnection*>::iterator m_in_all, m_in_waiting;
    bool m_is_waiting = false;

    boost::beast::flat_buffer m_buffer{limits::kMaxRequestHeaderBytes + 64 * limits::KiB};
    std::optional<boost::beast::http::request_parser<boost::beast::http::string_body>> m_parser;
    std::uint64_t m_reserved = 0;              // of limits::kMaxRequestBodiesBytes
    bool m_reading = false, m_answering = false, m_lingering = false, m_closed = false;

    // The request that is being answered.
    std::stop_source m_gone;
    std::string m_request;                     // method and path
    bool m_keep_alive = false, m_http_1_0 = false, m_head_only = false;
    std::string m_text;                        // head and what of the body is in memory
    std::unique_ptr<BodySource> m_source;
    BodyPiece m_piece;
    std::optional<BodyPiece> m_next;           // made already
    std::uint64_t m_left = 0;                  // bytes of the body
    std::vector<std::byte> m_copied;           // where the system cannot send files
    std::string m_pending, m_writing;          // of a stream
    bool m_streaming = false, m_last = false;
};

}  // namespace tessera
