// SPDX-License-Identifier: GPL-3.0-or-later
// Positions taken out of the middle of a KV cache, and a whole cache taken out and put back.
#include "core/engine/bridge/llama_engine.h"
#include "core/generate/generated_forms.h"
#include "tests/engine/engine_fixture.h"

#include <cmath>

using namespace tessera;
using namespace tessera::test;

namespace {

constexpr std::uint32_t kFirst = 9, kCount = 40;
constexpr std::size_t kPrompt = 120;

double relativeDifference(std::span<const float> a, std::span<const float> b) {
    double difference = 0;
    double size = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        difference += (static_cast<double>(a[i]) - b[i]) * (static_cast<double>(a[i]) - b[i]);
        size += static_cast<double>(b[i]) * b[i];
    }
    return std::sqrt(difference / size);
}

/// Logits of some tokens behind the prompt without the middle of it.
std::vector<float> afterRemoval(Session& session, const std::vector<TokenId>& tokens) {
    require(session.evaluate(std::span(tokens).first(kPrompt), Wanted::None, {}));
    require(session.remove(kFirst, kCount));
    if (session.length() != kPrompt - kCount) qFatal("%u tokens are left", session.length());
    return require(session.evaluate(std::span(tokens).subspan(kPrompt), Wanted::All, {})).values;
}

SessionOptions optionsWith(KvType kv, bool flash) {
    auto options = plainOptions(512);
    options.kv_type = kv;
    options.flash_attention = flash;
    return options;
}

}  // namespace

Q_DECLARE_METATYPE(DenseForm)

class TestCellShift : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    std::filesystem::path at(const char* name) const { return std::filesystem::path(m_folder.path().toStdString()) / name; }

