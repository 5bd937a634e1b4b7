// SPDX-License-Identifier: GPL-3.0-or-later
// One line on a terminal's standard error: what is being done, how far it is, how fast, and how long it will take.
#pragma once

#include "core/base/operation.h"

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>

namespace tessera::cli {

/// What a progress number counts.
enum class ProgressUnit { Bytes, Tokens, Steps };

/// The line for one moment, at most `columns` characters: "hashing  ████░░░░  45 %  44.3 of 98.4 MB  512.0 MB/s  0:12 left".
std::string progressLine(const Progress& progress, ProgressUnit unit, double elapsed_seconds, int columns, bool utf8);

/// "0:07", "1:02:33".
std::string formatDuration(double seconds);

/// Draws while it lives and wipes its line when it dies. update() may be called from any thread, never two at once.
class ProgressBar {
public:
    /// Nothing is drawn when `enabled` is false.
    ProgressBar(bool enabled, ProgressUnit unit);
    ~ProgressBar();
    ProgressBar(const ProgressBar&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;

    void update(const Progress& progress);
    /// Before other text is written to the terminal. Drawing goes on with the next update.
    void wipe();
    /// Wipes, and draws nothing any more.
    void finish();
    void setUnit(ProgressUnit unit);

private:
    using Clock = std::chrono::steady_clock;

    std::mutex m_mutex;
    bool m_enabled;
    bool m_drawn = false;
    ProgressUnit m_unit;
    std::string m_stage;
    Clock::time_point m_stage_began;
    Clock::time_point m_last_drawn;
};

}  // namespace tessera::cli
