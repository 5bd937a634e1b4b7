// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/validate/validate.h"

#include "core/base/platform/paths.h"
#include "tests/support/llama_model.h"
#include "tests/support/paths.h"

#include <QTemporaryDir>
#include <QTest>

using namespace tessera;
using namespace tessera::test;

class ValidateTest : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;

private slots:
    void unitChecksNeedNoModel() {
        const auto report = validateModel("no such file", {.units_only = true, .reference = {}, .comparison = {}}, {});
        QVERIFY(report.has_value());
        QVERIFY(!report->comparison && !report->facts);
        QVERIFY(report->passed());
    }

    void aReferenceFileCanBeNamed() {
        const auto vocabulary = std::filesystem::path(depsPrefix()) / "share/models/ggml-vocab-llama-spm.gguf";
        const auto folder = fromUtf8(m_folder.path().toStdString());
        const auto right = writeLlamaWithVocabulary(folder / "right.gguf", {.layers = 1}, vocabulary);
        const auto wrong = writeLlamaWithVocabulary(folder / "wrong.gguf", {.layers = 1, .seed = 2}, vocabulary);
        ValidateOptions options;
        options.comparison = {.prompts = {"One."}, .decode_tokens = 1, .threads = 1};
        options.reference = right;
        const auto same = validateModel(right, options, {});
        QVERIFY2(same.has_value(), same ? "" : same.error().message.c_str());
        QVERIFY2(same->passed(), reportMarkdown(*same).c_str());
        options.reference = wrong;
        QVERIFY(!validateModel(right, options, {})->passed());
        options.reference = "missing.gguf";
        QCOMPARE(validateModel(right, options, {}).error().kind, ErrorKind::NotFound);
    }
};

QTEST_GUILESS_MAIN(ValidateTest)
#include "tst_validate.moc"
