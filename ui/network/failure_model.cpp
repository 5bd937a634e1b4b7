// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/network/failure_model.h"

#include "ui/network/plain_tip.h"

#include <QLocale>

namespace tessera::ui {

FailureModel::FailureModel(LocalApi& api, QObject* parent) : QAbstractTableModel(parent), m_api(api), m_failures(api.failures()) {
    connect(&api, &LocalApi::failed, this, &FailureModel::follow);
}

/// One has come.
void FailureModel::follow() {
    if (m_failures.size() >= LocalApi::kMaxFailures) {
        const int last = static_cast<int>(m_failures.size()) - 1;
        beginRemoveRows({}, last, last);
        m_failures.pop_back();
        endRemoveRows();
    }
    beginInsertRows({}, 0, 0);
    m_failures.push_front(m_api.failures().front());
    endInsertRows();
}

int FailureModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(m_failures.size()); }
int FailureModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : kColumns; }

QVariant FailureModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || (role != Qt::DisplayRole && role != Qt::ToolTipRole)) return {};
    const LocalApi::Failure& failure = m_failures.at(static_cast<std::size_t>(index.row()));
    switch (index.column()) {
        case Time: return QLocale().toString(failure.at.time(), QLocale::ShortFormat);
        case Status: return QString::number(failure.status);
        case Request: return role == Qt::ToolTipRole ? plainTip(failure.request) : failure.request;
        case Message: return role == Qt::ToolTipRole ? plainTip(failure.message) : failure.message;
        default: return {};
    }
}

QVariant FailureModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
    switch (section) {
        case Time: return tr("Time");
        case Status: return tr("Status");
        case Request: return tr("Request");
        case Message: return tr("What was wrong");
        default: return {};
    }
}

}  // namespace tessera::ui
