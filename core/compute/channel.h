// SPDX-License-Identifier: GPL-3.0-or-later
// What both ends of a connection agree on. For the .cpp files of this folder.
#pragma once

#include "core/base/limits.h"
#include "core/compute/wire.h"

#include "compute.grpc.pb.h"

#include <grpcpp/channel.h>
#include <grpcpp/resource_quota.h>
#include <grpcpp/server_builder.h>
#include <grpcpp/support/channel_arguments.h>

#include <chrono>
#include <memory>

namespace tessera {

// A killed node is seen at once by its closed connection; a frozen one by pings that it does not answer: 1 s until one is
// sent, 2 s for the answer. gRPC gives the system the same 2 s for any packet (TCP_USER_TIMEOUT), and a first packet that
// was lost is sent again after 1 s: with less, one lost packet would look like an absent machine. The node must allow
// pings that often, or gRPC drops healthy callers ("too many pings").
inline constexpr int kPingMs = 1000;
inline constexpr int kPingPatienceMs = 2000;
inline constexpr int kLeastPingMs = 500;
inline constexpr int kMaxMessageBytes = static_cast<int>(limits::kMaxWireChunkBytes + 64 * limits::KiB);

/// Keeps the first channel that calls back for ever, and so gRPC's threads for it. gRPC 1.51 ends them with the last such
/// channel and begins them anew with the next, and crashes now and then in between (a queue is freed twice).
inline void keepCallbackThreads(const std::shared_ptr<wire::proto::Compute::Stub>& stub) {
    static const auto* const kept = new std::shared_ptr<wire::proto::Compute::Stub>(stub);
    (void)kept;
}

inline grpc::ChannelArguments channelArguments() {
    grpc::ChannelArguments arguments;
    arguments.SetMaxReceiveMessageSize(kMaxMessageBytes);
    arguments.SetMaxSendMessageSize(kMaxMessageBytes);
    arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, kPingMs);
    arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kPingPatienceMs);
    arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
    arguments.SetInt(GRPC_ARG_HTTP2_MIN_SENT_PING_INTERVAL_WITHOUT_DATA_MS, kPingMs);
    arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);  // a second attempt falls into NodesOptions::to_connect_again
    arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 4000);  // how long one attempt may take, with lost packets sent again
    arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 2000);
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);  // rows go to the named machine and nowhere else
    return arguments;
}

/// Returns once there is a connection, or after `patience`. After a failed attempt gRPC refuses calls with its error until
/// then, also while the next attempt is under way.
inline void waitForConnection(grpc::Channel& channel, std::chrono::milliseconds patience) {
    (void)channel.WaitForConnected(std::chrono::system_clock::now() + patience);
}

inline void addServerArguments(grpc::ServerBuilder& builder) {
    builder.SetMaxReceiveMessageSize(kMaxMessageBytes);
    builder.SetMaxSendMessageSize(kMaxMessageBytes);
    grpc::ResourceQuota quota("node");
    quota.Resize(limits::kMaxNodeConnectionBytes);
    builder.SetResourceQuota(quota);
    builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, kLeastPingMs);
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 10 * kPingMs);
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 3 * kPingPatienceMs);
    builder.AddChannelArgument(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);  // a port in use is an error
    builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, 128);
    builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, 5000);
    builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_IDLE_MS, 60'000);  // without a call; a client connects again by itself
}

}  // namespace tessera
