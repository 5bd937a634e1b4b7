// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/layer_axis.h"

#include "ui/style/theme.h"

#include <QLocale>

#include <algorithm>
#include <cmath>

namespace tessera::ui {

float LayerAxis::Source::value(int row, int) const { return static_cast<std::size_t>(row) < values.size() ? values[static_cast<std::size_t>(row)] : std::nanf(""); }

QString LayerAxis::Source::describe(int row, int column) const {
    const float bar = value(row, column);
    return std::isnan(bar) ? LayerAxis::tr("Layer %1").arg(row)
                           : LayerAxis::tr("Layer %1: %2 %3 of the largest").arg(QString::number(row), name, QLocale().toString(static_cast<double>(bar), 'f', 2));
}

LayerAxis::LayerAxis(InspectorSelection& selection, QWidget* parent) : GridView(tr("Layers"), parent), m_selection(selection) {
    setLook(GridLook::Bars, {.min_width = 24, .max_width = 48, .min_height = 9, .max_height = 22});
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Expanding);
    setFixedWidth(sizeHint().width());
    connect(&Theme::instance(), &Theme::changed, this, [this] { setFixedWidth(sizeHint().width()); });
    connect(this, &GridView::chosen, this, [this](int row, int) { m_selection.setLayer(row); });
    connect(&selection, &InspectorSelection::layerChanged, this, [this](int layer) { setCurrent(layer, 0); });
    connect(&selection, &InspectorSelection::extentChanged, this, [this] {
        m_source.layers = m_selection.layers();
        m_source.values.clear();
        setSource(&m_source);
        setCurrent(m_selection.layer(), 0);
    });
}

void LayerAxis::setValues(const QString& name, std::vector<float> values) {
    m_source.name = name;
    m_source.values = std::move(values);
    refresh();
}

void LayerAxis::showNorms(const QString& name, const LayerGrid& norms, int token) {
    std::vector<float> bars;
    float largest = 0;
    if (token >= 0 && static_cast<std::size_t>(token) < norms.tokens)
        for (std::size_t layer = 0; layer < norms.layers; ++layer) {
            bars.push_back(norms.at(layer, static_cast<std::size_t>(token)));
            largest = std::max(largest, bars.back());
        }
    for (float& bar : bars) bar /= std::max(largest, 1e-12F);
    setValues(name, std::move(bars));
}

QSize LayerAxis::sizeHint() const { return QSize(px(76), px(300)); }

}  // namespace tessera::ui