private slots:
    /// Keys and values of a single layer know of no other position: what is left equals a fresh evaluation.
    void oneLayerEqualsAFreshEvaluation_data() {
        QTest::addColumn<DenseForm>("form");
        for (const auto& form : denseForms())
            if (form.options.sliding_layers.empty()) QTest::addRow("%s", form.name.c_str()) << form;
    }
    void oneLayerEqualsAFreshEvaluation() {
        QFETCH(DenseForm, form);
        form.options.layers = 1;
        const auto path = at("one.gguf");
        require(writeGeneratedModel(path, form.options, "f32"));
        const auto loaded = loadEngine(path);
        const auto tokens = somePrompt(kPrompt + 5, loaded->facts().vocabulary);
        auto kept = tokens;
        kept.erase(kept.begin() + kFirst, kept.begin() + kFirst + kCount);
        for (const bool flash : {true, false}) {
            const auto options = optionsWith(KvType::F32, flash);
            const auto fresh = require(loaded->createSession(options));
            require(fresh->evaluate(std::span(kept).first(kPrompt - kCount), Wanted::None, {}));
            const auto expected = require(fresh->evaluate(std::span(kept).subspan(kPrompt - kCount), Wanted::All, {})).values;
            const auto session = require(loaded->createSession(options));
            require(session->evaluate(std::span(tokens).first(kPrompt), Wanted::None, {}));
            const auto removed = session->remove(kFirst, kCount);
            if (!removed) {  // scaled by YaRN: said, and nothing changed
                QCOMPARE(removed.error().kind, ErrorKind::Unsupported);
                QCOMPARE(session->length(), static_cast<std::uint32_t>(kPrompt));
                return;
            }
            const auto found = require(session->evaluate(std::span(tokens).subspan(kPrompt), Wanted::All, {})).values;
            const double difference = relativeDifference(found, expected);
            QVERIFY2(difference < (flash ? 1e-3 : 1e-5), qPrintable(QString::number(difference)));
        }
    }

    void equalsLibllama_data() {
        QTest::addColumn<int>("kv");
        QTest::addColumn<bool>("flash");
        QTest::newRow("f32") << static_cast<int>(KvType::F32) << true;
        QTest::newRow("f16") << static_cast<int>(KvType::F16) << true;
        QTest::newRow("f16, values transposed") << static_cast<int>(KvType::F16) << false;
    }
    /// Its cells stay where they are, so sums have another order.
    void equalsLibllama() {
        QFETCH(int, kv);
        QFETCH(bool, flash);
        GeneratedModelOptions shape;
        shape.layers = 4;
        shape.rope_factors = true;
        const auto path = at("four.gguf");
        require(writeGeneratedModel(path, shape, "f32"));
        const auto loaded = loadEngine(path);
        const auto bridge = require(loadLlamaEngine(*loaded.source, {path}, {.threads = 2}, {}));
        const auto tokens = somePrompt(kPrompt + 5, loaded->facts().vocabulary);
        const auto options = optionsWith(static_cast<KvType>(kv), flash);
        const auto expected = afterRemoval(*require(bridge->createSession(options)), tokens);
        const auto found = afterRemoval(*require(loaded->createSession(options)), tokens);
        // What it makes at all: nothing removed, and removed without turning the keys, would be far away.
        const auto whole = require(loaded->createSession(options));
        require(whole->evaluate(std::span(tokens).first(kPrompt), Wanted::None, {}));
        const auto untouched = require(whole->evaluate(std::span(tokens).subspan(kPrompt), Wanted::All, {})).values;
        const double difference = relativeDifference(found, expected);
        QVERIFY2(difference < (static_cast<KvType>(kv) == KvType::F32 ? 1e-3 : 5e-3), qPrintable(QString::number(difference)));
        QVERIFY(relativeDifference(untouched, expected) > 20 * difference);
    }

    void whatCannotBeMovedIsSaid() {
        const auto path = at("q8.gguf");
        require(writeGeneratedModel(path, {}, "q8_0"));
        const auto loaded = loadEngine(path);
        const auto tokens = somePrompt(kPrompt, loaded->facts().vocabulary);
        const auto quantised = require(loaded->createSession(optionsWith(KvType::Q8_0, true)));
        require(quantised->evaluate(tokens, Wanted::None, {}));
        QCOMPARE(quantised->remove(kFirst, kCount).error().kind, ErrorKind::Unsupported);
        const auto session = require(loaded->createSession(optionsWith(KvType::F16, true)));
        require(session->evaluate(tokens, Wanted::None, {}));
        QCOMPARE(session->remove(kFirst, kPrompt).error().kind, ErrorKind::InvalidArgument);
        require(session->remove(kFirst, kPrompt - kFirst));  // all of the rest
        QCOMPARE(session->length(), kFirst);
        auto spans = optionsWith(KvType::F16, true);
        spans.spans = {{0, 0}, {1, 2}};
        const auto several = require(loaded->createSession(spans));
        require(several->evaluate(tokens, Wanted::None, {}));
        QCOMPARE(several->remove(kFirst, kCount).error().kind, ErrorKind::Unsupported);
        QCOMPARE(several->save().error().kind, ErrorKind::Unsupported);
    }

    /// Bytes that cannot be a cache of so many tokens reach none.
    void wrongStatesAreRefused() {
        const auto path = at("state.gguf");
        require(writeGeneratedModel(path, {}, "q8_0"));
        const auto loaded = loadEngine(path);
        const auto bridge = require(loadLlamaEngine(*loaded.source, {path}, {.threads = 2}, {}));
        for (Engine* engine : {static_cast<Engine*>(loaded.engine.get()), bridge.get()}) {
            const auto session = require(engine->createSession(optionsWith(KvType::F16, true)));
            require(session->evaluate(somePrompt(50, engine->facts().vocabulary), Wanted::None, {}));
            auto state = require(session->save());
            const auto other = require(engine->createSession(optionsWith(KvType::F16, true)));
            QCOMPARE(other->restore(state, 51).error().kind, ErrorKind::Corrupt);
            QCOMPARE(other->restore(std::span(state).first(state.size() - 1), 50).error().kind, ErrorKind::Corrupt);
            QCOMPARE(other->restore({}, 50).error().kind, ErrorKind::Corrupt);
            require(other->restore(state, 50));
            QCOMPARE(other->length(), 50u);
        }
    }
};

QTEST_GUILESS_MAIN(TestCellShift)
#include "tst_cell_shift.moc"
