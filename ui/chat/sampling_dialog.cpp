// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chat/sampling_dialog.h"

#include "ui/chat/presets.h"
#include "ui/style/tessera_style.h"
#include "ui/style/theme.h"
#include "ui/widgets/ask.h"
#include "ui/widgets/elements.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QRegularExpressionValidator>
#include <QScrollArea>
#include <QSpinBox>
#include <QVBoxLayout>

namespace tessera::ui {
namespace {

QDoubleSpinBox* makeReal(double least, double most, double step, const QString& tip) {
    auto* box = new QDoubleSpinBox;
    box->setDecimals(2);
    box->setRange(least, most);
    box->setSingleStep(step);
    box->setToolTip(tip);
    return box;
}

QSpinBox* makeWhole(int least, int most, int step, const QString& tip) {
    auto* box = new QSpinBox;
    box->setRange(least, most);
    box->setSingleStep(step);
    box->setToolTip(tip);
    return box;
}

/// One stop string a line; a line break inside of one is written \n.
QString escaped(const std::string& text) { return QString::fromStdString(text).replace(QLatin1Char('\\'), QStringLiteral("\\\\")).replace(QLatin1Char('\n'), QStringLiteral("\\n")); }

std::string unescaped(const QString& line) {
    QString text;
    for (int i = 0; i < line.size(); ++i) {
        const bool escape = line[i] == QLatin1Char('\\') && i + 1 < line.size();
        if (!escape) text += line[i];
        else text += line[++i] == QLatin1Char('n') ? QChar(QLatin1Char('\n')) : line[i];
    }
    return text.toStdString();
}

}  // namespace

SamplingDialog::SamplingDialog(Presets& presets, const SamplingSettings& settings, ContextPolicy policy, QWidget* parent) : QDialog(parent), m_presets(presets) {
    setWindowTitle(tr("Sampling"));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* scroll = new QScrollArea;
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setWidget(makeForm());
    scroll->setAccessibleName(tr("Values"));
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setMinimumWidth(scroll->widget()->sizeHint().width() + px(kSpaceLarge));
    auto* column = new QVBoxLayout(this);
    column->addWidget(makePresetRow());
    column->addWidget(scroll, 1);
    column->addWidget(buttons);
    // All values at once where the screen has room.
    resize(sizeHint().width(), std::min(scroll->widget()->sizeHint().height() + px(150), screen()->availableSize().height() - px(60)));
    m_policy->setCurrentIndex(m_policy->findData(static_cast<int>(policy)));
    setSettings(settings);
    connect(&presets, &Presets::changed, this, &SamplingDialog::fillPresets);
    m_temperature->setFocus();
}

QWidget* SamplingDialog::makePresetRow() {
    m_preset = new QComboBox;
    m_preset->setAccessibleName(tr("Preset"));
    m_preset->setMinimumWidth(px(160));
    connect(m_preset, &QComboBox::activated, this, [this] {
        if (const SamplingSettings* chosen = m_presets.find(m_preset->currentData().toString())) setSettings(*chosen);
    });
    m_save = makeButton(tr("Save as…"));
    m_rename = makeButton(tr("Rename…"));
    m_remove = makeButton(tr("Delete"));
    connect(m_save, &QPushButton::clicked, this, [this] {
        const QString before = QString::fromStdString(m_name);
        askName(this, tr("Save the preset"), m_presets.isBuiltIn(before) ? QString() : before, [this](const QString& name) {
            if (!saveAs(name)) tellProblem(this, tr("Save the preset"), tr("“%1” cannot be its name: it is taken or too long.").arg(name));
        });
    });
    connect(m_rename, &QPushButton::clicked, this, [this] {
        askName(this, tr("Rename the preset"), QString::fromStdString(m_name), [this](const QString& name) {
            if (!renameTo(name)) tellProblem(this, tr("Rename the preset"), tr("“%1” cannot be its name: it is taken or too long.").arg(name));
        });
    });
    connect(m_remove, &QPushButton::clicked, this, &SamplingDialog::removePreset);
    auto* row = new QWidget;
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_preset, 1);
    for (QPushButton* button : {m_save, m_rename, m_remove}) layout->addWidget(button);
    return row;
}

