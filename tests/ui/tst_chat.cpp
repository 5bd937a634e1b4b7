// SPDX-License-Identifier: GPL-3.0-or-later
// What one can do in the Chat tab beside asking: versions, drafts, folders, files, presets, a full context. The model is
// loaded once for all of it.
#include "tests/ui/chat_fixture.h"

#include "core/base/ids.h"
#include "core/fragment/fragmenter.h"
#include "core/fragment/manifest.h"
#include "ui/chat/chat_exchange.h"
#include "ui/chat/context_meter.h"
#include "ui/chat/conversation_panel.h"
#include "ui/chat/find_bar.h"
#include "ui/chat/presets.h"
#include "ui/chat/sampling_dialog.h"
#include "ui/chat/view/comparison_view.h"
#include "ui/widgets/elements.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLineEdit>
#include <QListView>
#include <QPushButton>

using namespace tessera;
using namespace tessera::test;

namespace {

QPushButton* buttonOf(QWidget& parent, const QString& text) {
    for (QPushButton* button : parent.findChildren<QPushButton*>())
        if (button->text() == text && !button->isHidden()) return button;
    return nullptr;
}

}  // namespace

class TestChat : public QObject {
    Q_OBJECT
private:
    std::unique_ptr<ChatFixture> m_fixture;

    ui::ChatController& chat() { return m_fixture->chat(); }
    ui::ChatPage& page() { return m_fixture->page(); }
    const std::vector<ui::ShownMessage>& shown() { return m_fixture->shown(); }

    void fresh(int max_tokens = 12) {
        page().panel().searchEdit()->clear();
        chat().openNew();
        page().composer().clear();
        m_fixture->prepare(max_tokens);
    }
    /// An answer to a question in a new conversation.
    bool ask(const QString& question = QStringLiteral("What is the capital of France?"), int max_tokens = 12) {
        fresh(max_tokens);
        return chat().send(question, {}) && m_fixture->waitForAnswer() && shown().size() == 2;
    }
    /// From the database, as a new start would see it.
    StoredConversation stored(ConversationId id) {
        page().store().flush();
        auto store = ConversationStore::open(page().store().file());
        return store.value()->load(id).value();
    }

private slots:
    void initTestCase() { m_fixture = std::make_unique<ChatFixture>(); }
    void cleanupTestCase() { m_fixture.reset(); }

    void versionsAndContinuing() {
        QVERIFY(ask(QStringLiteral("Name many colours."), 6));
        const MessageNumber first = shown().back().number;
        const QString text = shown().back().text;
        QCOMPARE(shown().back().facts.stop_reason, std::string("length"));
        QVERIFY(chat().regenerate(first));
        QVERIFY(m_fixture->waitForAnswer());
        QCOMPARE(shown().back().versions, 2);
        QCOMPARE(shown().back().version, 2);
        QCOMPARE(shown().back().text, text);  // greedy
        emit page().column().versionRequested(shown().back().number, 0);
        QCOMPARE(shown().back().number, first);

        QVERIFY(chat().continueAnswer(first));
        QVERIFY(m_fixture->waitForAnswer());
        QCOMPARE(shown().back().number, first);
        QVERIFY(shown().back().text.startsWith(text) && shown().back().text.size() > text.size());
        QCOMPARE(shown().back().facts.tokens, 12u);
        QVERIFY(chat().lastAnswer().result.reused_tokens > 0);
        const StoredConversation kept = stored(chat().info().id);
        QCOMPARE(QString::fromStdString(kept.tree.find(first)->text), shown().back().text);
        QCOMPARE(kept.tree.leaf(), first);
    }

    void anEditedAnswerIsAVersion() {
        QVERIFY(ask());
        const MessageNumber first = shown().back().number;
        QVERIFY(chat().edit(first, QStringLiteral("It is a secret.")));
        QVERIFY(!chat().isBusy());
        QCOMPARE(shown().back().text, QStringLiteral("It is a secret."));
        QCOMPARE(shown().back().versions, 2);
        QVERIFY(chat().message(first)->text != "It is a secret.");
    }

