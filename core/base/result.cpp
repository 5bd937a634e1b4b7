// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/result.h"

namespace tessera {

std::string_view errorKindName(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::NotFound: return "not found";
        case ErrorKind::Corrupt: return "corrupt";
        case ErrorKind::Unsupported: return "unsupported";
        case ErrorKind::InvalidArgument: return "invalid argument";
        case ErrorKind::Io: return "input/output";
        case ErrorKind::Network: return "network";
        case ErrorKind::Refused: return "refused";
        case ErrorKind::Cancelled: return "cancelled";
        case ErrorKind::OutOfMemory: return "out of memory";
    }
    return "unknown";
}

}  // namespace tessera
