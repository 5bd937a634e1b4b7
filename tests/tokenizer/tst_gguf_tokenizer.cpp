// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/utf8.h"
#include "tests/support/test_model.h"
#include "tests/tokenizer/vocabularies.h"

#include <llama.h>

#include <QtTest>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

using namespace tessera;
using namespace tessera::test;

namespace {

/// libllama itself, loaded from the file.
struct Llama {
    explicit Llama(const std::filesystem::path& path) {
        llama_log_set([](ggml_log_level, const char*, void*) {}, nullptr);
        llama_model_params parameters = llama_model_default_params();
        parameters.vocab_only = true;
        model = llama_model_load_from_file(path.string().c_str(), parameters);
    }
    ~Llama() { llama_model_free(model); }
    const llama_vocab* vocab() const { return llama_model_get_vocab(model); }

    std::vector<TokenId> tokenize(const std::string& text, bool add_special, bool parse_special) const {
        std::vector<llama_token> ids(text.size() * 3 + 16);
        const int count = llama_tokenize(vocab(), text.data(), static_cast<int>(text.size()), ids.data(),
                                         static_cast<int>(ids.size()), add_special, parse_special);
        std::vector<TokenId> tokens;
        for (int i = 0; i < count; ++i) tokens.push_back(TokenId{ids[static_cast<std::size_t>(i)]});
        return tokens;
    }
    std::string piece(TokenId token, bool special) const {
        char buffer[4096];
        const int size = llama_token_to_piece(vocab(), toInt(token), buffer, sizeof buffer, 0, special);
        return std::string(buffer, static_cast<std::size_t>(std::max(size, 0)));
    }

    llama_model* model;
};

const std::string kMixed =
    "Hello, wörld!  Two  spaces\n\n\ttabs 12345 \xF0\x9F\x98\x80 日本語 <s>a</s> <|im_start|>user\n<|endoftext|>[INST] x "
    "<|user|> <unk> <bos>q<eos> \xE2\x96\x81word";

std::string without(const std::string& text, std::string_view part) {
    std::string rest;
    for (std::size_t at = 0; at < text.size();) {
        const bool here = std::string_view(text).substr(at).starts_with(part);
        if (!here) rest += text[at];
        at += here ? part.size() : 1;
    }
    return rest;
}

}  // namespace

class TestGgufTokenizer : public QObject {
    Q_OBJECT

    static void checkVectors(const std::string& name, const Tokenizer& tokenizer) {
        for (const Vector& vector : vectorsOf(name)) {
            const auto tokens = tokenizer.encode(vector.text, {false, false});
            QVERIFY(tokens.has_value());
            QVERIFY2(*tokens == vector.tokens,
                     (vector.text + ": " + idsToString(*tokens) + "instead of " + idsToString(vector.tokens)).c_str());
        }
    }

    static void checkAgainstLibllama(const std::string& name, const Tokenizer& tokenizer) {
        const Llama llama(vocabularyPath(name));
        QCOMPARE(tokenizer.vocabularySize(), static_cast<std::size_t>(llama_vocab_n_tokens(llama.vocab())));

        std::mt19937 random(1);
        std::vector<std::string> texts{"", " ", kMixed};
        for (int i = 0; i < 200; ++i) texts.push_back(randomText(random, 60));
        for (const std::string& text : texts)
            for (const bool add : {false, true})
                for (const bool parse : {false, true}) {
                    const auto tokens = tokenizer.encode(text, {add, parse});
                    QVERIFY(tokens.has_value());
                    QCOMPARE(idsToString(*tokens), idsToString(llama.tokenize(text, add, parse)));
                }
        for (std::size_t i = 0; i < tokenizer.vocabularySize(); ++i) {
            const TokenId id{static_cast<std::int32_t>(i)};
            if (tokenizer.piece(id, false) != llama.piece(id, false) || tokenizer.piece(id, true) != llama.piece(id, true))
                QFAIL(("piece " + std::to_string(i)).c_str());
            QCOMPARE(tokenizer.isEndOfGeneration(id), llama_vocab_is_eog(llama.vocab(), toInt(id)));
        }
    }