    void deletingCanBeUndone() {
        QVERIFY(ask());
        const ConversationId id = chat().info().id;
        const auto before = shown();
        emit page().column().deleteRequested(before.front().number);
        QVERIFY(shown().empty());
        QVERIFY(stored(id).tree.empty());
        QPushButton* undo = buttonOf(page(), QStringLiteral("Undo"));
        QVERIFY(undo);
        undo->click();
        QCOMPARE(shown().size(), before.size());
        QCOMPARE(shown().back().text, before.back().text);
        QCOMPARE(stored(id).tree.size(), std::size_t{2});
        // What is said after a deletion is not lost.
        emit page().column().deleteRequested(shown().back().number);
        chat().openNew();
        chat().open(id);
        QTRY_COMPARE(shown().size(), std::size_t{1});
        QVERIFY(chat().regenerate(shown().front().number));
        QVERIFY(m_fixture->waitForAnswer());
        QCOMPARE(stored(id).tree.size(), std::size_t{2});
        QCOMPARE(QString::fromStdString(stored(id).tree.find(shown().back().number)->text), shown().back().text);
    }

    void tokensAreRecordedAndOneMayGoOnFromThem() {
        page().composer().probabilitiesButton()->setChecked(true);
        QVERIFY(page().column().isTintShown());
        QVERIFY(ask());
        page().setProbabilities(false);
        const ui::ShownMessage answer = shown().back();
        QVERIFY(answer.trace);
        QCOMPARE(answer.trace->tokens.size(), std::size_t(answer.facts.tokens));
        const std::string text = answer.text.toStdString();
        QCOMPARE(std::size_t(answer.trace->tokens.back().end), text.size());
        const int at = 2;
        const TracedToken& token = answer.trace->tokens[at];
        QVERIFY(token.alternatives.size() > 2);
        QCOMPARE(token.alternatives[0].id, token.id);  // greedy took the most probable
        const TokenAlternative other = token.alternatives[1];
        QVERIFY(other.probability <= token.probability);
        emit page().column().regenerateFromRequested(answer.number, at, 1);
        QVERIFY(m_fixture->waitForAnswer());
        QCOMPARE(shown().back().versions, 2);
        const QString begin = QString::fromStdString(text.substr(0, token.begin) + other.text);
        QVERIFY2(shown().back().text.startsWith(begin), qPrintable(shown().back().text + QStringLiteral(" | ") + begin));
        QVERIFY(shown().back().text.size() > begin.size());

        // After another start they are there again.
        const ConversationId id = chat().info().id;
        chat().choose(answer.number);
        chat().openNew();
        chat().open(id);
        QTRY_VERIFY(shown().size() == 2 && shown().back().trace);
        QCOMPARE(shown().back().trace->tokens.size(), answer.trace->tokens.size());
        for (std::size_t i = 0; i < answer.trace->tokens.size(); ++i) {
            QCOMPARE(shown().back().trace->tokens[i].id, answer.trace->tokens[i].id);
            QCOMPARE(shown().back().trace->tokens[i].end, answer.trace->tokens[i].end);
        }
    }

    void twoAnswersSideBySide() {
        QVERIFY(ask());
        const MessageNumber left = shown().back().number;
        ui::AnswerVariant variant;
        variant.sampling = builtInPresets().back();
        variant.sampling->sampler.seed = 7;
        variant.sampling->max_tokens = 10;
        page().compareWith(left, variant);
        const MessageNumber right = chat().runningNumber();
        QVERIFY(right != kNoMessage && right != left);
        ui::ComparisonView& both = page().comparison();
        QVERIFY(both.isVisible());
        QVERIFY(m_fixture->waitForAnswer());
        QCOMPARE(both.shownVersion(0), 0);
        QCOMPARE(both.shownVersion(1), 1);
        const auto text_of = [&](MessageNumber number) { return QString::fromStdString(chat().message(number)->text); };
        QVERIFY(!text_of(right).isEmpty());
        QVERIFY(page().column().messages().back().number == right);
        // Escape from where one types, and back.
        QTest::keyClick(page().composer().edit(), Qt::Key_Escape);
        QVERIFY(!both.isVisible());
        page().compareVersions(left, right);
        QVERIFY(both.isVisible());
        QList<QPushButton*> show = both.findChildren<QPushButton*>();
        show.removeIf([](const QPushButton* button) { return button->text() != QStringLiteral("Show this version"); });
        QCOMPARE(show.size(), 2);
        show.front()->click();
        QVERIFY(!both.isVisible());
        QCOMPARE(shown().back().number, left);
        QCOMPARE(chat().info().sampling.preset, std::string("Precise"));  // the variant was for one answer
    }

