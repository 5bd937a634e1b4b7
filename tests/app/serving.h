// SPDX-License-Identifier: GPL-3.0-or-later
// A running `tessera serve`.
#pragma once

#include "tests/app/tessera_process.h"

#include <signal.h>

namespace tessera::test {

class Serving {
public:
    /// On a free port. `arguments` after "serve".
    Serving(const Sandbox& sandbox, const QStringList& arguments) {
        sandbox.prepare(m_process, QStringList{"serve"} + arguments + (arguments.contains("--listen") ? QStringList() : QStringList{"--listen", "127.0.0.1:0"}));
        m_process.start();
        m_process.closeWriteChannel();
        QElapsedTimer timer;
        timer.start();
        while (!m_out.contains('\n') && m_process.state() != QProcess::NotRunning && timer.elapsed() < 120'000) {
            m_process.waitForReadyRead(100);
            m_out += m_process.readAllStandardOutput();
        }
        const auto at = m_out.indexOf("http://");
        if (at >= 0) m_url = QString::fromUtf8(m_out.mid(at, m_out.indexOf('\n', at) - at)).section(',', 0, 0).trimmed();
    }
    ~Serving() {
        if (m_process.state() == QProcess::NotRunning) return;
        m_process.kill();
        m_process.waitForFinished();
    }
    QString url() const { return m_url; }
    quint16 port() const { return m_url.section(':', -1).toUShort(); }
    QByteArray errors() { return m_process.readAllStandardError(); }
    QProcess& process() { return m_process; }
    /// By SIGTERM.
    Finished end() {
        ::kill(static_cast<pid_t>(m_process.processId()), SIGTERM);
        Finished finished = Sandbox::finish(m_process);
        finished.out = m_out + finished.out;
        return finished;
    }

private:
    QProcess m_process;
    QByteArray m_out;
    QString m_url;
};

}  // namespace tessera::test
