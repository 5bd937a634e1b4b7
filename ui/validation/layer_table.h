// SPDX-License-Identifier: GPL-3.0-or-later
// The layers of a comparison in numbers: what LayerPlot draws.
#pragma once

#include "core/validate/comparison.h"

#include <QAbstractTableModel>

namespace tessera::ui {

class LayerTable : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Layer, Largest, Mean, Size, Token, Channel, kColumns };

    using QAbstractTableModel::QAbstractTableModel;
    void setLayers(std::vector<LayerDifference> layers);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<LayerDifference> m_layers;
};

}  // namespace tessera::ui
