// SPDX-License-Identifier: GPL-3.0-or-later
// Before the first token goes to other machines: who computes which layers, and what they can see.
#pragma once

#include "core/model/loaded_model.h"
#include "ui/page.h"

#include <QDialog>

class QCheckBox;

namespace tessera::ui {

class ConsentDialog : public QDialog {
    Q_OBJECT
public:
    struct Machine {
        QString name, address, work;
    };
    ConsentDialog(const std::vector<Machine>& machines, QWidget* parent);

    bool neverAgain() const;

private:
    QCheckBox* m_never_again;
};

/// Answers at once where the user has agreed to all of the model's nodes for good, otherwise when the dialog is closed; a
/// model that is unloaded meanwhile closes it.
void askNodesConsent(const PageContext& context, const LoadedModel& model, QWidget* parent, std::function<void(bool)> answer);

}  // namespace tessera::ui
