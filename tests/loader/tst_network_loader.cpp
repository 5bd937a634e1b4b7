// SPDX-License-Identifier: GPL-3.0-or-later
// Fragments from several servers that vanish, lie, lack some, or are slow: what is kept is the model, or nothing.
#include "core/base/platform/system.h"
#include "core/loader/network/download.h"
#include "core/loader/network/network_loader.h"
#include "core/store/image_store.h"
#include "tests/support/http_server.h"
#include "tests/support/sample_set.h"
#include "tests/support/self_process.h"

#include <QProcess>
#include <QtTest>

#include <mutex>
#include <random>
#include <set>

using namespace tessera;
using namespace tessera::test;
using namespace std::chrono_literals;

namespace {

using Bytes = std::vector<std::byte>;

/// Many fragments, four layers.
const Sample& sample() {
    static const Sample made({.layers = 4, .embedding = 256, .rows = 900, .seed = 11});
    return made;
}

/// A folder of fragments that counts who asks for what.
class Mirror {
public:
    using Change = std::function<bool(const Fragment&, Bytes&, WebReply&)>;  // true: it has answered itself
    explicit Mirror(Change change = {}, Manifest manifest = sample().manifest) : m_manifest(std::move(manifest)), m_json(manifestToJson(m_manifest)), m_change(std::move(change)) {}

    std::string url() const { return m_server->url("set/manifest.json"); }
    std::map<std::string, int> asked() const {
        const std::lock_guard lock(m_mutex);
        return m_asked;
    }
    int fragmentsAsked() const {
        int sum = 0;
        for (const auto& [id, count] : asked()) sum += count;
        return sum;
    }
    void vanish() { m_gone = true; }

private:
    void answer(const WebRequest& request, WebReply& reply) {
        if (m_gone) return reply.close();
        if (request.path == "/set/manifest.json") return serve(request, reply, {.bytes = std::as_bytes(std::span(m_json))});
        for (const Fragment& fragment : m_manifest.fragments) {
            if (request.path != "/set/fragments/" + fragment.id + ".dat") continue;
            {
                const std::lock_guard lock(m_mutex);
                ++m_asked[fragment.id];
            }
            const auto true_bytes = sample().bytesOf(fragment);
            Bytes bytes(true_bytes.begin(), true_bytes.end());
            if (m_change && m_change(fragment, bytes, reply)) return;
            return serve(request, reply, {.bytes = bytes});
        }
        reply.head("404 Not Found", "Content-Length: 0\r\n");
    }

