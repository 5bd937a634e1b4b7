// SPDX-License-Identifier: GPL-3.0-or-later
// The network interfaces of this machine, one row per address, and who could reach it there.
#pragma once

#include <QAbstractTableModel>
#include <QHostAddress>

#include <vector>

namespace tessera::ui {

enum class AddressReach {
    ThisMachine,   // loopback
    LocalNetwork,  // private or link-local
    Internet,      // public, as far as no firewall stands before it
};
AddressReach reachOf(const QHostAddress& address);
QString reachName(AddressReach reach);

struct InterfaceAddress {
    QString interface;  // "eth0"
    QString kind;       // "Ethernet", in words
    QHostAddress address;
    bool running = false;
    bool operator==(const InterfaceAddress&) const = default;
};
std::vector<InterfaceAddress> readInterfaces();

class InterfaceModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Interface, Kind, Address, Reach, State, kColumns };

    using QAbstractTableModel::QAbstractTableModel;
    /// Resets only when something changed.
    void setAddresses(std::vector<InterfaceAddress> addresses);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<InterfaceAddress> m_addresses;
};

}  // namespace tessera::ui
