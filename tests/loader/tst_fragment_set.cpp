// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/platform/paths.h"
#include "core/fragment/fragmenter.h"
#include "core/fragment/recombiner.h"
#include "core/fragment/v1/v1_format.h"
#include "core/fragment/verifier.h"
#include "core/loader/fragment_set.h"
#include "core/loader/fragment_tensor_source.h"
#include "core/loader/local/local_loader.h"
#include "core/store/directory_store.h"
#include "tests/support/sample_set.h"

#include <QtTest>

using namespace tessera;
using namespace tessera::test;

namespace {

const FragmentOptions kSmall{kSampleFragmentBytes, 0};

/// Everything through a source over the set equals the file.
void compareWithFile(const FragmentSet& set, const Sample& sample) {
    const auto loader = makeLocalLoader(*set.store, set.verifiable);
    const auto source = must(makeFragmentTensorSource(*set.store, *loader, set.verifiable ? VerifyPolicy::FirstUse : VerifyPolicy::Never, {}));
    for (const TensorInfo& tensor : source->model().tensors) {
        std::vector<std::byte> bytes(tensor.size_bytes);
        must(source->readRows(tensor, 0, tensor.rowCount(), bytes, {}));
        QVERIFY(std::ranges::equal(bytes, std::span(sample.gguf).subspan(tensor.offset, tensor.size_bytes)));
    }
}

/// Changes the working folder for one test.
class WorkingFolder {
public:
    explicit WorkingFolder(const std::filesystem::path& folder) : m_before(std::filesystem::current_path()) { std::filesystem::current_path(folder); }
    ~WorkingFolder() { std::filesystem::current_path(m_before); }

private:
    std::filesystem::path m_before;
};

}  // namespace

class TestFragmentSet : public QObject {
    Q_OBJECT