    const Manifest m_manifest;
    const std::string m_json;
    const Change m_change;
    mutable std::mutex m_mutex;
    std::map<std::string, int> m_asked;
    std::atomic<bool> m_gone{false};
    std::unique_ptr<WebServer> m_server = std::make_unique<WebServer>([this](const WebRequest& request, WebReply& reply) { answer(request, reply); });
};

HttpPolicy quick() {
    HttpPolicy policy;
    policy.retry_delay = 2ms;
    policy.connect_timeout = 5s;
    policy.stall_timeout = 2s;
    policy.attempts = 3;
    return policy;
}

DownloadOptions optionsFor(const QTemporaryDir& folder, std::vector<std::string> mirrors = {}) {
    DownloadOptions options;
    options.folder = pathOf(folder) / "models";
    options.hub = "http://hub.invalid";
    options.mirrors = std::move(mirrors);
    options.http = quick();
    return options;
}

void requireModel(const Downloaded& downloaded) {
    QVERIFY(must(readFile(downloaded.files.front(), 1 << 28)) == sample().gguf);
    QVERIFY(downloaded.whole);
}

template <class T>
void requireError(const Result<T>& result, ErrorKind kind, const char* says) {
    QVERIFY(!result);
    QCOMPARE(result.error().kind, kind);
    QVERIFY2(result.error().message.find(says) != std::string::npos, result.error().message.c_str());
}

/// A manifest of the right model_id, well-formed, that tells another hash for one fragment.
Manifest forged() {
    Manifest lie = sample().manifest;
    Fragment& victim = lie.fragments[lie.fragments.size() / 2];
    victim.sha256[0] ^= std::byte{1};
    victim.id = fragmentId(victim);
    lie.set_id = setIdOf(lie.model_id, lie.fragments);
    return lie;
}

/// Eighty layers of seven matrices, as a large model has them: 40 GB in fragments of about 10 MiB.
Manifest largeManifest() {
    constexpr std::int64_t kColumns = 8192, kRows = 8192, kLayers = 82, kRowsPerFragment = 1184;
    constexpr std::uint64_t kRowBytes = kColumns / 32 * 34;
    Manifest manifest;
    manifest.model_name = "large";
    manifest.architecture = "llama";
    std::uint64_t offset = 4096;
    Fragment header;
    header.kind = FragmentKind::Header;
    header.size_bytes = offset;
    manifest.fragments.push_back(header);
    for (int layer = 0; layer < kLayers; ++layer) {
        for (const char* part : {"attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down"}) {
            for (std::int64_t row = 0; row < kRows; row += kRowsPerFragment) {
                Fragment fragment;
                fragment.tensor_name = "blk." + std::to_string(layer) + "." + part + ".weight";
                fragment.component = part;
                fragment.layer = LayerIndex{layer};
                fragment.tensor_type = TensorType{8};
                fragment.shape = {kColumns, kRows};
                fragment.first_row = row;
                fragment.row_count = std::min(kRowsPerFragment, kRows - row);
                fragment.shard_index = static_cast<std::uint32_t>(row / kRowsPerFragment);
                fragment.total_shards = static_cast<std::uint32_t>((kRows + kRowsPerFragment - 1) / kRowsPerFragment);
                fragment.offset = offset;
                fragment.size_bytes = static_cast<std::uint64_t>(fragment.row_count) * kRowBytes;
                offset += fragment.size_bytes;
                manifest.fragments.push_back(std::move(fragment));
            }
        }
    }
    for (Fragment& fragment : manifest.fragments) {
        fragment.sha256 = sha256(std::as_bytes(std::span(&fragment.offset, 1)));
        fragment.id = fragmentId(fragment);
    }
    manifest.files.push_back({"large.gguf", offset, sha256({})});
    manifest.model_id = modelIdOf(manifest.files);
    manifest.set_id = setIdOf(manifest.model_id, manifest.fragments);
    return manifest;
}

/// Manifest to a store and the fragments of half the model: all that comes before the first request.
int planLargeModel(const std::filesystem::path& folder) {
    const auto text = folder / "large.manifest.json";
    must(writeManifest(largeManifest(), text));
    QElapsedTimer timer;
    timer.start();
    const Manifest manifest = must(readManifest(text));
    const auto store = must(createImageStore(folder, manifest));
    const auto wanted = must(fragmentsOfLayers(manifest, 0, 40));
    const auto loader = makeNetworkLoader(*store, {{"http://127.0.0.1:9/manifest.json", FragmentLayout::Folder}}, 4, quick());
    std::printf("%zu %llu %lld %llu", manifest.fragments.size(), static_cast<unsigned long long>(std::filesystem::file_size(text)), static_cast<long long>(timer.elapsed()),
                static_cast<unsigned long long>(peakResidentBytes() / limits::MiB));
    return wanted.size() > 1000 && loader->sources().size() == 1 ? 0 : 1;
}

}  // namespace

