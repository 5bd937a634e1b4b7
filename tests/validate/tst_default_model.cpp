// SPDX-License-Identifier: GPL-3.0-or-later
// The default model through the whole way: set, tokenizer, template, both engines.
#include "core/base/platform/paths.h"
#include "core/chat/conversation.h"
#include "core/model/loaded_model.h"
#include "core/validate/comparison.h"
#include "core/validate/perplexity.h"
#include "tests/support/test_model.h"

#include <QTemporaryDir>
#include <QTest>

using namespace tessera;
using namespace tessera::test;

class DefaultModelTest : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    std::filesystem::path m_model;

    std::unique_ptr<LoadedModel> load(EngineKind kind) const {
        auto model =
            loadModel(m_model, {.engine = kind, .engine_options = {.threads = 1, .repack = RepackPolicy::Off}}, {});
        if (!model) qFatal("%s", model.error().message.c_str());
        return std::move(*model);
    }

private slots:
    void initTestCase() {
        QVERIFY2(std::filesystem::exists(defaultModel()),
                 "the default model is missing: run scripts/test, which fetches it");
        m_model = fromUtf8(m_folder.path().toStdString()) / defaultModel().filename();
        std::filesystem::create_symlink(std::filesystem::absolute(defaultModel()), m_model);
    }

    void knowsTheCapitalOfFrance_data() {
        QTest::addColumn<bool>("ours");
        QTest::newRow("fragments") << true;
        QTest::newRow("llama.cpp") << false;
    }
    void knowsTheCapitalOfFrance() {
        QFETCH(bool, ours);
        const auto model = load(ours ? EngineKind::Fragments : EngineKind::Llama);
        const auto session = model->engine->createSession({.context_tokens = 512}).value();
        // Under the system message of its own template this small, quantised model prefers to answer in French.
        Conversation conversation(*session, *model->tokenizer, *model->chat_template, "You are a helpful assistant.");
        GenerateOptions options;
        options.max_tokens = 40;
        options.sampler.temperature = 0;
        const auto first = conversation.say("What is the capital of France?", options, {}, {});
        QVERIFY2(first.has_value(), first ? "" : first.error().message.c_str());
        QVERIFY2(first->text.find("Paris") != std::string::npos, first->text.c_str());
        QCOMPARE(first->reason, StopReason::EndOfGeneration);

        // The second turn reads only what is new.
        const auto second = conversation.say("And of Italy?", options, {}, {});
        QVERIFY(second.has_value());
        QVERIFY(second->reused_tokens >= first->prompt_tokens);
        QVERIFY(second->prompt_tokens - second->reused_tokens < 20);
        QCOMPARE(conversation.contextUse().used, session->length());
    }

    /// Our own kernels on a long text: within 1.5 times what llama.cpp differs from itself between micro-batches.
    void ownKernelsAreNear() {
        const auto model = load(EngineKind::Fragments);
        const auto tokens = model->tokenizer->encode(defaultComparisonPrompts().back(), {}).value();
        const auto logits = [&](EngineKind kind, KernelPolicy kernels, std::uint32_t micro_batch) -> Result<Rows> {
            TESSERA_TRY(const auto engine, makeEngine(*model, kind, {.threads = 2, .repack = RepackPolicy::Off, .kernels = kernels}, {}));
            TESSERA_TRY(const auto session, engine->createSession({.context_tokens = 1024, .micro_batch = micro_batch, .exact = ExactPolicy::Off}));
            return session->evaluate(tokens, Wanted::All, {});
        };
        const auto own = logits(EngineKind::Fragments, KernelPolicy::Own, 512);
        if (!own && own.error().kind == ErrorKind::Unsupported) QSKIP("this processor has none of the instruction sets");
        QVERIFY2(own.has_value(), own ? "" : own.error().message.c_str());
        const auto reference = logits(EngineKind::Llama, KernelPolicy::Ggml, 512).value();
        const auto spread = compareLogits(logits(EngineKind::Llama, KernelPolicy::Ggml, 32).value(), reference).value();
        const auto difference = compareLogits(*own, reference).value();
        QVERIFY(!difference.bit_identical);  // or they were not used
        QVERIFY2(difference.mean_kl <= kAllowedSpread * spread.mean_kl, qPrintable(QString("%1, llama.cpp itself %2").arg(difference.mean_kl).arg(spread.mean_kl)));
        qInfo("mean KL %g, llama.cpp itself %g", difference.mean_kl, spread.mean_kl);
    }

    /// Perplexity of both engines under equal conditions has the same bits.
    void perplexityIsEqual() {
        std::string text;
        for (int i = 0; i < 12; ++i) {
            text += "Chapter " + std::to_string(i) + ". The river rose for " + std::to_string(3 * i + 2) +
                    " days, and on each of them the ferryman marked "
                    "the height of the water on the oldest post of the landing stage with a piece of chalk.\n";
        }
        std::vector<double> running;
        for (const EngineKind kind : {EngineKind::Fragments, EngineKind::Llama}) {
            const auto model = load(kind);
            PerplexityOptions options{.context = 128, .max_chunks = 2, .session = {.exact = ExactPolicy::Off}};
            const auto result = measurePerplexity(*model->engine, *model->tokenizer, text, options, {}, {});
            QVERIFY2(result.has_value(), result ? "" : result.error().message.c_str());
            QCOMPARE(result->scored_tokens, std::size_t{2 * 63});
            QVERIFY(result->perplexity > 1 && result->perplexity < 100);
            if (running.empty()) running = result->running;
            QCOMPARE(result->running, running);
        }
    }
};

QTEST_GUILESS_MAIN(DefaultModelTest)
#include "tst_default_model.moc"
