// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/validation/layer_table.h"

#include "ui/validation/check_view.h"

namespace tessera::ui {

void LayerTable::setLayers(std::vector<LayerDifference> layers) {
    beginResetModel();
    m_layers = std::move(layers);
    endResetModel();
}

int LayerTable::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(m_layers.size()); }
int LayerTable::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : kColumns; }

QVariant LayerTable::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || role != Qt::DisplayRole) return {};
    const LayerDifference& layer = m_layers.at(static_cast<std::size_t>(index.row()));
    switch (index.column()) {
        case Layer: return toInt(layer.layer);
        case Largest: return layer.bit_identical ? tr("equal bits") : formatError(layer.largest);
        case Mean: return formatError(layer.mean);
        case Size: return formatError(layer.reference_rms);
        case Token: return layer.bit_identical ? QVariant() : QVariant(static_cast<quint64>(layer.token));
        case Channel: return layer.bit_identical ? QVariant() : QVariant(static_cast<quint64>(layer.channel));
        default: return {};
    }
}

QVariant LayerTable::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
    switch (section) {
        case Layer: return tr("Layer");
        case Largest: return tr("Largest");
        case Mean: return tr("Mean");
        case Size: return tr("Size of values");
        case Token: return tr("Token");
        case Channel: return tr("Channel");
        default: return {};
    }
}

}  // namespace tessera::ui
