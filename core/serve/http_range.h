// SPDX-License-Identifier: GPL-3.0-or-later
// What a GET of something with a strong ETag asks for: all of it, a part, or nothing new (RFC 9110, 13 and 14). Pure
// functions.
#pragma once

#include "core/serve/http_server.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tessera {

/// What is to be answered.
struct Selection {
    int status = 200;           // 200 whole, 206 part, 304 not modified, 416 no such part
    std::uint64_t begin = 0, end = 0;  // bytes of a 200 or 206
};

/// `etag` with its quotes. One range is served as a part; several, or what is no range, give the whole.
Selection selectBytes(const ServerRequest& request, std::string_view etag, std::uint64_t size);

/// Whether Accept-Encoding lets a body come as gzip.
bool acceptsGzip(std::string_view accept_encoding);

}  // namespace tessera
