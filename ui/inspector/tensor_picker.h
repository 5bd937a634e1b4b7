// SPDX-License-Identifier: GPL-3.0-or-later
// Chooses tensors to keep from what the model computes.
#pragma once

#include "core/inspect/inspect.h"

#include <QDialog>

class QLineEdit;
class QSortFilterProxyModel;
class QSpinBox;
class QStandardItemModel;
class QTableView;

namespace tessera::ui {

class TensorPicker : public QDialog {
    Q_OBJECT
public:
    /// `layers`: of the model. `layer` is chosen at first.
    TensorPicker(const std::vector<CapturableTensor>& tensors, int layers, int layer, QWidget* parent);

    /// "ffn_out@3 Qcur@3": in the form's own way of writing.
    QString chosen() const;
    QStandardItemModel* model() const { return m_model; }
    QSpinBox* layerBox() const { return m_layer; }

private:
    std::vector<CapturableTensor> m_tensors;
    QStandardItemModel* m_model;
    QSortFilterProxyModel* m_filter;
    QTableView* m_table;
    QLineEdit* m_words;
    QSpinBox* m_layer;
};

}  // namespace tessera::ui
