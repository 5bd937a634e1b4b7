// SPDX-License-Identifier: GPL-3.0-or-later
// The conversation that is shown, and the answer that is being written: what the window does with both, without widgets.
#pragma once

#include "ui/chat/chat_engine.h"
#include "ui/chat/chat_store.h"
#include "ui/chat/conversation_list.h"
#include "ui/page.h"

#include <QElapsedTimer>
#include <QPointer>
#include <QTimer>

#include <map>
#include <memory>
#include <optional>

namespace tessera::ui {

class Job;

struct OpenChat {
    StoredConversation stored;
    bool saved = false;    // the database has it
    bool removed = false;  // deleted, with an undo
    std::map<MessageNumber, std::shared_ptr<const TokenTrace>> traces;
    std::map<MessageNumber, QString> errors;  // of answers that failed in this run of the program
};

/// Something that stands between the user and an answer, with what can be done about it.
struct ChatProblem {
    enum Kind {
        NoModel,      // none is chosen
        ModelFailed,  // it cannot be loaded
        BadFragment,  // of `model`
        ContextFull,  // the prompt does not fit
        Other,
    };
    Kind kind = Other;
    QString text;
    QString model;  // path
};

/// What is different about one answer, for two side by side.
struct AnswerVariant {
    std::optional<SamplingSettings> sampling;
    QString model;  // empty: the conversation's
};

enum class ChatPhase { Idle, Loading, Reading, Writing };

/// UI thread only. One answer is written at a time; it goes on when another conversation is shown. It is on the disk at
/// most a second after it was on the screen.
class ChatController : public QObject {
    Q_OBJECT
public:
    ChatController(const PageContext& context, ChatStore& store, ConversationList& list, QObject* parent = nullptr);
    ~ChatController() override;

    // The conversation that is shown
    const OpenChat& chat() const { return *m_chat; }
    const ConversationInfo& info() const { return m_chat->stored.info; }
    const MessageTree& tree() const { return m_chat->stored.tree; }
    const Message* message(MessageNumber number) const { return tree().find(number); }
    void openNew();
    /// chatOpened() follows, with `message` on the shown path.
    void open(ConversationId id, MessageNumber message = kNoMessage);

    /// Changes what is known of a conversation, shown or not, and saves it.
    void changeInfo(ConversationId id, const std::function<void(ConversationInfo&)>& change);
    void changeInfo(const std::function<void(ConversationInfo&)>& change) { changeInfo(info().id, change); }
    void removeConversation(ConversationId id);
    void restoreConversation(const ConversationInfo& info);

    // What a user does to messages. Each may be refused while an answer is being written: false, and refused() says why.
    bool send(const QString& text, std::vector<Attachment> attachments);
    /// A new version of an answer, or an answer to a question that has none.
    bool regenerate(MessageNumber number, const AnswerVariant& variant = {});
    bool edit(MessageNumber number, const QString& text);
    bool continueAnswer(MessageNumber number);
    /// A version that keeps the answer up to token `index`, puts `alternative` (−1: samples anew) and goes on.
    bool regenerateFrom(MessageNumber number, int index, int alternative);
    bool remove(MessageNumber number);
    bool undoRemove();
    void choose(MessageNumber number);
    void stop();
    /// After ChatProblem::ContextFull.
    bool retry(ContextPolicy policy);

    // The answer that is being written
    ChatPhase phase() const { return m_running ? m_running->phase : ChatPhase::Idle; }
    bool isBusy() const { return m_running.has_value(); }
    /// kNoMessage when it is not in the conversation that is shown.
    MessageNumber runningNumber() const;
    QString runningTitle() const;
    /// "Loading SmolLM2… 40 %"
    QString phaseText() const;
    /// The last answer that was finished, for tests and for two side by side.
    const Answer& lastAnswer() const { return m_last_answer; }

