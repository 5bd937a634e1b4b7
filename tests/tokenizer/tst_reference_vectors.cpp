// SPDX-License-Identifier: GPL-3.0-or-later
// Ids that the vocabularies' own libraries gave (scripts/check-vocabularies --write-vectors): for vocabularies that
// llama.cpp's tree has, and for each pre-tokenizer's rule on a small vocabulary whose merges reach over every place
// where the rule has to cut.
#include "tests/tokenizer/vocabularies.h"

#include <nlohmann/json.hpp>

#include <QtTest>

using namespace tessera;
using namespace tessera::test;
using nlohmann::json;

namespace {

json readData(const std::string& name) { return json::parse(readText(std::filesystem::path(sourceDir()) / "tests/tokenizer/data" / name)); }

std::string idsToString(const json& ids) {
    std::string line;
    for (const auto& id : ids) line += std::to_string(id.get<int>()) + ' ';
    return line;
}

/// The ids as in the vectors where there are some: null stands for a text that libllama is known to take otherwise.
void checkVectors(const Tokenizer& tokenizer, const json& texts, const json& rows) {
    QCOMPARE(rows.size(), texts.size());
    for (std::size_t i = 0; i < texts.size(); ++i) {
        if (rows[i].is_null()) continue;
        const auto text = texts[i].get<std::string>();
        const auto tokens = tokenizer.encode(text, {false, false});
        QVERIFY2(tokens.has_value(), text.c_str());
        QVERIFY2(test::idsToString(*tokens) == idsToString(rows[i]),
                 (text + ": " + test::idsToString(*tokens) + "instead of " + idsToString(rows[i])).c_str());
    }
}

}  // namespace

class TestReferenceVectors : public QObject {
    Q_OBJECT

    json m_texts = readData("texts.json");
    json m_vectors = readData("vectors.json");

    void nameRows(const char* part) const {
        QTest::addColumn<QString>("name");
        for (const auto& [name, rows] : m_vectors.at(part).items()) QTest::newRow(name.c_str()) << QString::fromStdString(name);
    }

private slots:
    void vocabularies_data() { nameRows("pinned"); }
    void vocabularies() {
        QFETCH(QString, name);
        const Vocabulary vocabulary = openVocabulary(name.toStdString());
        checkVectors(*vocabulary.tokenizer, m_texts, m_vectors.at("pinned").at(name.toStdString()));
    }

    void rules_data() { nameRows("rules"); }
    void rules() {
        QFETCH(QString, name);
        WrittenVocabulary written("gpt2", m_vectors.at("tokens").get<std::vector<std::string>>());
        written.metadata.set("tokenizer.ggml.pre", metadataString(name.toStdString()));
        written.metadata.set("tokenizer.ggml.merges", metadataStrings(m_vectors.at("merges").get<std::vector<std::string>>()));
        const auto vocabulary = written.open();
        QVERIFY2(vocabulary.has_value(), vocabulary ? "" : vocabulary.error().message.c_str());
        checkVectors(*vocabulary->tokenizer, m_texts, m_vectors.at("rules").at(name.toStdString()));
    }
};

QTEST_GUILESS_MAIN(TestReferenceVectors)
#include "tst_reference_vectors.moc"
