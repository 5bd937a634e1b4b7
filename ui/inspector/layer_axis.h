// SPDX-License-Identifier: GPL-3.0-or-later
// The layers of the model from top to bottom, to choose one where a view itself has no rows of layers.
#pragma once

#include "core/inspect/inspection.h"
#include "ui/inspector/selection.h"
#include "ui/widgets/grid_source.h"
#include "ui/widgets/grid_view.h"

#include <vector>

namespace tessera::ui {

class LayerAxis : public GridView {
    Q_OBJECT
public:
    explicit LayerAxis(InspectorSelection& selection, QWidget* parent = nullptr);

    /// A bar per layer: 0…1, NaN: not known. `name` says what it is.
    void setValues(const QString& name, std::vector<float> values);
    /// Those of one token as bars; an empty grid gives none.
    void showNorms(const QString& name, const LayerGrid& norms, int token);
    QSize sizeHint() const override;

private:
    class Source : public GridSource {
    public:
        int rows() const override { return layers; }
        int columns() const override { return layers > 0 ? 1 : 0; }
        float value(int row, int column) const override;
        QString rowTitle(int row) const override { return QString::number(row); }
        QString columnTitle(int) const override { return {}; }
        QString describe(int row, int column) const override;

        int layers = 0;
        QString name;
        std::vector<float> values;
    };

    InspectorSelection& m_selection;
    Source m_source;
};

}  // namespace tessera::ui
