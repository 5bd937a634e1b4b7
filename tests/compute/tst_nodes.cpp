// SPDX-License-Identifier: GPL-3.0-or-later
// A model computed by nodes: the same bits as here, and who is let in.
#include "core/base/format.h"
#include "core/base/log.h"
#include "core/base/platform/file.h"
#include "core/engine/engine_thread.h"
#include "core/engine/kernels/kernels.h"
#include "tests/compute/compute_fixture.h"

#include <algorithm>
#include <atomic>
#include <future>
#include <thread>

using namespace tessera;
using namespace tessera::test;
using namespace std::chrono_literals;

class TestNodes : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() {
        GeneratedModelOptions options;
        options.layers = 6;
        const auto path = folderOf(m_folder, "model.gguf");
        require(writeGeneratedModel(path, options, "q8_0"));
        m_source = require(openGgufSource(path));
        m_whole = require(loadFragmentEngine(*m_source, {2, RepackPolicy::Off}, {}));
        m_client = require(loadOrCreateIdentity(folderOf(m_folder, "client")));
        const LayerSpan spans[] = {{0, 1}, {2, 3}, {4, 5}};
        for (int i = 0; i < 3; ++i) {
            m_nodes.push_back(std::make_unique<TestNode>(*m_source, spans[i], folderOf(m_folder, ("node" + std::to_string(i)).c_str())));
            m_nodes.back()->allow(m_client.id);
        }
    }

    void theSameBits_data() {
        QTest::addColumn<int>("prompt");
        for (const int prompt : {1, 40, 63, 64, 130, 330}) QTest::addRow("%d tokens", prompt) << prompt;
    }
    void theSameBits() {
        QFETCH(int, prompt);
        const auto tokens = somePrompt(static_cast<std::size_t>(prompt), vocabulary());
        const auto nodes = connect({0, 1, 2});
        const auto here = runGreedy(*session(*m_whole), tokens, 8);
        const auto there = runGreedy(*session(*nodes), tokens, 8);
        QCOMPARE(largestDifference(here, there), 0.0f);
    }

    void logitsOfEveryRow() {
        const auto tokens = somePrompt(150, vocabulary());
        const auto nodes = connect({0, 1, 2});
        const auto here = require(session(*m_whole)->evaluate(tokens, Wanted::All, {}));
        const auto there = require(session(*nodes)->evaluate(tokens, Wanted::All, {}));
        QCOMPARE(there.rows, std::size_t{150});
        QCOMPARE(largestDifference(here.values, there.values), 0.0f);
    }

    void kernelsAreNotMixed() {
        if (!kernels::fastest()) QSKIP("this processor has no kernels of our own");
        TestNode own(*m_source, {0, 5}, folderOf(m_folder, "own kernels"), {}, KernelPolicy::Own);
        own.allow(m_client.id);
        NodesOptions options;
        options.nodes = {own.address()};
        options.identity = folderOf(m_folder, "client");
        const auto left_out = connectNodes(*m_source, someSet(), {}, {2, RepackPolicy::Off}, options, {});
        QVERIFY(!left_out);
        QVERIFY2(left_out.error().message.find("--kernels") != std::string::npos, left_out.error().message.c_str());
        options.nodes.push_back(m_nodes[0]->address());
        const EngineOptions engine{2, RepackPolicy::Off, KernelPolicy::Own};
        const auto nodes = require(connectNodes(*m_source, someSet(), {}, engine, options, {}));
        QVERIFY(nodes->nodes()[0].available && !nodes->nodes()[1].available);
        const auto whole = require(loadFragmentEngine(*m_source, engine, {}));
        for (const std::size_t prompt : {20u, 150u}) {
            const auto tokens = somePrompt(prompt, vocabulary());
            QCOMPARE(largestDifference(runGreedy(*session(*whole), tokens, 6), runGreedy(*session(*nodes), tokens, 6)), 0.0f);
        }
        QVERIFY(largestDifference(runGreedy(*session(*whole), somePrompt(150, vocabulary()), 1), runGreedy(*session(*m_whole), somePrompt(150, vocabulary()), 1)) > 0);
    }

    void twoChatsAtOnce() {
        const auto nodes = connect({0, 1, 2});
        const std::vector<std::vector<TokenId>> prompts{somePrompt(90, vocabulary()), somePrompt(33, 100)};
        std::vector<std::vector<float>> there(2);
        {
            std::vector<std::jthread> threads;
            for (std::size_t i = 0; i < 2; ++i)
                threads.emplace_back([&, i] { there[i] = runGreedy(*session(*nodes), prompts[i], 6); });
        }
        for (std::size_t i = 0; i < 2; ++i) QCOMPARE(largestDifference(runGreedy(*session(*m_whole), prompts[i], 6), there[i]), 0.0f);
        QTRY_COMPARE(m_nodes[0]->server->status().sessions, 0u);
        QCOMPARE(m_nodes[0]->server->status().memory_used, std::uint64_t{0});
    }

    void whatNobodyServesIsComputedHere() {
        const auto nodes = require(connectNodes(*m_source, someSet(), {{0, 5}}, {2, RepackPolicy::Off}, optionsFor({1}), {}));
        const auto plan = require(nodes->plan());
        QCOMPARE(plan.size(), std::size_t{3});
        QVERIFY(!plan[0].node && plan[1].node && !plan[2].node);
        const auto tokens = somePrompt(100, vocabulary());
        QCOMPARE(largestDifference(runGreedy(*session(*m_whole), tokens, 4), runGreedy(*session(*nodes), tokens, 4)), 0.0f);
    }

    void truncatedAndStopped() {
        const auto nodes = connect({0, 1, 2});
        const auto far = session(*nodes);
        const auto near = session(*m_whole);
        const auto tokens = somePrompt(200, vocabulary());
        std::stop_source stopped;
        stopped.request_stop();
        QCOMPARE(far->evaluate(tokens, Wanted::Last, {stopped.get_token(), {}}).error().kind, ErrorKind::Cancelled);
        QCOMPARE(far->length(), 0u);
        // Stopped in the middle: whatever was completed is there, and it goes on from it.
        std::stop_source later;
        const auto part = far->evaluate(tokens, Wanted::Last, {later.get_token(), [&](const Progress& progress) {
                                                                   if (progress.done >= 64) later.request_stop();
                                                               }});
        QCOMPARE(part.error().kind, ErrorKind::Cancelled);
        QVERIFY(far->length() >= 64 && far->length() < 200);
        require(far->truncate(0));
        QCOMPARE(largestDifference(runGreedy(*near, tokens, 3), runGreedy(*far, tokens, 3)), 0.0f);
        require(near->truncate(100));
        require(far->truncate(100));
        const auto more = somePrompt(20, 90);
        QCOMPARE(largestDifference(runGreedy(*near, more, 3), runGreedy(*far, more, 3)), 0.0f);
    }

    void aRefusedKeyIsNotADeadNode() {
        const auto stranger = require(loadOrCreateIdentity(folderOf(m_folder, "stranger")));
        const auto refused = RemoteNode::create(stranger, m_nodes[0]->address())->describe(5s);
        QCOMPARE(refused.error().kind, ErrorKind::Refused);
        QVERIFY2(refused.error().message.find(toHex(stranger.id)) != std::string::npos, refused.error().message.c_str());
        const auto session = RemoteNode::create(stranger, m_nodes[0]->address())->openRunner(someSet(), {0, 1, true}, sixtyFour(), {}, 256, 5s);
        QCOMPARE(session.error().kind, ErrorKind::Refused);

        require(m_nodes[0]->peers->allow({stranger.id, "it computes for us", 0, "10.0.0.9:7420"}));
        const auto listed = RemoteNode::create(stranger, m_nodes[0]->address())->openRunner(someSet(), {0, 1, true}, sixtyFour(), {}, 256, 5s);
        QCOMPARE(listed.error().kind, ErrorKind::Refused);
        QVERIFY2(listed.error().message.find("has no right to compute") != std::string::npos, listed.error().message.c_str());

        NodeAddress wrong_key = m_nodes[0]->address();
        wrong_key.id = m_nodes[1]->identity.id;
        const auto pinned = RemoteNode::create(m_client, wrong_key)->describe(5s);
        QCOMPARE(pinned.error().kind, ErrorKind::Refused);
        QVERIFY2(pinned.error().message.find("another key") != std::string::npos, pinned.error().message.c_str());

        NodeAddress nobody = m_nodes[0]->address();
        nobody.endpoint = "127.0.0.1:1";
        QCOMPARE(RemoteNode::create(m_client, nobody)->describe(5s).error().kind, ErrorKind::Network);
    }

    void revokedInMidAnswer() {
        TestNode node(*m_source, {0, 5}, folderOf(m_folder, "revoking"));
        node.allow(m_client.id);
        const auto remote = RemoteNode::create(m_client, node.address());
        const auto runner = require(remote->openRunner(someSet(), {0, 5, true}, sixtyFour(), {}, 256, 5s));
        require(runStep(*runner, 0));
        require(node.peers->revoke(m_client.id));
        Result<Rows> answer = runStep(*runner, 1);
        for (std::uint32_t position = 2; answer && position < 1000; ++position) {
            QTest::qWait(20);
            answer = runStep(*runner, position % 100);
        }
        QVERIFY(!answer);
        QCOMPARE(remote->describe(5s).error().kind, ErrorKind::Refused);
    }

    void invitations() {
        TestNode node(*m_source, {0, 5}, folderOf(m_folder, "inviting"));
        const auto guest = require(loadOrCreateIdentity(folderOf(m_folder, "guest")));
        const auto remote = RemoteNode::create(guest, node.address());
        InvitationList list(node.folder);
        QCOMPARE(remote->join(std::string(32, 'x'), "guest", 5s).error().kind, ErrorKind::Refused);  // none is open
        QCOMPARE(remote->describe(5s).error().kind, ErrorKind::Refused);

        const Rights compute = static_cast<Rights>(Right::Compute);
        const auto secret = require(list.add(compute, 60s));
        QCOMPARE(secret.size(), std::size_t{32});
        QCOMPARE(remote->join(std::string(32, 'x'), "guest", 5s).error().kind, ErrorKind::Refused);
        QCOMPARE(remote->describe(5s).error().kind, ErrorKind::Refused);  // an open invitation alone opens nothing
        NodeAddress wrong_key = node.address();
        wrong_key.id = guest.id;
        QCOMPARE(RemoteNode::create(guest, wrong_key)->join(secret, "guest", 5s).error().kind, ErrorKind::Refused);
        QVERIFY(list.isOpen());  // the secret was not sent
        QCOMPARE(require(remote->join(secret, "guest", 5s)), compute);
        require(remote->describe(5s));
        QCOMPARE(require(node.peers->peers()).front().name, std::string("guest"));
        QVERIFY(!list.isOpen());
        QCOMPARE(remote->join(secret, "guest", 5s).error().kind, ErrorKind::Refused);  // replayed

        const auto expired = require(list.add(compute, -1s));
        QCOMPARE(remote->join(expired, "guest", 5s).error().kind, ErrorKind::Refused);
    }

    void invitationsAreListedAndWithdrawn() {
        const auto folder = folderOf(m_folder, "listing");
        InvitationList list(folder);
        const Rights compute = static_cast<Rights>(Right::Compute);
        QVERIFY(require(list.list()).empty());
        require(list.add(compute, -1s));  // expired: forgotten
        const auto first = require(list.add(compute, 60s)), second = require(list.add(compute, 3600s));
        auto open = require(list.list());
        QCOMPARE(open.size(), std::size_t{2});
        QCOMPARE(open[0].id, invitationId(first));
        QVERIFY(!open[0].used_by && open[0].expires < open[1].expires);
        QVERIFY(open[1].expires > std::chrono::system_clock::now() + 3500s);
        const NodeId guest = someSet(9), other = someSet(8);
        require(list.consume(first, guest));
        open = require(list.list());
        QVERIFY(open[0].used_by == guest && !open[1].used_by);
        const auto replayed = list.consume(first, other);
        QCOMPARE(replayed.error().kind, ErrorKind::Refused);
        QVERIFY2(replayed.error().message.find("used already") != std::string::npos, replayed.error().message.c_str());
        QCOMPARE(list.withdraw(invitationId(first)).error().kind, ErrorKind::InvalidArgument);
        QCOMPARE(list.withdraw("00000000").error().kind, ErrorKind::NotFound);
        require(list.withdraw(invitationId(second)));
        QVERIFY(!list.isOpen());
        const auto withdrawn = list.consume(second, other);
        QCOMPARE(withdrawn.error().kind, ErrorKind::Refused);
        QVERIFY2(withdrawn.error().message.find("withdrawn") != std::string::npos, withdrawn.error().message.c_str());
        // Neither secret stands in the file, and what has expired neither.
        const auto text = require(readTextFile(folder / "invitations.json", 1 << 20));
        for (const auto& secret : {first, second}) QVERIFY(text.find(QByteArray::fromStdString(secret).toHex().toStdString()) == std::string::npos);
        QCOMPARE(std::ranges::count(text, '{'), 1);
    }

    void listsAreEditedByOneAtATime() {
        const auto folder = folderOf(m_folder, "editing");
        constexpr int kThreads = 8, kTimes = 12;
        {
            std::vector<std::jthread> threads;
            for (int t = 0; t < kThreads; ++t) {
                threads.emplace_back([&, t] {
                    PeerList list(folder);
                    for (int i = 0; i < kTimes; ++i) {
                        require(list.allow({someSet(static_cast<unsigned char>(t * kTimes + i)), "one", static_cast<Rights>(Right::Compute), {}}));
                        require(list.edit([](std::vector<Peer>& peers) -> Result<void> {  // reads what it writes
                            const auto shared = std::ranges::find(peers, someSet(255), &Peer::id);
                            if (shared == peers.end()) peers.push_back({someSet(255), "1", 0, {}});
                            else shared->name = std::to_string(std::stoi(shared->name) + 1);
                            return {};
                        }));
                    }
                });
            }
        }
        const auto peers = require(PeerList(folder).peers());
        QCOMPARE(peers.size(), std::size_t{kThreads * kTimes + 1});
        QCOMPARE(std::ranges::find(peers, someSet(255), &Peer::id)->name, std::to_string(kThreads * kTimes));
        PeerList list(folder);
        QVERIFY(!list.edit([](std::vector<Peer>& all) -> Result<void> { return all.clear(), fail(ErrorKind::InvalidArgument, "no"); }));
        QCOMPARE(require(list.peers()).size(), peers.size());
    }

    void listsOfOtherVersions() {
        const auto folder = folderOf(m_folder, "old list");
        std::filesystem::create_directories(folder);
        const auto entry = [](unsigned char mark, const std::string& rights) { return "{\"id\": \"" + toHex(someSet(mark)) + "\", \"rights\": \"" + rights + "\"}"; };
        const std::string text = "{\"peers\": [" + entry(1, "fetch,compute") + "," + entry(2, "fetch,admin") + "," + entry(3, "") + "]}";
        require(writeFileAtomically(folder / "peers.json", std::as_bytes(std::span(text))));
        const PeerList list(folder);
        QCOMPARE(require(list.peers()).size(), std::size_t{3});
        QVERIFY(has(list.rightsOf(someSet(1)), Right::Compute));
        for (const unsigned char mark : {2, 3}) QCOMPARE(list.rightsOf(someSet(mark)), Rights{0});  // what nobody knows gives nothing
    }

    void whoJoinsKeepsWhatIsKnownOfIt() {
        TestNode node(*m_source, {0, 5}, folderOf(m_folder, "knowing"));
        const auto guest = require(loadOrCreateIdentity(folderOf(m_folder, "known guest")));
        require(node.peers->allow({guest.id, "attic", 0, "10.0.0.9:7420"}));  // it computes for this machine, too
        const auto secret = require(InvitationList(node.folder).add(static_cast<Rights>(Right::Compute), 60s));
        require(RemoteNode::create(guest, node.address())->join(secret, "", 5s));
        const auto peers = require(node.peers->peers());
        QCOMPARE(peers.size(), std::size_t{1});
        QCOMPARE(peers[0].name, std::string("attic"));
        QCOMPARE(peers[0].endpoint, std::string("10.0.0.9:7420"));
        QVERIFY(has(peers[0].rights, Right::Compute));
        require(node.peers->allow({guest.id, "attic", 0, {}}));
        QCOMPARE(require(node.peers->peers())[0].endpoint, std::string("10.0.0.9:7420"));
    }

    void aRacedInvitationIsGoodOnce() {
        TestNode node(*m_source, {0, 5}, folderOf(m_folder, "raced"));
        const auto secret = require(InvitationList(node.folder).add(static_cast<Rights>(Right::Compute), 60s));
        std::atomic<int> joined{0};
        {
            std::vector<std::jthread> threads;
            for (int i = 0; i < 8; ++i) {
                threads.emplace_back([&, i] {
                    const auto guest = require(loadOrCreateIdentity(folderOf(m_folder, ("racer" + std::to_string(i)).c_str())));
                    if (RemoteNode::create(guest, node.address())->join(secret, "racer", 20s)) ++joined;
                });
            }
        }
        QCOMPARE(joined.load(), 1);
        QCOMPARE(require(node.peers->peers()).size(), std::size_t{1});
    }

    void invitationTexts() {
        const Invitation invitation{m_nodes[0]->address(), std::string(32, '\x7f')};
        const auto again = require(parseInvitation(invitationText(invitation)));
        QCOMPARE(again.address, invitation.address);
        QCOMPARE(again.secret, invitation.secret);
        const auto broken = parseInvitation(m_nodes[0]->address().text() + "#7f7f");
        QCOMPARE(broken.error().kind, ErrorKind::InvalidArgument);
        QVERIFY(broken.error().message.find("7f7f") == std::string::npos);
    }

    void refusedSessions() {
        NodeOptions small;
        small.memory_budget = 2'000'000;
        TestNode node(*m_source, {0, 5}, folderOf(m_folder, "small"), small);
        node.allow(m_client.id);
        const auto remote = RemoteNode::create(m_client, node.address());
        auto options = sixtyFour();
        const auto first = require(remote->openRunner(someSet(), {0, 2, true}, options, {}, 256, 5s));
        const auto full = remote->openRunner(someSet(), {0, 5, true}, options, {}, 256, 5s);
        QCOMPARE(full.error().kind, ErrorKind::OutOfMemory);
        for (const auto* part : {"full", "2.0 MB", "--ctx"}) QVERIFY2(full.error().message.find(part) != std::string::npos, full.error().message.c_str());
        QCOMPARE(remote->openRunner(someSet(2), {0, 2, true}, options, {}, 256, 5s).error().kind, ErrorKind::Unsupported);
        QCOMPARE(remote->openRunner(someSet(), {4, 6, true}, options, {}, 256, 5s).error().kind, ErrorKind::InvalidArgument);
        QCOMPARE(remote->openRunner(someSet(), {0, 2, true}, options, "another processor", 256, 5s).error().kind, ErrorKind::Unsupported);
        first->close();
        QTRY_COMPARE(node.server->status().memory_used, std::uint64_t{0});
    }

    void nodesTakeAsManyLayersAsTheyHaveMemoryFor() {
        NodeOptions small;
        small.memory_budget = 1'000'000;  // three layers of this context
        const TestNode a(*m_source, {0, 5}, folderOf(m_folder, "half a"), small), b(*m_source, {0, 5}, folderOf(m_folder, "half b"), small);
        for (const TestNode* node : {&a, &b}) node->allow(m_client.id);
        NodesOptions options;
        options.identity = folderOf(m_folder, "client");
        options.nodes = {a.address(), b.address()};
        const auto both = require(connectNodes(*m_source, someSet(), {}, {2, RepackPolicy::Off}, options, {}));
        const auto tokens = somePrompt(100, vocabulary());
        {
            const auto there = session(*both);
            QCOMPARE(largestDifference(runGreedy(*session(*m_whole), tokens, 4), runGreedy(*there, tokens, 4)), 0.0f);
            for (const TestNode* node : {&a, &b}) QCOMPARE(node->server->status().sessions, 1u);
            QCOMPARE(both->createSession(sixtyFour()).error().kind, ErrorKind::OutOfMemory);  // both are full
        }
        for (const TestNode* node : {&a, &b}) QTRY_COMPARE(node->server->status().memory_used, std::uint64_t{0});
        require(both->createSession(sixtyFour()));
        options.nodes.pop_back();
        const auto one = require(connectNodes(*m_source, someSet(), {}, {2, RepackPolicy::Off}, options, {}));
        const auto full = one->createSession(sixtyFour());
        QCOMPARE(full.error().kind, ErrorKind::OutOfMemory);
        QVERIFY2(full.error().message.find("--ctx") != std::string::npos, full.error().message.c_str());
    }

    void whoLeavesIsNotComputedFor() {
        const auto remote = RemoteNode::create(m_client, m_nodes[0]->address());
        const auto runner = require(remote->openRunner(someSet(), {0, 1, true}, sixtyFour(), {}, 256, 5s));
        require(runStep(*runner, 0));
        const auto rows = m_nodes[0]->server->status().rows;
        std::promise<void> release;
        EngineThread::instance().post([until = release.get_future().share()] { until.wait(); });
        Step step;
        step.first_position = 1;
        step.hidden = {1, 256, std::vector<float>(256, 0.5f)};
        require(runner->submit(std::move(step)));
        QTest::qWait(50);  // until it waits for its turn
        runner->close();
        require(remote->describe(5s));  // on the same connection: the node has heard of the close before
        QTest::qWait(100);
        release.set_value();
        QTRY_COMPARE(m_nodes[0]->server->status().sessions, 0u);
        QCOMPARE(m_nodes[0]->server->status().rows, rows);
    }

    void ofSeveralInOnePlaceItIsNamedWhoFails() {
        auto big = std::make_unique<TestNode>(*m_source, LayerSpan{0, 5}, folderOf(m_folder, "big"));
        const TestNode first(*m_source, {0, 2}, folderOf(m_folder, "first half"));
        auto second = std::make_unique<TestNode>(*m_source, LayerSpan{3, 5}, folderOf(m_folder, "second half"));
        for (const TestNode* node : std::initializer_list<const TestNode*>{big.get(), &first, second.get()}) node->allow(m_client.id);
        NodesOptions options;
        options.identity = folderOf(m_folder, "client");
        options.nodes = {big->address(), first.address(), second->address()};
        const auto nodes = require(connectNodes(*m_source, someSet(), {}, {2, RepackPolicy::Off}, options, {}));
        QCOMPARE(require(nodes->plan()).size(), std::size_t{1});
        const auto there = session(*nodes);
        const auto tokens = somePrompt(5, vocabulary());
        require(there->evaluate(tokens, Wanted::Last, {}));
        big.reset();
        require(there->evaluate(tokens, Wanted::Last, {}));  // the halves go on as one
        const auto both = format("node {} and node {} failed (node {}: ", first.address().shortText(), second->address().shortText(), second->address().shortText());
        std::string said;
        setLogListener([&](LogLevel, std::string_view line) { said += line; });
        second.reset();
        const auto failed = there->evaluate(tokens, Wanted::Last, {});
        setLogListener({});
        QCOMPARE(failed.error().kind, ErrorKind::NotFound);
        QVERIFY2(said.find(both) != std::string::npos, said.c_str());
    }

    void aPortInUse() {
        NodeOptions options;
        options.listen = m_nodes[0]->address().endpoint;
        options.set_id = someSet();
        const auto second = NodeServer::start(*m_nodes[0]->engine, m_nodes[0]->identity, *m_nodes[0]->peers, options, {});
        QCOMPARE(second.error().kind, ErrorKind::Io);
    }

    void missingLayersAreNamed() {
        const auto none = connectNodes(*m_source, someSet(), {}, {2, RepackPolicy::Off}, optionsFor({0, 2}), {});
        QCOMPARE(none.error().kind, ErrorKind::NotFound);
        QVERIFY2(none.error().message.find("2–3") != std::string::npos, none.error().message.c_str());
    }

