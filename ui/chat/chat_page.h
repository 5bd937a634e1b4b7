// SPDX-License-Identifier: GPL-3.0-or-later
// The Chat tab: conversations on the left, the one that is read in the middle, the composer below it.
#pragma once

#include "ui/chat/chat_controller.h"
#include "ui/page.h"

#include <QTimer>

#include <map>
#include <memory>
#include <vector>

class QSplitter;
class QStackedWidget;

namespace tessera::ui {

class Banner;
class ChatWelcome;
class ComparisonView;
class Composer;
class ContextMeter;
class ConversationPanel;
class FindBar;
class MessageColumn;
class ModelLibrary;
class Presets;
struct ContextMeasure;

class ChatPage : public Page {
    Q_OBJECT
public:
    explicit ChatPage(const PageContext& context);
    ~ChatPage() override;

    /// A map with "draft": text for a new conversation; or the path of a model for the one that is shown.
    void open(const QVariant& target) override;
    void enter() override;
    QString closeQuestion() const override;

    ChatController& controller() const { return *m_controller; }
    ChatStore& store() const { return *m_store; }
    ConversationList& list() const { return *m_list; }
    ConversationPanel& panel() const { return *m_panel; }
    Composer& composer() const { return *m_composer; }
    MessageColumn& column() const { return *m_column; }
    FindBar& findBar() const { return *m_find; }
    ComparisonView& comparison() const { return *m_compare; }
    Presets& presets() const { return *m_presets; }
    Banner& banner() const { return *m_banner; }
    ContextMeter& meter() const { return *m_meter; }

    // What dialogs ask for, without the dialogs
    void attach(const QStringList& paths);
    void exportTo(ConversationId id, const QString& path);
    void importFrom(const QStringList& paths);
    void compareWith(MessageNumber number, const AnswerVariant& variant);
    void compareVersions(MessageNumber left, MessageNumber right);
    void setProbabilities(bool shown);
    /// Reads the list of conversations from the database.
    void loadList();

protected:
    void keyPressEvent(QKeyEvent* event) override;

signals:
    void listLoaded();
    void attached();
    void exported(const QString& path);
    void imported(int conversations);
    /// What the inspector was given.
    void inspectorAsked(const QVariant& target);

private:
    // chat_page.cpp
    QWidget* makeMain();
    void connectController();
    void connectColumn();
    void showMessages();
    void showPhase();
    void showInfo();
    void showChat(MessageNumber message);
    void showCentre();
    void showComparison();
    void closeComparison();
    void showProblem(const ChatProblem& problem);
    void send();
    void keepDraft();
    void restore();

    // chat_verbs.cpp
    void addCommands();
    void editMessage(MessageNumber number);
    void editSystemPrompt();
    void editTemplate();
    void adjustSampling();
    void fillPresetMenu();
    void fillModelMenu();
    void askAttach();
    void askExport(ConversationId id);
    void askExportAll();
    void showExported(const Result<void>& written, const QString& path);
    void askImport();
    void askCompare(MessageNumber number);
    void askModelFile();
    void fetchDefaultModel();
    void inspect(MessageNumber number, int token);
    void copyAll();
    MessageNumber lastAnswer() const;

    PageContext m_context;
    std::shared_ptr<ChatStore> m_store;
    ConversationList* m_list;
    ChatController* m_controller;
    Presets* m_presets;
    ModelLibrary* m_library;
    ContextMeter* m_meter;
    ConversationPanel* m_panel;
    QSplitter* m_splitter;
    FindBar* m_find;
    Banner* m_banner;
    Banner* m_undo;
    QStackedWidget* m_centre;
    ChatWelcome* m_welcome;
    MessageColumn* m_column;
    ComparisonView* m_compare;
    QString m_hit;  // words that led to the message that is being opened
    MessageNumber m_compared = kNoMessage;  // one of the versions that stand side by side; kNoMessage: none do
    Composer* m_composer;
    QTimer m_draft_timer, m_undo_timer;
    ConversationId m_draft_of{0};
    std::map<ConversationId, std::vector<Attachment>> m_draft_files;
};

}  // namespace tessera::ui
