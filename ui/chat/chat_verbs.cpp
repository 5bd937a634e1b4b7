// SPDX-License-Identifier: GPL-3.0-or-later
// The verbs of the Chat tab that ask something, and its commands.
#include "ui/chat/attachments.h"
#include "ui/chat/chat_exchange.h"
#include "ui/chat/chat_page.h"
#include "ui/chat/chat_welcome.h"
#include "ui/chat/compare_dialog.h"
#include "ui/chat/composer.h"
#include "ui/chat/conversation_panel.h"
#include "ui/chat/find_bar.h"
#include "ui/chat/presets.h"
#include "ui/chat/sampling_dialog.h"
#include "ui/chat/shown_messages.h"
#include "ui/chat/text_dialog.h"
#include "ui/chat/view/comparison_view.h"
#include "ui/chat/view/message_column.h"
#include "ui/jobs/job_runner.h"
#include "ui/model/model_holder.h"
#include "ui/model/model_library.h"
#include "ui/model/model_options.h"
#include "ui/model/setup_helper.h"
#include "ui/settings/settings.h"
#include "ui/style/icons.h"
#include "ui/widgets/commands.h"
#include "ui/widgets/elements.h"
#include "ui/widgets/error_text.h"

#include <QClipboard>
#include <QDir>
#include <QFileDialog>
#include <QGuiApplication>
#include <QLineEdit>
#include <QMenu>
#include <QRegularExpression>

