// SPDX-License-Identifier: GPL-3.0-or-later
// Asks for a model's link, says what it is taken for, and lists the models of a hub's page to choose from.
#pragma once

#include "core/loader/network/download.h"

#include <QDialog>

class QLabel;
class QLineEdit;
class QPushButton;
class QTreeWidget;

namespace tessera::ui {

class JobRunner;

class LinkDialog : public QDialog {
    Q_OBJECT
public:
    LinkDialog(const QString& link, DownloadOptions options, JobRunner& jobs, QWidget* parent);
    /// Of one model. Valid after it was accepted.
    QString link() const { return m_link; }

private:
    void check();
    void proceed();
    void list(const std::vector<OfferedModel>& models);

    DownloadOptions m_options;
    JobRunner& m_jobs;
    QString m_link;
    quint64 m_request = 0;
    QLineEdit* m_edit;
    QLabel* m_note;
    QTreeWidget* m_models;
    QPushButton* m_ok;
};

}  // namespace tessera::ui
