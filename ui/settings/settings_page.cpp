// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/settings_page.h"

#include "core/base/limits.h"
#include "core/base/platform/system.h"
#include "ui/model/model_options.h"
#include "ui/settings/language.h"
#include "ui/settings/settings.h"
#include "ui/style/icons.h"
#include "ui/style/theme.h"
#include "ui/widgets/elements.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFileDialog>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QScrollArea>
#include <QSpinBox>
#include <QVBoxLayout>

namespace tessera::ui {
namespace {

const QString kAppearance = QStringLiteral("appearance");
const QString kGeneral = QStringLiteral("general");

/// The fields of all forms begin at one line.
void alignFields(const QWidget& page) {
    QList<QWidget*> labels;
    int widest = 0;
    for (const QFormLayout* form : page.findChildren<QFormLayout*>())
        for (int row = 0; row < form->rowCount(); ++row)
            if (const QLayoutItem* item = form->itemAt(row, QFormLayout::LabelRole); item && item->widget()) {
                labels.append(item->widget());
                widest = std::max(widest, item->widget()->sizeHint().width());
            }
    for (QWidget* label : labels) label->setMinimumWidth(widest);
}

}  // namespace

SettingsPage::SettingsPage(const PageContext& context) : m_context(context) {
    auto* inside = new QWidget;
    setGroundRole(inside, Role::Surface);
    auto* column = new QVBoxLayout(inside);
    column->setContentsMargins(px(kSpaceLarge), px(kSpaceWide), px(kSpaceLarge), px(kSpaceLarge));
    column->setSpacing(px(kSpaceSmall));
    column->addWidget(makeLabel(tr("Settings"), TextStyle::Title));
    addAppearance(*addSection(*column, tr("Appearance")));
    addLanguage(*addSection(*column, tr("Language")));
    addFolders(*column);
    addGeneral(*addSection(*column, tr("General")));
    addInference(*addSection(*column, tr("Inference")));
    addChat(*column);
    column->addStretch(1);
    inside->setMaximumWidth(px(760));
    alignFields(*inside);
    connect(&Theme::instance(), &Theme::changed, inside, [inside] { alignFields(*inside); });

    auto* scroll = new QScrollArea;
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setAccessibleName(tr("Settings"));
    scroll->setWidget(inside);
    setGroundRole(scroll->viewport(), Role::Surface);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(scroll);
}

void SettingsPage::enter() { m_first->setFocus(); }

QFormLayout* SettingsPage::addSection(QVBoxLayout& column, const QString& title) {
    column.addSpacing(px(kSpaceSmall));
    column.addWidget(makeLabel(title, TextStyle::Strong));
    auto* form = new QFormLayout;
    form->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    form->setFormAlignment(Qt::AlignLeft | Qt::AlignTop);
    form->setFieldGrowthPolicy(QFormLayout::FieldsStayAtSizeHint);
    form->setHorizontalSpacing(px(kSpaceWide));
    column.addLayout(form);
    return form;
}

void SettingsPage::addAppearance(QFormLayout& form) {
    auto* scheme = new QComboBox;
    m_first = scheme;
    scheme->addItem(tr("As the system"), QStringLiteral("system"));
    scheme->addItem(tr("Light"), QStringLiteral("light"));
    scheme->addItem(tr("Dark"), QStringLiteral("dark"));
    const auto show = [scheme, this] {
        scheme->setCurrentIndex(std::max(0, scheme->findData(m_context.settings.text(kAppearance, QStringLiteral("scheme")))));
    };
    show();
    connect(scheme, &QComboBox::activated, this, [this, scheme] {
        m_context.settings.set(kAppearance, QStringLiteral("scheme"), scheme->currentData().toString());
    });
    form.addRow(tr("&Colours"), scheme);

    auto* zoom = new QSpinBox;
    zoom->setRange(kMinimumZoom, kMaximumZoom);
    zoom->setSingleStep(10);
    zoom->setSuffix(tr(" %"));
    zoom->setKeyboardTracking(false);
    zoom->setMinimumWidth(px(104));
    zoom->setValue(Theme::instance().zoom());
    connect(zoom, &QSpinBox::valueChanged, this, [this](int percent) {
        Theme::instance().setZoom(percent);
        m_context.settings.set(kAppearance, QStringLiteral("zoom"), percent);
    });
    form.addRow(tr("&Zoom"), zoom);
    connect(&m_context.settings, &Settings::changed, this, [this, show, zoom](const QString& area, const QString&) {
        if (area != kAppearance) return;
        show();
        zoom->setValue(m_context.settings.number(kAppearance, QStringLiteral("zoom"), 100));
    });

    auto* motion = new QCheckBox(tr("&Reduce motion"));
    motion->setChecked(m_context.settings.flag(kAppearance, QStringLiteral("reducedMotion"), false));
    connect(motion, &QCheckBox::toggled, this, [this](bool on) {
        Theme::instance().setReducedMotion(on);
        m_context.settings.set(kAppearance, QStringLiteral("reducedMotion"), on);
    });
    form.addRow(QString(), motion);
}

void SettingsPage::addLanguage(QFormLayout& form) {
    auto* language = new QComboBox;
    language->addItem(tr("As the system"), QString());
    for (const QString& code : availableLanguages()) language->addItem(languageName(code), code);
    language->setCurrentIndex(std::max(0, language->findData(m_context.settings.text(kAppearance, QStringLiteral("language")))));
    connect(language, &QComboBox::activated, this, [this, language] {
        m_context.settings.set(kAppearance, QStringLiteral("language"), language->currentData().toString());
    });
    form.addRow(tr("&Language"), language);
}

void SettingsPage::addFolders(QVBoxLayout& column) {
    column.addSpacing(px(kSpaceSmall));
    column.addWidget(makeLabel(tr("Model folders"), TextStyle::Strong));
    column.addWidget(makeParagraph(tr("Models are found here, beside the places where Tessera looks anyway. Nothing is copied or moved."), Role::Muted));
    auto* folders = new QListWidget;
    folders->setAccessibleName(tr("Model folders"));
    folders->setFixedHeight(px(112));
    folders->addItems(m_context.settings.list(kGeneral, QStringLiteral("folders")));
    auto* add = makeIconTextButton(Icon::FolderAdd, tr("Add a folder…"));
    auto* remove = makeButton(tr("Remove"));
    remove->setEnabled(false);
    const auto save = [this, folders] {
        QStringList paths;
        for (int i = 0; i < folders->count(); ++i) paths.append(folders->item(i)->text());
        m_context.settings.setList(kGeneral, QStringLiteral("folders"), paths);
    };
    connect(add, &QPushButton::clicked, this, [this, folders, save] {
        const QString path = QFileDialog::getExistingDirectory(this, tr("Add a model folder"));
        if (path.isEmpty() || !folders->findItems(path, Qt::MatchExactly).isEmpty()) return;
        folders->addItem(path);
        save();
    });
    connect(remove, &QPushButton::clicked, this, [folders, save] {
        delete folders->currentItem();
        save();
    });
    connect(folders, &QListWidget::itemSelectionChanged, remove, [folders, remove] { remove->setEnabled(folders->currentItem()); });
    column.addWidget(folders);
    auto* row = new QHBoxLayout;
    row->addWidget(add);
    row->addWidget(remove);
    row->addStretch(1);
    column.addLayout(row);
}

void SettingsPage::addGeneral(QFormLayout& form) {
    const auto addFlag = [&](const QString& key, const QString& text) {
        auto* box = new QCheckBox(text);
        box->setChecked(m_context.settings.flag(kGeneral, key, true));
        connect(box, &QCheckBox::toggled, this, [this, key](bool on) { m_context.settings.set(kGeneral, key, on); });
        form.addRow(box);
    };
    addFlag(QStringLiteral("loadLast"), tr("Load the last model at &start"));
    addFlag(QStringLiteral("notify"), tr("&Notify when long work ends and the window is not in front"));
}

void SettingsPage::addChat(QVBoxLayout& column) {
    column.addSpacing(px(kSpaceSmall));
    column.addWidget(makeLabel(tr("Chat"), TextStyle::Strong));
    column.addWidget(makeParagraph(tr("System message of new conversations:"), Role::Muted));
    auto* system = new QPlainTextEdit;
    system->setAccessibleName(tr("System message of new conversations"));
    system->setTabChangesFocus(true);
    system->setFixedHeight(px(84));
    system->setPlainText(m_context.settings.text(QStringLiteral("chat"), QStringLiteral("system"), QStringLiteral("You are a helpful assistant.")));
    connect(system, &QPlainTextEdit::textChanged, this, [this, system] {
        m_context.settings.set(QStringLiteral("chat"), QStringLiteral("system"), system->toPlainText());
    });
    column.addWidget(system);
}

void SettingsPage::addInference(QFormLayout& form) {
    auto* engine = new QComboBox;
    engine->addItems({tr("Fragments (ours)"), tr("llama.cpp")});
    auto* threads = new QSpinBox;
    threads->setRange(0, limits::kMaxThreads);
    threads->setMinimumWidth(px(120));
    threads->setSpecialValueText(tr("All (%1)").arg(processorCount()));
    auto* context = new QSpinBox;
    context->setRange(0, static_cast<int>(limits::kMaxContextTokens));
    context->setSingleStep(1024);
    context->setMinimumWidth(px(240));
    context->setSpecialValueText(tr("As trained, at most 4096"));
    auto* kv = new QComboBox;
    kv->addItems({QStringLiteral("F16"), QStringLiteral("F32"), QStringLiteral("Q8_0")});
    auto* verify = new QComboBox;
    verify->addItems({tr("On first use"), tr("All before anything is computed"), tr("Never")});
    const auto show = [this, engine, threads, context, kv, verify] {
        const ModelOptions options = readModelOptions(m_context.settings);
        engine->setCurrentIndex(static_cast<int>(options.load.engine));
        threads->setValue(options.load.engine_options.threads);
        context->setValue(static_cast<int>(options.session.context_tokens));
        kv->setCurrentIndex(static_cast<int>(options.session.kv_type));
        verify->setCurrentIndex(static_cast<int>(options.load.verify));
    };
    const auto save = [this, engine, threads, context, kv, verify] {
        ModelOptions options = readModelOptions(m_context.settings);
        options.load.engine = static_cast<EngineKind>(engine->currentIndex());
        options.load.engine_options.threads = threads->value();
        options.session.context_tokens = static_cast<std::uint32_t>(context->value());
        options.session.kv_type = static_cast<KvType>(kv->currentIndex());
        options.load.verify = static_cast<VerifyPolicy>(verify->currentIndex());
        writeModelOptions(m_context.settings, options);
    };
    show();
    for (QComboBox* box : {engine, kv, verify}) connect(box, &QComboBox::activated, this, save);
    for (QSpinBox* box : {threads, context}) {
        box->setKeyboardTracking(false);
        connect(box, &QSpinBox::editingFinished, this, save);
    }
    // The Model page shows the same options.
    connect(&m_context.settings, &Settings::changed, this, [show](const QString& area, const QString&) {
        if (area == QLatin1String("model")) show();
    });
    form.addRow(tr("&Engine"), engine);
    form.addRow(tr("&Threads"), threads);
    form.addRow(tr("Conte&xt, tokens"), context);
    form.addRow(tr("&Keys and values"), kv);
    form.addRow(tr("&Verify fragments"), verify);
    form.addRow(makeParagraph(tr("These hold for the next model that is loaded."), Role::Muted));
}

}  // namespace tessera::ui
