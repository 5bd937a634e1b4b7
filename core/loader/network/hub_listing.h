// SPDX-License-Identifier: GPL-3.0-or-later
// The models behind the page of a repository on a model hub.
#pragma once

#include "core/loader/network/http_client.h"
#include "core/loader/network/model_link.h"

#include <vector>

namespace tessera {

/// One that can be fetched.
struct OfferedModel {
    std::string name;                          // "SmolLM2-135M-Instruct-Q4_K_M.gguf"; of a split one its first part
    std::string link;                          // for downloadModel(), with the hash behind '#' where the hub tells it
    std::optional<std::uint64_t> size_bytes;   // of all parts
};

/// Reads the hub's answer (a JSON array of files). `page` is the link that was asked. NotFound when no model in it
/// has `page.wanted` in its name, or there is none at all. By size, smallest first.
Result<std::vector<OfferedModel>> parseHubListing(std::string_view json, const ModelLink& page, std::string_view hub);

}  // namespace tessera