    void draftsStayWithTheirConversation() {
        QVERIFY(ask());
        const ConversationId id = chat().info().id;
        page().composer().setText(QStringLiteral("half a thought"));
        chat().openNew();
        page().composer().setText(QStringLiteral("something new"));
        chat().open(id);
        QTRY_COMPARE(page().composer().text(), QStringLiteral("half a thought"));
        QCOMPARE(stored(id).info.draft, std::string("half a thought"));
        chat().openNew();
        QCOMPARE(page().composer().text(), QStringLiteral("something new"));
        page().composer().clear();
    }

    void theListPinsRenamesAndFiles() {
        QVERIFY(ask(QStringLiteral("A question about rivers?"), 4));
        const ConversationId id = chat().info().id;
        ui::ConversationList& list = page().list();
        QAbstractItemModelTester tester(&list);
        QVERIFY(list.rowOf(id) > 0);
        QVERIFY(list.setData(list.index(list.rowOf(id)), QStringLiteral("Rivers"), Qt::EditRole));
        QCOMPARE(chat().info().title, std::string("Rivers"));
        QVERIFY(!chat().info().title_is_automatic);
        page().panel().togglePin();
        QCOMPARE(list.rowOf(id), 1);
        QCOMPARE(list.index(0).data().toString(), QStringLiteral("Pinned"));
        page().panel().togglePin();
        chat().changeInfo([](ConversationInfo& info) { info.folder = "Geography"; });
        QVERIFY(list.folders().contains(QStringLiteral("Geography")));
        const int row = list.rowOf(id);
        QCOMPARE(list.index(row - 1).data(ui::ConversationList::FolderRole).toString(), QStringLiteral("Geography"));
        list.setFolded(QStringLiteral("Geography"), true);
        QCOMPARE(list.rowOf(id), -1);
        list.setFolded(QStringLiteral("Geography"), false);
        emit list.folderRenamed(QStringLiteral("Geography"), QStringLiteral("Water"));
        QCOMPARE(list.folders(), QStringList{QStringLiteral("Water")});
        const StoredConversation kept = stored(id);
        QCOMPARE(kept.info.title, std::string("Rivers"));
        QCOMPARE(kept.info.folder, std::string("Water"));

        // Delete with the keyboard, and take it back.
        page().panel().view()->setFocus();
        page().panel().view()->setCurrentIndex(list.index(list.rowOf(id)));
        QTest::keyClick(page().panel().view(), Qt::Key_Delete);
        QCOMPARE(list.find(id), nullptr);
        QVERIFY(chat().info().id != id);
        QPushButton* undo = buttonOf(page().panel(), QStringLiteral("Undo"));
        QVERIFY(undo);
        undo->click();
        QTRY_COMPARE(chat().info().id, id);
        QVERIFY(list.find(id));
        QCOMPARE(stored(id).tree.size(), std::size_t{2});
    }

    void deletingWhileItIsAnswered() {
        fresh(3000);
        QVERIFY(chat().send(QStringLiteral("Write a very long story about a mountain."), {}));
        QTRY_VERIFY_WITH_TIMEOUT(chat().phase() == ui::ChatPhase::Writing && shown().back().text.size() > 10, 60000);
        const ConversationId id = chat().info().id;
        page().panel().removeChosen();
        QVERIFY(m_fixture->waitForAnswer());
        QTest::qWait(100);
        QCOMPARE(page().list().find(id), nullptr);  // the end of the answer does not bring it back
        QVERIFY(chat().info().id != id);
        buttonOf(page().panel(), QStringLiteral("Undo"))->click();
        QTRY_COMPARE(chat().info().id, id);
        QCOMPARE(shown().size(), std::size_t{2});
        QVERIFY(shown().back().text.size() > 10);
    }

