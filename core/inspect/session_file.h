// SPDX-License-Identifier: GPL-3.0-or-later
// A file that repeats an inspection: which model, which tokens, what was looked at. JSON, UTF-8.
#pragma once

#include "core/inspect/inspect_request.h"

#include <filesystem>
#include <string>
#include <string_view>

namespace tessera {

struct InspectSession {
    std::string set;    // path of the model, as it was given
    std::string model;  // its name, to tell the user when another one is open
    std::string architecture;
    std::uint32_t vocabulary = 0;
    std::string engine;  // "fragments" or "llama.cpp"
    std::string prompt;  // text as typed; the tokens in `request` are what counts
    InspectRequest request;
};

std::string writeSession(const InspectSession& session);
/// Corrupt names the field that is missing or has another type, Unsupported a newer format.
Result<InspectSession> readSession(std::string_view json);

/// Io and NotFound name the path. Written through a temporary file.
Result<void> saveSession(const InspectSession& session, const std::filesystem::path& path);
Result<InspectSession> loadSession(const std::filesystem::path& path);

}  // namespace tessera
