// SPDX-License-Identifier: GPL-3.0-or-later
// A long verb at work: its progress bar, and Ctrl-C that stops it.
#pragma once

#include "app/cli/output.h"
#include "app/cli/progress_bar.h"
#include "core/base/operation.h"
#include "core/base/platform/system.h"

#include <condition_variable>
#include <mutex>
#include <stop_token>

namespace tessera::cli {

/// One at a time. The bar is drawn only on a terminal that can redraw a line, and not with --quiet.
class VerbOperation {
public:
    VerbOperation(const Output& output, ProgressUnit unit)
        : m_bar(!output.quiet() && mayRedraw(stderr), unit), m_guard(m_stop) {}

    /// For the core's verbs; valid as long as this object lives.
    Operation operation() {
        return {m_stop.get_token(), [this](const Progress& progress) { m_bar.update(progress); }};
    }
    /// Until Ctrl-C, for servers.
    void waitForStop() {
        std::mutex mutex;
        std::condition_variable_any never;
        std::unique_lock lock(mutex);
        never.wait(lock, m_stop.get_token(), [] { return false; });
    }
    bool stopRequested() const { return m_stop.stop_requested(); }
    ProgressBar& bar() { return m_bar; }

private:
    std::stop_source m_stop;
    ProgressBar m_bar;
    InterruptGuard m_guard;
};

}  // namespace tessera::cli