    const Sample m_sample;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::filesystem::path root() const { return std::filesystem::canonical(pathOf(*m_folder)); }
    std::filesystem::path folder(const char* name) const {
        const auto path = root() / fromUtf8(name);
        std::filesystem::create_directories(path);
        return path;
    }

private slots:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        qputenv("XDG_DATA_HOME", (m_folder->path() + "/data").toUtf8());
    }

    void plainGgufHasNothingToVerify() {
        const auto path = m_sample.writeTo(root());
        const auto set = must(openFragmentSet(path, {}));
        QVERIFY(!set.verifiable);
        QCOMPARE(set.gguf, path);
        QVERIFY(!hasHashes(set.store->manifest()));
        compareWithFile(set, m_sample);
        QCOMPARE(verifyStore(*set.store, {}).error().kind, ErrorKind::InvalidArgument);
        QCOMPARE(std::distance(std::filesystem::directory_iterator(root()), {}), 1);  // nothing was written beside it
    }
    void inPlaceByGgufByManifestAndByFolder() {
        const auto place = folder("ein Modell é");
        const auto path = m_sample.writeTo(place);
        const auto manifest = must(fragmentInPlace(path, kSmall, {}));
        for (const auto& named : {path, manifest, place, place / ""}) {
            const auto set = must(openFragmentSet(named, {}));
            QVERIFY(set.verifiable);
            QCOMPARE(set.gguf, path);
            QCOMPARE(set.store->manifest().set_id, m_sample.manifest.set_id);
            compareWithFile(set, m_sample);
        }
    }
    void inPlaceIsRememberedAsVerified() {
        const auto path = m_sample.writeTo(root());
        must(fragmentInPlace(path, kSmall, {}));
        {
            const auto set = must(openFragmentSet(path, {}));
            QCOMPARE(set.store->state(FragmentIndex{0}), FragmentState::Present);
            QVERIFY(must(verifyStore(*set.store, {})).ok());
        }
        QCOMPARE(must(openFragmentSet(path, {})).store->state(FragmentIndex{0}), FragmentState::Verified);
        flipLastByte(path);
        const auto set = must(openFragmentSet(path, {}));
        QCOMPARE(set.store->state(FragmentIndex{0}), FragmentState::Present);
        QCOMPARE(must(verifyStore(*set.store, {})).problems.size(), std::size_t{1});
    }
    void manifestInTheDataFolderCounts() {
        const auto path = m_sample.writeTo(root());
        const auto beside = must(fragmentInPlace(path, kSmall, {}));
        std::filesystem::create_directories(fallbackManifestPath(path).parent_path());
        std::filesystem::rename(beside, fallbackManifestPath(path));
        QVERIFY(must(openFragmentSet(path, {})).verifiable);
        // The manifest alone does not say where the model is.
        const auto error = openFragmentSet(fallbackManifestPath(path), {}).error();
        QCOMPARE(error.kind, ErrorKind::NotFound);
        QVERIFY2(error.message.find("name the GGUF") != std::string::npos, error.message.c_str());
    }
    void symlinkToTheGgufIsFine() {
        const auto blob = m_sample.writeTo(folder("blobs"));
        const auto link = folder("snapshot") / "model.gguf";
        std::filesystem::create_symlink(blob, link);
        must(fragmentInPlace(link, kSmall, {}));
        const auto set = must(openFragmentSet(link, {}));
        QVERIFY(set.verifiable);
        compareWithFile(set, m_sample);
    }
    void renamedTogether() {
        const auto path = m_sample.writeTo(root());
        const auto manifest = must(fragmentInPlace(path, kSmall, {}));
        std::filesystem::rename(path, root() / "other.gguf");
        std::filesystem::rename(manifest, root() / "other.gguf.manifest.json");
        for (const char* name : {"other.gguf", "other.gguf.manifest.json"}) {
            const auto set = must(openFragmentSet(root() / name, {}));
            QVERIFY(set.verifiable);
            compareWithFile(set, m_sample);
        }
    }
    void fragmentFolder() {
        const auto path = m_sample.writeTo(root());
        must(fragmentToDirectory(path, root() / "set", kSmall, {}));
        for (const auto& named : {root() / "set", root() / "set/", root() / "set/manifest.json"}) {
            const auto set = must(openFragmentSet(named, {}));
            QVERIFY(set.verifiable);
            QVERIFY(set.gguf.empty());
            compareWithFile(set, m_sample);
        }
    }
    void folderOfVersion1() {
        const auto path = m_sample.writeTo(root());
        must(v1::writeFolder(path, root() / "v1", {}));
        const auto set = must(openFragmentSet(root() / "v1", {}));
        QVERIFY(set.verifiable);
        QCOMPARE(set.store->state(FragmentIndex{1}), FragmentState::Verified);
        compareWithFile(set, m_sample);
        must(recombine(*set.store, root() / "again.gguf", {}));
        QVERIFY(must(readFile(root() / "again.gguf", 1 << 26)) == m_sample.gguf);
    }
    void folderOfVersion1WithHolesAndDamage() {
        const auto path = m_sample.writeTo(root());
        must(v1::writeFolder(path, root() / "v1", {}));
        std::vector<std::filesystem::path> shards;
        for (const auto& entry : std::filesystem::directory_iterator(root() / "v1")) {
            if (toUtf8(entry.path().filename()).find("attn_q") != std::string::npos) shards.push_back(entry.path());
        }
        QCOMPARE(shards.size(), std::size_t{2});
        std::filesystem::remove(shards[0]);
        flipLastByte(shards[1]);
        const auto set = must(openFragmentSet(root() / "v1", {}));
        const auto report = must(verifyStore(*set.store, {}));
        QCOMPARE(report.problems.size(), std::size_t{2});
        QVERIFY(report.problems[0].state != report.problems[1].state);  // one missing, one bad
        QVERIFY(!recombine(*set.store, root() / "again.gguf", {}));
        QVERIFY(!std::filesystem::exists(root() / "again.gguf"));
    }
    void incompleteImageIsNoWholeGguf() {
        const auto path = m_sample.writeTo(root());
        const auto manifest = must(fragmentInPlace(path, kSmall, {}));
        const auto set = must(openFragmentSet(manifest, {}));
        QVERIFY(!set.gguf.empty());
        std::filesystem::remove(path);
        QCOMPARE(openFragmentSet(manifest, {}).error().kind, ErrorKind::NotFound);
    }

    void refuses_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* title, const char* name, ErrorKind kind, const char* says) { QTest::newRow(title) << name << int(kind) << says; };
        row("nothing there", "missing.gguf", ErrorKind::NotFound, "missing.gguf");
        row("empty folder", "empty", ErrorKind::NotFound, "no manifest.json and no GGUF");
        row("two models", "two", ErrorKind::InvalidArgument, "b.gguf");
        row("text file", "text.txt", ErrorKind::Unsupported, "is no GGUF");
        row("empty file", "zero.gguf", ErrorKind::Unsupported, "zero.gguf");
        row("truncated header", "short.gguf", ErrorKind::Corrupt, "short.gguf");
        row("JSON that is no manifest", "other.json", ErrorKind::Corrupt, "other.json");
        row("manifest of a truncated GGUF", "cut.gguf", ErrorKind::Corrupt, "cut short");
        row("folder with a broken manifest", "broken", ErrorKind::Corrupt, "manifest.json");
    }
    void refuses() {
        QFETCH(QString, name);
        QFETCH(int, kind);
        QFETCH(QString, says);
        const auto text = [](std::string_view t) { return std::as_bytes(std::span(t)); };
        folder("empty");
        must(writeFileAtomically(folder("two") / "a.gguf", m_sample.gguf));
        must(writeFileAtomically(folder("two") / "b.gguf", m_sample.gguf));
        must(writeFileAtomically(root() / "text.txt", text("hello")));
        must(writeFileAtomically(root() / "zero.gguf", text("")));
        must(writeFileAtomically(root() / "short.gguf", std::span(m_sample.gguf).first(40)));
        must(writeFileAtomically(root() / "other.json", text("{}")));
        must(writeFileAtomically(folder("broken") / "manifest.json", text("{\"format_version\": 2")));
        must(writeFileAtomically(root() / "cut.gguf", m_sample.gguf));
        must(fragmentInPlace(root() / "cut.gguf", kSmall, {}));
        must(must(File::open(root() / "cut.gguf", File::Mode::ReadWrite)).resize(m_sample.gguf.size() - 1));
        const auto error = openFragmentSet(root() / fromUtf8(name.toStdString()), {}).error();
        QCOMPARE(int(error.kind), kind);
        QVERIFY2(error.message.find(says.toStdString()) != std::string::npos, error.message.c_str());
    }

    void searchesInOrder() {
        const auto working = folder("here/work");
        const WorkingFolder in(working);
        const auto none = defaultFragmentSet();
        QCOMPARE(none.error().kind, ErrorKind::NotFound);
        QVERIFY2(none.error().message.find(toUtf8(working / "models")) != std::string::npos, none.error().message.c_str());
        const auto in_data = m_sample.writeTo(folder("data/tessera/models"));
        QCOMPARE(must(defaultFragmentSet()), in_data);
        const auto in_parent = m_sample.writeTo(folder("here"));
        QCOMPARE(must(defaultFragmentSet()), in_parent);
        const auto in_working = m_sample.writeTo(working);
        QCOMPARE(must(defaultFragmentSet()), in_working);
        const auto in_models = m_sample.writeTo(folder("here/work/models"));
        QCOMPARE(must(defaultFragmentSet()), in_models);
        // With a manifest before without; later parts and projectors are no models.
        must(writeFileAtomically(folder("here/work/models") / "z.gguf", m_sample.gguf));
        must(fragmentInPlace(working / "models/z.gguf", kSmall, {}));
        must(writeFileAtomically(working / "models/m-00002-of-00002.gguf", m_sample.gguf));
        must(writeFileAtomically(working / "models/mmproj-m.gguf", m_sample.gguf));
        const std::vector expected{working / "models/z.gguf", in_models, in_working, in_parent, in_data};
        QVERIFY(findFragmentSets() == expected);
    }
    /// Web and browser projects have a manifest.json, too.
    void foldersOfOtherProgramsAreNoSets() {
        const auto working = folder("here/work");
        const WorkingFolder in(working);
        const std::string_view foreign = R"({"name": "an extension", "manifest_version": 3})";
        for (const auto& place : {working, folder("here"), folder("here/extension"), folder("here/work/models/app")}) {
            must(writeFileAtomically(place / "manifest.json", std::as_bytes(std::span(foreign))));
        }
        const auto in_data = m_sample.writeTo(folder("data/tessera/models"));
        QVERIFY(findFragmentSets() == std::vector{in_data});
        must(fragmentToDirectory(in_data, folder("here/two"), kSmall, {}));
        must(v1::writeFolder(in_data, folder("here/one"), {}));
        const std::vector expected{root() / "here/one", root() / "here/two", in_data};
        QVERIFY(findFragmentSets() == expected);
    }
    void findsTheTokenizer() {
        const auto working = folder("work");
        const WorkingFolder in(working);
        const auto path = m_sample.writeTo(folder("up/models"));
        const auto set = must(openFragmentSet(path, {}));
        QVERIFY(findTokenizerModel(set).empty());
        for (const auto& place : {working, root() / "up", root() / "up/models"}) {
            must(writeFileAtomically(place / "tokenizer.model", m_sample.gguf));
            QCOMPARE(findTokenizerModel(set), place / "tokenizer.model");
        }
    }

private:
    static void flipLastByte(const std::filesystem::path& path) {
        File file = must(File::open(path, File::Mode::ReadWrite));
        const std::uint64_t last = must(file.size()) - 1;
        std::array<std::byte, 1> byte{};
        must(file.readAt(last, byte));
        byte[0] ^= std::byte{1};
        must(file.writeAt(last, byte));
    }
};

QTEST_APPLESS_MAIN(TestFragmentSet)
#include "tst_fragment_set.moc"
