// SPDX-License-Identifier: GPL-3.0-or-later
// `tessera node` as a process with an identity and fragments of its own.
#pragma once

#include "tests/app/network_namespaces.h"
#include "tests/app/tessera_process.h"

#include <QJsonArray>

#include <sys/wait.h>

#include <csignal>
#include <functional>
#include <memory>

namespace tessera::test {

/// Copies a fragment folder with only those fragments whose layer is wanted. Headers and what belongs to no layer come along.
inline void copyFragments(const QString& from, const QString& to, const std::function<bool(int layer)>& wanted) {
    QVERIFY(QDir().mkpath(to + "/fragments"));
    QVERIFY(QFile::copy(from + "/manifest.json", to + "/manifest.json"));
    QFile manifest(from + "/manifest.json");
    QVERIFY(manifest.open(QIODevice::ReadOnly));
    const QJsonArray fragments = QJsonDocument::fromJson(manifest.readAll()).object()["fragments"].toArray();
    int copied = 0;
    for (const QJsonValue& fragment : fragments) {
        const int layer = fragment["layer_index"].toInt(-3);
        if (layer != -3 && !wanted(layer)) continue;
        const QString name = "/fragments/" + fragment["fragment_id"].toString() + ".dat";
        QVERIFY2(QFile::copy(from + name, to + name), qPrintable(name));
        ++copied;
    }
    QVERIFY(copied > 0 && copied < fragments.size());
}

/// Starts the program at the hub of a network, from where every node is reached; it gets no input.
inline void startAtHub(QProcess& process, const NetworkNamespaces& network, const Sandbox& sandbox, const QStringList& arguments) {
    sandbox.prepare(process, arguments);
    network.putAtHub(process);
    process.start();
    process.closeWriteChannel();
}

/// The same, to its end.
inline Finished runAtHub(const NetworkNamespaces& network, const Sandbox& sandbox, const QStringList& arguments) {
    QProcess process;
    startAtHub(process, network, sandbox, arguments);
    return Sandbox::finish(process);
}

/// A prompt of about so many words.
inline QString promptOf(int words) {
    static const QStringList some{"river", "stone", "glass", "seven", "north", "paper", "quiet", "engine"};
    QString text = "Once upon a time";
    for (int i = 0; i < words; ++i) text += " " + some[(i * 5 + i / 3) % some.size()];
    return text;
}

class NodeProcess {
public:
    /// Starts it and waits until it listens; `set` is a path. `client` may compute there.
    NodeProcess(const NetworkNamespaces& network, int machine, const QString& set, const QString& layers, const QString& client) {
        if (!client.isEmpty()) COMPARE_CODE(m_sandbox.run({"peers", "allow", client}), 0);
        m_sandbox.prepare(m_process, QStringList{"node", set, "--layers", layers, "--listen", network.host(machine) + ":0", "--threads", "1", "--json"});
        network.put(m_process, machine);
        m_process.start();
        while (m_process.state() != QProcess::NotRunning && !m_process.canReadLine() && m_process.waitForReadyRead(60'000)) {}
        QVERIFY2(isListening(), m_process.readAllStandardError().constData());
    }
    ~NodeProcess() {
        if (m_process.state() == QProcess::NotRunning) return;
        m_process.kill();
        m_process.waitForFinished(10'000);
    }

    /// After a kill, as the same machine, perhaps on another port; does not wait until it listens.
    void startAgain() {
        m_process.waitForFinished(10'000);
        m_said = {};
        m_process.start();
    }
    bool isListening() {
        if (m_said.isEmpty() && !m_process.canReadLine()) m_process.waitForReadyRead(1);
        if (m_said.isEmpty() && m_process.canReadLine()) m_said = QJsonDocument::fromJson(m_process.readLine()).object();
        return m_said.contains("address");
    }
    qint64 processId() const { return m_process.processId(); }

    QString address() const { return m_said["address"].toString(); }
    /// Returns from SIGSTOP once the process stands still: on a busy machine it could go on answering for a while.
    void signal(int number) {
        const auto id = static_cast<pid_t>(m_process.processId());
        ::kill(id, number);
        siginfo_t info{};
        if (number == SIGSTOP) ::waitid(P_PID, static_cast<id_t>(id), &info, WSTOPPED | WNOWAIT);
    }
    /// Ends as a user would end it.
    Finished terminate() {
        m_process.terminate();
        return Sandbox::finish(m_process);
    }
    const Sandbox& sandbox() const { return m_sandbox; }

private:
    Sandbox m_sandbox;
    QProcess m_process;
    QJsonObject m_said;
};

}  // namespace tessera::test
