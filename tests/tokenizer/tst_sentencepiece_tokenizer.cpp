// SPDX-License-Identifier: GPL-3.0-or-later
// The sentencepiece path against libllama's on the same vocabulary.
#include "core/base/limits.h"
#include "core/base/platform/file.h"
#include "core/gguf/writer.h"
#include "tests/tokenizer/model_proto.h"
#include "tests/tokenizer/vocabularies.h"

#include <QTemporaryDir>
#include <QtTest>

#include <string>
#include <vector>

using namespace tessera;
using namespace tessera::test;
using sentencepiece::ModelProto;
using Piece = ModelProto::SentencePiece;

namespace {

/// The two tokenizers of one vocabulary.
struct Pair {
    std::unique_ptr<TensorSource> source;
    std::unique_ptr<Tokenizer> llama;
    std::unique_ptr<Tokenizer> sentencepiece;
};

}  // namespace

class TestSentencePieceTokenizer : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    Vocabulary m_spm;

    std::filesystem::path file(const char* name) const { return std::filesystem::path(m_folder.path().toStdString()) / name; }
    const Metadata& metadata() const { return m_spm.source->model().metadata; }

    Pair pairOf(const Metadata& gguf, const ModelProto& model) const {
        if (!writeGguf(file("pair.gguf"), gguf, {})) throw std::runtime_error("cannot write the GGUF");
        writeModel(model, file("pair.model"));
        Vocabulary vocabulary = openModel(file("pair.gguf"));
        auto tokenizer = loadTokenizer(*vocabulary.source, file("pair.model"));
        if (!tokenizer) throw std::runtime_error(tokenizer.error().message);
        return {std::move(vocabulary.source), std::move(vocabulary.tokenizer), *std::move(tokenizer)};
    }

    static void compare(const Pair& pair, const std::string& text) {
        for (const bool add : {false, true})
            for (const bool parse : {false, true}) {
                const auto wanted = pair.llama->encode(text, {add, parse});
                const auto tokens = pair.sentencepiece->encode(text, {add, parse});
                QVERIFY(wanted.has_value() && tokens.has_value());
                QVERIFY2(*tokens == *wanted, (text + ": " + idsToString(*tokens) + "instead of " + idsToString(*wanted)).c_str());
                QCOMPARE(pair.sentencepiece->decode(*tokens, parse), pair.llama->decode(*tokens, parse));
            }
    }