namespace tessera::ui {
namespace {

const QString kChat = QStringLiteral("chat");

QString fileNameFor(const ConversationInfo& info) {
    QString name = displayTitle(info).left(60);
    static const QRegularExpression not_in_names(QStringLiteral("[/\\\\:*?\"<>|\\x00-\\x1f]"));
    return name.replace(not_in_names, QStringLiteral("-")).trimmed();
}

}  // namespace

void ChatPage::addCommands() {
    const QString section = tr("Chat");
    const auto add = [&](const char* id, const QString& title, Icon name, std::function<void()> run, bool here = true) {
        return m_context.commands.add(QStringLiteral("chat.") + QLatin1String(id), section, title, name, std::move(run), here ? this : nullptr);
    };
    const auto come = [this] { m_context.navigator.openPage(QStringLiteral("chat")); };
    add("new", tr("New chat"), Icon::NewChat, [this, come] {
        m_controller->openNew();
        come();
    }, false);
    add("search", tr("Search all chats"), Icon::Search, [this, come] {
        come();
        m_panel->focusSearch();
    }, false);
    add("find", tr("Find in this chat"), Icon::Search, [this, come] {
        come();
        m_find->open();
    });
    add("stop", tr("Stop the answer"), Icon::Stop, [this] { m_controller->stop(); })->setEnabled(false);
    add("regenerate", tr("Answer again"), Icon::Regenerate, [this] {
        if (const MessageNumber leaf = m_controller->tree().leaf(); leaf != kNoMessage) m_controller->regenerate(leaf);
    });
    add("continue", tr("Continue the last answer"), Icon::Continue, [this] { m_controller->continueAnswer(lastAnswer()); });
    add("compare", tr("Compare the last answer with another…"), Icon::SideBySide, [this] { askCompare(lastAnswer()); });
    add("copyAll", tr("Copy the whole chat as Markdown"), Icon::Copy, [this] { copyAll(); });
    add("export", tr("Export the chat…"), Icon::Download, [this] { askExport(m_controller->info().id); });
    add("exportAll", tr("Export all chats…"), Icon::Download, [this] { askExportAll(); });
    add("import", tr("Import chats…"), Icon::Upload, [this] { askImport(); });
    add("template", tr("Chat template of the model…"), Icon::Document, [this] { editTemplate(); });
    add("rename", tr("Rename the chat"), Icon::Edit, [this] { m_panel->rename(); });
    add("pin", tr("Pin or unpin the chat"), Icon::Pin, [this] { m_panel->togglePin(); });
    add("move", tr("Move the chat to a folder…"), Icon::Folder, [this] { m_panel->askMove(); });
    add("newFolder", tr("New folder for chats…"), Icon::FolderAdd, [this] { m_panel->askNewFolder(); });
    add("delete", tr("Delete the chat"), Icon::Trash, [this] { m_panel->removeChosen(); });
    add("undoDelete", tr("Bring deleted messages back"), Icon::Undo, [this] { m_controller->undoRemove(); });
    add("system", tr("System prompt…"), Icon::SystemPrompt, [this] { editSystemPrompt(); });
    add("sampling", tr("Sampling…"), Icon::Sampling, [this] { adjustSampling(); });
    add("attach", tr("Attach text files…"), Icon::Attach, [this] { askAttach(); });
    QAction* probabilities = add("probabilities", tr("Show token probabilities"), Icon::Temperature, {});
    probabilities->setCheckable(true);
    connect(probabilities, &QAction::toggled, this, &ChatPage::setProbabilities);
}

MessageNumber ChatPage::lastAnswer() const {
    const auto path = m_controller->tree().path();
    for (auto number = path.rbegin(); number != path.rend(); ++number)
        if (m_controller->message(*number)->role == MessageRole::Assistant) return *number;
    return kNoMessage;
}

void ChatPage::setProbabilities(bool shown) {
    m_controller->setTraceWanted(shown);
    m_column->setTintShown(shown);
    m_compare->setTintShown(shown);
    m_composer->probabilitiesButton()->setChecked(shown);
    m_context.settings.set(kChat, QStringLiteral("probabilities"), shown);
    if (QAction* action = m_context.commands.find(QStringLiteral("chat.probabilities"))) action->setChecked(shown);
}

void ChatPage::editMessage(MessageNumber number) {
    const Message* message = m_controller->message(number);
    if (!message || m_controller->isBusy()) return;
    const bool question = message->role == MessageRole::User;
    auto* dialog = new TextDialog(question ? tr("Edit the question") : tr("Edit the answer"),
                                  question ? tr("The question is asked anew. The old one stays as another version.") : tr("The old answer stays as another version."),
                                  question ? tr("Ask") : tr("Keep"), QString::fromStdString(message->text), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->requireText();
    connect(dialog, &QDialog::accepted, this, [this, dialog, number] {
        m_controller->edit(number, dialog->text());
        m_column->scrollToEnd();
    });
    dialog->open();
}

void ChatPage::editSystemPrompt() {
    auto* dialog = new TextDialog(tr("System prompt"), tr("Stands before this chat and tells the model how to answer."), tr("Keep"), QString::fromStdString(m_controller->info().system_prompt), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog] {
        m_controller->changeInfo([&](ConversationInfo& info) { info.system_prompt = dialog->text().trimmed().toStdString(); });
        m_meter->changed();
    });
    dialog->open();
}

void ChatPage::editTemplate() {
    const std::shared_ptr<ChatEngine> engine = m_controller->engine();
    if (!engine) return m_context.navigator.showStatus(tr("Load the model of this chat first."));
    auto* dialog = new TextDialog(tr("Chat template"), tr("Turns the chat into the text that the model was trained on (Jinja). Empty: the model’s own."), tr("Keep"),
                                  QString::fromStdString(engine->templateSource()), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog] {
        if (const Result<void> kept = m_controller->setTemplate(dialog->text()); !kept)
            return showProblem({ChatProblem::Other, tr("The template was not taken: %1").arg(errorText(kept.error())), {}});
        m_meter->changed();
    });
    dialog->open();
}

void ChatPage::adjustSampling() {
    auto* dialog = new SamplingDialog(*m_presets, m_controller->info().sampling, m_controller->info().context_policy, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog] {
        m_controller->changeInfo([&](ConversationInfo& info) {
            info.sampling = dialog->settings();
            info.context_policy = dialog->policy();
        });
        m_meter->changed();
    });
    dialog->open();
}

