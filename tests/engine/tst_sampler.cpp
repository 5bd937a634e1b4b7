// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/sampler.h"

#include <QtTest>

#include <cmath>
#include <functional>
#include <map>
#include <numeric>

using namespace tessera;

namespace {

Sampler make(const SamplerOptions& options, std::uint32_t vocabulary) { return std::move(*Sampler::create(options, vocabulary)); }

/// No sampler but temperature and the draw.
SamplerOptions plain() {
    SamplerOptions options;
    options.temperature = 1.0f;
    options.top_k = 0;
    options.top_p = 1.0f;
    options.min_p = 0.0f;
    options.seed = 7;
    return options;
}

std::map<int, int> draws(const SamplerOptions& options, const std::vector<float>& logits, int count) {
    auto sampler = make(options, static_cast<std::uint32_t>(logits.size()));
    std::map<int, int> seen;
    for (int i = 0; i < count; ++i) ++seen[toInt(sampler.sample(logits))];
    return seen;
}

}  // namespace

using Change = std::function<void(SamplerOptions&)>;
Q_DECLARE_METATYPE(Change)

class TestSampler : public QObject {
    Q_OBJECT
private slots:
    void greedyAtTemperatureZero() {
        SamplerOptions options;
        options.temperature = 0.0f;
        auto sampler = make(options, 5);
        const std::vector<float> logits{0.1f, 3.0f, -2.0f, 2.99f, 0.0f};
        for (int i = 0; i < 10; ++i) QCOMPARE(toInt(sampler.sample(logits)), 1);
    }

    void seedRepeats() {
        const std::vector<float> logits(50, 0.0f);
        const auto run = [&](std::uint32_t seed) {
            auto options = plain();
            options.seed = seed;
            auto sampler = make(options, 50);
            std::vector<int> tokens;
            for (int i = 0; i < 30; ++i) tokens.push_back(toInt(sampler.sample(logits)));
            return tokens;
        };
        QCOMPARE(run(3), run(3));
        QVERIFY(run(3) != run(4));
    }

    void tellsItsSeed() {
        SamplerOptions options;
        options.seed = 99;
        QCOMPARE(make(options, 10).seed(), 99u);
        options.seed = std::nullopt;
        auto first = make(options, 1000);
        auto repeated = options;
        repeated.seed = first.seed();
        auto second = make(repeated, 1000);
        const std::vector<float> logits(1000, 0.0f);
        for (int i = 0; i < 20; ++i) QCOMPARE(first.sample(logits), second.sample(logits));
    }

    void drawsFollowTheProbabilities() {
        const std::vector<float> logits{std::log(0.5f), std::log(0.3f), std::log(0.2f)};
        constexpr int kCount = 20000;
        const auto seen = draws(plain(), logits, kCount);
        // Five standard deviations of a binomial draw.
        const double limit = 5 * std::sqrt(0.25 / kCount);
        QVERIFY(std::abs(seen.at(0) / double(kCount) - 0.5) < limit);
        QVERIFY(std::abs(seen.at(1) / double(kCount) - 0.3) < limit);
        QVERIFY(std::abs(seen.at(2) / double(kCount) - 0.2) < limit);
    }

    void temperatureSharpens() {
        const std::vector<float> logits{0.0f, 1.0f};
        auto cold = plain();
        cold.temperature = 0.25f;
        auto hot = plain();
        hot.temperature = 4.0f;
        QVERIFY(draws(cold, logits, 4000)[1] > 3800);  // e⁴ : 1
        QVERIFY(draws(hot, logits, 4000)[1] < 2500);   // e^0.25 : 1
    }

    void topKKeepsTheLikeliest() {
        auto options = plain();
        options.top_k = 2;
        const auto seen = draws(options, {1.0f, 0.9f, 0.8f, 0.7f}, 500);
        QCOMPARE(seen.size(), std::size_t{2});
        QVERIFY(seen.contains(0) && seen.contains(1));
    }

    void topPKeepsTheMass() {
        auto options = plain();
        options.top_p = 0.75f;
        const auto seen = draws(options, {std::log(0.5f), std::log(0.3f), std::log(0.15f), std::log(0.05f)}, 2000);
        QCOMPARE(seen.size(), std::size_t{2});
    }

