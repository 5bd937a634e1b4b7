// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/engine.h"

#include "core/engine/layer_runner.h"

namespace tessera {

Result<std::unique_ptr<OutputHead>> Engine::createOutputHead(const Operation&) {
    return fail(ErrorKind::Unsupported, "the engine '" + std::string(kind()) + "' has no output matrix to look through");
}

namespace {

tl::unexpected<Error> notKeptHere() { return fail(ErrorKind::Unsupported, "the KV cache of this session is not in one piece on this machine"); }

}  // namespace

Result<void> Session::remove(std::uint32_t, std::uint32_t) { return notKeptHere(); }
Result<void> LayerRunner::remove(std::uint32_t, std::uint32_t) { return notKeptHere(); }
Result<std::vector<std::byte>> Session::save() { return notKeptHere(); }
Result<void> Session::restore(std::span<const std::byte>, std::uint32_t) { return notKeptHere(); }
Result<std::vector<std::byte>> LayerRunner::save() { return notKeptHere(); }
Result<void> LayerRunner::restore(std::span<const std::byte>, std::uint32_t) { return notKeptHere(); }

}  // namespace tessera