    /// The set that answers are made with: the conversation's own, else the loaded one, else the last one used, else one
    /// that was found. Empty: none.
    QString modelPath() const;
    void setModelPath(const QString& path);
    /// A model that was found on this machine, for when none was ever used.
    void setFallbackModel(const QString& path);
    /// Null while the conversation's model is not loaded.
    std::shared_ptr<ChatEngine> engine();

    /// Jinja instead of the template of the loaded model, kept for it; empty: its own. The error of a template that does
    /// not parse; nothing changes then.
    Result<void> setTemplate(const QString& jinja);

    void setTraceWanted(bool wanted) { m_trace_wanted = wanted; }
    /// Messages of the shown path, as the template gets them, up to `last` (kNoMessage: all).
    std::vector<ChatMessage> promptMessages(MessageNumber last = kNoMessage) const;
    int undoableMessages() const { return static_cast<int>(m_removed.size()); }

signals:
    void chatOpened(tessera::MessageNumber message);
    void messagesChanged();
    void answerGrew(const QString& text, quint32 tokens);  // all of it so far; about how many tokens came this time
    void phaseChanged();
    void infoChanged();
    void problemFound(const tessera::ui::ChatProblem& problem);
    void problemSolved();
    void refused(const QString& why);
    /// An answer is complete, or was stopped.
    void answered(tessera::MessageNumber number);
    void messagesRemoved(int count);

private:
    struct Running {
        std::shared_ptr<OpenChat> chat;
        MessageNumber number = kNoMessage;
        bool is_new = true;        // taken back when nothing was written
        std::string before;        // what the message held when the answer was continued
        TokenTrace trace;          // of what the message held, and of what has come since
        std::size_t traced_before = 0;
        AnswerFacts facts_before;
        AnswerRequest request;
        QString model;
        ChatPhase phase = ChatPhase::Loading;
        bool loads = false;        // loading was started for it
        std::shared_ptr<AnswerStream> stream;
        QPointer<Job> job;
        QElapsedTimer since_save;
        bool unsaved = false;
    };
    /// What start() needs beside the place in the tree.
    struct Wish {
        MessageNumber parent = kNoMessage;
        AnswerVariant variant;
        MessageNumber continued = kNoMessage;
        std::vector<TokenId> tokens;  // exact tokens of the continued text, where known
        TokenTrace trace;
    };
    bool start(Wish wish);
    bool mayStart();
    /// False, and problemFound() says why, when there is none at `path`.
    bool hasModel(const QString& path);
    void followModel();
    void begin();
    std::shared_ptr<ChatEngine> makeEngine() const;
    void poll();
    void finish(Result<Answer> outcome);
    void fail(const Error& error);
    void end();
    void dropEmptyAnswer();
    void addTraced(std::vector<TracedToken> tokens);
    void saveRunning();
    TokenTrace writtenTrace() const;
    void keepTrace();
    void saveMessage(OpenChat& chat, MessageNumber number);
    void saveNew(OpenChat& chat);
    void touch(OpenChat& chat);
    void show(std::shared_ptr<OpenChat> chat, MessageNumber message);
    void loadTraces(const std::shared_ptr<OpenChat>& chat);
    std::vector<ChatMessage> messagesOf(const MessageTree& tree, const std::vector<MessageNumber>& path) const;

    PageContext m_context;
    ChatStore& m_store;
    ConversationList& m_list;
    std::shared_ptr<OpenChat> m_chat;
    std::optional<Running> m_running;
    std::shared_ptr<ChatEngine> m_engine;
    std::optional<Wish> m_refused_wish;  // of the conversation shown, when its prompt did not fit
    std::vector<Message> m_removed;
    ConversationId m_removed_from{0};
    Answer m_last_answer;
    QTimer m_poll;
    QString m_fallback_model;
    quint64 m_open_request = 0;
    bool m_trace_wanted = false;
    bool m_loading_here = false;
    bool m_follows_loads = false;
};

/// "Stopped", "Ended at the limit of 200 tokens"; empty when an answer ended by itself.
QString stopText(const AnswerFacts& facts);

}  // namespace tessera::ui
