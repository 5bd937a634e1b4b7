// SPDX-License-Identifier: GPL-3.0-or-later
// The machine on Windows.
#include "core/base/platform/system.h"
#include "core/base/platform/windows_handle.h"

#include <io.h>
#include <malloc.h>
#include <psapi.h>

#include <algorithm>
#include <bit>
#include <thread>

namespace tessera {

namespace {

MEMORYSTATUSEX memoryStatus() {
    MEMORYSTATUSEX status{};
    status.dwLength = sizeof status;
    ::GlobalMemoryStatusEx(&status);
    return status;
}

}  // namespace

int processorCount() {
    DWORD_PTR own = 0;
    DWORD_PTR all = 0;
    if (::GetProcessAffinityMask(::GetCurrentProcess(), &own, &all) && own != 0) return std::popcount(static_cast<std::uint64_t>(own));
    return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

std::string processorName() {
    char name[256] = {};
    DWORD size = sizeof name;
    const LSTATUS status = ::RegGetValueA(HKEY_LOCAL_MACHINE, "HARDWARE\\DESCRIPTION\\System\\CentralProcessor\\0",
                                          "ProcessorNameString", RRF_RT_REG_SZ, nullptr, name, &size);
    return status == ERROR_SUCCESS ? std::string(name) : std::string();
}

std::uint64_t totalMemoryBytes() { return memoryStatus().ullTotalPhys; }
std::uint64_t availableMemoryBytes() { return memoryStatus().ullAvailPhys; }

std::uint64_t involuntaryContextSwitches() { return 0; }  // Windows counts them for no process

std::uint64_t peakResidentBytes() {
    PROCESS_MEMORY_COUNTERS counters{};
    ::GetProcessMemoryInfo(::GetCurrentProcess(), &counters, sizeof counters);
    return counters.PeakWorkingSetSize;
}

std::uint64_t privateResidentBytes() {
    PROCESS_MEMORY_COUNTERS_EX counters{};
    ::GetProcessMemoryInfo(::GetCurrentProcess(), reinterpret_cast<PROCESS_MEMORY_COUNTERS*>(&counters), sizeof counters);
    return counters.PrivateUsage;
}

void releaseFreedMemory() { ::_heapmin(); }

bool isTerminal(std::FILE* stream) { return ::_isatty(::_fileno(stream)) != 0; }

int terminalColumns() {
    CONSOLE_SCREEN_BUFFER_INFO info{};
    for (const DWORD id : {STD_ERROR_HANDLE, STD_OUTPUT_HANDLE}) {
        if (::GetConsoleScreenBufferInfo(::GetStdHandle(id), &info)) return info.srWindow.Right - info.srWindow.Left + 1;
    }
    return 80;
}

}  // namespace tessera
