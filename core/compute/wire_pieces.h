// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers as bytes of messages that have a limit.
#pragma once

#include "core/base/limits.h"

#include <bit>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tessera::wire {

static_assert(std::endian::native == std::endian::little, "rows travel as they are in memory");

/// `first` is to hold the first piece, in `data` (a field of its own); what does not fit follows in `more` messages.
template <class Message>
std::vector<Message> inPieces(Message& first, std::string& data, std::span<const float> values) {
    std::string_view left(reinterpret_cast<const char*>(values.data()), values.size_bytes());
    const auto cut = [&left] {
        std::string piece(left.substr(0, limits::kMaxWireChunkBytes));
        left.remove_prefix(piece.size());
        return piece;
    };
    data = cut();
    std::vector<Message> messages;
    messages.push_back(std::move(first));
    while (!left.empty()) messages.emplace_back().set_more(cut());
    return messages;
}

}  // namespace tessera::wire
