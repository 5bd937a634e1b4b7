// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/standing.h"

#include "core/base/format.h"
#include "core/base/log.h"

namespace tessera {

std::string tellRecovery(const std::string& what, const std::string& by, const std::string& failed, double seconds) {
    std::string text = format("{}: {} goes on for {} after {:.2f} s", what, by, failed, seconds);
    logWarning(text);
    return text;
}

}  // namespace tessera
