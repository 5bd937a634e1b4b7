// SPDX-License-Identifier: GPL-3.0-or-later
// A small network of its own for a test: a hub and some machines, each a Linux network namespace with one cable to the
// hub. Needs root; without it everything runs over the loopback interface of the test's own machine.
#pragma once

#include <QCoreApplication>
#include <QProcess>
#include <QStringList>

namespace tessera::test {

class NetworkNamespaces {
public:
    /// None: everything over loopback.
    NetworkNamespaces() = default;
    explicit NetworkNamespaces(int machines) {
        m_permitted = ip({"netns", "add", hub()});
        for (int i = 0; m_permitted && i < machines; ++i) m_permitted = addMachine(i);
        if (!m_permitted) clear();
    }
    ~NetworkNamespaces() { clear(); }

    bool permitted() const { return m_permitted; }
    /// Where machine `i` listens; the loopback interface without namespaces.
    QString host(int i) const { return m_permitted ? QString("10.77.%1.2").arg(i) : QString("127.0.0.1"); }

    /// Lets a process that is prepared begin on machine `i`, or at the hub. Its process id stays its own.
    void put(QProcess& process, int i) const { put(process, machine(i)); }
    void putAtHub(QProcess& process) const { put(process, hub()); }

    /// Pulls the cable of machine `i`, or puts it back.
    void setCable(int i, bool plugged) const { ip({"-n", hub(), "link", "set", cable(i), plugged ? "up" : "down"}); }

private:
    static QString hub() { return QString("tessera-%1-hub").arg(QCoreApplication::applicationPid()); }
    static QString machine(int i) { return QString("tessera-%1-%2").arg(QCoreApplication::applicationPid()).arg(i); }
    static QString cable(int i) { return QString("cable%1").arg(i); }

    static bool ip(const QStringList& arguments) {
        QProcess process;
        process.start("ip", arguments);
        return process.waitForFinished(10'000) && process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0;
    }

    bool addMachine(int i) {
        m_machines << machine(i);
        const QString net = QString("10.77.%1.").arg(i);
        return ip({"netns", "add", machine(i)}) &&
               ip({"-n", hub(), "link", "add", cable(i), "type", "veth", "peer", "name", "eth0", "netns", machine(i)}) &&
               ip({"-n", hub(), "addr", "add", net + "1/24", "dev", cable(i)}) && ip({"-n", hub(), "link", "set", cable(i), "up"}) &&
               ip({"-n", machine(i), "addr", "add", net + "2/24", "dev", "eth0"}) && ip({"-n", machine(i), "link", "set", "eth0", "up"}) &&
               ip({"-n", machine(i), "link", "set", "lo", "up"}) && ip({"-n", hub(), "link", "set", "lo", "up"});
    }

    void put(QProcess& process, const QString& where) const {
        if (!m_permitted) return;
        process.setArguments(QStringList{"netns", "exec", where, process.program()} + process.arguments());
        process.setProgram("ip");
    }

    void clear() {
        if (!m_permitted && m_machines.isEmpty()) return;
        for (const QString& name : m_machines) ip({"netns", "delete", name});
        m_machines.clear();
        ip({"netns", "delete", hub()});
    }

    QStringList m_machines;
    bool m_permitted = false;
};

}  // namespace tessera::test
