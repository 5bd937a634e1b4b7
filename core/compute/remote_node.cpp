// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/remote_node.h"

#include "core/base/format.h"
#include "core/compute/channel.h"
#include "core/compute/node_error.h"
#include "core/compute/remote_runner.h"
#include "core/compute/tls.h"

#include <grpcpp/create_channel.h>

#include <cstring>

namespace tessera {

struct RemoteNode::Impl {
    NodeAddress address;
    std::shared_ptr<PinOutcome> pin = std::make_shared<PinOutcome>();
    std::shared_ptr<grpc::Channel> channel;
    std::shared_ptr<wire::proto::Compute::Stub> stub;
};

RemoteNode::RemoteNode(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
RemoteNode::~RemoteNode() = default;

std::unique_ptr<RemoteNode> RemoteNode::create(const Identity& identity, const NodeAddress& address) {
    auto impl = std::make_unique<Impl>();
    impl->address = address;
    const auto credentials = clientCredentials(identity, address.id, impl->pin);
    impl->channel = grpc::CreateCustomChannel(address.endpoint, credentials, channelArguments());
    impl->stub = wire::proto::Compute::NewStub(impl->channel);
    return std::unique_ptr<RemoteNode>(new RemoteNode(std::move(impl)));
}

const NodeAddress& RemoteNode::address() const { return m_impl->address; }
void RemoteNode::connect(std::chrono::milliseconds patience) { waitForConnection(*m_impl->channel, patience); }

namespace {

constexpr double kMaxStepSeconds = 600;

/// Deadlines are made of it.
bool isPlausible(double seconds) { return seconds >= 0 && seconds <= kMaxStepSeconds; }  // false for NaN

}  // namespace

Result<NodeDescription> RemoteNode::describe(std::chrono::milliseconds patience) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + patience);
    wire::proto::Description said;
    const auto start = std::chrono::steady_clock::now();
    const auto status = m_impl->stub->Describe(&context, {}, &said);
    if (!status.ok()) return tl::unexpected(nodeError(m_impl->address, *m_impl->pin, status));
    NodeDescription node;
    const bool no_layers = said.first_layer() == 0 && said.last_layer() == -1;
    if (said.protocol() != wire::kProtocol || said.set_id().size() != node.set_id.size() || said.first_layer() < 0 ||
        (said.last_layer() < said.first_layer() && !no_layers) || said.last_layer() >= static_cast<std::int32_t>(limits::kMaxLayers) ||
        !isPlausible(said.seconds_per_row()) || !isPlausible(said.seconds_per_tile()))
        return fail(ErrorKind::Unsupported, "its description makes no sense here: use the same version of Tessera");
    std::memcpy(node.set_id.data(), said.set_id().data(), node.set_id.size());
    node.span = {said.first_layer(), said.last_layer(), true};
    node.numerics = said.numerics();
    node.independent_rows = said.independent_rows();
    node.seconds_per_row = said.seconds_per_row();
    node.seconds_per_tile = said.seconds_per_tile();
    node.memory_budget = said.memory_budget();
    node.memory_used = said.memory_used();
    node.sessions = said.sessions();
    node.max_sessions = said.max_sessions();
    node.threads = said.threads();
    node.round_trip_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return node;
}

Result<std::uint32_t> RemoteNode::join(std::string_view secret, const std::string& name, std::chrono::milliseconds patience) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + patience);
    wire::proto::JoinRequest request;
    request.set_secret(std::string(secret));
    request.set_name(name);
    wire::proto::JoinReply reply;
    const auto status = m_impl->stub->Join(&context, request, &reply);
    if (!status.ok()) return tl::unexpected(nodeError(m_impl->address, *m_impl->pin, status));
    return reply.rights();
}

Result<std::unique_ptr<LayerRunner>> RemoteNode::openRunner(const Sha256Digest& set_id, LayerSpan span, const SessionOptions& options,
                                                            const std::string& numerics, std::size_t columns, std::chrono::milliseconds patience) {
    RemoteRunnerOptions remote;
    remote.address = m_impl->address;
    remote.pin = m_impl->pin;
    remote.open = {.set_id = set_id, .span = span, .numerics = numerics, .options = options, .look = options.tap != nullptr};
    remote.columns = columns;
    return createRemoteRunner(m_impl->stub, std::move(remote), patience);
}

}  // namespace tessera
