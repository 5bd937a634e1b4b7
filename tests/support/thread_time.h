// SPDX-License-Identifier: GPL-3.0-or-later
// Processor time of the calling thread: unlike a clock, it does not count what other programs take.
#pragma once

#ifdef _WIN32
#include <windows.h>
#else
#include <ctime>
#endif

namespace tessera::test {

/// Milliseconds.
inline double threadCpuMs() {
#ifdef _WIN32
    FILETIME created{}, left{}, kernel{}, user{};
    GetThreadTimes(GetCurrentThread(), &created, &left, &kernel, &user);
    const auto ticks = [](const FILETIME& time) { return static_cast<double>(time.dwHighDateTime) * 4294967296.0 + time.dwLowDateTime; };
    return (ticks(kernel) + ticks(user)) / 1e4;
#else
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
#endif
}

}  // namespace tessera::test
