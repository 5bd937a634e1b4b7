// SPDX-License-Identifier: GPL-3.0-or-later
// What the program tells about its work, on standard error. Off but for errors and warnings unless the user asks.
// Never log secrets (keys, invitations) or what a user typed.
#pragma once

#include <string_view>

namespace tessera {

enum class LogLevel { Error, Warning, Info, Debug };

/// Lines above `level` are dropped; Warning at the start. Any thread.
void setLogLevel(LogLevel level);
/// Ask before formatting something expensive.
bool logEnabled(LogLevel level);
/// One line, "[warning] message". Any thread; lines do not mix.
void log(LogLevel level, std::string_view message);

inline void logError(std::string_view message) { log(LogLevel::Error, message); }
inline void logWarning(std::string_view message) { log(LogLevel::Warning, message); }
inline void logInfo(std::string_view message) { log(LogLevel::Info, message); }
inline void logDebug(std::string_view message) { log(LogLevel::Debug, message); }

}  // namespace tessera