void ChatPage::fillPresetMenu() {
    QMenu& menu = *m_composer->presetButton()->menu();
    menu.clear();
    for (const SamplingSettings& preset : m_presets->all()) {
        QAction* action = menu.addAction(Presets::title(preset.preset), this, [this, preset] {
            m_controller->changeInfo([&](ConversationInfo& info) { info.sampling = preset; });
            m_meter->changed();
        });
        action->setCheckable(true);
        action->setChecked(preset.preset == m_controller->info().sampling.preset);
    }
    menu.addSeparator();
    menu.addAction(icon(Icon::Sampling), tr("Adjust…"), this, &ChatPage::adjustSampling);
}

void ChatPage::fillModelMenu() {
    QMenu& menu = *m_composer->modelButton()->menu();
    menu.clear();
    const QString now = m_controller->modelPath();
    for (int row = 0; row < std::min(m_library->rowCount(), 12); ++row) {
        const QString path = m_library->index(row).data(ModelLibrary::PathRole).toString();
        QAction* action = menu.addAction(setTitle(path), this, [this, path] { m_controller->setModelPath(path); });
        action->setToolTip(path);
        action->setCheckable(true);
        action->setChecked(path == now);
    }
    if (!menu.isEmpty()) menu.addSeparator();
    menu.addAction(icon(Icon::FolderOpen), tr("Open a GGUF…"), this, &ChatPage::askModelFile);
    if (m_context.navigator.hasPage(QStringLiteral("model")))
        menu.addAction(icon(Icon::Model), tr("Model page"), this, [this] { m_context.navigator.openPage(QStringLiteral("model")); });
}

void ChatPage::askModelFile() {
    const QString path = QFileDialog::getOpenFileName(this, tr("Open a model"), QFileInfo(m_controller->modelPath()).path(), tr("Models and manifests (*.gguf *.json)"));
    if (path.isEmpty()) return;
    m_controller->setModelPath(path);
    m_context.model.load(path, readModelOptions(m_context.settings));
}

void ChatPage::fetchDefaultModel() {
    JobInfo info;
    info.title = tr("Get the default model");
    info.pool = JobPool::Network;
    m_welcome->setFetching(true);
    const auto work = [helper = findSetupHelper()](const Operation& operation) { return getDefaultModel(helper, operation); };
    m_context.jobs.start(std::move(info), work, this, [this](Result<QString> path) {
        m_welcome->setFetching(false);
        if (path) {
            m_controller->setModelPath(*path);
            m_context.model.load(*path, readModelOptions(m_context.settings));
            showCentre();
        } else if (path.error().kind != ErrorKind::Cancelled) {
            showProblem({ChatProblem::NoModel, errorText(path.error()), {}});
        }
    });
}

void ChatPage::askAttach() { attach(QFileDialog::getOpenFileNames(this, tr("Attach text files"))); }

void ChatPage::attach(const QStringList& paths) {
    if (paths.isEmpty()) return;
    JobInfo info;
    info.title = tr("Read files");
    info.pool = JobPool::Disk;
    info.quiet = true;
    struct Files {
        std::vector<Attachment> read;
        QStringList refused;
    };
    const auto work = [paths](const Operation& operation) -> Result<Files> {
        Files files;
        for (const QString& path : paths) {
            auto file = readAttachment(path, operation);
            if (file) files.read.push_back(std::move(*file));
            else files.refused.append(errorText(file.error()));
        }
        return files;
    };
    m_context.jobs.start(std::move(info), work, this, [this](Result<Files> files) {
        if (!files) return;
        for (Attachment& file : files->read)
            if (!m_composer->addAttachment(std::move(file))) {
                files->refused.append(tr("More files cannot be sent along."));
                break;
            }
        if (!files->refused.isEmpty()) showProblem({ChatProblem::Other, files->refused.join(QLatin1Char('\n')), {}});
        emit attached();
    });
}

