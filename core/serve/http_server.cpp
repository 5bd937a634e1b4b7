// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/serve/http_server.h"

#include "core/base/format.h"
#include "core/base/platform/socket.h"
#include "core/base/quote.h"
#include "core/serve/http_connection.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <thread>

namespace tessera {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr int kIoThreads = 2;
constexpr std::uint64_t kOtherFiles = 512;
constexpr std::chrono::milliseconds kAcceptPause{100};  // when the system gives no more sockets

}  // namespace

std::string_view ServerRequest::header(std::string_view lower_case_name) const {
    const auto found = std::ranges::find(fields, lower_case_name, &std::pair<std::string, std::string>::first);
    return found == fields.end() ? std::string_view() : std::string_view(found->second);
}

struct HttpServer::Impl {
    asio::io_context io;
    tcp::acceptor acceptor{asio::make_strand(io)};
    asio::steady_timer pause{acceptor.get_executor()};
    std::shared_ptr<ServerShared> shared;
    std::string host;
    std::uint16_t port = 0;
    std::vector<std::thread> threads;

    Result<void> listen() {
        boost::system::error_code error;
        const auto address = asio::ip::make_address(shared->options.address, error);
        if (error) return fail(ErrorKind::InvalidArgument, format("{} is no numeric address; give one of this machine's, such as 127.0.0.1", inQuotes(shared->options.address)));
        const tcp::endpoint endpoint(address, shared->options.port);
        host = address.is_v6() ? format("[{}]", address.to_string()) : address.to_string();
        shared->host = host;
        acceptor.open(endpoint.protocol(), error);
        if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
        if (!error) acceptor.bind(endpoint, error);
        if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
        if (error) return fail(ErrorKind::Io, format("cannot listen on {}:{}: {}", host, shared->options.port, error.message()));
        port = acceptor.local_endpoint(error).port();
        return {};
    }

    void accept() {
        acceptor.async_accept(io, [this](boost::system::error_code error, tcp::socket socket) {
            if (error == asio::error::operation_aborted || !acceptor.is_open()) return;
            if (error) {
                pause.expires_after(kAcceptPause);
                pause.async_wait([this](boost::system::error_code stopped) {
                    if (!stopped) accept();
                });
                return;
            }
            if (makeRoom()) HttpConnection::start(std::move(socket), shared);  // else the socket closes
            accept();
        });
    }

    /// Whoever has waited longest without a request gives way to the newcomer; false when all are being answered.
    bool makeRoom() {
        std::shared_ptr<HttpConnection> leaving;
        const std::lock_guard lock(shared->mutex);
        if (shared->all.size() < shared->options.max_connections) return true;
        if (shared->waiting.empty()) return false;
        leaving = shared->waiting.front()->weak_from_this().lock();
        shared->waiting.splice(shared->waiting.end(), shared->waiting, shared->waiting.begin());
        if (leaving) leaving->closeSoon();
        return true;
    }

    void stop() {
        asio::post(acceptor.get_executor(), [this] {
            boost::system::error_code ignored;
            acceptor.close(ignored);
            pause.cancel(ignored);
        });
        std::vector<std::shared_ptr<HttpConnection>> open;
        {
            const std::lock_guard lock(shared->mutex);
            shared->closing = true;
            for (HttpConnection* connection : shared->all) {
                if (auto alive = connection->weak_from_this().lock()) open.push_back(std::move(alive));
            }
        }
        for (const auto& connection : open) connection->closeSoon();
        open.clear();
        for (std::thread& thread : threads) thread.join();  // they wait for every reply, and replies need the workers
        shared->workers.join();
    }
};

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}

HttpServer::~HttpServer() { m_impl->stop(); }

Result<std::unique_ptr<HttpServer>> HttpServer::start(const ServerOptions& options, ServerHandler handler) {
    if (!options.token.empty() && options.token.size() < limits::kMinTokenBytes)
        return fail(ErrorKind::InvalidArgument, format("the token has {} characters; one that cannot be guessed has at least {}", options.token.size(), limits::kMinTokenBytes));
    if (options.token.empty() && !isLoopbackAddress(options.address))
        return fail(ErrorKind::InvalidArgument, format("{} reaches beyond this machine: everybody there could use the server. Give it a token", inQuotes(options.address)));
    auto impl = std::make_unique<Impl>();
    impl->shared = std::make_shared<ServerShared>(std::max(options.workers, 1));
    impl->shared->options = options;
    impl->shared->handler = std::move(handler);
    TESSERA_CHECK(impl->listen());
    allowOpenFiles(options.max_connections + kOtherFiles);
    impl->accept();
    for (int i = 0; i < kIoThreads; ++i) impl->threads.emplace_back([&io = impl->io] { io.run(); });
    return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
}

std::uint16_t HttpServer::port() const { return m_impl->port; }

std::string HttpServer::url() const { return format("http://{}:{}", m_impl->host, m_impl->port); }

ServerCounts HttpServer::counts() const {
    const ServerShared& shared = *m_impl->shared;
    const std::lock_guard lock(m_impl->shared->mutex);
    return {shared.requests, shared.bytes_sent, shared.all.size()};
}

bool isLoopbackAddress(const std::string& address) {
    boost::system::error_code error;
    const auto parsed = asio::ip::make_address(address, error);
    return !error && parsed.is_loopback();
}

std::string errorJson(std::string_view message, std::string_view type, std::string_view code, std::string_view param) {
    nlohmann::ordered_json error{{"message", message}, {"type", type}, {"param", nullptr}, {"code", code}};
    if (!param.empty()) error["param"] = param;
    return nlohmann::ordered_json{{"error", error}}.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void sendError(ServerReply& reply, int status, std::string_view message, std::string_view type, std::string_view code) {
    reply.send({status, {{"content-type", "application/json"}}}, errorJson(message, type, code));
}

}  // namespace tessera
