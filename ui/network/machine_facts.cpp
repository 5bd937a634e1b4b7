// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/network/machine_facts.h"

#include "core/base/platform/system.h"
#include "core/engine/processor_features.h"
#include "ui/settings/settings.h"
#include "ui/widgets/text_format.h"

#include <QCoreApplication>
#include <QSysInfo>

namespace tessera::ui {
namespace {

const QString kArea = QStringLiteral("general");
const QString kName = QStringLiteral("machineName");
constexpr int kLongestName = 60;

class Words {
    Q_DECLARE_TR_FUNCTIONS(tessera::ui::MachineFacts)
};

}  // namespace

QString machineName(const Settings& settings) { return settings.text(kArea, kName).simplified().left(kLongestName); }

void setMachineName(Settings& settings, const QString& name) { settings.set(kArea, kName, name.simplified().left(kLongestName)); }

MachineFacts readMachineFacts(const Settings& settings) {
    MachineFacts facts;
    facts.host = QSysInfo::machineHostName();
    facts.name = machineName(settings).isEmpty() ? facts.host : machineName(settings);
    facts.system = QSysInfo::prettyProductName();
    facts.kernel = QSysInfo::kernelType() + QLatin1Char(' ') + QSysInfo::kernelVersion();
    facts.processor = QString::fromStdString(processorName()).simplified();
    if (facts.processor.isEmpty()) facts.processor = QSysInfo::currentCpuArchitecture();
    for (const std::string& feature : processorFeatures()) facts.features.append(QString::fromStdString(feature));
    facts.processors = processorCount();
    facts.memory = totalMemoryBytes();
    facts.available_memory = availableMemoryBytes();
    return facts;
}

std::vector<std::pair<QString, QString>> machineFactTexts(const MachineFacts& facts) {
    return {
        {Words::tr("Host"), facts.host},
        {Words::tr("System"), facts.system},
        {Words::tr("Kernel"), facts.kernel},
        {Words::tr("Processor"), facts.processor},
        {Words::tr("Cores in use"), formatCount(static_cast<std::uint64_t>(facts.processors))},
        {Words::tr("Computes with"), facts.features.isEmpty() ? Words::tr("plain instructions") : facts.features.join(QStringLiteral(", "))},
        {Words::tr("Memory"), Words::tr("%1, %2 free").arg(formatSize(facts.memory), formatSize(facts.available_memory))},
    };
}

}  // namespace tessera::ui
