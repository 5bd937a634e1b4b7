// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/chat/conversation.h"

#include "tests/support/byte_tokenizer.h"
#include "tests/support/scripted_session.h"

#include <QTest>

#include <map>

using namespace tessera;
using namespace tessera::test;

namespace {

constexpr const char* kTemplate =
    "{% for message in messages %}{{ message.role[0] }}:{{ message.content }}\n{% endfor %}{% if add_generation_prompt "
    "%}a:{% endif %}";

GenerateOptions greedy(int max_tokens = -1) {
    return {.max_tokens = max_tokens,
            .sampler = {.temperature = 0, .seed = std::nullopt, .logit_bias = {}},
            .stop_strings = {}};
}

std::string text(const std::vector<TokenId>& tokens) { return ByteTokenizer().decode(tokens, false); }

/// Answers each prompt, found by its end, letter by letter.
ScriptedSession::Script answers(std::map<std::string, std::string> by_question) {
    return [by_question = std::move(by_question)](const std::vector<TokenId>& tokens) {
        const std::string context = text(tokens);
        const std::size_t begin = context.rfind("\na:");
        const std::string said = context.substr(begin + 3);
        for (const auto& [question, answer] : by_question) {
            if (!context.substr(0, begin).ends_with("u:" + question)) continue;
            return TokenId{said.size() < answer.size() ? static_cast<unsigned char>(answer[said.size()]) : 256};
        }
        return TokenId{'?'};
    };
}

struct Chat {
    explicit Chat(ScriptedSession::Script script, std::uint32_t context = 1000, std::string system = {})
        : session(std::move(script), context),
          chat_template(ChatTemplate::fromSource(kTemplate, tokenizer).value()),
          conversation(session, tokenizer, *chat_template, std::move(system)) {}

    Result<GenerateResult> say(std::string_view message, const Operation& operation = {}) {
        return conversation.say(message, greedy(), {}, operation);
    }

    ByteTokenizer tokenizer;
    ScriptedSession session;
    std::unique_ptr<ChatTemplate> chat_template;
    Conversation conversation;
};

}  // namespace

class ConversationTest : public QObject {
    Q_OBJECT

private slots:
    void turnsKeepTheKvCache() {
        Chat chat(answers({{"hello", "hi"}, {"bye", "see you"}}), 1000, "be kind");
        QCOMPARE(chat.say("hello")->text, std::string("hi"));
        QCOMPARE(text(chat.session.tokens), std::string("s:be kind\nu:hello\na:hi"));
        const auto second = chat.say("bye");
        QCOMPARE(second->text, std::string("see you"));
        QCOMPARE(text(chat.session.tokens), std::string("s:be kind\nu:hello\na:hi\nu:bye\na:see you"));
        // Of the second prompt only what follows the first answer was read.
        QCOMPARE(second->reused_tokens, std::string("s:be kind\nu:hello\na:hi").size());
        QCOMPARE(chat.conversation.messages().size(), std::size_t{4});
        QCOMPARE(chat.conversation.messages()[3].content, std::string("see you"));
        QCOMPARE(chat.conversation.contextUse().used, static_cast<std::uint32_t>(chat.session.tokens.size()));
        QCOMPARE(chat.conversation.contextUse().total, 1000u);
    }

    void undoTakesBackATurn() {
        Chat chat(answers({{"hello", "hi"}, {"bye", "see you"}, {"well", "indeed"}}));
        QVERIFY(!chat.conversation.undo());
        QVERIFY(chat.say("hello").has_value());
        QVERIFY(chat.say("bye").has_value());
        QVERIFY(chat.conversation.undo());
        QCOMPARE(chat.conversation.messages().size(), std::size_t{2});
        const auto other = chat.say("well");
        QCOMPARE(other->text, std::string("indeed"));
        QCOMPARE(text(chat.session.tokens), std::string("u:hello\na:hi\nu:well\na:indeed"));
        QCOMPARE(other->reused_tokens, std::string("u:hello\na:hi\nu:").size());
    }

    void regenerateReplacesTheAnswer() {
        std::string answer = "one";
        Chat chat([&](const std::vector<TokenId>& tokens) { return answers({{"count", answer}})(tokens); });
        QCOMPARE(chat.conversation.regenerate(greedy(), {}, {}).error().kind, ErrorKind::InvalidArgument);
        QVERIFY(chat.say("count").has_value());
        answer = "two";
        const auto again = chat.conversation.regenerate(greedy(), {}, {});
        QCOMPARE(again->text, std::string("two"));
        QCOMPARE(chat.conversation.messages().size(), std::size_t{2});
        QCOMPARE(chat.conversation.messages()[1].content, std::string("two"));
        QCOMPARE(again->reused_tokens, again->prompt_tokens - 1);
    }

