// SPDX-License-Identifier: GPL-3.0-or-later
// An HTTP/1.1 server (RFC 9110, 9112) for clients that nobody vouches for: headers, bodies, connections and slowness are
// limited, and who sends a request piece by piece, or nothing at all, holds up nobody. What is answered is the handler's.
#pragma once

#include "core/base/limits.h"
#include "core/base/platform/file.h"
#include "core/base/result.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tessera {

/// A request that was answered with a status of 400 or more.
struct FailedRequest {
    int status = 0;
    std::string request;  // "POST /v1/chat/completions"; empty when its header could not be read
    std::string message;
};

struct ServerOptions {
    std::string address = "127.0.0.1";          // numeric, IPv4 or IPv6
    std::uint16_t port = 0;                     // 0: any free one
    std::string token = {};                     // every request must bring it as "Authorization: Bearer …"; never logged
    std::size_t max_connections = limits::kMaxServerConnections;  // beyond it the one that has waited longest goes
    int workers = 4;                            // threads on which handlers run and bodies are prepared
    std::chrono::milliseconds idle_timeout{60'000};      // nothing of a request has come
    std::chrono::milliseconds request_timeout{15'000};   // from a request's first byte to the end of its header
    std::chrono::milliseconds body_timeout{60'000};      // from there to the end of its body
    std::chrono::milliseconds stall_timeout{30'000};     // the client takes nothing of an answer
    std::function<void(const FailedRequest&)> on_failure = {};  // on a thread of the server; must not block
};

using HeaderFields = std::vector<std::pair<std::string, std::string>>;

struct ServerRequest {
    std::string method;    // "GET"
    std::string path;      // percent-decoded, begins with '/'
    HeaderFields fields;   // names in lower case
    std::string body;
    std::string_view header(std::string_view lower_case_name) const;  // empty when there is none
};

struct ReplyHead {
    int status = 200;
    HeaderFields fields;   // without the ones about length and connection
};

/// The next piece of a body: memory that stays as it is until the next call, or a range of a file.
struct BodyPiece {
    std::span<const std::byte> bytes;
    std::shared_ptr<const File> file;
    std::uint64_t offset = 0, size = 0;
};

/// A body that is made while it is sent. One thread at a time, a worker's.
class BodySource {
public:
    virtual ~BodySource() = default;
    /// Never an empty piece. An error breaks the connection: the client sees that bytes are missing.
    virtual Result<BodyPiece> next() = 0;
};

/// How a request is answered: one call of send, or begin, write… and finish; from any thread, at any time. A request whose
/// reply is dropped without an answer gets status 500. To HEAD only the head goes out.
class ServerReply {
public:
    virtual ~ServerReply() = default;
    virtual void send(ReplyHead head, std::string body) = 0;
    /// `body` gives exactly `length` bytes; its first piece is made in this call, on the calling thread, and what is wrong
    /// with it is told with status 500.
    virtual void send(ReplyHead head, std::uint64_t length, std::unique_ptr<BodySource> body) = 0;
    /// A body of unknown length, sent as it comes. A client that reads too slowly for limits::kMaxUnsentStreamBytes is
    /// let go.
    virtual void begin(ReplyHead head) = 0;
    virtual void write(std::string text) = 0;
    virtual void finish() = 0;
    /// Requested when the client is gone, or the server goes down, before the answer is complete.
    virtual std::stop_token gone() const = 0;
};

/// Called on a worker; must not block for long.
using ServerHandler = std::function<void(ServerRequest, std::shared_ptr<ServerReply>)>;

/// What a running server counts.
struct ServerCounts {
    std::uint64_t requests = 0;
    std::uint64_t bytes_sent = 0;      // of bodies
    std::size_t connections = 0;       // open now
};

class HttpServer {
public:
    /// Listens from here on. InvalidArgument: the address is no address, or reaches beyond this machine without a token
    /// of at least limits::kMinTokenBytes. Io: somebody else has the port.
    static Result<std::unique_ptr<HttpServer>> start(const ServerOptions& options, ServerHandler handler);
    /// Ends every connection, which asks for a stop of every gone(), and waits until no handler is at work and every reply
    /// is dropped.
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    std::uint16_t port() const;
    /// "http://127.0.0.1:8080"
    std::string url() const;
    ServerCounts counts() const;

private:
    struct Impl;
    explicit HttpServer(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

/// Whether an address is of this machine only; false for what is no address.
bool isLoopbackAddress(const std::string& address);

/// One form of errors on the whole server, the one that clients of OpenAI's API understand:
/// {"error": {"message": …, "type": …, "param": null, "code": …}}.
/// `param`: the field of the request that is wrong.
std::string errorJson(std::string_view message, std::string_view type, std::string_view code, std::string_view param = {});
void sendError(ServerReply& reply, int status, std::string_view message, std::string_view type, std::string_view code);

}  // namespace tessera
