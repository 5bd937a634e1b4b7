// SPDX-License-Identifier: GPL-3.0-or-later
// What the program tells about its work.
#pragma once

#include "ui/page.h"

class QTableView;

namespace tessera::ui {

class LogModel;

class LogPage : public Page {
    Q_OBJECT
public:
    explicit LogPage(const PageContext& context);
    void enter() override;

private:
    LogModel* m_model;
    QTableView* m_table;
};

}  // namespace tessera::ui