void ChatPage::askExport(ConversationId id) {
    const ConversationInfo* info = m_list->find(id);
    if (!info) return m_context.navigator.showStatus(tr("There is nothing to export yet."));
    const QStringList filters{tr("Markdown (*.md)"), tr("HTML (*.html)"), tr("JSON with all versions (*.json)")};
    const QString endings[] = {QStringLiteral(".md"), QStringLiteral(".html"), QStringLiteral(".json")};
    QString filter = filters.first();
    QString path = QFileDialog::getSaveFileName(this, tr("Export the chat"), QDir::home().filePath(fileNameFor(*info) + endings[0]), filters.join(QStringLiteral(";;")), &filter);
    if (path.isEmpty()) return;
    const QString& ending = endings[std::max(0, static_cast<int>(filters.indexOf(filter)))];
    if (QFileInfo(path).suffix().isEmpty()) path += ending;
    exportTo(id, path);
}

void ChatPage::exportTo(ConversationId id, const QString& path) {
    const auto work = [id, path, format = exportFormatOf(path), words = exportWords()](ConversationStore& store) -> Result<void> {
        TESSERA_TRY(StoredConversation conversation, store.load(id));
        TESSERA_TRY(conversation.traces, store.traces(id));
        return exportConversations({std::move(conversation)}, format, path, words);
    };
    m_store->run(work, this, [this, path](Result<void> written) { showExported(written, path); });
}

void ChatPage::askExportAll() {
    const QString path = QFileDialog::getSaveFileName(this, tr("Export all chats"), QDir::home().filePath(QStringLiteral("tessera-chats.json")), tr("JSON with all versions (*.json)"));
    if (path.isEmpty()) return;
    const auto work = [path, words = exportWords()](ConversationStore& store) -> Result<void> {
        TESSERA_TRY(const auto infos, store.list());
        std::vector<StoredConversation> all;
        for (const ConversationInfo& info : infos) {
            TESSERA_TRY(StoredConversation conversation, store.load(info.id));
            TESSERA_TRY(conversation.traces, store.traces(info.id));
            all.push_back(std::move(conversation));
        }
        return exportConversations(all, ExportFormat::Json, path, words);
    };
    m_store->run(work, this, [this, path](Result<void> written) { showExported(written, path); });
}

void ChatPage::showExported(const Result<void>& written, const QString& path) {
    if (!written) return showProblem({ChatProblem::Other, tr("The chat could not be exported: %1").arg(errorText(written.error())), {}});
    m_context.navigator.showStatus(tr("Exported to %1").arg(QDir::toNativeSeparators(path)));
    emit exported(path);
}

void ChatPage::askImport() {
    importFrom(QFileDialog::getOpenFileNames(this, tr("Import chats from Tessera, LM Studio, Jan, GPT4All or ChatGPT"), QDir::homePath(),
                                             tr("Chats (*.json *.jsonl *.chat);;All files (*)")));
}

void ChatPage::importFrom(const QStringList& paths) {
    if (paths.isEmpty()) return;
    JobInfo info;
    info.title = tr("Import chats");
    info.pool = JobPool::Disk;
    const auto work = [paths](const Operation& operation) { return readImports(paths, operation); };
    m_context.jobs.start(std::move(info), work, this, [this](Result<ImportSummary> read) {
        if (!read) return;
        auto summary = std::make_shared<ImportSummary>(std::move(*read));
        const auto save = [summary](ConversationStore& store) -> Result<std::vector<ConversationInfo>> {
            for (const StoredConversation& conversation : summary->conversations) TESSERA_CHECK(store.saveAll(conversation));
            return store.list();
        };
        m_store->run(save, this, [this, summary](Result<std::vector<ConversationInfo>> infos) {
            if (!infos) return showProblem({ChatProblem::Other, errorText(infos.error()), {}});
            m_list->setAll(std::move(*infos));
            m_panel->followController();
            const int count = static_cast<int>(summary->conversations.size());
            QStringList lines = summary->files;
            const QStringList warnings = summary->warnings.mid(0, 8);
            lines += warnings;
            if (summary->warnings.size() > warnings.size()) lines.append(tr("… and %n more.", nullptr, static_cast<int>(summary->warnings.size() - warnings.size())));
            m_banner->clearActions();
            if (count > 0) m_banner->addAction(tr("Show"), [this, id = summary->conversations.front().info.id] { m_controller->open(id); });
            m_banner->addAction(tr("Close"), [this] { m_banner->hide(); });
            m_banner->show(count == 0 ? Banner::Error : summary->warnings.isEmpty() ? Banner::Success : Banner::Warning,
                           tr("%n chat(s) imported.", nullptr, count) + QLatin1Char('\n') + lines.join(QLatin1Char('\n')));
            emit imported(count);
        });
    });
}

