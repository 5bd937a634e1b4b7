// SPDX-License-Identifier: GPL-3.0-or-later
// What can be told about this machine: its name, its system, and what it computes with.
#pragma once

#include <QString>
#include <QStringList>

#include <cstdint>
#include <utility>
#include <vector>

namespace tessera::ui {

class Settings;

struct MachineFacts {
    QString name;          // the user's own, or else the host's
    QString host, system, kernel, processor;
    QStringList features;  // instruction sets in use
    int processors = 0;
    std::uint64_t memory = 0, available_memory = 0;
};

MachineFacts readMachineFacts(const Settings& settings);
/// The name the user gave; empty: none.
QString machineName(const Settings& settings);
void setMachineName(Settings& settings, const QString& name);

/// For people, in the language of the window: name and value.
std::vector<std::pair<QString, QString>> machineFactTexts(const MachineFacts& facts);

}  // namespace tessera::ui
