// SPDX-License-Identifier: GPL-3.0-or-later
// A web server in the test's own process, on loopback, that does what a handler says: right, wrong, slowly or for ever.
#pragma once

#include <QSslCertificate>
#include <QSslKey>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

class QTcpSocket;

namespace tessera::test {

struct WebRequest {
    std::string path;                                // with its query
    std::map<std::string, std::string> headers;      // names in lower case
    std::string header(const std::string& name) const;
    /// [begin, end) of "Range: bytes=…".
    std::optional<std::pair<std::uint64_t, std::uint64_t>> range() const;
};

/// The client's end of a connection. false: the client is gone, or the server is going down.
class WebReply {
public:
    WebReply(QTcpSocket& socket, std::atomic<bool>& down, std::atomic<std::uint64_t>& sent) : m_socket(socket), m_down(down), m_sent(sent) {}
    /// Status line, headers ("Name: value\r\n"…), and the empty line.
    bool head(std::string_view status, const std::string& headers);
    bool send(std::span<const std::byte> bytes);
    bool text(std::string_view text) { return send(std::as_bytes(std::span(text.data(), text.size()))); }
    /// Waits until `ms` have passed, the client has gone, or the server goes down.
    bool wait(int ms);
    /// No further request on this connection.
    void close() { m_closed = true; }
    bool isClosed() const { return m_closed; }

private:
    QTcpSocket& m_socket;
    std::atomic<bool>& m_down;
    std::atomic<std::uint64_t>& m_sent;  // of bodies
    bool m_closed = false;
};

/// How a file is served.
struct ServedFile {
    std::span<const std::byte> bytes;
    std::string etag = {};       // with quotes
    bool ranges = true;
    bool tells_length = true;
    std::string more_headers = {};  // "Name: value\r\n"
    std::uint64_t cut_after = UINT64_MAX;  // the connection breaks after this many bytes of a body
};
/// Range, If-Range, 200, 206, 416 as RFC 9110 wants them.
void serve(const WebRequest& request, WebReply& reply, const ServedFile& file);

/// A key and a certificate of its own for 127.0.0.1.
struct TlsIdentity {
    QSslKey key;
    QSslCertificate certificate;
    static TlsIdentity make();
};

/// Listens while it lives. The handler is called on a thread per connection.
class WebServer {
public:
    using Handler = std::function<void(const WebRequest&, WebReply&)>;
    explicit WebServer(Handler handler, std::optional<TlsIdentity> tls = std::nullopt);
    ~WebServer();
    WebServer(const WebServer&) = delete;
    WebServer& operator=(const WebServer&) = delete;

    /// "http://127.0.0.1:PORT/" + path
    std::string url(std::string_view path) const;
    std::uint64_t bytesSent() const { return m_sent; }  // of bodies
    int requests() const { return m_requests; }
    int mostAtOnce() const { return m_most_at_once; }

private:
    class Listener;
    void converse(std::intptr_t descriptor);

    Handler m_handler;
    std::optional<TlsIdentity> m_tls;
    std::atomic<bool> m_down{false};
    std::atomic<std::uint64_t> m_sent{0};
    std::atomic<int> m_requests{0}, m_at_once{0}, m_most_at_once{0}, m_connections{0};
    std::atomic<int> m_port{0};
    std::thread m_listening;
};

}  // namespace tessera::test
