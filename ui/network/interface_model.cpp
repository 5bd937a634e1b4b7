// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/network/interface_model.h"

#include "ui/style/icons.h"

#include <QNetworkInterface>

namespace tessera::ui {
namespace {

QString kindName(QNetworkInterface::InterfaceType type) {
    switch (type) {
        case QNetworkInterface::Loopback: return InterfaceModel::tr("Loopback");
        case QNetworkInterface::Ethernet: return InterfaceModel::tr("Ethernet");
        case QNetworkInterface::Wifi: return InterfaceModel::tr("Wireless");
        case QNetworkInterface::Virtual: return InterfaceModel::tr("Virtual");
        case QNetworkInterface::Ppp:
        case QNetworkInterface::Slip: return InterfaceModel::tr("Point to point");
        default: return InterfaceModel::tr("Other");
    }
}

/// 10/8, 172.16/12, 192.168/16 (RFC 1918), 100.64/10 (RFC 6598), fc00::/7 (RFC 4193): no router of the Internet passes them.
bool isPrivate(const QHostAddress& address) {
    static const QList<QPair<QHostAddress, int>> networks{
        QHostAddress::parseSubnet(QStringLiteral("10.0.0.0/8")), QHostAddress::parseSubnet(QStringLiteral("172.16.0.0/12")),
        QHostAddress::parseSubnet(QStringLiteral("192.168.0.0/16")), QHostAddress::parseSubnet(QStringLiteral("100.64.0.0/10")),
        QHostAddress::parseSubnet(QStringLiteral("fc00::/7"))};
    return std::any_of(networks.begin(), networks.end(), [&](const auto& network) { return address.isInSubnet(network); });
}

}  // namespace

AddressReach reachOf(const QHostAddress& address) {
    if (address.isLoopback()) return AddressReach::ThisMachine;
    return address.isLinkLocal() || isPrivate(address) ? AddressReach::LocalNetwork : AddressReach::Internet;
}

QString reachName(AddressReach reach) {
    switch (reach) {
        case AddressReach::ThisMachine: return InterfaceModel::tr("This machine only");
        case AddressReach::LocalNetwork: return InterfaceModel::tr("Local network");
        case AddressReach::Internet: return InterfaceModel::tr("Internet");
    }
    return {};
}

std::vector<InterfaceAddress> readInterfaces() {
    std::vector<InterfaceAddress> addresses;
    for (const QNetworkInterface& each : QNetworkInterface::allInterfaces()) {
        const bool running = each.flags().testFlag(QNetworkInterface::IsUp) && each.flags().testFlag(QNetworkInterface::IsRunning);
        for (const QNetworkAddressEntry& entry : each.addressEntries())
            addresses.push_back({each.humanReadableName(), kindName(each.type()), entry.ip(), running});
    }
    return addresses;
}

void InterfaceModel::setAddresses(std::vector<InterfaceAddress> addresses) {
    if (addresses == m_addresses) return;
    beginResetModel();
    m_addresses = std::move(addresses);
    endResetModel();
}

int InterfaceModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(m_addresses.size()); }
int InterfaceModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : kColumns; }

QVariant InterfaceModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) return {};
    const InterfaceAddress& row = m_addresses.at(static_cast<std::size_t>(index.row()));
    const AddressReach reach = reachOf(row.address);
    if (role == Qt::DisplayRole) {
        switch (index.column()) {
            case Interface: return row.interface;
            case Kind: return row.kind;
            case Address: return row.address.toString();
            case Reach: return reachName(reach);
            case State: return row.running ? tr("connected") : tr("not connected");
            default: return {};
        }
    }
    if (role == Qt::DecorationRole && index.column() == Reach)
        return icon(reach == AddressReach::ThisMachine ? Icon::ModeLocal : reach == AddressReach::LocalNetwork ? Icon::Network : Icon::ModeNetwork, Role::Muted);
    return {};
}

QVariant InterfaceModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
    switch (section) {
        case Interface: return tr("Interface");
        case Kind: return tr("Kind");
        case Address: return tr("Address");
        case Reach: return tr("Can be reached from");
        case State: return tr("State");
        default: return {};
    }
}

}  // namespace tessera::ui
