// SPDX-License-Identifier: GPL-3.0-or-later
// What runs, waits and has run.
#pragma once

#include "ui/page.h"

class QPushButton;
class QStackedLayout;
class QTableView;

namespace tessera::ui {

class JobModel;

class JobsPage : public Page {
    Q_OBJECT
public:
    explicit JobsPage(const PageContext& context);
    void enter() override;

private:
    void stopSelected();
    void updateButtons();

    PageContext m_context;
    JobModel* m_model;
    QTableView* m_table;
    QPushButton* m_stop;
    QPushButton* m_clear;
    QWidget* m_empty;
};

}  // namespace tessera::ui