    static void checkSpecialTextStaysTextUnlessAsked(const Tokenizer& tokenizer) {
        std::vector<TokenId> controls;
        for (std::size_t i = 0; i < tokenizer.vocabularySize(); ++i) {
            const TokenId id{static_cast<std::int32_t>(i)};
            if (tokenizer.isControl(id) && !tokenizer.piece(id, true).empty()) controls.push_back(id);
        }
        QVERIFY(!controls.empty());
        const std::size_t step = 1 + controls.size() / 100;  // some vocabularies have thousands
        for (std::size_t i = 0; i < controls.size(); i += step) {
            const std::string text = tokenizer.piece(controls[i], true);
            QCOMPARE(tokenizer.piece(controls[i], false), std::string());
            for (const std::string& around : {text, "x" + text + "y", " " + text + " ", text + text}) {
                const auto plain = tokenizer.encode(around, {false, false});
                const auto parsed = tokenizer.encode(around, {false, true});
                QVERIFY(plain.has_value() && parsed.has_value());
                for (const TokenId id : *plain) QVERIFY2(!tokenizer.isControl(id), around.c_str());
                QVERIFY2(std::find(parsed->begin(), parsed->end(), controls[i]) != parsed->end(), around.c_str());
            }
        }
    }

private slots:
    void allVocabulariesAreThere() {
        QCOMPARE(vocabularyNames().size(), std::size_t(19));
        std::size_t with_vectors = 0;
        for (const std::string& name : vocabularyNames()) with_vectors += !vectorsOf(name).empty();
        QCOMPARE(with_vectors, std::size_t(15));
    }

    void vocabularies_data() {
        QTest::addColumn<QString>("name");
        for (const std::string& name : vocabularyNames()) QTest::newRow(name.c_str()) << QString::fromStdString(name);
    }
    void vocabularies() {
        QFETCH(QString, name);
        const Vocabulary vocabulary = openVocabulary(name.toStdString());
        checkVectors(name.toStdString(), *vocabulary.tokenizer);
        if (!QTest::currentTestFailed()) checkAgainstLibllama(name.toStdString(), *vocabulary.tokenizer);
        if (!QTest::currentTestFailed()) checkSpecialTextStaysTextUnlessAsked(*vocabulary.tokenizer);
    }

    void defaultModel() {
        const Vocabulary vocabulary = openModel(test::defaultModel());
        const Tokenizer& tokenizer = *vocabulary.tokenizer;
        QCOMPARE(tokenizer.description(), std::string("llama.cpp (BPE)"));
        QCOMPARE(tokenizer.vocabularySize(), std::size_t(49152));
        QCOMPARE(tokenizer.bos(), std::optional(TokenId{1}));
        QCOMPARE(tokenizer.eos(), std::optional(TokenId{2}));
        QVERIFY(tokenizer.isEndOfGeneration(TokenId{2}));
        QVERIFY(!tokenizer.addsBos());
        const std::string text = "What is the capital of France?";
        const auto tokens = tokenizer.encode(text, {});
        QVERIFY(tokens.has_value());
        QCOMPARE(idsToString(*tokens), std::string("1780 314 260 3575 282 4649 47 "));
        QCOMPARE(tokenizer.decode(*tokens, false), text);
    }

    void decodesWhatItEncoded_data() {
        QTest::addColumn<QString>("name");
        for (const char* name : {"llama-spm", "gpt-2", "llama-bpe", "qwen2", "gemma-4"}) QTest::newRow(name) << name;
    }
    void decodesWhatItEncoded() {
        QFETCH(QString, name);
        const Vocabulary vocabulary = openVocabulary(name.toStdString());
        std::mt19937 random(2);
        for (int i = 0; i < 300; ++i) {
            std::string text = randomText(random, 80);
            // These two write a space so: it comes back as one.
            if (name == "llama-spm" || name == "gemma-4") text = without(text, "\xE2\x96\x81");
            for (const bool add : {false, true}) {
                const auto tokens = vocabulary.tokenizer->encode(text, {add, false});
                QVERIFY(tokens.has_value());
                QCOMPARE(vocabulary.tokenizer->decode(*tokens, false), text);
            }
        }
    }

