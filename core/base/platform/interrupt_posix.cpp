// SPDX-License-Identifier: GPL-3.0-or-later
// Ctrl-C and SIGTERM. A signal handler may not call request_stop (it runs callbacks), so it only writes a byte to a
// pipe on which a thread waits.
#include "core/base/platform/system.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <thread>

namespace tessera {

namespace {

constexpr std::array kSignals{SIGINT, SIGTERM};
constexpr char kStop = 's';
constexpr char kEnd = 'e';

std::array<int, 2> g_pipe{-1, -1};
std::atomic<bool> g_interrupted{false};
std::atomic<int> g_last_signal{SIGINT};
std::array<struct sigaction, kSignals.size()> g_previous;
std::thread g_watcher;

void tell(char what) {
    const int saved = errno;
    [[maybe_unused]] const ssize_t written = ::write(g_pipe[1], &what, 1);
    errno = saved;
}

void onInterrupt(int signal) {
    if (g_interrupted.exchange(true)) {
        // The second time: end as the signal would have ended us, once this handler returns.
        ::signal(signal, SIG_DFL);
        ::raise(signal);
        return;
    }
    g_last_signal = signal;
    tell(kStop);
}

void watch(std::stop_source source) {
    char what = kStop;
    while (what != kEnd) {
        const ssize_t got = ::read(g_pipe[0], &what, 1);
        if (got == 1 && what == kStop) source.request_stop();
        if (got == 0 || (got < 0 && errno != EINTR)) return;
    }
}

}  // namespace

InterruptGuard::InterruptGuard(std::stop_source source) {
    if (::pipe(g_pipe.data()) != 0) return;  // no descriptors left: Ctrl-C ends the process as usual
    for (const int end : g_pipe) ::fcntl(end, F_SETFD, FD_CLOEXEC);
    g_interrupted = false;
    g_watcher = std::thread(watch, std::move(source));
    struct sigaction action {};
    action.sa_handler = onInterrupt;
    action.sa_flags = SA_RESTART;
    ::sigemptyset(&action.sa_mask);
    for (std::size_t i = 0; i < kSignals.size(); ++i) ::sigaction(kSignals[i], &action, &g_previous[i]);
}

InterruptGuard::~InterruptGuard() {
    if (g_pipe[0] < 0) return;
    for (std::size_t i = 0; i < kSignals.size(); ++i) ::sigaction(kSignals[i], &g_previous[i], nullptr);
    tell(kEnd);
    g_watcher.join();
    for (int& end : g_pipe) {
        ::close(end);
        end = -1;
    }
}

void endInterrupted() {
    const int signal = g_last_signal;
    ::signal(signal, SIG_DFL);
    ::raise(signal);
    constexpr int kStatusOfSignal = 128;
    std::_Exit(kStatusOfSignal + signal);  // only where the signal is blocked
}

}  // namespace tessera
