// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/node_server.h"

#include "core/base/format.h"
#include "core/base/log.h"
#include "core/base/platform/socket.h"
#include "core/base/quote.h"
#include "core/compute/channel.h"
#include "core/compute/invitations.h"
#include "core/compute/node_session.h"
#include "core/compute/row_session.h"
#include "core/compute/tls.h"

#include <grpcpp/server.h>

#include <algorithm>
#include <thread>

namespace tessera {
namespace {

/// How soon a lost right ends what is under way.
constexpr std::chrono::milliseconds kRevocationPeriod{250};
constexpr std::size_t kMaxPeerNameBytes = 80;
/// gRPC stops listening for good when it gets no socket; its memory limit refuses connections before there are so many.
constexpr std::uint64_t kOpenFiles = 1 << 14;

/// A call that ends at once.
template <class In, class Out>
class RefusedCall final : public grpc::ServerBidiReactor<In, Out> {
public:
    explicit RefusedCall(const grpc::Status& status) { this->Finish(status); }
    void OnDone() override { delete this; }
};

class ComputeService final : public wire::proto::Compute::CallbackService {
public:
    ComputeService(std::shared_ptr<NodeHost> host, PeerList& peers) : m_host(std::move(host)), m_peers(peers), m_invitations(peers.folder()) {}

    grpc::ServerUnaryReactor* Describe(grpc::CallbackServerContext* context, const wire::proto::DescribeRequest*,
                                       wire::proto::Description* description) override {
        grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
        const auto caller = admit(*context);
        if (caller) describe(*description);
        reactor->Finish(caller ? grpc::Status::OK : statusOf(caller.error()));
        return reactor;
    }

    grpc::ServerBidiReactor<wire::proto::ToNode, wire::proto::FromNode>* Run(grpc::CallbackServerContext* context) override {
        return answer(*context, &runNodeSession);
    }

    RowCallReactor* MultiplyRows(grpc::CallbackServerContext* context) override {
        return answer(*context, &runRowSession);
    }

    grpc::ServerUnaryReactor* Join(grpc::CallbackServerContext* context, const wire::proto::JoinRequest* request,
                                   wire::proto::JoinReply* reply) override {
        grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
        const auto rights = join(*context, *request);
        if (rights) {
            reply->set_rights(*rights);
        } else {
            m_host->countRefusal();
        }
        reactor->Finish(rights ? grpc::Status::OK : statusOf(rights.error()));
        return reactor;
    }

private:
    Result<Rights> join(const grpc::CallbackServerContext& context, const wire::proto::JoinRequest& request) {
        TESSERA_TRY(const NodeId caller, callerOf(context));
        if (request.name().size() > kMaxPeerNameBytes) return fail(ErrorKind::InvalidArgument, "the name is too long");
        TESSERA_TRY(const Rights rights, m_invitations.consume(request.secret(), caller));
        TESSERA_CHECK(m_peers.edit([&](std::vector<Peer>& peers) -> Result<void> {
            auto guest = std::ranges::find(peers, caller, &Peer::id);
            if (guest == peers.end()) guest = peers.insert(guest, {.id = caller, .name = {}});
            if (!request.name().empty()) guest->name = oneLine(request.name(), kMaxPeerNameBytes);
            guest->rights |= rights;
            return {};
        }));
        logWarning(format("the key {} has joined: it may {}", toHex(caller), rightsText(rights)));
        return rights;
    }

    Result<NodeId> admit(const grpc::CallbackServerContext& context) const {
        auto caller = callerOf(context);
        if (caller && m_host->mayCompute(*caller)) return caller;
        m_host->countRefusal();
        if (!caller) return caller;
        logWarning(format("refused the key {} from {}: it has no right to compute here", toHex(*caller), context.peer()));
        return fail(ErrorKind::Refused, format("the key {} has no right to compute on this node; its owner can allow it with 'tessera peers allow'",
                                               toHex(*caller)));
    }

    /// Who may not compute here, or comes when the node is full, is refused.
    template <class In, class Out>
    grpc::ServerBidiReactor<In, Out>* answer(grpc::CallbackServerContext& context,
                                             grpc::ServerBidiReactor<In, Out>* (*run)(std::shared_ptr<NodeHost>, const NodeId&, std::uint64_t,
                                                                                      grpc::CallbackServerContext&)) {
        const auto caller = admit(context);
        if (!caller) return new RefusedCall<In, Out>(statusOf(caller.error()));
        const auto number = m_host->enter(*caller, [&context] { context.TryCancel(); });
        if (!number) return new RefusedCall<In, Out>(statusOf(number.error()));
        return run(m_host, *caller, *number, context);
    }

