// SPDX-License-Identifier: GPL-3.0-or-later
// What the lens and the captures show of the default model.
#include "core/inspect/attention.h"
#include "core/inspect/inspect.h"
#include "core/inspect/lens.h"
#include "core/inspect/neurons.h"
#include "core/inspect/token_table.h"
#include "tests/engine/engine_fixture.h"
#include "tests/support/test_model.h"

#include <cmath>

using namespace tessera;
using namespace tessera::test;

class TestLens : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() {
        LoadOptions options;
        options.engine_options.threads = 2;
        options.verify = VerifyPolicy::Never;
        m_model = require(loadModel(defaultModel(), options, {}));
        m_tokens = require(promptTokens(*m_model, "The capital of France is", PromptKind::Raw));
        m_head = require(m_model->engine->createOutputHead({}));
        InspectRequest request;
        request.tokens = m_tokens;
        request.lens = true;
        request.neurons = {LayerIndex{20}};
        m_seen = require(inspect(*m_model->engine, *m_model->tokenizer, request, {}));
    }

    void parisRisesThroughTheLayers() {
        const auto paris = require(m_model->tokenizer->encode(" Paris", {.add_special = false})).front();
        const auto last = static_cast<std::uint32_t>(m_tokens.size()) - 1;
        const auto grid = require(computeLens(*m_head, m_seen, wholeLens(m_seen), {.top_k = 5, .follow = {paris}}, {}));
        const auto layers = m_seen.facts.layers;
        QCOMPARE(grid.top(layers - 1, last).front().token, paris);
        QCOMPARE(grid.followed(layers - 1, last).front().rank, 0u);
        const auto averageRank = [&](std::uint32_t from, std::uint32_t to) {
            double sum = 0;
            for (auto layer = from; layer < to; ++layer) sum += std::log1p(grid.followed(layer, last).front().rank);
            return sum / (to - from);
        };
        QVERIFY(averageRank(0, 10) > averageRank(10, 20));
        QVERIFY(averageRank(10, 20) > averageRank(20, 30));
        for (std::uint32_t layer = 0; layer < 8; ++layer)
            QVERIFY(grid.followed(layer, last).front().probability < 0.01f);
        QVERIFY(grid.followed(layers - 1, last).front().probability > 0.2f);
    }

    void lastLayerIsTheModelItself() {
        QVERIFY(require(lensDeviation(*m_head, m_seen, {})) == 0.0f);
        const auto last = static_cast<std::uint32_t>(m_tokens.size()) - 1;
        const auto logits = require(lensLogits(*m_head, m_seen, m_seen.facts.layers - 1, last, {}));
        QVERIFY(logits == m_seen.logits);
        const auto session = require(m_model->engine->createSession(plainOptions(256)));
        QVERIFY(require(session->evaluate(m_tokens, Wanted::Last, {})).values == m_seen.logits);
    }

private:
    std::unique_ptr<LoadedModel> m_model;
    std::vector<TokenId> m_tokens;
    std::unique_ptr<OutputHead> m_head;
    Inspection m_seen;
};

QTEST_GUILESS_MAIN(TestLens)
#include "tst_lens.moc"