    void idsOutsideTheVocabulary() {
        const Vocabulary vocabulary = openVocabulary("llama-spm");
        for (const TokenId id : {TokenId{-1}, TokenId{32000}, TokenId{INT32_MAX}, TokenId{INT32_MIN}}) {
            QCOMPARE(vocabulary.tokenizer->piece(id, true), std::string());
            QVERIFY(!vocabulary.tokenizer->isControl(id));
            QVERIFY(!vocabulary.tokenizer->isEndOfGeneration(id));
        }
    }

    void invalidUtf8() {
        const std::string text = "a\xFF\xE2\x82";
        const Vocabulary spm = openVocabulary("llama-spm");
        QCOMPARE(spm.tokenizer->decode(*spm.tokenizer->encode(text, {}), false), text);
        const Vocabulary bpe = openVocabulary("gpt-2");
        QCOMPARE(bpe.tokenizer->decode(*bpe.tokenizer->encode(text, {}), false),
                 std::string("a\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"));
    }

    void streamingEqualsWholeDecode_data() {
        QTest::addColumn<QString>("name");
        for (const char* name : {"llama-spm", "gpt-2", "qwen2", "gemma-4", "bert-bge", "falcon"}) QTest::newRow(name) << name;
    }
    void streamingEqualsWholeDecode() {
        QFETCH(QString, name);
        const Vocabulary vocabulary = openVocabulary(name.toStdString());
        std::mt19937 random(3);
        for (int i = 0; i < 200; ++i) {
            StreamDecoder decoder(*vocabulary.tokenizer);
            std::string streamed;
            std::string whole;
            for (int n = 0; n < 40; ++n) {
                // Byte tokens stand at the beginning of SPM and BPE vocabularies: half of the ids are drawn from there.
                const auto bound = below(random, 2) ? 300u : static_cast<std::uint32_t>(vocabulary.tokenizer->vocabularySize());
                const TokenId id{static_cast<std::int32_t>(below(random, bound))};
                whole += vocabulary.tokenizer->piece(id, false);
                const std::string text = decoder.push(id);
                QCOMPARE(validUtf8Prefix(text), text.size());
                streamed += text;
            }
            streamed += decoder.flush();
            QCOMPARE(streamed, toValidUtf8(whole));
        }
    }

    void streamingWaitsForTheCharacter() {
        const Vocabulary vocabulary = openVocabulary("llama-spm");
        StreamDecoder decoder(*vocabulary.tokenizer);
        QCOMPARE(decoder.push(TokenId{3 + 0xE2}), std::string());
        QCOMPARE(decoder.push(TokenId{3 + 0x82}), std::string());
        QCOMPARE(decoder.push(TokenId{3 + 0xAC}), std::string("\xE2\x82\xAC"));
        QCOMPARE(decoder.push(TokenId{3 + 0xE2}), std::string());
        QCOMPARE(decoder.push(TokenId{3 + 'a'}), std::string("\xEF\xBF\xBD" "a"));
        QCOMPARE(decoder.push(TokenId{3 + 0xF0}), std::string());
        QCOMPARE(decoder.flush(), std::string("\xEF\xBF\xBD"));
        QCOMPARE(decoder.flush(), std::string());
    }

