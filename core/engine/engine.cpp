// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/engine.h"

namespace tessera {

Result<std::unique_ptr<OutputHead>> Engine::createOutputHead(const Operation&) {
    return fail(ErrorKind::Unsupported, "the engine '" + std::string(kind()) + "' has no output matrix to look through");
}

}  // namespace tessera