    void filesGoAlong() {
        fresh();
        const QString notes = m_fixture->folder.filePath(QStringLiteral("notes.txt")), picture = m_fixture->folder.filePath(QStringLiteral("picture.png"));
        const QString large = m_fixture->folder.filePath(QStringLiteral("large.txt"));
        const auto write = [](const QString& path, const QByteArray& bytes) {
            QFile file(path);
            QVERIFY(file.open(QIODevice::WriteOnly));
            QCOMPARE(file.write(bytes), bytes.size());
        };
        write(notes, "The code word is heron.\n");
        write(picture, QByteArray("\x89PNG\r\n\0\0", 8));
        write(large, QByteArray(int(limits::kMaxAttachmentBytes) + 1, 'x'));
        QSignalSpy attached(&page(), &ui::ChatPage::attached);
        page().attach({notes, picture, large});
        QVERIFY(attached.wait(10000));
        QCOMPARE(page().composer().attachments().size(), std::size_t{1});
        QVERIFY(page().banner().isVisible());
        QVERIFY(page().banner().text().contains(QStringLiteral("picture.png")) && page().banner().text().contains(QStringLiteral("large.txt")));
        // Counted by the model's own tokenizer, as soon as it is loaded.
        QTRY_VERIFY_WITH_TIMEOUT(page().meter().measure() && page().meter().measure()->attachments.size() == 1, 10000);
        const std::uint32_t tokens = page().meter().measure()->attachments.front();
        const auto exact = chat().engine()->model()->tokenizer->encode("The code word is heron.\n", {.add_special = false, .parse_special = false});
        QCOMPARE(tokens, std::uint32_t(exact->size()));
        QVERIFY(page().composer().contextBar()->isVisible());
        page().composer().setText(QStringLiteral("What is the code word?"));
        page().composer().sendButton()->click();
        QVERIFY(m_fixture->waitForAnswer());
        QCOMPARE(shown().front().attachments, QStringList{QStringLiteral("notes.txt")});
        QVERIFY(chat().promptMessages().front().content.find("heron") != std::string::npos);
        QVERIFY2(shown().back().text.contains(QStringLiteral("heron"), Qt::CaseInsensitive), qPrintable(shown().back().text));
        QVERIFY(page().composer().attachments().empty());
        QCOMPARE(stored(chat().info().id).tree.find(MessageNumber{1})->attachments.size(), std::size_t{1});
    }

    void anAnswerIsInspectedWithItsExactTokens() {
        QVERIFY(m_fixture->window().hasPage(QStringLiteral("inspector")));
        page().setProbabilities(true);
        QVERIFY(ask());
        page().setProbabilities(false);
        QVERIFY(page().column().isInspectable());
        QSignalSpy prepared(&page(), &ui::ChatPage::inspectorAsked);
        emit page().column().inspectRequested(shown().back().number, 1);
        QVERIFY(prepared.wait(10000));
        QCOMPARE(m_fixture->window().currentPageId(), QStringLiteral("inspector"));
        const QVariantMap target = prepared.front().front().toMap();
        const QVariantList tokens = target.value(QStringLiteral("tokens")).toList();
        const int token = target.value(QStringLiteral("token")).toInt();
        const GenerateResult& result = chat().lastAnswer().result;
        QCOMPARE(std::size_t(tokens.size()), result.prompt_tokens + result.tokens.size());
        QCOMPARE(tokens[token].toInt(), toInt(result.tokens[1]));
        m_fixture->window().openPage(QStringLiteral("chat"));
    }

    void theMeterCountsWhatWillBeSent() {
        QVERIFY(ask());
        page().composer().setText(QStringLiteral("And of Italy, please?"));
        QTRY_VERIFY(page().meter().measure() && page().meter().measure()->parts.history > 0);
        const ui::ContextMeasure measure = *page().meter().measure();
        QVERIFY(measure.parts.system > 0 && measure.parts.turn > 0);
        // In words too, for those who do not see colours.
        const QString words = page().composer().contextBar()->accessibleDescription();
        for (const std::uint32_t tokens : {measure.parts.system, measure.parts.history, measure.parts.turn}) QVERIFY2(words.contains(QString::number(tokens)), qPrintable(words));
        page().composer().sendButton()->click();
        QVERIFY(m_fixture->waitForAnswer());
        QCOMPARE(chat().lastAnswer().parts, measure.parts);
        QCOMPARE(chat().lastAnswer().result.prompt_tokens, std::size_t{measure.parts.total()});
    }

