// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chat/compare_dialog.h"

#include "ui/chat/presets.h"
#include "ui/model/model_holder.h"
#include "ui/model/model_library.h"
#include "ui/style/tessera_style.h"
#include "ui/style/theme.h"
#include "ui/widgets/elements.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLineEdit>
#include <QRegularExpressionValidator>
#include <QVBoxLayout>

namespace tessera::ui {

CompareDialog::CompareDialog(const ChatController& controller, const Presets& presets, const ModelLibrary& library, MessageNumber number, QWidget* parent)
    : QDialog(parent), m_now(controller.info().sampling), m_presets(presets) {
    setWindowTitle(tr("Compare two answers"));
    m_version = new QComboBox;
    m_version->addItem(tr("A new answer"), 0);
    const Versions versions = controller.tree().versions(number);
    for (std::size_t i = 0; i < versions.numbers.size(); ++i)
        if (versions.numbers[i] != number) m_version->addItem(tr("Version %1").arg(i + 1), toInt(versions.numbers[i]));
    m_preset = new QComboBox;
    if (m_now.preset.empty()) m_preset->addItem(Presets::title({}), QString());
    for (const SamplingSettings& preset : presets.all()) m_preset->addItem(Presets::title(preset.preset), QString::fromStdString(preset.preset));
    m_preset->setCurrentIndex(m_preset->findData(QString::fromStdString(m_now.preset)));
    m_model = new QComboBox;
    const QString now = controller.modelPath();
    m_model->addItem(setTitle(now), now);
    for (int row = 0; row < library.rowCount(); ++row)
        if (const QString path = library.index(row).data(ModelLibrary::PathRole).toString(); path != now) m_model->addItem(setTitle(path), path);
    m_seed = new QLineEdit;
    m_seed->setPlaceholderText(tr("Random"));
    m_seed->setValidator(new QRegularExpressionValidator(QRegularExpression(QStringLiteral("\\d{0,10}")), m_seed));
    auto* form = new QFormLayout;
    form->setHorizontalSpacing(px(kSpaceWide));
    form->addRow(tr("&Beside it"), m_version);
    form->addRow(tr("&Sampling"), m_preset);
    form->addRow(tr("&Model"), m_model);
    form->addRow(tr("S&eed"), m_seed);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    auto* accept = makeButton(tr("Compare"));
    makePrimary(accept);
    buttons->addButton(accept, QDialogButtonBox::AcceptRole);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_version, &QComboBox::currentIndexChanged, this, &CompareDialog::showFields);
    auto* column = new QVBoxLayout(this);
    column->addLayout(form);
    column->addWidget(buttons);
    setTabOrder(m_seed, accept);
    setTabOrder(accept, buttons->button(QDialogButtonBox::Cancel));  // Qt loses it when the box is laid out
    showFields();
}

void CompareDialog::showFields() {
    for (QWidget* field : {static_cast<QWidget*>(m_preset), static_cast<QWidget*>(m_model), static_cast<QWidget*>(m_seed)}) field->setEnabled(version() == kNoMessage);
}

MessageNumber CompareDialog::version() const { return MessageNumber{m_version->currentData().toInt()}; }

AnswerVariant CompareDialog::variant() const {
    AnswerVariant variant;
    const SamplingSettings* preset = m_presets.find(m_preset->currentData().toString());
    variant.sampling = preset ? *preset : m_now;
    bool is_number = false;
    if (const uint seed = m_seed->text().toUInt(&is_number); is_number) variant.sampling->sampler.seed = seed;
    variant.model = m_model->currentData().toString();
    return variant;
}

}  // namespace tessera::ui