class TestNetworkLoader : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() {
        for (const char* name : {"http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"}) qunsetenv(name);
    }

    void mirrorsShareTheWork() {
        const QTemporaryDir folder;
        const Mirror a([](const Fragment&, Bytes&, WebReply& reply) { return !reply.wait(2); }), b([](const Fragment&, Bytes&, WebReply& reply) { return !reply.wait(2); });
        const auto downloaded = must(downloadModel(a.url(), optionsFor(folder, {b.url()}), {}));
        requireModel(downloaded);
        QCOMPARE(a.fragmentsAsked() + b.fragmentsAsked(), int(sample().manifest.fragments.size()));
        QVERIFY(a.fragmentsAsked() > 0 && b.fragmentsAsked() > 0);
        QCOMPARE(downloaded.sources.size(), std::size_t{2});
        QCOMPARE(downloaded.sources[0].fragments, std::uint64_t(a.fragmentsAsked()));
        QCOMPARE(downloaded.sources[1].fragments, std::uint64_t(b.fragmentsAsked()));
    }
    void aMirrorVanishes() {
        const QTemporaryDir folder;
        std::atomic<int> served{0};
        std::unique_ptr<Mirror> doomed;
        doomed = std::make_unique<Mirror>([&](const Fragment&, Bytes&, WebReply& reply) {
            if (++served == 5) doomed->vanish();
            if (served < 5) return false;
            reply.close();
            return true;
        });
        const Mirror steady([](const Fragment&, Bytes&, WebReply& reply) { return !reply.wait(1); });
        const auto downloaded = must(downloadModel(doomed->url(), optionsFor(folder, {steady.url()}), {}));
        requireModel(downloaded);
        QVERIFY(!downloaded.sources[0].trouble.empty());
        QVERIFY(!downloaded.sources[0].banned);
    }
    void aMirrorSendsWrongBytes() {
        const QTemporaryDir folder;
        const Mirror liar([](const Fragment&, Bytes& bytes, WebReply&) { return bytes[bytes.size() / 2] ^= std::byte{1}, false; });
        const Mirror honest([](const Fragment&, Bytes&, WebReply& reply) { return !reply.wait(2); });
        const auto downloaded = must(downloadModel(liar.url(), optionsFor(folder, {honest.url()}), {}));
        requireModel(downloaded);
        QVERIFY(downloaded.sources[0].banned);
        QCOMPARE(downloaded.sources[0].fragments, std::uint64_t{0});
        // Four at once, and eight that may have come before the first of them is hashed.
        QVERIFY2(liar.fragmentsAsked() <= 12, "a banned source was asked again");
        QVERIFY(!downloaded.sources[1].banned);
    }
    void eachHasOnlyAPart() {
        const QTemporaryDir folder;
        const auto half = [](bool even) {
            return [even](const Fragment& fragment, Bytes&, WebReply& reply) {
                if ((fragment.offset / 1000 % 2 == 0) == even) return false;
                reply.head("404 Not Found", "Content-Length: 0\r\n");
                return true;
            };
        };
        const Mirror a(half(true)), b(half(false));
        requireModel(must(downloadModel(a.url(), optionsFor(folder, {b.url()}), {})));
        const QTemporaryDir other;
        requireError(downloadModel(a.url(), optionsFor(other), {}), ErrorKind::NotFound, "fragment");
    }
    void aPlainFileIsAMirror() {
        const QTemporaryDir folder;
        const Mirror lacking([](const Fragment& fragment, Bytes&, WebReply& reply) {
            if (fragment.kind == FragmentKind::Header) return false;
            reply.head("404 Not Found", "Content-Length: 0\r\n");
            return true;
        });
        const WebServer plain([](const WebRequest& request, WebReply& reply) { serve(request, reply, {.bytes = sample().gguf, .etag = "\"v\""}); });
        requireModel(must(downloadModel(lacking.url(), optionsFor(folder, {plain.url("other-name.gguf")}), {})));
    }
    void aMirrorThatTricklesHoldsUpNothing() {
        const QTemporaryDir folder;
        const Mirror trickle([](const Fragment&, Bytes& bytes, WebReply& reply) {  // fast enough for a slow line
            reply.head("200 OK", "Content-Length: " + std::to_string(bytes.size()) + "\r\n");
            for (std::size_t at = 0; at < bytes.size() && reply.wait(10); at += 32) {
                if (!reply.send(std::span(bytes).subspan(at, std::min<std::size_t>(32, bytes.size() - at)))) break;
            }
            return true;
        });
        const Mirror steady([](const Fragment&, Bytes&, WebReply& reply) { return !reply.wait(1); });
        DownloadOptions options = optionsFor(folder, {trickle.url()});
        options.http.fragment_patience = 100ms;
        const auto downloaded = must(downloadModel(steady.url(), options, {}));
        requireModel(downloaded);
        const SourceReport& slow = downloaded.sources[1];
        QVERIFY(trickle.fragmentsAsked() > 0);
        QVERIFY2(slow.bytes < 60'000 && !slow.banned, std::to_string(slow.bytes).c_str());  // the small ones, at most
        QVERIFY2(slow.trouble.find("slower than another source") != std::string::npos, slow.trouble.c_str());
    }
    void aSlowLineWithoutAnotherIsWaitedFor() {
        const QTemporaryDir folder;
        const Mirror slow([](const Fragment&, Bytes&, WebReply& reply) { return !reply.wait(30); });
        DownloadOptions options = optionsFor(folder);
        options.http.fragment_patience = 1ms;
        requireModel(must(downloadModel(slow.url(), options, {})));
        for (const auto& [id, count] : slow.asked()) QCOMPARE(count, 1);
    }
    void nobodyIsLeft() {
        const QTemporaryDir folder;
        const auto cut = [](const Fragment&, Bytes&, WebReply& reply) { return reply.close(), true; };
        const Mirror a(cut), b(cut);
        QElapsedTimer timer;
        timer.start();
        requireError(downloadModel(a.url(), optionsFor(folder, {b.url()}), {}), ErrorKind::Network, "lost");
        QVERIFY(timer.elapsed() < 20'000);
    }

    void forgedManifests() {
        const Manifest lie = forged();
        QVERIFY(parseManifest(manifestToJson(lie), "lie").has_value());
        QCOMPARE(lie.model_id, sample().manifest.model_id);
        const Mirror liar({}, lie), honest;
        const std::string pin = "#set=" + toHex(sample().manifest.set_id);
        const QTemporaryDir folder;
        requireError(downloadModel(liar.url() + pin, optionsFor(folder), {}), ErrorKind::Corrupt, "forged");
        QCOMPARE(liar.fragmentsAsked(), 0);
        requireError(downloadModel(liar.url(), optionsFor(folder, {honest.url()}), {}), ErrorKind::Corrupt, "another set");
        DownloadOptions options = optionsFor(folder, {honest.url()});
        options.set_id = sample().manifest.set_id;
        const auto downloaded = must(downloadModel(liar.url(), options, {}));  // passed over
        requireModel(downloaded);
        QVERIFY(downloaded.pinned);
    }

    void layers_data() {
        QTest::addColumn<int>("first");
        QTest::addColumn<int>("last");
        QTest::addColumn<QStringList>("without");
        QTest::newRow("the first") << 0 << 0 << QStringList{"blk.1.", "blk.2.", "blk.3."};
        QTest::newRow("in the middle") << 1 << 2 << QStringList{"blk.0.", "blk.3.", "token_embd"};
        QTest::newRow("the last, which needs the embedding again") << 3 << 3 << QStringList{"blk.0.", "blk.1.", "blk.2."};
        QTest::newRow("all") << 0 << 3 << QStringList{};
    }
    void layers() {
        QFETCH(int, first);
        QFETCH(int, last);
        QFETCH(QStringList, without);
        const QTemporaryDir folder;
        const Mirror mirror;
        const Manifest& manifest = sample().manifest;
        std::set<std::string> wanted;
        for (const FragmentIndex index : must(fragmentsOfLayers(manifest, first, last))) wanted.insert(manifest.at(index).id);
        for (const Fragment& fragment : manifest.fragments) {
            const bool left_out = std::ranges::any_of(without, [&](const QString& prefix) { return fragment.tensor_name.starts_with(prefix.toStdString()); });
            QCOMPARE(wanted.contains(fragment.id), !left_out);
        }
        DownloadOptions options = optionsFor(folder);
        options.layers = LayerRange{first, last};
        const auto part = must(downloadModel(mirror.url(), options, {}));
        QCOMPARE(part.whole, without.isEmpty());
        std::set<std::string> asked;
        for (const auto& [id, count] : mirror.asked()) {
            asked.insert(id);
            QCOMPARE(count, 1);
        }
        QVERIFY(asked == wanted);
        {
            const auto store = must(openImageStore(options.folder, manifest));
            for (std::uint32_t i = 0; i < manifest.fragments.size(); ++i)
                QCOMPARE(store->state(FragmentIndex{i}), wanted.contains(manifest.fragments[i].id) ? FragmentState::Verified : FragmentState::Missing);
        }
        options.layers.reset();
        requireModel(must(downloadModel(mirror.url(), options, {})));  // the rest, and nothing twice
        for (const auto& [id, count] : mirror.asked()) QCOMPARE(count, 1);
    }
    /// Its journal speaks of the files that were copied.
    void aCopyOfAPartIsCompleted() {
        const QTemporaryDir first, second;
        const Mirror mirror;
        DownloadOptions options = optionsFor(first);
        options.layers = LayerRange{0, 1};
        must(downloadModel(mirror.url(), options, {}));
        const DownloadOptions copied = optionsFor(second);
        std::filesystem::copy(options.folder, copied.folder, std::filesystem::copy_options::recursive | std::filesystem::copy_options::overwrite_existing);
        for (const auto& entry : std::filesystem::directory_iterator(copied.folder)) std::filesystem::last_write_time(entry, std::filesystem::file_time_type::clock::now());
        requireModel(must(downloadModel(mirror.url(), copied, {})));
        const Manifest& manifest = sample().manifest;
        for (const FragmentIndex index : must(fragmentsOfLayers(manifest, 0, 1))) QCOMPARE(mirror.asked().at(manifest.at(index).id), 1);
    }
    void layersThatAreNotThere() {
        for (const auto& [first, last] : {std::pair{0, 4}, {-1, 2}, {3, 2}, {9, 9}}) requireError(fragmentsOfLayers(sample().manifest, first, last), ErrorKind::InvalidArgument, "has 0-3");
    }
    void anotherFileIsNotOverwritten() {
        const QTemporaryDir folder;
        DownloadOptions options = optionsFor(folder);
        options.layers = LayerRange{0, 0};
        std::filesystem::create_directories(options.folder);
        const Bytes mine(sample().gguf.size(), std::byte{7});
        must(writeFileAtomically(options.folder / "sample.gguf", mine));
        const Mirror mirror;
        requireError(downloadModel(mirror.url(), options, {}), ErrorKind::InvalidArgument, "another file of this name");
        QVERIFY(must(readFile(options.folder / "sample.gguf", 1 << 28)) == mine);
    }

    /// The plan of 40 GB, in a process of its own: its memory is looked at, its time only told.
    void aLargeManifestIsPlannedInLittleMemory() {
        const QTemporaryDir folder;
        QByteArray output;
        QCOMPARE(runSelf({QStringLiteral("--plan"), folder.path()}, &output), 0);
        const auto words = output.trimmed().split(' ');
        QVERIFY2(words.size() == 4, output.constData());
        qInfo("40 GB: %s fragments, %s bytes of manifest, planned in %s ms, peak %s MB", words[0].constData(), words[1].constData(), words[2].constData(), words[3].constData());
        QVERIFY(words[3].toInt() < 300);
    }

    void afterAKillNothingVerifiedComesAgain() {
        const QTemporaryDir folder;
        const Mirror mirror([](const Fragment&, Bytes&, WebReply& reply) { return !reply.wait(4); });
        const std::filesystem::path models = pathOf(folder) / "models";
        std::mt19937 random(5);
        std::set<std::string> verified;
        const auto lookAt = [&] {
            const auto work = models / "sample.gguf.parts";
            if (!std::filesystem::exists(work / "sample.gguf.journal")) return;
            const auto store = openImageStore(work, sample().manifest);
            if (!store) return;
            for (std::uint32_t i = 0; i < sample().manifest.fragments.size(); ++i)
                if ((*store)->state(FragmentIndex{i}) != FragmentState::Missing) verified.insert(sample().manifest.fragments[i].id);
        };
        for (int kill = 0; kill < 6; ++kill) {
            const auto before = mirror.asked();
            QProcess child;
            child.start(QCoreApplication::applicationFilePath(), {QStringLiteral("--download"), QString::fromStdString(mirror.url()), QString::fromStdString(toUtf8(models))});
            if (!child.waitForFinished(static_cast<int>(60 + random() % 120))) {
                child.kill();
                child.waitForFinished();
            }
            const auto after = mirror.asked();
            for (const std::string& id : verified) QCOMPARE(after.at(id), before.at(id));
            lookAt();
        }
        const auto before = mirror.asked();
        requireModel(must(downloadModel(mirror.url(), optionsFor(folder), {})));
        const auto after = mirror.asked();
        QVERIFY(!verified.empty());
        for (const std::string& id : verified) QCOMPARE(after.at(id), before.at(id));
    }
    void tokensGoToTheirServerOnly() {
        std::mutex mutex;
        QStringList first, second;
        const auto note = [&](QStringList& list, const WebRequest& request) {
            const std::lock_guard lock(mutex);
            list << QString::fromStdString(request.header("authorization"));
        };
        const WebServer elsewhere([&](const WebRequest& request, WebReply& reply) {
            note(second, request);
            serve(request, reply, {.bytes = sample().gguf, .etag = "\"v\""});
        });
        const std::string there = elsewhere.url("m.gguf");
        const std::string renamed = "http://localhost" + there.substr(there.find(':', 7));  // another host
        const WebServer server([&](const WebRequest& request, WebReply& reply) {
            note(first, request);
            if (request.path.ends_with(".json")) reply.head("404 Not Found", "Content-Length: 0\r\n");
            else reply.head("302 Found", "Content-Length: 0\r\nLocation: " + renamed + "\r\n");
        });
        const QTemporaryDir folder;
        DownloadOptions options = optionsFor(folder);
        options.http.token = "s3cret-s3cret-s3cret";
        const auto downloaded = downloadModel(server.url("m.gguf"), options, {});
        QVERIFY(!first.isEmpty() && first.contains("Bearer s3cret-s3cret-s3cret"));
        QVERIFY2(!downloaded || !second.isEmpty(), "the redirect was not followed");
        for (const QString& header : second) QCOMPARE(header, QString());
    }
};

int main(int argc, char** argv) {
    QCoreApplication app(argc, argv);
    const QStringList arguments = app.arguments();
    if (arguments.value(1) == "--download") {
        DownloadOptions options;
        options.folder = fromUtf8(arguments[3].toStdString());
        options.http = quick();
        return downloadModel(arguments[2].toStdString(), options, {}) ? 0 : 1;
    }
    if (arguments.value(1) == "--plan") return planLargeModel(fromUtf8(arguments[2].toStdString()));
    TestNetworkLoader test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_network_loader.moc"