    void fullContextIsExplicitAndChangesNothing() {
        Chat chat(answers({{"hello", "hi"}}), 24);
        QVERIFY(chat.say("hello").has_value());
        const auto full = chat.say("a question that is too long");
        QVERIFY(!full.has_value());
        QCOMPARE(full.error().kind, ErrorKind::InvalidArgument);
        for (const char* part : {"24", "--ctx"})
            QVERIFY2(full.error().message.find(part) != std::string::npos, full.error().message.c_str());
        QCOMPARE(chat.conversation.messages().size(), std::size_t{2});
        QCOMPARE(chat.conversation.contextUse().used, static_cast<std::uint32_t>(text(chat.session.tokens).size()));
    }

    void answerThatReachesTheEndIsKept() {
        Chat chat(answers({{"tell", "a very long story"}}), 16);
        const auto result = chat.say("tell");
        QCOMPARE(result->reason, StopReason::ContextFull);
        QCOMPARE(result->text, std::string("a very l"));
        QCOMPARE(chat.conversation.messages()[1].content, std::string("a very l"));
    }

    void cancelledAnswerIsKept() {
        Chat chat(answers({{"tell", "a story"}, {"more", "yes"}}));
        std::stop_source stop;
        const auto result = chat.conversation.say("tell", greedy(),
                                                  [&](std::string_view piece) {
                                                      if (piece == "s") stop.request_stop();
                                                  },
                                                  {.stop = stop.get_token()});
        QCOMPARE(result->reason, StopReason::Cancelled);
        QCOMPARE(chat.conversation.messages()[1].content, std::string("a s"));
        QCOMPARE(chat.say("more")->text, std::string("yes"));
        QCOMPARE(text(chat.session.tokens), std::string("u:tell\na:a s\nu:more\na:yes"));
    }

    void cancelWhileReadingTakesTheMessageBack() {
        Chat chat(answers({{"hello", "hi"}}));
        std::stop_source stop;
        chat.session.before_step = [&](std::size_t length) {
            if (length == 4) stop.request_stop();
        };
        const auto result = chat.say("hello", {.stop = stop.get_token()});
        QCOMPARE(result->reason, StopReason::Cancelled);
        QVERIFY(chat.conversation.messages().empty());
        chat.session.before_step = nullptr;
        QCOMPARE(chat.say("hello")->text, std::string("hi"));
    }

    void failedRegenerationKeepsTheOldAnswer() {
        Chat chat(answers({{"hello", "hi"}}));
        QVERIFY(chat.say("hello").has_value());
        GenerateOptions wrong = greedy();
        wrong.sampler.temperature = -1;
        QVERIFY(!chat.conversation.regenerate(wrong, {}, {}).has_value());
        QCOMPARE(chat.conversation.messages()[1].content, std::string("hi"));
        std::stop_source stop;
        stop.request_stop();
        QCOMPARE(chat.conversation.regenerate(greedy(), {}, {.stop = stop.get_token()})->reason, StopReason::Cancelled);
        QCOMPARE(chat.conversation.messages()[1].content, std::string("hi"));
    }

    void clearAndSystemPrompt() {
        Chat chat(answers({{"hello", "hi"}}));
        QVERIFY(chat.say("hello").has_value());
        chat.conversation.clear();
        QVERIFY(chat.conversation.messages().empty());
        chat.conversation.setSystemPrompt("short");
        QCOMPARE(chat.conversation.systemPrompt(), std::string("short"));
        QVERIFY(chat.say("hello").has_value());
        QCOMPARE(text(chat.session.tokens), std::string("s:short\nu:hello\na:hi"));
    }

    void restoreContinuesAnOlderConversation() {
        Chat chat(answers({{"bye", "see you"}}));
        QVERIFY(chat.conversation.restore({{"user", "hello"}, {"assistant", "hi"}}).has_value());
        QVERIFY(chat.say("bye").has_value());
        QCOMPARE(text(chat.session.tokens), std::string("u:hello\na:hi\nu:bye\na:see you"));
        QCOMPARE(chat.conversation.restore({{"assistant", "hi"}}).error().kind, ErrorKind::InvalidArgument);
        QCOMPARE(chat.conversation.restore({{"user", "hi"}}).error().kind, ErrorKind::InvalidArgument);
        QCOMPARE(chat.conversation.messages().size(), std::size_t{4});
    }
};

QTEST_GUILESS_MAIN(ConversationTest)
#include "tst_conversation.moc"
