// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/node_error.h"

#include "core/base/format.h"
#include "core/base/log.h"
#include "core/base/quote.h"

#include <algorithm>
#include <array>

namespace tessera {
namespace {

constexpr std::string_view kEnded = "the connection ended";

struct Saying {
    std::string_view part;  // of gRPC's text
    std::string_view meaning;
};

/// gRPC has one code for all that a network does to a call; only its text tells one from the other.
constexpr std::array kSayings{
    Saying{"onnection refused", "nothing listens there; start the node, or check the port"},
    Saying{"DNS resolution failed", "its name is not known; check the address, and that this machine is online"},
    Saying{"o route to host", "there is no way to this address; check it, and that both machines are in one network"},
    Saying{"etwork is unreachable", "there is no way to this address; check it, and that both machines are in one network"},
    Saying{"andshake", "what listens there does not speak as a node does; check the port"},
    Saying{"onnection timed out", "no answer in time"},
    Saying{"watchdog timeout", "it has stopped answering: frozen, or cut off from the network"},
};

std::string_view meaningOf(const grpc::Status& status) {
    const std::string& text = status.error_message();
    switch (status.error_code()) {
        case grpc::StatusCode::DEADLINE_EXCEEDED: return "no answer in time";
        case grpc::StatusCode::UNIMPLEMENTED: return "it does not know this request: use the same version of Tessera";
        case grpc::StatusCode::RESOURCE_EXHAUSTED: return "a message was larger than is allowed: use the same version of Tessera";
        case grpc::StatusCode::UNAVAILABLE: {
            const auto saying = std::ranges::find_if(kSayings, [&](const Saying& each) { return text.find(each.part) != std::string::npos; });
            return saying == kSayings.end() ? kEnded : saying->meaning;
        }
        default: return kEnded;
    }
}

ErrorKind kindOf(grpc::StatusCode code) {
    switch (code) {
        case grpc::StatusCode::PERMISSION_DENIED: return ErrorKind::Refused;
        case grpc::StatusCode::RESOURCE_EXHAUSTED: return ErrorKind::OutOfMemory;
        case grpc::StatusCode::NOT_FOUND: return ErrorKind::NotFound;
        case grpc::StatusCode::INVALID_ARGUMENT: return ErrorKind::InvalidArgument;
        case grpc::StatusCode::FAILED_PRECONDITION: return ErrorKind::Unsupported;
        default: return ErrorKind::Network;
    }
}

}  // namespace

Error nodeError(const NodeAddress& address, PinOutcome& pin, const grpc::Status& status) {
    {
        const std::scoped_lock lock(pin.mutex);
        if (pin.stranger) return {ErrorKind::Refused, format("the machine there has another key, {}; nothing was sent to it", toHex(*pin.stranger))};
    }
    if (status.error_details() == kNodesOwnWords && !status.error_message().empty())
        return {kindOf(status.error_code()), oneLine(status.error_message(), 400)};
    if (logEnabled(LogLevel::Debug))
        logDebug(format("node {}: gRPC ended the call with code {}: {}", address.shortText(), static_cast<int>(status.error_code()), oneLine(status.error_message(), 400)));
    return {ErrorKind::Network, std::string(meaningOf(status))};
}

}  // namespace tessera
