// SPDX-License-Identifier: GPL-3.0-or-later
// Node processes that are killed and frozen before seeded tokens, again and again: every answer has the bits of the one
// that nothing disturbs.
#include "tests/app/node_process.h"
#include "tests/compute/compute_fixture.h"

#include <algorithm>
#include <csignal>
#include <map>
#include <random>

using namespace tessera;
using namespace tessera::test;
using namespace std::chrono_literals;

class TestNodeFailures : public QObject {
    Q_OBJECT
    static constexpr int kFailures = 36;   // every sixth one freezes, the others are kills
    static constexpr int kTokens = 10;     // of an answer
    static constexpr int kMachines = 3;    // that have the same layers: two are used, one may be starting
    static constexpr std::size_t kPrompts[] = {9, 70, 130};  // tokens: alone, and in pieces of 64

private slots:
    void initTestCase() {
        GeneratedModelOptions options;
        options.layers = 4;
        require(writeGeneratedModel(m_sandbox.path("tiny.gguf").toStdString(), options, "q8_0"));
        COMPARE_CODE(m_sandbox.run({"fragment", "tiny.gguf", "-o", "tiny"}), 0);
        m_source = require(openGgufSource(m_sandbox.path("tiny.gguf").toStdString()));
        m_whole = require(loadFragmentEngine(*m_source, kEngine, {}));
        m_client = require(loadOrCreateIdentity(clientFolder()));
        const QString id = QString::fromStdString(toHex(m_client.id));
        for (const char* layers : {"0-1", "2-3"}) {
            for (int i = 0; i < kMachines; ++i) m_nodes[layers].push_back(std::make_unique<NodeProcess>(m_network, i, m_sandbox.path("tiny"), layers, id));
        }
        m_set = require(RemoteNode::create(m_client, addressOf(*m_nodes["0-1"].front()))->describe(10s)).set_id;
    }

    void theAnswerStaysTheSame() {
        std::mt19937 random(7);
        std::vector<double> killed, frozen;
        for (int i = 0; i < kFailures; ++i) {
            const bool freezes = i % 6 == 5;
            const auto prompt = somePrompt(kPrompts[i % std::size(kPrompts)], m_whole->facts().vocabulary);
            const auto nodes = require(connectNodes(*m_source, m_set, {}, kEngine, readyNodes(), {}));
            const auto session = require(nodes->createSession(sessionOptions()));
            const auto plan = require(nodes->plan());
            QVERIFY(plan.size() >= 2);
            NodeProcess& victim = at(*plan[random() % plan.size()].node);
            const int moment = static_cast<int>(random() % (kTokens + 1));  // 0: before the prompt

            std::vector<float> got;
            std::vector<TokenId> next = prompt;
            double lost = 0;
            for (int step = 0; step <= kTokens; ++step) {
                if (step == moment) victim.signal(freezes ? SIGSTOP : SIGKILL);
                const auto start = std::chrono::steady_clock::now();
                const auto rows = require(session->evaluate(next, Wanted::Last, {}));
                const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
                if (step >= moment) lost = std::max(lost, seconds);  // a step may be answered before the stop arrives
                if (step == moment && !freezes) victim.startAgain();  // while the answer goes on
                got.insert(got.end(), rows.values.begin(), rows.values.end());
                next = {greedy(rows.values)};
            }
            if (freezes) victim.signal(SIGCONT);
            QVERIFY2(got == undisturbed(prompt), qPrintable(QString("failure %1 before step %2").arg(i).arg(moment)));
            QCOMPARE(nodes->failovers().size(), std::size_t{1});
            (freezes ? frozen : killed).push_back(lost);
        }
        tell("killed", killed);
        tell("frozen", frozen);
    }

private:
    inline static const EngineOptions kEngine{.threads = 1};

    static SessionOptions sessionOptions() {
        SessionOptions options;
        options.context_tokens = 256;
        options.micro_batch = 64;  // the pieces in which nodes compute
        return options;
    }
    static NodeAddress addressOf(const NodeProcess& node) { return require(parseNodeAddress(node.address().toStdString())); }
    std::filesystem::path clientFolder() const { return m_sandbox.path("client").toStdString(); }

    NodeProcess& at(const NodeAddress& address) {
        for (const auto& [layers, nodes] : m_nodes)
            for (const auto& node : nodes)
                if (node->isListening() && addressOf(*node) == address) return *node;
        throw std::runtime_error("no such node");
    }

    /// Two for each span.
    NodesOptions readyNodes() {
        NodesOptions options;
        options.identity = clientFolder();
        options.patience = 30s;  // whatever else this machine does
        for (const auto& [layers, nodes] : m_nodes) {
            std::size_t wanted = options.nodes.size() + 2;
            for (int look = 0; look < 60'000 && options.nodes.size() < wanted; ++look) {  // about a minute
                const auto& node = *nodes[static_cast<std::size_t>(look) % nodes.size()];
                if (!nodes[static_cast<std::size_t>(look) % nodes.size()]->isListening()) continue;
                const auto address = addressOf(node);
                if (std::ranges::find(options.nodes, address) == options.nodes.end()) options.nodes.push_back(address);
            }
        }
        return options;
    }

    const std::vector<float>& undisturbed(const std::vector<TokenId>& prompt) {
        auto& kept = m_expected[prompt.size()];
        if (kept.empty()) kept = runGreedy(*require(m_whole->createSession(sessionOptions())), prompt, kTokens);
        return kept;
    }

    static void tell(const char* what, std::vector<double> seconds) {
        std::ranges::sort(seconds);
        QString all;
        for (const double each : seconds) all += QString(" %1").arg(1e3 * each, 0, 'f', 0);
        qInfo("%zu nodes %s; ms until the token came:%s", seconds.size(), what, qPrintable(all));
    }

    NetworkNamespaces m_network;
    Sandbox m_sandbox;
    std::unique_ptr<TensorSource> m_source;
    std::unique_ptr<FragmentEngine> m_whole;
    Identity m_client;
    Sha256Digest m_set{};
    std::map<std::string, std::vector<std::unique_ptr<NodeProcess>>> m_nodes;  // by layers
    std::map<std::size_t, std::vector<float>> m_expected;                     // by the prompt's length
};

QTEST_GUILESS_MAIN(TestNodeFailures)
#include "tst_node_failures.moc"