    void minPDropsTheUnlikely() {
        auto options = plain();
        options.min_p = 0.4f;
        const auto seen = draws(options, {std::log(0.5f), std::log(0.3f), std::log(0.15f), std::log(0.05f)}, 2000);
        QCOMPARE(seen.size(), std::size_t{2});
    }

    void penalties() {
        SamplerOptions options;
        options.temperature = 0.0f;
        options.presence_penalty = 1.0f;
        auto sampler = make(options, 3);
        const std::vector<float> logits{2.0f, 1.5f, 0.0f};
        QCOMPARE(toInt(sampler.sample(logits)), 0);
        QCOMPARE(toInt(sampler.sample(logits)), 1);  // 0 counts 1.0 less now
        options.presence_penalty = 0.0f;
        options.repeat_penalty = 2.0f;
        auto prompted = make(options, 3);
        prompted.accept(TokenId{0});  // the prompt counts too
        QCOMPARE(toInt(prompted.sample(logits)), 1);
        options.repeat_last_n = 1;
        auto forgetful = make(options, 3);
        forgetful.accept(TokenId{0});
        forgetful.accept(TokenId{2});
        QCOMPARE(toInt(forgetful.sample(logits)), 0);
        options.repeat_last_n = 64;
        options.repeat_penalty = 1.0f;
        options.frequency_penalty = 0.3f;
        auto counting = make(options, 3);
        QCOMPARE(toInt(counting.sample(logits)), 0);
        QCOMPARE(toInt(counting.sample(logits)), 0);  // 2.0 − 0.3
        QCOMPARE(toInt(counting.sample(logits)), 1);  // 2.0 − 0.6 < 1.5
    }

    void logitBias() {
        SamplerOptions options;
        options.temperature = 0.0f;
        options.logit_bias = {{TokenId{0}, -INFINITY}, {TokenId{2}, 5.0f}};
        auto sampler = make(options, 3);
        QCOMPARE(toInt(sampler.sample(std::vector<float>{9.0f, 1.0f, 0.0f})), 2);
        options = plain();
        options.logit_bias = {{TokenId{1}, -INFINITY}};
        QVERIFY(!draws(options, {0.0f, 3.0f, 0.0f}, 500).contains(1));
    }

    void refusedOptions_data() {
        QTest::addColumn<QString>("named");
        QTest::addColumn<Change>("change");
        const auto row = [](const char* name, Change change) {
            QTest::newRow(name) << QString(name).section(':', 0, 0) << change;
        };
        row("temperature: negative", [](auto& o) { o.temperature = -0.1f; });
        row("temperature: not a number", [](auto& o) { o.temperature = NAN; });
        row("top-k", [](auto& o) { o.top_k = -1; });
        row("top-p: above 1", [](auto& o) { o.top_p = 1.5f; });
        row("top-p: below 0", [](auto& o) { o.top_p = -0.5f; });
        row("min-p", [](auto& o) { o.min_p = 2.0f; });
        row("repeat penalty", [](auto& o) { o.repeat_penalty = 0.0f; });
        row("repeat last n", [](auto& o) { o.repeat_last_n = -1; });
        row("presence penalty", [](auto& o) { o.presence_penalty = INFINITY; });
        row("frequency penalty", [](auto& o) { o.frequency_penalty = NAN; });
        row("token 10: outside", [](auto& o) { o.logit_bias = {{TokenId{10}, 1.0f}}; });
        row("token -1: negative", [](auto& o) { o.logit_bias = {{TokenId{-1}, 1.0f}}; });
        row("token 2: not a number", [](auto& o) { o.logit_bias = {{TokenId{2}, NAN}}; });
    }
    void refusedOptions() {
        QFETCH(QString, named);
        QFETCH(Change, change);
        SamplerOptions options;
        change(options);
        const auto sampler = Sampler::create(options, 10);
        QVERIFY(!sampler);
        QCOMPARE(sampler.error().kind, ErrorKind::InvalidArgument);
        QVERIFY2(QString::fromStdString(sampler.error().message).contains(named), sampler.error().message.c_str());
    }

    void emptyVocabularyIsRefused() { QVERIFY(!Sampler::create({}, 0)); }
};

QTEST_GUILESS_MAIN(TestSampler)
#include "tst_sampler.moc"