    void presetsAreSavedRenamedDeleted() {
        fresh();
        ui::Presets& presets = page().presets();
        SamplingSettings wanted = defaultSampling();
        wanted.sampler.temperature = 0.35f;
        wanted.sampler.top_k = 12;
        wanted.sampler.seed = 4294967295u;
        wanted.max_tokens = 99;
        wanted.stop_strings = {"END", "a\nb", "back\\slash"};
        ui::SamplingDialog dialog(presets, wanted, ContextPolicy::Slide, &page());
        QVERIFY(dialog.settings() == wanted);
        QCOMPARE(dialog.policy(), ContextPolicy::Slide);
        // Changing a value makes them one's own.
        dialog.findChild<QDoubleSpinBox*>()->setValue(0.5);
        QCOMPARE(dialog.settings().preset, std::string());
        QVERIFY(!dialog.saveAs(QStringLiteral("Precise")));
        QVERIFY(dialog.saveAs(QStringLiteral("Sober")));
        QCOMPARE(dialog.settings().preset, std::string("Sober"));
        QVERIFY(dialog.renameTo(QStringLiteral("Calm")));
        QVERIFY(presets.find(QStringLiteral("Calm")) && !presets.find(QStringLiteral("Sober")));
        page().store().flush();
        const auto kept = ConversationStore::open(page().store().file()).value()->presets();
        QCOMPARE(kept->size(), std::size_t{1});
        QVERIFY(kept->front() == dialog.settings());
        dialog.removePreset();
        QVERIFY(!presets.find(QStringLiteral("Calm")));
    }

    void findGoesFromMessageToMessage() {
        QVERIFY(ask());
        ui::FindBar& bar = page().findBar();
        QTest::keyClick(page().composer().edit(), Qt::Key_F, Qt::ControlModifier);
        QVERIFY(bar.isVisible());
        bar.edit()->setText(QStringLiteral("FRANCE"));
        QTRY_VERIFY2(bar.countText().contains(QStringLiteral(" of ")), qPrintable(bar.countText()));
        QVERIFY(page().column().matchCount() >= 1);
        bar.edit()->setText(QStringLiteral("no such words"));
        QTRY_COMPARE(bar.countText(), QStringLiteral("Not found"));
        QTest::keyClick(bar.edit(), Qt::Key_Escape);
        QVERIFY(!bar.isVisible());
    }

    void exportedJsonComesBackTheSame() {
        QVERIFY(ask());
        QVERIFY(chat().regenerate(shown().back().number));
        QVERIFY(m_fixture->waitForAnswer());
        const StoredConversation original = stored(chat().info().id);
        const QString file = m_fixture->folder.filePath(QStringLiteral("all.json"));
        QSignalSpy exported(&page(), &ui::ChatPage::exported), imported(&page(), &ui::ChatPage::imported);
        page().exportTo(original.info.id, file);
        QVERIFY(exported.wait(5000));
        const std::size_t before = page().list().all().size();
        page().importFrom({file, m_fixture->folder.filePath(QStringLiteral("nothing.json"))});
        QVERIFY(imported.wait(5000));
        QCOMPARE(imported.front().front().toInt(), 1);
        QCOMPARE(page().list().all().size(), before + 1);
        QVERIFY2(page().banner().text().contains(QStringLiteral("1 chat from Tessera")) || page().banner().text().contains(QStringLiteral("from Tessera")), qPrintable(page().banner().text()));
        QVERIFY(page().banner().text().contains(QStringLiteral("nothing.json")));
        QPushButton* show = buttonOf(page().banner(), QStringLiteral("Show"));
        QVERIFY(show);
        show->click();
        QTRY_VERIFY(chat().info().id != original.info.id && shown().size() == 2);
        QCOMPARE(shown().back().versions, 2);
        QCOMPARE(QString::fromStdString(original.tree.find(original.tree.leaf())->text), shown().back().text);
    }

    void theUserIsAskedWhenTheContextIsFull() {
        fresh(8);
        m_fixture->application->settings().set(QStringLiteral("model"), QStringLiteral("context"), 160);
        m_fixture->application->model().load(m_fixture->model, ui::ModelOptions{m_fixture->application->model().options().load, SessionOptions{.context_tokens = 160}});
        QTRY_VERIFY_WITH_TIMEOUT(m_fixture->application->model().isReady(), 30000);
        int turns = 0;
        while (!page().banner().isVisible() && turns++ < 12) {
            chat().send(QStringLiteral("Tell me something short about the number %1, please, in a few plain words.").arg(turns), {});
            QVERIFY(m_fixture->waitForAnswer());
        }
        QVERIFY(page().banner().isVisible() && turns > 1);
        QVERIFY2(page().banner().text().contains(QStringLiteral("160")), qPrintable(page().banner().text()));
        QCOMPARE(shown().back().role, MessageRole::User);  // nothing was forgotten or answered silently
        QPushButton* leave_out = buttonOf(page().banner(), QStringLiteral("Leave out the oldest"));
        QVERIFY(leave_out);
        leave_out->click();
        QVERIFY(m_fixture->waitForAnswer());
        QCOMPARE(shown().back().role, MessageRole::Assistant);
        QVERIFY(!page().banner().isVisible());
        QVERIFY(chat().lastAnswer().left_out > 0);
        QCOMPARE(chat().info().context_policy, ContextPolicy::Ask);
        m_fixture->application->settings().set(QStringLiteral("model"), QStringLiteral("context"), 0);
    }