QWidget* SamplingDialog::makeForm() {
    m_temperature = makeReal(0, 10, 0.05, tr("0 always takes the most probable token; higher is more varied."));
    m_top_k = makeWhole(0, 1000000, 1, tr("Only this many of the most probable tokens are considered."));
    m_top_k->setSpecialValueText(tr("All"));
    m_top_p = makeReal(0, 1, 0.01, tr("The most probable tokens that together have this probability; 1 takes all."));
    m_min_p = makeReal(0, 1, 0.01, tr("Tokens with less than this part of the best one’s probability are left out."));
    m_repeat = makeReal(0.1, 10, 0.05, tr("Above 1 makes tokens that occurred less probable."));
    m_last_n = makeWhole(0, 1000000, 16, tr("How many of the last tokens the penalties look at."));
    m_presence = makeReal(-10, 10, 0.1, tr("Taken from every token that occurred."));
    m_frequency = makeReal(-10, 10, 0.1, tr("Taken for each time a token occurred."));
    m_max_tokens = makeWhole(-1, 1000000, 64, tr("Where an answer is cut at the latest."));
    m_max_tokens->setSpecialValueText(tr("No limit"));
    m_seed = new QLineEdit;
    m_seed->setPlaceholderText(tr("Random"));
    m_seed->setToolTip(tr("The same seed gives the same answer."));
    m_seed->setValidator(new QRegularExpressionValidator(QRegularExpression(QStringLiteral("\\d{0,10}")), m_seed));
    m_stops = new QPlainTextEdit;
    m_stops->setTabChangesFocus(true);
    m_stops->setToolTip(tr("An answer ends before any of these texts. One a line; \\n stands for a line break."));
    m_stops->setFixedHeight(QFontMetrics(font()).lineSpacing() * 3 + px(kSpaceWide));
    m_policy = new QComboBox;
    m_policy->addItem(tr("Ask"), static_cast<int>(ContextPolicy::Ask));
    m_policy->addItem(tr("Leave out the oldest messages"), static_cast<int>(ContextPolicy::Slide));
    m_policy->addItem(tr("Do not answer"), static_cast<int>(ContextPolicy::Stop));
    auto* inside = new QWidget;
    auto* form = new QFormLayout(inside);
    form->setContentsMargins(0, 0, px(kSpaceSmall), 0);
    form->setHorizontalSpacing(px(kSpaceWide));
    form->addRow(tr("&Temperature"), m_temperature);
    form->addRow(tr("Top-&k"), m_top_k);
    form->addRow(tr("Top-&p"), m_top_p);
    form->addRow(tr("&Min-p"), m_min_p);
    form->addRow(tr("&Repeat penalty"), m_repeat);
    form->addRow(tr("&Last tokens looked at"), m_last_n);
    form->addRow(tr("Pre&sence penalty"), m_presence);
    form->addRow(tr("&Frequency penalty"), m_frequency);
    form->addRow(tr("Longest &answer, tokens"), m_max_tokens);
    form->addRow(tr("S&eed"), m_seed);
    form->addRow(tr("St&op strings"), m_stops);
    form->addRow(tr("&When the context is full"), m_policy);
    for (QDoubleSpinBox* box : {m_temperature, m_top_p, m_min_p, m_repeat, m_presence, m_frequency}) connect(box, &QDoubleSpinBox::valueChanged, this, &SamplingDialog::edited);
    for (QSpinBox* box : {m_top_k, m_last_n, m_max_tokens}) connect(box, &QSpinBox::valueChanged, this, &SamplingDialog::edited);
    connect(m_seed, &QLineEdit::textChanged, this, &SamplingDialog::edited);
    connect(m_stops, &QPlainTextEdit::textChanged, this, &SamplingDialog::edited);
    return inside;
}

