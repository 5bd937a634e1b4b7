// SPDX-License-Identifier: GPL-3.0-or-later
// A small network of its own for a test: a hub and some machines, each a Linux network namespace with one cable to the
// hub. Needs root; without it everything runs over the loopback interface of the test's own machine.
#pragma once

#include "tests/support/emulated_link.h"

#include <QCoreApplication>
#include <QProcess>
#include <QStringList>

#include <memory>
#include <vector>

namespace tessera::test {

class NetworkNamespaces {
public:
    enum class Cables { Direct, Emulated };  // emulated ones can be slow and lose packets

    /// None: everything over loopback.
    NetworkNamespaces() = default;
    explicit NetworkNamespaces(int machines, Cables cables = Cables::Direct) : m_cables(cables) {
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

    /// Of all cables, which must be emulated ones.
    void setConditions(const LinkConditions& conditions) const {
        for (const auto& link : m_links) link->setConditions(conditions);
    }
    std::uint64_t lostPackets() const {
        std::uint64_t sum = 0;
        for (const auto& link : m_links) sum += link->lost();
        return sum;
    }

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
        return ip({"netns", "add", machine(i)}) && lay(i) && ip({"-n", hub(), "addr", "add", net + "1/24", "dev", cable(i)}) &&
               ip({"-n", hub(), "link", "set", cable(i), "up"}) && ip({"-n", machine(i), "addr", "add", net + "2/24", "dev", end(i)}) &&
               ip({"-n", machine(i), "link", "set", end(i), "up"}) && ip({"-n", machine(i), "link", "set", "lo", "up"}) &&
               ip({"-n", hub(), "link", "set", "lo", "up"});
    }

    bool lay(int i) {
        if (m_cables == Cables::Direct)
            return ip({"-n", hub(), "link", "add", cable(i), "type", "veth", "peer", "name", end(i), "netns", machine(i)});
        // Some systems pace by default, as if the link were shared: that is not what is measured.
        for (const QString& place : {hub(), machine(i)}) ip({"netns", "exec", place, "sysctl", "-qw", "net.ipv4.tcp_congestion_control=reno"});
        auto link = EmulatedLink::open(hub().toStdString(), machine(i).toStdString(), cable(i).toStdString(), static_cast<std::uint32_t>(i + 1));
        if (!link) return false;
        m_links.push_back(std::move(link));
        return true;
    }
    /// The machine's own end of its cable.
    QString end(int i) const { return m_cables == Cables::Direct ? QString("eth0") : cable(i); }

    void put(QProcess& process, const QString& where) const {
        if (!m_permitted) return;
        process.setArguments(QStringList{"netns", "exec", where, process.program()} + process.arguments());
        process.setProgram("ip");
    }

    void clear() {
        if (!m_permitted && m_machines.isEmpty()) return;
        for (const QString& name : m_machines) ip({"netns", "delete", name});
        m_machines.clear();
        m_links.clear();
        ip({"netns", "delete", hub()});
    }

    QStringList m_machines;
    Cables m_cables = Cables::Direct;
    std::vector<std::unique_ptr<EmulatedLink>> m_links;
    bool m_permitted = false;
};

}  // namespace tessera::test
