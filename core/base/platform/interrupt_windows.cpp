// SPDX-License-Identifier: GPL-3.0-or-later
// Ctrl-C on Windows: console handlers run on a thread of their own, so request_stop may be called at once.
#include "core/base/platform/system.h"
#include "core/base/platform/windows_handle.h"

#include <atomic>
#include <cstdlib>
#include <mutex>

namespace tessera {

namespace {

std::mutex g_mutex;
std::stop_source g_source{std::nostopstate};
std::atomic<bool> g_interrupted{false};

BOOL WINAPI onConsoleEvent(DWORD) {
    if (g_interrupted.exchange(true)) return FALSE;  // the second time: the default ends the process
    const std::lock_guard lock(g_mutex);
    g_source.request_stop();
    return TRUE;
}

}  // namespace

InterruptGuard::InterruptGuard(std::stop_source source) {
    {
        const std::lock_guard lock(g_mutex);
        g_source = std::move(source);
    }
    g_interrupted = false;
    ::SetConsoleCtrlHandler(onConsoleEvent, TRUE);
}

InterruptGuard::~InterruptGuard() {
    ::SetConsoleCtrlHandler(onConsoleEvent, FALSE);
    const std::lock_guard lock(g_mutex);
    g_source = std::stop_source{std::nostopstate};
}

void endInterrupted() {
    constexpr int kInterruptedStatus = 130;  // what POSIX shells report
    std::_Exit(kInterruptedStatus);
}

}  // namespace tessera
