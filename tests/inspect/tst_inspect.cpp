// SPDX-License-Identifier: GPL-3.0-or-later
// Requests: what they cost, what is refused, stopping, and what is made of the result.
#include "core/inspect/attention.h"
#include "core/inspect/compare_inspections.h"
#include "core/inspect/inspect.h"
#include "core/inspect/lens.h"
#include "core/inspect/neurons.h"
#include "core/inspect/statistics.h"
#include "tests/engine/engine_fixture.h"
#include "tests/support/byte_tokenizer.h"
#include "tests/support/llama_model.h"

#include <atomic>
#include <numeric>

using namespace tessera;
using namespace tessera::test;

Q_DECLARE_METATYPE(InspectRequest)
Q_DECLARE_METATYPE(ErrorKind)

namespace {

constexpr LlamaShape kShape{.layers = 3};
const ByteTokenizer kTokenizer;

LayerIndex layer(std::int32_t index) { return LayerIndex{index}; }

std::vector<TokenId> text(std::string_view bytes) { return kTokenizer.encode(bytes, {}).value(); }

InspectRequest requestFor(std::size_t tokens) {
    InspectRequest request;
    request.tokens = somePrompt(tokens, 288);
    return request;
}

}  // namespace

class TestInspect : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() {
        m_loaded = loadEngine(writeLlama(std::filesystem::path(m_folder.path().toStdString()) / "model.gguf", kShape));
        m_known = require(listCapturable(*m_loaded.engine, {}));
    }

    void listsWhatCanBeCaptured() {
        const auto find = [&](const std::string& name, const std::string& operation) -> const CapturableTensor* {
            for (const auto& tensor : m_known)
                if (tensor.name == name && tensor.operation == operation) return &tensor;
            return nullptr;
        };
        const auto* out = find("l_out", "ADD");
        QVERIFY(out);
        QCOMPARE(out->layers, allLayers(m_loaded->facts()));
        QCOMPARE(out->shape, std::vector<std::int64_t>{64});
        QCOMPARE(out->token_dimension, 1);
        const auto* rope = find("Qcur", "ROPE");
        QVERIFY(rope && find("Qcur", "MUL_MAT") && !find("Qcur", "RESHAPE"));
        QCOMPARE(rope->shape, (std::vector<std::int64_t>{16, 4}));
        QCOMPARE(rope->token_dimension, 2);
        const auto* weights = find("kq_soft_max", "SOFT_MAX");
        QVERIFY(weights);
        QCOMPARE(weights->elements(), std::uint64_t{256 * 4});
        QCOMPARE(find("result_output", "MUL_MAT")->layers, std::vector<LayerIndex>{kOutputLayer});
    }

    void costIsRightWithinTenPercent_data() {
        QTest::addColumn<InspectRequest>("request");
        for (const std::size_t tokens : {std::size_t{2}, std::size_t{33}, std::size_t{300}}) {
            const auto row = [tokens](const char* name) -> QTestData& {
                return QTest::addRow("%s, %zu tokens", name, tokens);
            };
            InspectRequest request = requestFor(tokens);
            request.session.micro_batch = 128;
            row("norms") << request;
            request.lens = true;
            row("norms and lens") << request;
            request.lens_tokens = TokenRange{1, 1};
            row("lens of one position") << request;
            request.norms = false;
            request.lens = false;
            row("nothing but logits") << request;
            request.attention = {layer(0), layer(2)};
            row("attention") << request;
            request.neurons = {layer(1)};
            row("neurons") << request;
            for (const char* name : {"Qcur:ROPE@0", "kq_soft_max@1", "ffn_out@2", "result_output", "embd"})
                request.captures.push_back(require(parseCapture(name)));
            row("captures") << request;
            request.ablation.heads = {{layer(0), 1}};
            row("ablation") << request;
        }
    }
    void costIsRightWithinTenPercent() {
        QFETCH(InspectRequest, request);
        const auto cost = captureCost(request, m_loaded->facts(), m_known);
        const auto seen = require(inspect(*m_loaded.engine, kTokenizer, request, {}));
        const auto held = static_cast<double>(seen.heldBytes());
        QVERIFY2(std::fabs(static_cast<double>(cost.held) - held) <= 0.1 * held,
                 qPrintable(QString("said %1, held %2").arg(cost.held).arg(held)));
        const auto sum = std::accumulate(cost.parts.begin(), cost.parts.end(), std::uint64_t{0},
                                         [](std::uint64_t all, const auto& part) { return all + part.bytes; });
        QVERIFY(sum <= cost.held && cost.running > 0);
    }

    void badRequestsSayWhatIsWrong_data() {
        QTest::addColumn<InspectRequest>("request");
        QTest::addColumn<ErrorKind>("kind");
        QTest::addColumn<QString>("words");
        const auto row = [](const char* name, const InspectRequest& request, ErrorKind kind, const char* words) {
            QTest::newRow(name) << request << kind << QString::fromUtf8(words);
        };
        row("no tokens", {}, ErrorKind::InvalidArgument, "prompt is empty");
        auto request = requestFor(4);
        request.tokens[2] = TokenId{288};
        row("token outside", request, ErrorKind::InvalidArgument, "288");
        request = requestFor(4);
        request.attention = {layer(3)};
        row("layer of attention", request, ErrorKind::InvalidArgument, "layer 3");
        request = requestFor(4);
        request.neurons = {layer(-1)};
        row("layer of neurons", request, ErrorKind::InvalidArgument, "layer -1");
        request = requestFor(4);
        request.lens = true;
        request.lens_tokens = TokenRange{3, 2};
        row("lens behind the end", request, ErrorKind::InvalidArgument, "prompt has 4");
        request.lens_tokens = TokenRange{0, 0};
        row("lens of nothing", request, ErrorKind::InvalidArgument, "0 positions");
        request = requestFor(4);
        request.captures = {require(parseCapture("l_out@9"))};
        row("layer of a capture", request, ErrorKind::InvalidArgument, "l_out@9");
        request.captures = {require(parseCapture("nonsense@1"))};
        row("unknown capture", request, ErrorKind::NotFound, "ffn_out");
        request.captures = {require(parseCapture("Qcur:SOFT_MAX@1"))};
        row("unknown operation", request, ErrorKind::NotFound, "Qcur:SOFT_MAX@1");
        request.captures = {require(parseCapture("l_out"))};
        row("capture without a layer", request, ErrorKind::NotFound, "NAME@LAYER");
    }
    void badRequestsSayWhatIsWrong() {
        QFETCH(InspectRequest, request);
        QFETCH(ErrorKind, kind);
        QFETCH(QString, words);
        const auto seen = inspect(*m_loaded.engine, kTokenizer, request, {});
        QVERIFY(!seen);
        QVERIFY2(seen.error().kind == kind, seen.error().message.c_str());
        QVERIFY2(QString::fromStdString(seen.error().message).contains(words), seen.error().message.c_str());
    }

    void textsOfPartsAndCaptures() {
        for (const char* name : {"ffn_out@3", "Qcur:ROPE@0", "result_norm", "embd"})
            QCOMPARE(captureText(require(parseCapture(name))), std::string(name));
        for (const char* bad : {"", "@3", "ffn_out@", "ffn_out@x", "ffn_out@-1", ":ROPE@1"})
            QVERIFY2(!parseCapture(bad), bad);
        Ablation ablation;
        for (const char* good : {"head:3:0", "layer:1", "attn:2", "ffn:0"}) require(addAblation(good, ablation));
        QCOMPARE(ablationTexts(ablation), (std::vector<std::string>{"head:3:0", "layer:1", "attn:2", "ffn:0"}));
        for (const char* bad : {"", "head", "head:1", "head:1:x", "layer", "layer:", "layer:-1", "norm:1", "layer:1:2"})
            QVERIFY2(!addAblation(bad, ablation), bad);
    }

    void canBeStopped() {
        auto request = requestFor(300);
        request.lens = true;
        request.session.micro_batch = 16;
        std::stop_source stop;
        stop.request_stop();
        QCOMPARE(inspect(*m_loaded.engine, kTokenizer, request, {.stop = stop.get_token()}).error().kind,
                 ErrorKind::Cancelled);

        std::stop_source later;
        std::uint64_t told = 0;
        const Operation operation{later.get_token(), [&](const Progress& progress) {
                                      told = progress.done;
                                      if (progress.done >= 32) later.request_stop();
                                  }};
        QCOMPARE(inspect(*m_loaded.engine, kTokenizer, request, operation).error().kind, ErrorKind::Cancelled);
        QCOMPARE(told, std::uint64_t{32});  // no batch after the stop

        const auto seen = require(inspect(*m_loaded.engine, kTokenizer, request, {}));
        const auto head = require(m_loaded->createOutputHead({}));
        QCOMPARE(computeLens(*head, seen, wholeLens(seen), {}, {.stop = stop.get_token()}).error().kind,
                 ErrorKind::Cancelled);
        std::stop_source between;
        const Operation lens_operation{between.get_token(), [&](const Progress& progress) {
                                           told = progress.done;
                                           if (progress.done > 0) between.request_stop();
                                       }};
        QCOMPARE(computeLens(*head, seen, wholeLens(seen), {}, lens_operation).error().kind, ErrorKind::Cancelled);
        QVERIFY(told < 900);
        QVERIFY(computeLens(*head, seen, wholeLens(seen), {}, {}).has_value());  // nothing is left broken
    }

    void lensCellsAreTheSoftmaxOfTheirLogits() {
        auto request = requestFor(70);
        request.lens = true;
        const auto seen = require(inspect(*m_loaded.engine, kTokenizer, request, {}));
        const auto head = require(m_loaded->createOutputHead({}));
        const LensRange range{1, 2, {5, 60}};
        const std::vector<TokenId> follow{TokenId{0}, TokenId{287}};
        const auto grid = require(computeLens(*head, seen, range, {.top_k = 7, .follow = follow}, {}));
        QVERIFY(grid.contains(1, 5) && grid.contains(2, 64) && !grid.contains(0, 5) && !grid.contains(1, 65) &&
                !grid.contains(3, 5));
        for (const auto& [l, t] : {std::pair{1u, 5u}, std::pair{2u, 40u}, std::pair{2u, 64u}}) {
            const auto logits = require(lensLogits(*head, seen, l, t, {}));
            const double largest = static_cast<double>(*std::ranges::max_element(logits));
            double sum = 0;
            for (const float logit : logits) sum += std::exp(static_cast<double>(logit) - largest);
            double entropy = 0;
            std::vector<double> p;
            for (const float logit : logits) {
                p.push_back(std::exp(static_cast<double>(logit) - largest) / sum);
                if (p.back() > 0) entropy -= p.back() * std::log(p.back());
            }
            QVERIFY(std::fabs(static_cast<double>(grid.entropy(l, t)) - entropy) < 1e-4);
            std::vector<std::size_t> order(p.size());
            std::iota(order.begin(), order.end(), std::size_t{0});
            std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return logits[a] > logits[b]; });
            for (std::size_t i = 0; i < 7; ++i) {
                QCOMPARE(static_cast<std::size_t>(toInt(grid.top(l, t)[i].token)), order[i]);
                QVERIFY(std::fabs(static_cast<double>(grid.top(l, t)[i].probability) - p[order[i]]) < 1e-5);
            }
            for (std::size_t i = 0; i < follow.size(); ++i) {
                const auto token = static_cast<std::size_t>(toInt(follow[i]));
                const auto larger = std::ranges::count_if(logits, [&](float logit) { return logit > logits[token]; });
                QCOMPARE(grid.followed(l, t)[i].rank, static_cast<std::uint32_t>(larger));
                QVERIFY(std::fabs(static_cast<double>(grid.followed(l, t)[i].probability) - p[token]) < 1e-5);
            }
        }
    }

    void lensRefusesWhatIsNotThere() {
        auto request = requestFor(10);
        const auto without = require(inspect(*m_loaded.engine, kTokenizer, request, {}));
        const auto head = require(m_loaded->createOutputHead({}));
        QVERIFY(!computeLens(*head, without, {0, 1, {0, 1}}, {}, {}));
        request.lens = true;
        request.lens_tokens = TokenRange{4, 3};
        const auto seen = require(inspect(*m_loaded.engine, kTokenizer, request, {}));
        for (const LensRange& range :
             {LensRange{0, 0, {4, 1}}, LensRange{3, 1, {4, 1}}, LensRange{0, 4, {4, 1}}, LensRange{0, 1, {3, 1}},
              LensRange{0, 1, {4, 4}}, LensRange{0, 1, {7, 1}}, LensRange{0, 1, {4, 0}}})
            QVERIFY(!computeLens(*head, seen, range, {}, {}));
        QVERIFY(!computeLens(*head, seen, wholeLens(seen), {.top_k = 0}, {}));
        QVERIFY(!computeLens(*head, seen, wholeLens(seen), {.top_k = 101}, {}));
        QVERIFY(!computeLens(*head, seen, wholeLens(seen), {.top_k = 5, .follow = {TokenId{288}}}, {}));
        QVERIFY(computeLens(*head, seen, wholeLens(seen), {}, {}).has_value());
    }

    void neuronsPromoteWhatTheirColumnsDo() {
        auto request = requestFor(20);
        request.neurons = {layer(1)};
        request.captures = {require(parseCapture("ffn_swiglu@1"))};
        const auto seen = require(inspect(*m_loaded.engine, kTokenizer, request, {}));
        const NeuronLayer& neurons = *seen.neuronsOf(layer(1));
        QVERIFY(neurons.activations.values == seen.captures.front().rows.values);
        const auto top = topNeurons(neurons, 19, 6);
        QCOMPARE(top.size(), std::size_t{6});
        for (std::size_t i = 1; i < top.size(); ++i)
            QVERIFY(std::fabs(top[i - 1].activation) >= std::fabs(top[i].activation));
        for (const float value : neurons.activations.row(19))
            QVERIFY(std::fabs(value) <= std::fabs(top.front().activation));

        const auto head = require(m_loaded->createOutputHead({}));
        const auto promoted = require(promotedTokens(*head, *m_loaded.source, kTokenizer, layer(1), top, 3, {}));
        const auto floats = [&](const char* name) {
            const TensorInfo& info = *m_loaded.source->model().findTensor(name);
            std::vector<float> values(static_cast<std::size_t>(info.elementCount()));
            require(m_loaded.source->readRows(info, 0, info.rowCount(), std::as_writable_bytes(std::span(values)), {}));
            return values;
        };
        const auto down = floats("blk.1.ffn_down.weight");  // [64 rows × 128]
        const auto norm = floats("output_norm.weight");
        const auto output = floats("output.weight");  // [288 rows × 64]
        for (std::size_t n = 0; n < top.size(); ++n) {
            std::vector<double> scores(288);
            for (std::size_t token = 0; token < 288; ++token)
                for (std::size_t i = 0; i < 64; ++i)
                    scores[token] += static_cast<double>(output[token * 64 + i]) * static_cast<double>(norm[i]) *
                                     static_cast<double>(down[i * 128 + top[n].neuron]) *
                                     (top[n].activation < 0 ? -1.0 : 1.0);
            const auto best = std::ranges::max_element(scores) - scores.begin();
            QCOMPARE(static_cast<std::ptrdiff_t>(toInt(promoted[n].front().token)), best);
            QVERIFY(promoted[n][0].logit >= promoted[n][1].logit && promoted[n][1].logit >= promoted[n][2].logit);
        }
        QVERIFY(!promotedTokens(*head, *m_loaded.source, kTokenizer, layer(1), NeuronActivation{128, 1.0f}, 3, {}));
        QVERIFY(!promotedTokens(*head, *m_loaded.source, kTokenizer, layer(7), top.front(), 3, {}));
    }

    /// Other architectures' heads are what their layers computed: here with a window and a soft cap.
    void attentionOfSlidingLayersStaysInTheWindow() {
        const auto forms = denseForms();
        const auto form = std::ranges::find(forms, "gemma2", &DenseForm::name);
        const auto path = std::filesystem::path(m_folder.path().toStdString()) / "gemma2.gguf";
        require(writeGeneratedModel(path, form->options, "f16"));
        const auto loaded = loadEngine(path);
        InspectRequest request = requestFor(60);
        request.attention = {layer(0), layer(1)};  // slides, does not
        request.norms = true;
        const auto seen = require(inspect(*loaded.engine, kTokenizer, request, {}));
        constexpr std::size_t kWindow = 24;
        for (const bool slides : {true, false}) {
            const Rows weights = attentionWeights(*seen.attentionOf(layer(slides ? 0 : 1)), 3);
            const auto last = weights.row(59);
            QVERIFY(std::abs(std::accumulate(last.begin(), last.end(), 0.0f) - 1.0f) < 1e-3f);
            const auto outside = last.first(60 - kWindow);
            QCOMPARE(std::ranges::all_of(outside, [](float weight) { return weight == 0.0f; }), slides);
            QVERIFY(last[60 - kWindow] > 0.0f);
        }
        for (std::int32_t i = 0; i < 3; ++i) QVERIFY(seen.norms.attention.at(static_cast<std::size_t>(i), 59) > 0.0f);
    }

    void headsInShort() {
        auto request = requestFor(50);
        request.attention = {layer(0)};
        const auto seen = require(inspect(*m_loaded.engine, kTokenizer, request, {}));
        const AttentionLayer& attention = *seen.attentionOf(layer(0));
        QVERIFY(!seen.attentionOf(layer(1)));
        const Rows weights = attentionWeights(attention, 3);
        double previous = 0;
        double first = 0;
        for (std::size_t t = 0; t < 50; ++t) {
            first += static_cast<double>(weights.row(t)[0]) / 50;
            if (t > 0) previous += static_cast<double>(weights.row(t)[t - 1]) / 49;
        }
        const auto sum = summarizeHead(attention, 3);
        QVERIFY(std::fabs(static_cast<double>(sum.first) - first) < 1e-5 &&
                std::fabs(static_cast<double>(sum.previous) - previous) < 1e-5);
        const Rows all = attentionThumbnail(attention, 3, 64);
        QCOMPARE(all.rows, std::size_t{50});
        QVERIFY(all.values == weights.values);
        const Rows small = attentionThumbnail(attention, 3, 10);
        QCOMPARE(small.values.size(), std::size_t{100});
        double mean = 0;
        for (const float value : small.values) mean += static_cast<double>(value) * 25;
        QVERIFY(std::fabs(mean - 50.0) < 1e-3);  // every row sums to one
    }

    void comparesTwoPrompts() {
        InspectRequest request;
        request.lens = true;
        request.tokens = text("The capital of France is");
        const auto a = require(inspect(*m_loaded.engine, kTokenizer, request, {}));
        request.tokens = text("The old capital of Spain is");
        const auto b = require(inspect(*m_loaded.engine, kTokenizer, request, {}));
        const auto pairs = alignTokens(a, b);
        QVERIFY(pairs.size() >= 18);
        for (std::size_t i = 0; i < pairs.size(); ++i) {
            QCOMPARE(a.tokens[pairs[i].first].piece, b.tokens[pairs[i].second].piece);
            if (i > 0) QVERIFY(pairs[i].first > pairs[i - 1].first && pairs[i].second > pairs[i - 1].second);
        }
        QCOMPARE(pairs.back(), (std::pair<std::uint32_t, std::uint32_t>{23, 26}));

        const auto other = compareInspections(a, kTokenizer, b, kTokenizer, 5);
        QCOMPARE(other.layers, std::size_t{3});
        QCOMPARE(other.next_a.size(), std::size_t{5});
        QVERIFY(other.change && other.change->kl > 0);
        for (std::size_t i = 0; i < 4; ++i)
            QCOMPARE(other.residual_norm.at(2, i), 0.0f);  // "The " comes before any difference
        QVERIFY(other.layer_cosine[2] < 1.0f && other.layer_distance[2] > 0.0f);
        const auto [at, bt] = other.tokens.back();
        QCOMPARE(other.residual_norm.at(1, other.tokens.size() - 1),
                 b.norms.residual.at(1, bt) - a.norms.residual.at(1, at));

        const auto same = compareInspections(a, kTokenizer, a, kTokenizer, 5);
        QCOMPARE(same.tokens.size(), a.tokens.size());
        QCOMPARE(same.change->kl, 0.0);
        for (const float distance : same.layer_distance) QCOMPARE(distance, 0.0f);
    }

    void comparesTwoModels() {
        const auto smaller =
            loadEngine(writeLlama(std::filesystem::path(m_folder.path().toStdString()) / "smaller.gguf",
                                  {.layers = 2, .embedding = 32, .heads = 2, .vocabulary = 320}));
        InspectRequest request;
        request.lens = true;
        request.tokens = text("The capital");
        const auto a = require(inspect(*m_loaded.engine, kTokenizer, request, {}));
        const auto b = require(inspect(*smaller.engine, kTokenizer, request, {}));
        const auto both = compareInspections(a, kTokenizer, b, kTokenizer, 5);
        QCOMPARE(both.layers, std::size_t{2});
        QCOMPARE(both.tokens.size(), request.tokens.size());
        QVERIFY(!both.change);                                      // other vocabularies
        QVERIFY(both.cosine.empty() && both.layer_cosine.empty());  // rows of another width
        QCOMPARE(both.residual_norm.at(1, 4), b.norms.residual.at(1, 4) - a.norms.residual.at(1, 4));
        QCOMPARE(both.next_b.size(), std::size_t{5});
        QVERIFY(!compareNextTokens(a.logits, b.logits, kTokenizer, 5));

        // Part of the rows: only what both kept is compared.
        request.lens_tokens = TokenRange{2, 3};
        const auto part = require(inspect(*m_loaded.engine, kTokenizer, request, {}));
        const auto same = compareInspections(a, kTokenizer, part, kTokenizer, 5);
        QCOMPARE(same.layer_cosine.size(), std::size_t{3});
        for (const float cosine : same.layer_cosine) QVERIFY(cosine > 0.99999f);
        QVERIFY(same.cosine.at(0, 2) > 0.99999f);
        QCOMPARE(same.cosine.at(0, 0), 0.0f);
    }

    void statisticsCountWhatIsNotFinite() {
        const auto s = valueStatistics(std::vector<float>{1, 2, 3, 0, -2, NAN, INFINITY}, 5);
        QCOMPARE(s.count, std::size_t{7});
        QCOMPARE(s.not_finite, std::size_t{2});
        QCOMPARE(s.zeros, std::size_t{1});
        QCOMPARE(s.smallest, -2.0f);
        QCOMPARE(s.largest, 3.0f);
        QCOMPARE(s.mean, 0.8);
        QCOMPARE(s.norm, std::sqrt(18.0));
        QCOMPARE(s.histogram, (std::vector<std::uint64_t>{1, 0, 1, 1, 2}));
        QCOMPARE(valueStatistics({}, 3).histogram, (std::vector<std::uint64_t>{0, 0, 0}));
        QCOMPARE(valueStatistics(std::vector<float>{4, 4}, 3).histogram, (std::vector<std::uint64_t>{2, 0, 0}));
    }

private:
    QTemporaryDir m_folder;
    LoadedEngine m_loaded;
    std::vector<CapturableTensor> m_known;
};

QTEST_GUILESS_MAIN(TestInspect)
#include "tst_inspect.moc"