    void aModelThatIsGoneIsSaidToBeGone() {
        fresh();
        const QString gone = m_fixture->folder.filePath(QStringLiteral("gone.gguf"));
        chat().setModelPath(gone);
        page().composer().setText(QStringLiteral("Hello?"));
        page().composer().sendButton()->click();
        QVERIFY(!chat().isBusy());
        QVERIFY(page().banner().isVisible() && page().banner().text().contains(QStringLiteral("gone.gguf")));
        QCOMPARE(page().composer().text(), QStringLiteral("Hello?"));  // what was typed stays
        QVERIFY(buttonOf(page().banner(), QStringLiteral("Other model…")));
        QVERIFY(shown().empty());
    }

    void aTemplateOfOnesOwn() {
        QVERIFY(ask());
        const std::string own = chat().engine()->templateSource();
        QVERIFY(!chat().setTemplate(QStringLiteral("{% for %}")).has_value());
        QCOMPARE(chat().engine()->templateSource(), own);
        const QString mine = QStringLiteral("{% for message in messages %}<{{ message.role }}>{{ message.content }}\n{% endfor %}<assistant>");
        QVERIFY(chat().setTemplate(mine).has_value());
        PromptRequest request;
        request.messages = {{"user", "hello"}};
        const auto plan = chat().engine()->plan(request);
        QVERIFY(plan.has_value());
        QCOMPARE(chat().engine()->model()->tokenizer->decode(plan->tokens, true), std::string("<user>hello\n<assistant>"));
        QVERIFY(chat().setTemplate({}).has_value());
        QCOMPARE(chat().engine()->templateSource(), own);
    }

    void aBadFragmentLeadsToTheFragments() {
        fresh();
        const QString bad = m_fixture->copyModel(QStringLiteral("bad.gguf"));
        const auto manifest = fragmentInPlace(bad.toStdString(), {}, {});
        QVERIFY(manifest.has_value());
        const auto parsed = readManifest(*manifest);
        for (const Fragment& fragment : parsed->fragments)
            if (fragment.tensor_name == "blk.7.ffn_up.weight") damage(bad, fragment.offset + 100);
        chat().setModelPath(bad);
        chat().send(QStringLiteral("Hello?"), {});
        QVERIFY(m_fixture->waitForAnswer());
        QVERIFY(page().banner().isVisible());
        QVERIFY2(page().banner().text().contains(QStringLiteral("ffn_up")), qPrintable(page().banner().text()));
        QCOMPARE(shown().size(), std::size_t{1});
        QPushButton* go = buttonOf(page().banner(), QStringLiteral("Show in Fragments"));
        QVERIFY(go);
        go->click();
        QCOMPARE(m_fixture->window().currentPageId(), QStringLiteral("fragments"));
        m_fixture->window().openPage(QStringLiteral("chat"));
    }

    void anotherLanguageKeepsWhatWasWritten() {
        fresh(3000);
        chat().send(QStringLiteral("Write a very long story about a lighthouse."), {});
        QTRY_VERIFY_WITH_TIMEOUT(chat().phase() == ui::ChatPhase::Writing && shown().back().text.size() > 20, 60000);
        const ConversationId id = chat().info().id;
        const QString text = shown().back().text;
        QVERIFY(page().closeQuestion().contains(QStringLiteral("lighthouse")));
        const QWidget* before = &m_fixture->window();
        m_fixture->application->settings().set(QStringLiteral("appearance"), QStringLiteral("language"), QStringLiteral("fr"));
        QTRY_VERIFY(&m_fixture->window() != before || m_fixture->window().windowTitle().startsWith(QStringLiteral("Discussion")));
        QTRY_COMPARE(chat().info().id, id);
        QTRY_COMPARE(shown().size(), std::size_t{2});
        QVERIFY(shown().back().text.startsWith(text));
        QCOMPARE(shown().back().facts.stop_reason, std::string("cancelled"));
        QVERIFY(!chat().isBusy());
    }
};

QTEST_MAIN(TestChat)
#include "tst_chat.moc"
