// SPDX-License-Identifier: GPL-3.0-or-later
// Requests of the local API that went wrong, newest first.
#pragma once

#include "ui/network/local_api.h"

#include <QAbstractTableModel>

namespace tessera::ui {

class FailureModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Time, Status, Request, Message, kColumns };

    explicit FailureModel(LocalApi& api, QObject* parent = nullptr);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    void follow();

    LocalApi& m_api;
    std::deque<LocalApi::Failure> m_failures;
};

}  // namespace tessera::ui