private slots:
    void initTestCase() {
        QVERIFY(m_folder.isValid());
        m_spm = openVocabulary("llama-spm");
    }

    void vectors() {
        const Pair pair = pairOf(metadata(), modelProto(metadata()));
        QCOMPARE(pair.sentencepiece->description(), std::string("sentencepiece"));
        const auto vectors = vectorsOf("llama-spm");
        QCOMPARE(vectors.size(), std::size_t(46));
        for (const Vector& vector : vectors) {
            QCOMPARE(idsToString(*pair.sentencepiece->encode(vector.text, {false, false})), idsToString(vector.tokens));
            compare(pair, vector.text);
        }
    }

    void randomTexts() {
        const Pair pair = pairOf(metadata(), modelProto(metadata()));
        std::mt19937 random(4);
        for (int i = 0; i < 3000 && !QTest::currentTestFailed(); ++i) compare(pair, randomText(random, 100));
    }

    void specialTokensInTexts() {
        const Pair pair = pairOf(metadata(), modelProto(metadata()));
        std::mt19937 random(5);
        const std::vector<std::string> parts{"<s>", "</s>", "<unk>", "<", "s", ">", "/", " ", "\n", "a", "<0x0A>", "\xE2\x96\x81"};
        for (int i = 0; i < 2000 && !QTest::currentTestFailed(); ++i) {
            std::string text;
            for (std::uint32_t n = below(random, 12); n > 0; --n) text += parts[below(random, static_cast<std::uint32_t>(parts.size()))];
            compare(pair, text);
        }
    }

    void invalidUtf8() {
        const Pair pair = pairOf(metadata(), modelProto(metadata()));
        std::mt19937 random(6);
        for (int i = 0; i < 500 && !QTest::currentTestFailed(); ++i) {
            std::string text = randomText(random, 10);
            for (int n = 0; n < 3; ++n) text.insert(below(random, static_cast<std::uint32_t>(text.size() + 1)), 1, static_cast<char>(random()));
            compare(pair, text);
        }
    }

    void flagsOfTheGguf_data() {
        QTest::addColumn<bool>("space");
        QTest::addColumn<bool>("bos");
        QTest::addColumn<bool>("eos");
        QTest::newRow("no space") << false << true << false;
        QTest::newRow("no BOS") << true << false << false;
        QTest::newRow("EOS") << true << true << true;
    }
    void flagsOfTheGguf() {
        QFETCH(bool, space);
        QFETCH(bool, bos);
        QFETCH(bool, eos);
        Metadata gguf = metadata();
        gguf.set("tokenizer.ggml.add_space_prefix", metadataBool(space));
        gguf.set("tokenizer.ggml.add_bos_token", metadataBool(bos));
        gguf.set("tokenizer.ggml.add_eos_token", metadataBool(eos));
        const Pair pair = pairOf(gguf, modelProto(metadata()));
        QCOMPARE(pair.sentencepiece->addsBos(), bos);
        const auto tokens = *pair.sentencepiece->encode("Hello", {true, false});
        QCOMPARE(tokens.front() == TokenId{1}, bos);
        QCOMPARE(tokens.back() == TokenId{2}, eos);
        QCOMPARE(tokens[bos ? 1 : 0] == TokenId{15043}, space);  // "▁Hello"
        QCOMPARE(pair.sentencepiece->decode(tokens, false), std::string("Hello"));
        for (const Vector& vector : vectorsOf("llama-spm")) compare(pair, vector.text);
    }

    void tokensAppendedByTheConverter() {
        Metadata gguf = metadata();
        MetadataArray tokens = **gguf.array("tokenizer.ggml.tokens");
        tokens.strings.insert(tokens.strings.end(), {"<|user|>", "\n\n\n"});
        std::vector<std::int32_t> types;
        std::vector<float> scores;
        for (std::uint64_t i = 0; i < tokens.count; ++i) {
            types.push_back(static_cast<std::int32_t>((*gguf.array("tokenizer.ggml.token_type"))->integerAt(i)));
            scores.push_back(static_cast<float>((*gguf.array("tokenizer.ggml.scores"))->numberAt(i)));
        }
        types.insert(types.end(), {3, 4});
        scores.insert(scores.end(), {-1000, -1000});
        gguf.set("tokenizer.ggml.tokens", metadataStrings(tokens.strings));
        gguf.set("tokenizer.ggml.token_type", metadataInts(types));
        gguf.set("tokenizer.ggml.scores", metadataFloats(scores));
        const Pair pair = pairOf(gguf, modelProto(metadata()));
        QCOMPARE(idsToString(*pair.sentencepiece->encode("<|user|>\n\n\n", {false, true})), std::string("32000 32001 "));
        for (const char* text : {"a<|user|>b\n\n\n\n c", "<|user|>", "\n\n\n", "x \n\n\n y"}) compare(pair, text);
    }

    void piecesAndFlagsOfTokens() {
        const Pair pair = pairOf(metadata(), modelProto(metadata()));
        QCOMPARE(pair.sentencepiece->vocabularySize(), std::size_t(32000));
        QCOMPARE(pair.sentencepiece->piece(TokenId{15043}, false), std::string(" Hello"));
        QCOMPARE(pair.sentencepiece->piece(TokenId{13}, false), std::string("\n"));  // <0x0A>
        QCOMPARE(pair.sentencepiece->piece(TokenId{1}, false), std::string());
        QCOMPARE(pair.sentencepiece->piece(TokenId{1}, true), std::string("<s>"));
        QVERIFY(pair.sentencepiece->isControl(TokenId{1}));
        QVERIFY(pair.sentencepiece->isEndOfGeneration(TokenId{2}));
        QCOMPARE(pair.sentencepiece->bos(), std::optional(TokenId{1}));
        QCOMPARE(pair.sentencepiece->eos(), std::optional(TokenId{2}));
    }

    void tooLongText() {
        const Pair pair = pairOf(metadata(), modelProto(metadata()));
        const std::string text(limits::kMaxPromptBytes + 1, 'a');
        for (const Tokenizer* tokenizer : {pair.llama.get(), pair.sentencepiece.get()}) {
            const auto tokens = tokenizer->encode(text, {});
            QVERIFY(!tokens.has_value());
            QCOMPARE(tokens.error().kind, ErrorKind::InvalidArgument);
        }
    }

    void badFiles_data() {
        QTest::addColumn<QString>("what");
        for (const char* what : {"missing", "empty", "text", "truncated", "cut between two pieces", "too large", "another text",
                                 "another type", "another score", "one piece more", "two unknown pieces", "no byte fallback",
                                 "unigram", "normalisation rules", "spaces after words", "for a BPE model"})
            QTest::newRow(what) << what;
    }
    void badFiles() {
        QFETCH(QString, what);
        ModelProto model = modelProto(metadata());
        const TensorSource* source = m_spm.source.get();
        Vocabulary other;
        std::string bytes;
        std::string named;
        ErrorKind kind = ErrorKind::Corrupt;
        if (what == "missing") {
            kind = ErrorKind::NotFound;
        } else if (what == "empty") {
            named = "is empty";
        } else if (what == "text") {
            bytes = "this is not a SentencePiece model\n";
            named = "no SentencePiece model";
        } else if (what == "truncated") {
            bytes = model.SerializeAsString();
            bytes.resize(bytes.size() / 2);
            named = "damaged";
        } else if (what == "cut between two pieces") {
            model.mutable_pieces()->DeleteSubrange(20000, 12000);
            bytes = model.SerializeAsString();
            named = "20000 pieces";
        } else if (what == "too large") {
            auto large = File::open(file("bad.model"), File::Mode::Create);
            QVERIFY(large.has_value() && large->resize(limits::kMaxTokenizerModelBytes + 1).has_value());
            kind = ErrorKind::InvalidArgument;
        } else if (what == "another text") {
            model.mutable_pieces(15043)->set_piece("\xE2\x96\x81Goodbye");
            bytes = model.SerializeAsString();
            named = "piece 15043 is '\xE2\x96\x81Goodbye' (normal), but the model's own vocabulary has '\xE2\x96\x81Hello' (normal)";
        } else if (what == "another type") {
            model.mutable_pieces(1)->set_type(Piece::USER_DEFINED);
            bytes = model.SerializeAsString();
            named = "piece 1 is '<s>' (user-defined), but the model's own vocabulary has '<s>' (control)";
        } else if (what == "another score") {
            model.mutable_pieces(300)->set_score(-1);
            bytes = model.SerializeAsString();
            named = "piece 300";
        } else if (what == "one piece more") {
            model.add_pieces()->set_piece("surplus");
            bytes = model.SerializeAsString();
            named = "'surplus'";
        } else if (what == "two unknown pieces" || what == "no byte fallback") {
            Metadata gguf = metadata();
            if (what == "two unknown pieces") {
                model.mutable_pieces(500)->set_type(Piece::UNKNOWN);
                std::vector<std::int32_t> types;
                for (const Piece& piece : model.pieces()) types.push_back(piece.type());
                gguf.set("tokenizer.ggml.token_type", metadataInts(types));
            } else {
                model.mutable_trainer_spec()->set_byte_fallback(false);
            }
            QVERIFY(writeGguf(file("other.gguf"), gguf, {}).has_value());
            other = openModel(file("other.gguf"));
            source = other.source.get();
            bytes = model.SerializeAsString();
            named = "sentencepiece refuses";
        } else if (what == "unigram") {
            model.mutable_trainer_spec()->set_model_type(sentencepiece::TrainerSpec::UNIGRAM);
            bytes = model.SerializeAsString();
            kind = ErrorKind::Unsupported;
            named = "no BPE model";
        } else if (what == "normalisation rules") {
            model.mutable_normalizer_spec()->set_name("nmt_nfkc");
            model.mutable_normalizer_spec()->set_precompiled_charsmap("12345678");
            bytes = model.SerializeAsString();
            kind = ErrorKind::Unsupported;
            named = "'nmt_nfkc'";
        } else if (what == "spaces after words") {
            model.mutable_trainer_spec()->set_treat_whitespace_as_suffix(true);
            bytes = model.SerializeAsString();
            kind = ErrorKind::Unsupported;
            named = "spaces after words";
        } else if (what == "for a BPE model") {
            other = openVocabulary("gpt-2");
            source = other.source.get();
            bytes = model.SerializeAsString();
            named = "'gpt2'";
        }
        const auto path = file("bad.model");
        if (what == "missing") std::filesystem::remove(path);
        if (what != "missing" && what != "too large") std::ofstream(path, std::ios::binary) << bytes;
        const auto tokenizer = loadTokenizer(*source, path);
        QVERIFY(!tokenizer.has_value());
        const std::string& message = tokenizer.error().message;
        QVERIFY2(message.find(named) != std::string::npos, message.c_str());
        QVERIFY2(message.find("bad.model") != std::string::npos, message.c_str());
        if (kind == ErrorKind::Corrupt || kind == ErrorKind::Unsupported)
            QVERIFY2(message.find("GGUF's own vocabulary is used") != std::string::npos, message.c_str());
        QCOMPARE(tokenizer.error().kind, kind);
    }
};

QTEST_GUILESS_MAIN(TestSentencePieceTokenizer)
#include "tst_sentencepiece_tokenizer.moc"
