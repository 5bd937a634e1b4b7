// SPDX-License-Identifier: GPL-3.0-or-later
// On top of every page: which model, and what leaves this machine.
#pragma once

#include "ui/page.h"

#include <QPushButton>
#include <QWidget>

class QActionGroup;

namespace tessera::ui {

class HeaderBar : public QWidget {
    Q_OBJECT
public:
    HeaderBar(const PageContext& context, QWidget* parent = nullptr);

    QPushButton* modelPicker() const { return m_model; }
    QPushButton* modePicker() const { return m_mode; }

private:
    void fillModelMenu();
    void fillModeMenu();
    void chooseMode(bool network);
    void showModel();
    void showMode();

    PageContext m_context;
    QPushButton* m_model;
    QPushButton* m_mode;
    QActionGroup* m_modes = nullptr;
};

}  // namespace tessera::ui