    void badVocabularies_data() {
        QTest::addColumn<QString>("what");
        for (const char* what : {"no model", "none", "unknown model", "tokens missing", "tokens are numbers", "no tokens",
                                 "duplicate token", "duplicate of an empty token's name", "too few types", "types are floats",
                                 "byte token in bert", "too few scores", "scores are strings", "BPE without merges",
                                 "merges are numbers", "unknown pre-tokenizer", "bos id is a string", "BOS asked for, none there",
                                 "unknown architecture", "bad byte token"})
            QTest::newRow(what) << what;
    }
    void badVocabularies() {
        QFETCH(QString, what);
        const std::vector<std::string> words{"<unk>", "<s>", "</s>", "a"};
        WrittenVocabulary v("llama", words);
        v.metadata.set("tokenizer.ggml.scores", metadataFloats({0, 0, 0, -1}));
        v.metadata.set("tokenizer.ggml.token_type", metadataInts({2, 3, 3, 1}));
        QVERIFY(v.open().has_value());
        std::string named;
        ErrorKind kind = ErrorKind::Corrupt;
        if (what == "no model") {
            v.metadata = {};
            v.metadata.set("general.architecture", metadataString("llama"));
            kind = ErrorKind::Unsupported;
            named = "tokenizer.ggml.model";
        } else if (what == "none") {
            v.metadata.set("tokenizer.ggml.model", metadataString("none"));
            kind = ErrorKind::Unsupported;
            named = "no vocabulary";
        } else if (what == "unknown model") {
            v.metadata.set("tokenizer.ggml.model", metadataString("abacus"));
            named = "abacus";
        } else if (what == "tokens missing") {
            v.metadata = {};
            v.metadata.set("general.architecture", metadataString("llama"));
            v.metadata.set("tokenizer.ggml.model", metadataString("llama"));
            kind = ErrorKind::NotFound;
            named = "tokenizer.ggml.tokens";
        } else if (what == "tokens are numbers") {
            v.metadata.set("tokenizer.ggml.tokens", metadataInts({1, 2, 3, 4}));
            named = "tokenizer.ggml.tokens";
        } else if (what == "no tokens") {
            v.metadata.set("tokenizer.ggml.tokens", metadataStrings({}));
            named = "0 tokens";
        } else if (what == "duplicate token") {
            v.metadata.set("tokenizer.ggml.tokens", metadataStrings({"<unk>", "a", "</s>", "a"}));
            named = "tokens 1 and 3 are both 'a'";
        } else if (what == "duplicate of an empty token's name") {
            v.metadata.set("tokenizer.ggml.tokens", metadataStrings({"<unk>", "[EMPTY_3]", "</s>", ""}));
            named = "tokens 1 and 3";
        } else if (what == "too few types") {
            v.metadata.set("tokenizer.ggml.token_type", metadataInts({2, 3}));
            named = "2 entries for 4 tokens";
        } else if (what == "types are floats") {
            v.metadata.set("tokenizer.ggml.token_type", metadataFloats({2, 3, 3, 1}));
            named = "tokenizer.ggml.token_type";
        } else if (what == "byte token in bert") {
            v.metadata.set("tokenizer.ggml.model", metadataString("bert"));
            v.metadata.set("tokenizer.ggml.token_type", metadataInts({2, 3, 3, 6}));
            named = "token 3 is a byte token";
        } else if (what == "too few scores") {
            v.metadata.set("tokenizer.ggml.scores", metadataFloats({0}));
            named = "scores";
        } else if (what == "scores are strings") {
            v.metadata.set("tokenizer.ggml.scores", metadataStrings(words));
            named = "scores";
        } else if (what == "BPE without merges") {
            v.metadata.set("tokenizer.ggml.model", metadataString("gpt2"));
            named = "merges";
        } else if (what == "merges are numbers") {
            v.metadata.set("tokenizer.ggml.model", metadataString("gpt2"));
            v.metadata.set("tokenizer.ggml.merges", metadataInts({1}));
            named = "merges";
        } else if (what == "unknown pre-tokenizer") {
            v.metadata.set("tokenizer.ggml.model", metadataString("gpt2"));
            v.metadata.set("tokenizer.ggml.merges", metadataStrings({"a b"}));
            v.metadata.set("tokenizer.ggml.pre", metadataString("sandwich"));
            named = "sandwich";
        } else if (what == "bos id is a string") {
            v.metadata.set("tokenizer.ggml.bos_token_id", metadataString("1"));
            named = "bos_token_id";
        } else if (what == "BOS asked for, none there") {
            v.metadata.set("tokenizer.ggml.tokens", metadataStrings({"a"}));
            named = "BOS";
        } else if (what == "unknown architecture") {
            v.metadata.set("general.architecture", metadataString("perceptron"));
            named = "perceptron";
        } else if (what == "bad byte token") {
            v.metadata.set("tokenizer.ggml.token_type", metadataInts({2, 3, 3, 6}));
            named = "vocabulary";
        }
        const auto tokenizer = v.open();
        QVERIFY(!tokenizer.has_value());
        QVERIFY2(tokenizer.error().message.find(named) != std::string::npos, tokenizer.error().message.c_str());
        QCOMPARE(tokenizer.error().kind, kind);
    }

