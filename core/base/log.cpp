// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/log.h"

#include "core/base/platform/system.h"
#include "core/base/quote.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <mutex>

namespace tessera {

namespace {

spdlog::level::level_enum spdlogLevel(LogLevel level) {
    switch (level) {
        case LogLevel::Error: return spdlog::level::err;
        case LogLevel::Warning: return spdlog::level::warn;
        case LogLevel::Info: return spdlog::level::info;
        case LogLevel::Debug: return spdlog::level::debug;
    }
    return spdlog::level::err;
}

spdlog::logger& logger() {
    static const auto instance = [] {
        auto made = std::make_shared<spdlog::logger>("tessera", std::make_shared<spdlog::sinks::stderr_sink_mt>());
        made->set_level(spdlog::level::warn);
        made->flush_on(spdlog::level::debug);
        // On a terminal a progress bar may stand in the line: wipe it first.
        made->set_pattern(isTerminal(stderr) ? "\r\x1b[K[%l] %v" : "[%l] %v");
        return made;
    }();
    return *instance;
}

struct Listener {
    std::mutex mutex;
    std::function<void(LogLevel, std::string_view)> call;
};

Listener& listener() {
    static Listener instance;
    return instance;
}

}  // namespace

void setLogLevel(LogLevel level) { logger().set_level(spdlogLevel(level)); }

bool logEnabled(LogLevel level) { return logger().should_log(spdlogLevel(level)); }

void log(LogLevel level, std::string_view text) {
    if (!logEnabled(level)) return;
    const std::string message = printable(text);  // names of strangers, lines of libraries
    logger().log(spdlogLevel(level), spdlog::string_view_t(message.data(), message.size()));
    const std::lock_guard lock(listener().mutex);
    if (listener().call) listener().call(level, message);
}

void setLogListener(std::function<void(LogLevel, std::string_view)> call) {
    const std::lock_guard lock(listener().mutex);
    listener().call = std::move(call);
}

}  // namespace tessera
