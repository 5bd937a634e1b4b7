// SPDX-License-Identifier: GPL-3.0-or-later
// The machine on Linux and macOS.
#include "core/base/platform/system.h"

#include <sys/ioctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <optional>
#include <string_view>
#include <thread>

#ifdef __linux__
#include <malloc.h>
#include <sched.h>
#else
#include <mach/mach.h>
#include <sys/sysctl.h>
#endif

namespace tessera {

namespace {

#ifdef __linux__
/// "MemAvailable:   123 kB" in /proc files, as bytes.
std::optional<std::uint64_t> kilobytesField(const char* file, std::string_view field) {
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with(field) && line.size() > field.size() && line[field.size()] == ':') {
            return std::strtoull(line.c_str() + field.size() + 1, nullptr, 10) * 1024;
        }
    }
    return std::nullopt;
}

/// A number in a control-group file; nullopt for "max" or no such file.
std::optional<std::uint64_t> controlGroupNumber(const char* file) {
    std::ifstream in(file);
    std::uint64_t value = 0;
    if (in >> value) return value;
    return std::nullopt;
}

/// Cached file pages of the control group: counted as used, given back on demand.
std::uint64_t controlGroupFileCache() {
    std::ifstream in("/sys/fs/cgroup/memory.stat");
    std::uint64_t sum = 0;
    std::string name;
    for (std::uint64_t value = 0; in >> name >> value;) {
        if (name == "inactive_file" || name == "active_file") sum += value;
    }
    return sum;
}
#endif

}  // namespace

std::string processorName() {
#ifdef __linux__
    std::ifstream in("/proc/cpuinfo");
    for (std::string line; std::getline(in, line);) {
        // x86 and most others; 64-bit ARM kernels name no model.
        if (!line.starts_with("model name")) continue;
        const std::size_t value = line.find_first_not_of(" \t", line.find(':') + 1);
        return value == std::string::npos ? std::string() : line.substr(value);
    }
    return {};
#else
    char name[256] = {};
    std::size_t size = sizeof name - 1;
    return ::sysctlbyname("machdep.cpu.brand_string", name, &size, nullptr, 0) == 0 ? std::string(name) : std::string();
#endif
}

int processorCount() {
#ifdef __linux__
    cpu_set_t set;
    if (::sched_getaffinity(0, sizeof set, &set) == 0) return std::max(1, CPU_COUNT(&set));
#endif
    return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

std::uint64_t totalMemoryBytes() {
#ifdef __linux__
    const std::uint64_t installed = kilobytesField("/proc/meminfo", "MemTotal").value_or(0);
    const auto limit = controlGroupNumber("/sys/fs/cgroup/memory.max");
    return limit ? std::min(installed, *limit) : installed;
#else
    std::uint64_t bytes = 0;
    std::size_t size = sizeof bytes;
    ::sysctlbyname("hw.memsize", &bytes, &size, nullptr, 0);
    return bytes;
#endif
}

std::uint64_t availableMemoryBytes() {
#ifdef __linux__
    const std::uint64_t available = kilobytesField("/proc/meminfo", "MemAvailable").value_or(0);
    const auto limit = controlGroupNumber("/sys/fs/cgroup/memory.max");
    const auto used = controlGroupNumber("/sys/fs/cgroup/memory.current");
    if (!limit || !used) return available;
    const std::uint64_t needed = *used - std::min(*used, controlGroupFileCache());
    return std::min(available, *limit - std::min(*limit, needed));
#else
    vm_statistics64_data_t statistics{};
    mach_msg_type_number_t count = HOST_VM_INFO64_COUNT;
    if (::host_statistics64(::mach_host_self(), HOST_VM_INFO64, reinterpret_cast<host_info64_t>(&statistics), &count) != KERN_SUCCESS) return 0;
    return static_cast<std::uint64_t>(statistics.free_count + statistics.inactive_count) * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
#endif
}

std::uint64_t involuntaryContextSwitches() {
    rusage usage{};
    return ::getrusage(RUSAGE_SELF, &usage) == 0 ? static_cast<std::uint64_t>(usage.ru_nivcsw) : 0;
}

std::uint64_t peakResidentBytes() {
#ifdef __linux__
    // Not getrusage: its figure survives exec, so a small program started by a large one looks large.
    return kilobytesField("/proc/self/status", "VmHWM").value_or(0);
#else
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return static_cast<std::uint64_t>(usage.ru_maxrss);
#endif
}

std::uint64_t privateResidentBytes() {
#ifdef __linux__
    return kilobytesField("/proc/self/status", "RssAnon").value_or(0);
#else
    return 0;
#endif
}

void releaseFreedMemory() {
#ifdef __GLIBC__
    ::malloc_trim(0);
#endif
}

bool isTerminal(std::FILE* stream) { return ::isatty(::fileno(stream)) == 1; }

int terminalColumns() {
    for (const int descriptor : {STDERR_FILENO, STDOUT_FILENO, STDIN_FILENO}) {
        winsize size{};
        if (::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
    }
    return 80;
}

}  // namespace tessera