private:
    std::uint32_t vocabulary() const { return m_whole->facts().vocabulary; }

    static SessionOptions sixtyFour() {
        SessionOptions options;
        options.context_tokens = 512;
        options.micro_batch = 64;  // the pieces in which nodes compute
        return options;
    }
    static std::unique_ptr<Session> session(Engine& engine) { return require(engine.createSession(sixtyFour())); }

    NodesOptions optionsFor(const std::vector<std::size_t>& nodes) const {
        NodesOptions options;
        options.identity = folderOf(m_folder, "client");
        for (const auto node : nodes) options.nodes.push_back(m_nodes[node]->address());
        return options;
    }
    std::unique_ptr<NodesEngine> connect(const std::vector<std::size_t>& nodes) const {
        return require(connectNodes(*m_source, someSet(), {}, {2, RepackPolicy::Off}, optionsFor(nodes), {}));
    }

    static Result<Rows> runStep(LayerRunner& runner, std::uint32_t position) {
        Step step;
        step.first_position = position;
        step.hidden = {1, 256, std::vector<float>(256, 0.5f)};
        TESSERA_TRY(const auto ticket, runner.submit(std::move(step)));
        return runner.wait(ticket, std::chrono::steady_clock::now() + 30s, {});
    }

    QTemporaryDir m_folder;
    std::unique_ptr<TensorSource> m_source;
    std::unique_ptr<FragmentEngine> m_whole;
    Identity m_client;
    std::vector<std::unique_ptr<TestNode>> m_nodes;
};

QTEST_GUILESS_MAIN(TestNodes)
#include "tst_nodes.moc"
