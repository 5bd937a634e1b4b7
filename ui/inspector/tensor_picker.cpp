// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/tensor_picker.h"

#include "ui/style/tessera_style.h"
#include "ui/style/theme.h"
#include "ui/widgets/elements.h"

#include <QDialogButtonBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLineEdit>
#include <QPushButton>
#include <QSortFilterProxyModel>
#include <QSpinBox>
#include <QStandardItemModel>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace tessera::ui {
namespace {

constexpr int kAllLayers = -1;

QString shapeText(const CapturableTensor& tensor) {
    QStringList sizes;
    for (const std::int64_t size : tensor.shape) sizes.append(QString::number(size));
    return sizes.isEmpty() ? QStringLiteral("1") : sizes.join(QStringLiteral(" × "));
}

bool hasLayers(const CapturableTensor& tensor) { return !tensor.layers.empty() && toInt(tensor.layers.front()) >= 0; }

}  // namespace

TensorPicker::TensorPicker(const std::vector<CapturableTensor>& tensors, int layers, int layer, QWidget* parent)
    : QDialog(parent), m_tensors(tensors), m_model(new QStandardItemModel(this)), m_filter(new QSortFilterProxyModel(this)), m_table(new QTableView), m_words(new QLineEdit),
      m_layer(new QSpinBox) {
    setWindowTitle(tr("Tensors to keep"));
    resize(px(560), px(480));
    m_model->setHorizontalHeaderLabels({tr("Tensor"), tr("Operation"), tr("Shape per token"), tr("Layers")});
    for (const CapturableTensor& tensor : m_tensors) {
        auto* name = new QStandardItem(QString::fromStdString(tensor.name));
        name->setCheckable(true);
        auto* where = new QStandardItem(hasLayers(tensor) ? QStringLiteral("%1–%2").arg(toInt(tensor.layers.front())).arg(toInt(tensor.layers.back())) : tr("none"));
        QList<QStandardItem*> row{name, new QStandardItem(QString::fromStdString(tensor.operation)), new QStandardItem(shapeText(tensor)), where};
        for (QStandardItem* item : row) item->setEditable(false);
        m_model->appendRow(row);
    }
    m_filter->setSourceModel(m_model);
    m_filter->setFilterCaseSensitivity(Qt::CaseInsensitive);
    m_filter->setFilterKeyColumn(-1);
    m_table->setModel(m_filter);
    m_table->setAccessibleName(tr("What the model computes"));
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setShowGrid(false);
    m_table->setTabKeyNavigation(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(px(kRowHeight));
    m_table->setColumnWidth(0, px(180));
    m_table->setColumnWidth(2, px(140));
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_words->setPlaceholderText(tr("Filter the tensors"));
    m_words->setAccessibleName(tr("Filter the tensors"));
    m_words->setClearButtonEnabled(true);
    connect(m_words, &QLineEdit::textChanged, m_filter, &QSortFilterProxyModel::setFilterFixedString);
    m_layer->setRange(kAllLayers, layers - 1);
    m_layer->setSpecialValueText(tr("All layers"));
    m_layer->setPrefix(tr("Layer "));
    m_layer->setAccessibleName(tr("Layer"));
    m_layer->setValue(layer);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel);
    makePrimary(buttons->button(QDialogButtonBox::Ok));
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* top = new QHBoxLayout;
    top->addWidget(m_words, 1);
    top->addWidget(m_layer);
    auto* column = new QVBoxLayout(this);
    column->addLayout(top);
    column->addWidget(m_table, 1);
    column->addWidget(buttons);
}

QString TensorPicker::chosen() const {
    QStringList texts;
    for (int row = 0; row < m_model->rowCount(); ++row) {
        if (m_model->item(row)->checkState() != Qt::Checked) continue;
        const CapturableTensor& tensor = m_tensors[static_cast<std::size_t>(row)];
        const auto same_name = std::count_if(m_tensors.begin(), m_tensors.end(), [&tensor](const CapturableTensor& other) { return other.name == tensor.name; });
        for (const LayerIndex layer : tensor.layers) {
            if (hasLayers(tensor) && m_layer->value() != kAllLayers && toInt(layer) != m_layer->value()) continue;
            const CaptureSpec spec{tensor.name, same_name > 1 ? tensor.operation : std::string(), layer};
            texts.append(QString::fromStdString(captureText(spec)));
        }
    }
    return texts.join(QLatin1Char(' '));
}

}  // namespace tessera::ui