void SamplingDialog::edited() {
    if (m_setting) return;
    m_name.clear();
    fillPresets();
}

void SamplingDialog::fillPresets() {
    m_preset->clear();
    for (const SamplingSettings& preset : m_presets.all()) m_preset->addItem(Presets::title(preset.preset), QString::fromStdString(preset.preset));
    if (m_name.empty()) m_preset->addItem(Presets::title({}), QString());
    m_preset->setCurrentIndex(m_preset->findData(QString::fromStdString(m_name)));
    const bool own = !m_name.empty() && !Presets::isBuiltIn(QString::fromStdString(m_name));
    m_rename->setEnabled(own);
    m_remove->setEnabled(own);
}

void SamplingDialog::setSettings(const SamplingSettings& settings) {
    m_setting = true;
    const SamplerOptions& sampler = settings.sampler;
    m_temperature->setValue(static_cast<double>(sampler.temperature));
    m_top_k->setValue(sampler.top_k);
    m_top_p->setValue(static_cast<double>(sampler.top_p));
    m_min_p->setValue(static_cast<double>(sampler.min_p));
    m_repeat->setValue(static_cast<double>(sampler.repeat_penalty));
    m_last_n->setValue(sampler.repeat_last_n);
    m_presence->setValue(static_cast<double>(sampler.presence_penalty));
    m_frequency->setValue(static_cast<double>(sampler.frequency_penalty));
    m_max_tokens->setValue(settings.max_tokens);
    m_seed->setText(sampler.seed ? QString::number(*sampler.seed) : QString());
    QStringList stops;
    for (const std::string& stop : settings.stop_strings) stops.append(escaped(stop));
    m_stops->setPlainText(stops.join(QLatin1Char('\n')));
    m_bias = sampler.logit_bias;
    m_name = settings.preset;
    m_setting = false;
    fillPresets();
}

SamplingSettings SamplingDialog::settings() const {
    SamplingSettings settings;
    settings.preset = m_name;
    settings.sampler.temperature = static_cast<float>(m_temperature->value());
    settings.sampler.top_k = m_top_k->value();
    settings.sampler.top_p = static_cast<float>(m_top_p->value());
    settings.sampler.min_p = static_cast<float>(m_min_p->value());
    settings.sampler.repeat_penalty = static_cast<float>(m_repeat->value());
    settings.sampler.repeat_last_n = m_last_n->value();
    settings.sampler.presence_penalty = static_cast<float>(m_presence->value());
    settings.sampler.frequency_penalty = static_cast<float>(m_frequency->value());
    settings.sampler.logit_bias = m_bias;
    settings.max_tokens = m_max_tokens->value();
    bool is_number = false;
    if (const uint seed = m_seed->text().toUInt(&is_number); is_number) settings.sampler.seed = seed;
    for (const QString& line : m_stops->toPlainText().split(QLatin1Char('\n'), Qt::SkipEmptyParts)) {
        std::string stop = unescaped(line);
        if (settings.stop_strings.size() < kMaxStopStrings && stop.size() <= kMaxStopStringBytes) settings.stop_strings.push_back(std::move(stop));
    }
    return settings;
}

ContextPolicy SamplingDialog::policy() const { return static_cast<ContextPolicy>(m_policy->currentData().toInt()); }

bool SamplingDialog::saveAs(const QString& name) {
    SamplingSettings named = settings();
    named.preset = name.toStdString();
    if (!m_presets.save(named)) return false;
    m_name = named.preset;
    fillPresets();
    return true;
}

bool SamplingDialog::renameTo(const QString& name) {
    if (!m_presets.rename(QString::fromStdString(m_name), name)) return false;
    m_name = name.toStdString();
    fillPresets();
    return true;
}

void SamplingDialog::removePreset() {
    const QString name = QString::fromStdString(std::exchange(m_name, {}));
    m_presets.remove(name);
    fillPresets();
}

}  // namespace tessera::ui
