// SPDX-License-Identifier: GPL-3.0-or-later
// GNU Readline (GPL-3.0-or-later), where it was found at build time. Only POSIX systems have it. Its callback interface
// is used, since a plain readline() cannot be left by Ctrl-C.
#include "app/cli/line_editor.h"

#include "core/base/log.h"
#include "core/base/platform/paths.h"

// Readline's headers need FILE.
#include <cstdio>

#include <readline/history.h>
#include <readline/readline.h>
#include <signal.h>
#include <sys/select.h>
#include <unistd.h>

#include <clocale>
#include <cstdlib>
#include <fstream>

namespace tessera::cli {

namespace {

constexpr int kHistoryLines = 1000;

volatile sig_atomic_t g_interrupted = 0;
bool g_finished = false;
LineInput g_input;

void onInterrupt(int) { g_interrupted = 1; }

void onLine(char* line) {
    g_finished = true;
    g_input = {};
    if (!line) return;  // end of file
    g_input = {LineInput::Kind::Line, line};
    std::free(line);
}

/// Ctrl-C sets g_interrupted, and only while pselect waits.
class InterruptOnlyWhileWaiting {
public:
    InterruptOnlyWhileWaiting() {
        g_interrupted = 0;
        sigset_t blocked;
        ::sigemptyset(&blocked);
        ::sigaddset(&blocked, SIGINT);
        ::pthread_sigmask(SIG_BLOCK, &blocked, &m_mask);
        struct sigaction action {};
        action.sa_handler = onInterrupt;
        ::sigemptyset(&action.sa_mask);
        ::sigaction(SIGINT, &action, &m_previous);
    }
    ~InterruptOnlyWhileWaiting() {
        ::sigaction(SIGINT, &m_previous, nullptr);
        ::pthread_sigmask(SIG_SETMASK, &m_mask, nullptr);
    }
    InterruptOnlyWhileWaiting(const InterruptOnlyWhileWaiting&) = delete;
    InterruptOnlyWhileWaiting& operator=(const InterruptOnlyWhileWaiting&) = delete;

    /// True when there is something to read.
    bool wait() const {
        fd_set input;
        FD_ZERO(&input);
        FD_SET(STDIN_FILENO, &input);
        sigset_t open = m_mask;
        ::sigdelset(&open, SIGINT);
        return ::pselect(STDIN_FILENO + 1, &input, nullptr, nullptr, nullptr, &open) > 0;
    }

private:
    sigset_t m_mask;
    struct sigaction m_previous;
};

void clearTypedLine() {
    std::fputs("^C\n", stderr);
    rl_callback_sigcleanup();
    rl_free_line_state();
    rl_replace_line("", 0);
    rl_on_new_line();
    rl_redisplay();
}

class ReadlineReader : public LineEditor {
public:
    explicit ReadlineReader(const std::filesystem::path& history) : m_history(history.native()) {
        std::setlocale(LC_CTYPE, "");
        rl_outstream = stderr;  // standard output is for answers
        rl_catch_signals = 0;
        rl_variable_bind("input-meta", "on");
        rl_variable_bind("output-meta", "on");
        rl_variable_bind("convert-meta", "off");
        rl_bind_key('\t', rl_insert);
        stifle_history(kHistoryLines);
        openHistory(history);
    }

    LineInput read(const std::string& prompt) override {
        const InterruptOnlyWhileWaiting waiting;
        g_finished = false;
        rl_callback_handler_install(prompt.c_str(), onLine);
        while (!g_finished) {
            if (waiting.wait()) {
                rl_callback_read_char();
            } else if (!g_interrupted) {
                rl_resize_terminal();  // another signal: most likely the window's size
            } else if (rl_end > 0) {
                g_interrupted = 0;
                clearTypedLine();
            } else {
                g_input = {LineInput::Kind::Interrupted, {}};
                break;
            }
        }
        rl_callback_handler_remove();
        if (g_input.kind != LineInput::Kind::Line) std::fputs("\n", stderr);
        remember(g_input);
        return g_input;
    }

private:
    void openHistory(const std::filesystem::path& path) {
        std::error_code code;
        std::filesystem::create_directories(path.parent_path(), code);
        { const std::ofstream made(path, std::ios::app); }
        using std::filesystem::perms;
        std::filesystem::permissions(path, perms::owner_read | perms::owner_write, code);
        if (code) {
            logWarning(toUtf8(path) + ": the history cannot be kept: " + code.message());
            m_history.clear();
            return;
        }
        read_history(m_history.c_str());
    }

    void remember(const LineInput& input) {
        if (input.kind != LineInput::Kind::Line || input.text.empty()) return;
        const HIST_ENTRY* last = history_length > 0 ? history_get(history_base + history_length - 1) : nullptr;
        if (last && input.text == last->line) return;
        add_history(input.text.c_str());
        if (m_history.empty()) return;
        append_history(1, m_history.c_str());
        history_truncate_file(m_history.c_str(), kHistoryLines);
    }

    std::string m_history;
};

}  // namespace

std::unique_ptr<LineEditor> makeTerminalReader(const std::filesystem::path& history) { return std::make_unique<ReadlineReader>(history); }

}  // namespace tessera::cli
