// SPDX-License-Identifier: GPL-3.0-or-later
// What the program tells about its work, on standard error. Off but for errors and warnings unless the user asks.
// Never log secrets (keys, invitations) or what a user typed.
#pragma once

#include <functional>
#include <string_view>

namespace tessera {

enum class LogLevel { Error, Warning, Info, Debug };

/// Lines above `level` are dropped; Warning at the start. Any thread.
void setLogLevel(LogLevel level);
/// Ask before formatting something expensive.
bool logEnabled(LogLevel level);
/// One line, "[warning] message". Any thread; lines do not mix.
void log(LogLevel level, std::string_view message);
/// Gets every line that passes the level, beside standard error; called on the thread that logs, never two at once.
/// An empty one ends it. Must not log itself.
void setLogListener(std::function<void(LogLevel, std::string_view)> listener);

inline void logError(std::string_view message) { log(LogLevel::Error, message); }
inline void logWarning(std::string_view message) { log(LogLevel::Warning, message); }
inline void logInfo(std::string_view message) { log(LogLevel::Info, message); }
inline void logDebug(std::string_view message) { log(LogLevel::Debug, message); }

}  // namespace tessera