    void describe(wire::proto::Description& description) const {
        const NodeHost& host = *m_host;
        const LayerSpan span = host.engine().span();
        const NodeStatus status = host.status();
        const Sha256Digest& set = host.options().set_id;
        description.set_protocol(wire::kProtocol);
        description.set_set_id(std::string(reinterpret_cast<const char*>(set.data()), set.size()));
        description.set_first_layer(span.first);
        description.set_last_layer(span.last);
        description.set_numerics(host.numerics());
        description.set_independent_rows(host.independentRows());
        description.set_seconds_per_row(host.speed().seconds_per_row);
        description.set_seconds_per_tile(host.speed().seconds_per_tile);
        description.set_memory_budget(status.memory_budget);
        description.set_memory_used(status.memory_used);
        description.set_sessions(status.sessions);
        description.set_max_sessions(host.options().max_sessions);
        description.set_threads(static_cast<std::uint32_t>(host.engine().threads()));
    }

    std::shared_ptr<NodeHost> m_host;
    PeerList& m_peers;
    InvitationList m_invitations;
};

}  // namespace

struct NodeServer::Impl {
    std::shared_ptr<NodeHost> host;
    std::unique_ptr<ComputeService> service;
    std::unique_ptr<grpc::Server> server;
    NodeAddress address;
    std::jthread watcher;

    void watch() {
        watcher = std::jthread([this](const std::stop_token& stop) {
            while (!stop.stop_requested()) {
                host->cutRevoked();
                std::this_thread::sleep_for(kRevocationPeriod);
            }
        });
    }
};

NodeServer::NodeServer(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}

Result<std::unique_ptr<NodeServer>> NodeServer::start(FragmentEngine& engine, const Identity& identity, PeerList& peers,
                                                      const NodeOptions& options, const NodeSpeed& speed) {
    TESSERA_CHECK(checkEndpoint(options.listen));
    auto impl = std::make_unique<Impl>();
    impl->host = std::make_shared<NodeHost>(engine, identity, peers, options, speed);
    impl->service = std::make_unique<ComputeService>(impl->host, peers);
    grpc::ServerBuilder builder;
    addServerArguments(builder);
    allowOpenFiles(kOpenFiles);
    int port = 0;
    builder.AddListeningPort(options.listen, serverCredentials(identity), &port);
    builder.RegisterService(impl->service.get());
    impl->server = builder.BuildAndStart();
    if (!impl->server || port == 0)
        return fail(ErrorKind::Io, format("cannot listen on {}: the address is not this machine's, or its port is in use", options.listen));
    impl->address = {identity.id, options.listen.substr(0, options.listen.rfind(':') + 1) + std::to_string(port)};
    impl->watch();
    return std::unique_ptr<NodeServer>(new NodeServer(std::move(impl)));
}

NodeServer::~NodeServer() {
    m_impl->watcher.request_stop();
    m_impl->host->cutAll();
    m_impl->server->Shutdown(std::chrono::system_clock::now());
    m_impl->host->waitUntilEmpty();
    m_impl->server->Wait();
}

NodeAddress NodeServer::address() const { return m_impl->address; }
NodeStatus NodeServer::status() const { return m_impl->host->status(); }

Result<NodeSpeed> measureSpeed(FragmentEngine& engine) {
    constexpr std::uint32_t kTile = 64;
    constexpr std::uint32_t kRows = 8;
    SessionOptions options;
    options.context_tokens = 2 * kTile + kRows;
    options.micro_batch = kTile;
    TESSERA_TRY(const auto runner, engine.createRunner(engine.span(), options));
    const auto seconds = [&](std::uint32_t position, std::uint32_t rows) -> Result<double> {
        Step step;
        step.first_position = position;
        step.hidden = {rows, engine.facts().embedding, std::vector<float>(std::size_t{rows} * engine.facts().embedding, 0.01f)};
        const auto start = std::chrono::steady_clock::now();
        TESSERA_TRY(const auto ticket, runner->submit(std::move(step)));
        TESSERA_TRY(const auto result, runner->wait(ticket, LayerRunner::Deadline::max(), {}));
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    };
    NodeSpeed speed;
    TESSERA_CHECK(seconds(0, kTile));  // pages in, warms up
    TESSERA_TRY(speed.seconds_per_tile, seconds(kTile, kTile));
    speed.seconds_per_row = 1e9;
    for (std::uint32_t row = 0; row < kRows; ++row) {
        TESSERA_TRY(const double once, seconds(2 * kTile + row, 1));
        if (row > 0) speed.seconds_per_row = std::min(speed.seconds_per_row, once);
    }
    return speed;
}

}  // namespace tessera
