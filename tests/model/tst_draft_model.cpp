// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/draft_model.h"

#include "tests/support/llama_model.h"
#include "tests/support/paths.h"

#include <QTemporaryDir>
#include <QTest>

using namespace tessera;
using namespace tessera::test;

class DraftModelTest : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

    /// With the vocabulary of ggml-vocab-<name>.gguf.
    std::filesystem::path made(const std::string& file, const std::string& name, std::uint32_t seed) const {
        const auto vocabulary = std::filesystem::path(depsPrefix()) / ("share/models/ggml-vocab-" + name + ".gguf");
        return writeLlamaWithVocabulary(std::filesystem::path(m_folder.path().toStdString()) / file, {.seed = seed}, vocabulary);
    }

private slots:
    void modelsOfAFamilyGuessForEachOther() {
        const LoadOptions options{.engine_options = {.threads = 1}};
        const auto model = loadModel(made("model.gguf", "llama-spm", 1), options, {}).value();
        const auto draft = loadDraftModel(made("draft.gguf", "llama-spm", 2), *model, options, {});
        QVERIFY2(draft.has_value(), draft ? "" : draft.error().message.c_str());
        QVERIFY((*draft)->engine->createSession({.context_tokens = 16}).has_value());

        const auto other = made("other.gguf", "gpt-2", 3);
        const auto refused = loadDraftModel(other, *model, options, {});
        QVERIFY(!refused.has_value());
        QCOMPARE(refused.error().kind, ErrorKind::InvalidArgument);
        const std::string& message = refused.error().message;  // what, where, and what to do
        for (const std::string& part : std::vector<std::string>{other.string(), "another vocabulary", "token 0 is '!' there and '<unk>' here", "choose a smaller model of the same family"})
            QVERIFY2(message.find(part) != std::string::npos, message.c_str());
        QCOMPARE(loadDraftModel("nothing.gguf", *model, options, {}).error().kind, ErrorKind::NotFound);
    }
};

QTEST_GUILESS_MAIN(DraftModelTest)
#include "tst_draft_model.moc"
