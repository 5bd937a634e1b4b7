// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/network/consent_dialog.h"

#include "ui/model/model_holder.h"
#include "ui/network/network_services.h"
#include "ui/network/node_rows.h"
#include "ui/settings/settings.h"
#include "ui/style/icons.h"
#include "ui/style/tessera_style.h"
#include "ui/widgets/elements.h"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QHBoxLayout>
#include <QPushButton>
#include <QVBoxLayout>

namespace tessera::ui {
namespace {

const QString kArea = QStringLiteral("network");
const QString kAgreed = QStringLiteral("agreed");  // ids of nodes

}  // namespace

ConsentDialog::ConsentDialog(const std::vector<Machine>& machines, QWidget* parent) : QDialog(parent) {
    setWindowTitle(tr("Compute with other machines?"));
    auto* sign = new QLabel;
    sign->setPixmap(icon(Icon::ModeNetwork, Role::Remote).pixmap(px(kIconLarge)));
    sign->setAlignment(Qt::AlignTop);
    auto* sentence = makeParagraph(tr("Every machine that computes a part can reconstruct what you write and the answer. Use machines of people you trust."));
    setTextStyle(sentence, TextStyle::Strong);
    auto* head = new QHBoxLayout;
    head->setSpacing(px(kSpace));
    head->addWidget(sign);
    head->addWidget(sentence, 1);
    auto* list = new FactList;
    for (const Machine& machine : machines) list->add(machine.name, machine.work + QLatin1Char('\n') + machine.address);
    m_never_again = new QCheckBox(tr("Do not ask again for these machines"));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    QPushButton* agree = buttons->addButton(tr("Compute with them"), QDialogButtonBox::AcceptRole);
    makePrimary(agree);
    agree->setDefault(true);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* column = new QVBoxLayout(this);
    column->setSpacing(px(kSpace));
    column->addLayout(head);
    column->addWidget(list);
    column->addWidget(makeParagraph(tr("Nobody else can: connections are encrypted, and each machine proves its key."), Role::Muted));
    column->addWidget(m_never_again);
    column->addWidget(buttons);
    setTabOrder(m_never_again, agree);
    setTabOrder(agree, buttons->button(QDialogButtonBox::Cancel));
    setMinimumWidth(px(460));
    agree->setFocus();
}

bool ConsentDialog::neverAgain() const { return m_never_again->isChecked(); }

namespace {

struct Asked {
    NodeAddress address;
    QString work;
};

/// What each machine would do.
std::vector<Asked> machinesOf(const LoadedModel& model) {
    std::vector<Asked> machines;
    if (model.row_nodes) {
        for (const RowPart& part : model.row_nodes->parts())
            machines.push_back({part.node, part.replaced ? ConsentDialog::tr("does not answer now") : ConsentDialog::tr("multiplies its share of every matrix’s rows")});
        return machines;
    }
    const auto& engine = dynamic_cast<const NodesEngine&>(*model.engine);
    const auto plan = engine.plan();
    for (const NodeState& node : engine.nodes()) {
        QString work = node.available ? ConsentDialog::tr("helps when another machine fails") : ConsentDialog::tr("does not answer now");
        if (plan)
            for (const PlacedSpan& placed : *plan)
                if (placed.node == node.address) work = layersText(placed.span);
        machines.push_back({node.address, work});
    }
    return machines;
}

}  // namespace

void askNodesConsent(const PageContext& context, const LoadedModel& model, QWidget* parent, std::function<void(bool)> answer) {
    Settings& settings = context.settings;
    const QStringList agreed = settings.list(kArea, kAgreed);
    QStringList ids;
    std::vector<ConsentDialog::Machine> machines;
    bool all_agreed = true;
    for (const Asked& asked : machinesOf(model)) {
        const QString id = QString::fromStdString(toHex(asked.address.id));
        all_agreed = all_agreed && agreed.contains(id);
        ids.append(id);
        machines.push_back({context.network.watch().nameOf(asked.address.id), QString::fromStdString(asked.address.shortText()), asked.work});
    }
    if (all_agreed) return answer(true);
    auto* dialog = new ConsentDialog(machines, parent);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    QObject::connect(&context.model, &ModelHolder::stateChanged, dialog, &QDialog::reject);  // nobody waits any more
    QObject::connect(dialog, &QDialog::finished, parent, [dialog, ids, &settings, answer = std::move(answer)](int result) {
        const bool yes = result == QDialog::Accepted;
        if (yes && dialog->neverAgain()) {
            QStringList kept = settings.list(kArea, kAgreed);
            for (const QString& id : ids)
                if (!kept.contains(id)) kept.append(id);
            settings.setList(kArea, kAgreed, kept);
        }
        dialog->disconnect();
        answer(yes);
    });
    dialog->open();
}

}  // namespace tessera::ui
