// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/progress_bar.h"

#include "core/base/format.h"
#include "core/base/platform/console.h"
#include "core/base/platform/system.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace tessera::cli {

namespace {

using namespace std::chrono_literals;

constexpr auto kShowAfter = 200ms;     // short work draws nothing
constexpr auto kRedrawAfter = 100ms;
constexpr double kRateAfter = 0.5;     // seconds before a rate means something
constexpr int kStageColumns = 12;

std::string amount(std::uint64_t value, ProgressUnit unit) {
    switch (unit) {
        case ProgressUnit::Bytes: return formatBytes(value);
        case ProgressUnit::Tokens: return format("{} tokens", value);
        case ProgressUnit::Steps: return format("{}", value);
    }
    return {};
}

std::string rate(double per_second, ProgressUnit unit) {
    switch (unit) {
        case ProgressUnit::Bytes: return formatBytes(static_cast<std::uint64_t>(per_second)) + "/s";
        case ProgressUnit::Tokens: return format("{:.1f} tokens/s", per_second);
        case ProgressUnit::Steps: return {};
    }
    return {};
}

std::string bar(double share, int cells, bool utf8) {
    const int full = static_cast<int>(share * cells);
    std::string text;
    for (int i = 0; i < cells; ++i) text += i < full ? (utf8 ? "█" : "#") : (utf8 ? "░" : "-");
    return text;
}

/// Everything right of the bar.
std::string numbers(const Progress& progress, ProgressUnit unit, double elapsed) {
    std::string text;
    if (progress.total == 0) {
        text = amount(progress.done, unit);
    } else {
        const double share = std::min(1.0, static_cast<double>(progress.done) / static_cast<double>(progress.total));
        text = format("{:3.0f} %  {} of {}", std::floor(share * 100), amount(progress.done, unit), amount(progress.total, unit));
    }
    if (elapsed < kRateAfter || progress.done == 0) return text;
    const double per_second = static_cast<double>(progress.done) / elapsed;
    if (const std::string shown = rate(per_second, unit); !shown.empty()) text += "  " + shown;
    if (progress.total > progress.done) {
        text += format("  {} left", formatDuration(std::ceil(static_cast<double>(progress.total - progress.done) / per_second)));
    }
    return text;
}

}  // namespace

std::string formatDuration(double seconds) {
    const auto whole = static_cast<std::uint64_t>(std::clamp(seconds, 0.0, 1e9));
    const std::uint64_t hours = whole / 3600;
    const std::uint64_t minutes = whole / 60 % 60;
    if (hours > 0) return format("{}:{:02}:{:02}", hours, minutes, whole % 60);
    return format("{}:{:02}", minutes, whole % 60);
}

std::string progressLine(const Progress& progress, ProgressUnit unit, double elapsed_seconds, int columns, bool utf8) {
    std::string line(progress.stage.empty() ? "working" : progress.stage);
    if (static_cast<int>(line.size()) < kStageColumns) line.append(kStageColumns - line.size(), ' ');
    const std::string right = numbers(progress, unit, elapsed_seconds);
    const int left_over = columns - static_cast<int>(line.size()) - static_cast<int>(right.size()) - 3;
    constexpr int kSmallestBar = 8;
    constexpr int kLargestBar = 30;
    if (progress.total > 0 && left_over >= kSmallestBar) {
        const double share = std::min(1.0, static_cast<double>(progress.done) / static_cast<double>(progress.total));
        return line + " " + bar(share, std::min(left_over, kLargestBar), utf8) + " " + right;
    }
    line += " " + right;
    if (static_cast<int>(line.size()) >= columns) line.resize(static_cast<std::size_t>(std::max(columns - 1, 0)));
    return line;
}

ProgressBar::ProgressBar(bool enabled, ProgressUnit unit)
    : m_enabled(enabled), m_unit(unit), m_stage_began(Clock::now()), m_last_drawn(m_stage_began) {}

ProgressBar::~ProgressBar() { wipe(); }

void ProgressBar::update(const Progress& progress) {
    const std::lock_guard lock(m_mutex);
    if (!m_enabled) return;
    const auto now = Clock::now();
    if (progress.stage != m_stage) {
        m_stage = progress.stage;
        m_stage_began = now;
    }
    const auto wait = m_drawn ? kRedrawAfter : kShowAfter;
    if (now - m_last_drawn < wait) return;
    m_last_drawn = now;
    m_drawn = true;
    const double elapsed = std::chrono::duration<double>(now - m_stage_began).count();
    const std::string line = progressLine(progress, m_unit, elapsed, terminalColumns(), terminalShowsUtf8());
    std::fprintf(stderr, "\r\x1b[K%s", line.c_str());
    std::fflush(stderr);
}

void ProgressBar::wipe() {
    const std::lock_guard lock(m_mutex);
    if (!m_drawn) return;
    std::fputs("\r\x1b[K", stderr);
    std::fflush(stderr);
    m_drawn = false;
}

void ProgressBar::finish() {
    wipe();
    const std::lock_guard lock(m_mutex);
    m_enabled = false;
}

void ProgressBar::setUnit(ProgressUnit unit) {
    const std::lock_guard lock(m_mutex);
    m_unit = unit;
}

}  // namespace tessera::cli
