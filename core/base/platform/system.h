// SPDX-License-Identifier: GPL-3.0-or-later
// The machine: processors, memory, terminal, interrupts.
#pragma once

#include <cstdint>
#include <cstdio>
#include <stop_token>
#include <string>

namespace tessera {

int processorCount();                  // that this process may use
std::string processorName();           // "AMD EPYC 9R14", as the maker writes it; empty when unknown
std::uint64_t totalMemoryBytes();
std::uint64_t availableMemoryBytes();  // without swapping
std::uint64_t peakResidentBytes();     // of this process
std::uint64_t privateResidentBytes();  // … now, without mapped files; 0 where unknown
std::uint64_t involuntaryContextSwitches();  // how often a thread of this process was displaced so far; 0 where unknown
void releaseFreedMemory();             // gives what the heap keeps for later back to the system, where it can

bool isTerminal(std::FILE* stream);
int terminalColumns();                 // 80 when unknown

/// Requests stop on `source` at the first interrupt (Ctrl-C, SIGTERM); the second one ends the process at once. The
/// handler lasts until the object dies; one at a time.
class InterruptGuard {
public:
    explicit InterruptGuard(std::stop_source source);
    ~InterruptGuard();
    InterruptGuard(const InterruptGuard&) = delete;
    InterruptGuard& operator=(const InterruptGuard&) = delete;
};

/// Ends the process as the interrupt that a guard caught would have ended it (by the signal itself on POSIX, so that a
/// shell's loop stops too; status 130 on Windows). Ctrl-C when none was caught.
[[noreturn]] void endInterrupted();

}  // namespace tessera