void ChatPage::askCompare(MessageNumber number) {
    const Message* message = m_controller->message(number);
    if (!message || message->role != MessageRole::Assistant || m_controller->isBusy()) return;
    auto* dialog = new CompareDialog(*m_controller, *m_presets, *m_library, number, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog, number] {
        if (dialog->version() == kNoMessage) return compareWith(number, dialog->variant());
        compareVersions(number, dialog->version());
    });
    dialog->open();
}

void ChatPage::compareWith(MessageNumber number, const AnswerVariant& variant) {
    if (!m_controller->regenerate(number, variant)) return;
    compareVersions(number, m_controller->runningNumber());
}

void ChatPage::inspect(MessageNumber number, int token) {
    const Message* message = m_controller->message(number);
    if (!message) return;
    const std::shared_ptr<ChatEngine> engine = m_controller->engine();
    if (!engine) return m_context.navigator.showStatus(tr("Load the model of this chat first."));
    PromptRequest request;
    request.system_prompt = m_controller->info().system_prompt;
    request.messages = m_controller->promptMessages(number);
    request.continue_answer = message->role == MessageRole::Assistant;
    if (const auto trace = m_controller->chat().traces.find(number); trace != m_controller->chat().traces.end() && !trace->second->tokens.empty() && trace->second->tokens.front().begin == 0)
        for (const TracedToken& traced : trace->second->tokens) request.answer_tokens.push_back(traced.id);
    JobInfo info;
    info.title = tr("Prepare the inspector");
    info.pool = JobPool::Compute;
    info.quiet = true;
    struct Target {
        PromptPlan plan;
        QString text;
    };
    const auto work = [engine, request](const Operation&) -> Result<Target> {
        Target target;
        TESSERA_TRY(target.plan, engine->plan(request));
        target.text = QString::fromStdString(engine->model()->tokenizer->decode(target.plan.tokens, true));
        return target;
    };
    m_context.jobs.start(std::move(info), work, this, [this, token](Result<Target> target) {
        if (!target) return m_context.navigator.showStatus(errorText(target.error()));
        QVariantList tokens;
        for (const TokenId id : target->plan.tokens) tokens.append(toInt(id));
        QVariantMap map{{QStringLiteral("prompt"), target->text}, {QStringLiteral("tokens"), tokens}};
        const auto first = static_cast<int>(target->plan.tokens.size() - target->plan.answer_tokens);
        map.insert(QStringLiteral("token"), token < 0 ? static_cast<int>(target->plan.tokens.size()) - 1 : first + token);
        m_context.navigator.openPage(QStringLiteral("inspector"), map);
        emit inspectorAsked(map);
    });
}

void ChatPage::copyAll() {
    if (m_controller->tree().empty()) return;
    const auto work = [conversation = m_controller->chat().stored, words = exportWords()](const Operation&) -> Result<std::string> { return toMarkdown(conversation, words); };
    JobInfo info;
    info.title = tr("Copy the chat");
    info.quiet = true;
    m_context.jobs.start(std::move(info), work, this, [this](Result<std::string> text) {
        if (!text) return;
        QGuiApplication::clipboard()->setText(QString::fromStdString(*text));
        m_context.navigator.showStatus(tr("The chat was copied as Markdown."));
    });
}

}  // namespace tessera::ui