    /// Where both tags of HTML's <s> are words that the maker added (Gemma 3), "</s>" is text like any other. libllama takes
    /// it for the end of an answer in every vocabulary.
    void closingTagOfHtml_data() {
        QTest::addColumn<int>("opening");  // types of tokens: 4 is an added word, 3 a control token
        QTest::addColumn<int>("closing");
        QTest::addColumn<bool>("word");
        QTest::newRow("both are words") << 4 << 4 << true;
        QTest::newRow("beginning and end of a text") << 3 << 3 << false;
        QTest::newRow("the beginning is a control token") << 3 << 4 << false;
    }
    void closingTagOfHtml() {
        QFETCH(int, opening);
        QFETCH(int, closing);
        QFETCH(bool, word);
        std::vector<std::string> texts{"<unk>", "<bos>", "<eos>", "<s>", "</s>"};
        std::vector<std::int32_t> types{2, 3, 3, opening, closing};
        const TokenId tag{4};
        for (const char* digits = "0123456789ABCDEF"; texts.size() < 5 + 256; types.push_back(6)) {
            const std::size_t byte = texts.size() - 5;
            texts.push_back(std::string("<0x") + digits[byte >> 4] + digits[byte & 15] + ">");
        }
        WrittenVocabulary v("llama", texts);
        v.metadata.set("tokenizer.ggml.token_type", metadataInts(types));
        v.metadata.set("tokenizer.ggml.scores", metadataFloats(std::vector<float>(texts.size(), 0)));
        v.metadata.set("tokenizer.ggml.bos_token_id", metadataUInt32(1));
        v.metadata.set("tokenizer.ggml.eos_token_id", metadataUInt32(2));
        v.metadata.set("tokenizer.ggml.add_space_prefix", metadataBool(false));
        const auto vocabulary = v.open();
        QVERIFY2(vocabulary.has_value(), vocabulary ? "" : vocabulary.error().message.c_str());
        const Tokenizer& tokenizer = *vocabulary->tokenizer;
        QVERIFY(tokenizer.isEndOfGeneration(TokenId{2}));
        QCOMPARE(tokenizer.isEndOfGeneration(tag), !word);
        QCOMPARE(tokenizer.isControl(tag), !word);
        QCOMPARE(tokenizer.piece(tag, false), word ? std::string("</s>") : std::string());
        QCOMPARE(idsToString(*tokenizer.encode("a</s>b", {false, true})), std::string("102 4 103 "));
        const auto plain = *tokenizer.encode("a</s>b", {false, false});
        QCOMPARE(idsToString(plain), word ? std::string("102 4 103 ") : std::string("102 65 52 120 67 103 "));
        QCOMPARE(tokenizer.decode(plain, false), std::string("a</s>b"));
    }

    void textThatTheVocabularyCannotWrite() {
        WrittenVocabulary v("llama", {"<unk>", "<s>", "</s>", "a", "\xE2\x96\x81"});
        v.metadata.set("tokenizer.ggml.token_type", metadataInts({2, 3, 3, 1, 1}));
        const auto tokenizer = v.open();
        QVERIFY(tokenizer.has_value());
        QCOMPARE(idsToString(*tokenizer->tokenizer->encode("a", {})), std::string("1 4 3 "));
        const auto tokens = tokenizer->tokenizer->encode("b", {});
        QVERIFY(!tokens.has_value());
        QCOMPARE(tokens.error().kind, ErrorKind::Corrupt);
        QVERIFY(tokens.error().message.find("lacks a token") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestGgufTokenizer)
#include "tst_gguf_tokenizer.moc"
