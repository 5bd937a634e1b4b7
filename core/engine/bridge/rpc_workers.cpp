// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/bridge/rpc_workers.h"

#include "core/base/format.h"
#include "core/base/log.h"

#include <ggml-rpc.h>
#include <ggml.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <mutex>
#include <string_view>

namespace tessera {

namespace {

static_assert(kMaxRpcWorkers <= GGML_RPC_MAX_SERVERS);

/// "…/ggml-rpc.cpp:547: Failed to connect to HOST:PORT" → what stands behind the place in the source.
std::string_view withoutPlace(std::string_view message) {
    constexpr std::string_view kSource = ".cpp:";
    if (const std::size_t file = message.find(kSource); file != std::string_view::npos) {
        const std::size_t end = message.find(": ", file + kSource.size());
        if (end != std::string_view::npos) message.remove_prefix(end + 2);
    }
    while (message.ends_with('\n')) message.remove_suffix(1);
    return message;
}

/// ggml aborts after this; a message and a plain exit are kinder than a core dump.
void endWithMessage(const char* message) {
    logError(format("llama.cpp's RPC workers: {}. Start the worker (ggml-rpc-server) again, or leave --rpc out", withoutPlace(message)));
    std::fflush(nullptr);
    std::_Exit(1);
}

ggml_backend_reg_t workerAt(const std::string& endpoint) {
    static std::mutex mutex;
    static std::map<std::string, ggml_backend_reg_t> known;
    const std::scoped_lock lock(mutex);
    const auto [place, fresh] = known.try_emplace(endpoint, nullptr);
    if (fresh) {
        ggml_set_abort_callback(&endWithMessage);
        place->second = ggml_backend_rpc_add_server(endpoint.c_str());
        if (place->second) ggml_backend_register(place->second);
    }
    return place->second;
}

}  // namespace

Result<std::vector<ggml_backend_device*>> connectRpcWorkers(std::span<const std::string> endpoints) {
    if (endpoints.size() > kMaxRpcWorkers)
        return fail(ErrorKind::InvalidArgument, format("{} RPC workers are too many: llama.cpp takes {}", endpoints.size(), kMaxRpcWorkers));
    std::vector<ggml_backend_device*> devices;
    for (const std::string& endpoint : endpoints) {
        ggml_backend_reg_t worker = workerAt(endpoint);
        if (!worker) return fail(ErrorKind::Network, format("{} offers no device: is it a ggml-rpc-server with protocol version {}?", endpoint,
                                                      RPC_PROTO_MAJOR_VERSION));
        for (std::size_t i = 0; i < ggml_backend_reg_dev_count(worker); ++i) devices.push_back(ggml_backend_reg_dev_get(worker, i));
    }
    return devices;
}

}  // namespace tessera
