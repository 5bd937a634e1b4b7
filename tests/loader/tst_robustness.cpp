// SPDX-License-Identifier: GPL-3.0-or-later
// What comes from outside while a set is open: the GGUF cut short under a live mapping, a fragment removed, another file
// in its place. Each is an error of the step that meets it, never a crash.
#include "core/fragment/fragmenter.h"
#include "core/fragment/verifier.h"
#include "core/loader/fragment_set.h"
#include "core/loader/fragment_tensor_source.h"
#include "core/loader/local/local_loader.h"
#include "tests/support/sample_set.h"

#include <QtTest>

using namespace tessera;
using namespace tessera::test;

class TestRobustness : public QObject {
    Q_OBJECT

    const Sample m_sample;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::filesystem::path gguf() const { return pathOf(*m_folder) / "sample.gguf"; }
    void cutFile(std::uint64_t size) const { must(must(File::open(gguf(), File::Mode::ReadWrite)).resize(size)); }

    struct Opened {
        FragmentSet set;
        std::unique_ptr<FragmentLoader> loader;
        std::unique_ptr<TensorSource> source;
        const TensorInfo& last() const { return source->model().tensors.back(); }
        const TensorInfo& nextToLast() const { return source->model().tensors[source->model().tensors.size() - 2]; }
    };
    Opened openWith(VerifyPolicy policy) const {
        Opened opened{must(openFragmentSet(gguf(), {})), nullptr, nullptr};
        opened.loader = makeLocalLoader(*opened.set.store, opened.set.verifiable);
        opened.source = must(makeFragmentTensorSource(*opened.set.store, *opened.loader, policy, {}));
        return opened;
    }

private slots:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        qputenv("XDG_DATA_HOME", (m_folder->path() + "/data").toUtf8());
        m_sample.writeTo(pathOf(*m_folder));
        must(fragmentInPlace(gguf(), {kSampleFragmentBytes, 0}, {}));
    }

    void cutShortUnderALiveMapping() {
        const Opened opened = openWith(VerifyPolicy::FirstUse);
        const auto mapped = must(opened.source->map(opened.nextToLast(), {})).value();
        cutFile(8192);
        std::uint64_t sum = 0;
        for (const std::byte byte : mapped) sum += std::to_integer<unsigned>(byte);  // an engine's step
        QCOMPARE(sum, 0u);
        const auto fault = opened.source->takeMappingFault();
        QCOMPARE(fault.error().kind, ErrorKind::Io);
        QVERIFY2(fault.error().message.find("sample.gguf") != std::string::npos, fault.error().message.c_str());
        QVERIFY(opened.source->takeMappingFault());
        // What was not verified yet meets the cut as an error of its own.
        std::vector<std::byte> row(opened.last().row_bytes);
        const auto rows = opened.source->readRows(opened.last(), 0, 1, row, {});
        QCOMPARE(rows.error().kind, ErrorKind::Corrupt);
        QVERIFY2(rows.error().message.find("cut short") != std::string::npos, rows.error().message.c_str());
        QVERIFY(!must(opened.source->map(opened.last(), {})));
    }
    void cutShortBeforeTheFirstMapping() {
        const Opened opened = openWith(VerifyPolicy::FirstUse);
        QVERIFY(must(verifyStore(*opened.set.store, {})).ok());
        cutFile(m_sample.manifest.fragments[1].offset);
        QCOMPARE(opened.source->map(opened.last(), {}).error().kind, ErrorKind::Corrupt);
    }
    void cutShortUnderAPlainGguf() {
        std::filesystem::remove(inPlaceManifestPath(gguf()));
        const Opened opened = openWith(VerifyPolicy::Never);
        const auto mapped = must(opened.source->map(opened.last(), {})).value();
        cutFile(8192);
        QVERIFY(mapped.back() == std::byte{0});
        QCOMPARE(opened.source->takeMappingFault().error().kind, ErrorKind::Io);
        std::vector<std::byte> row(opened.last().row_bytes);
        QCOMPARE(opened.source->readRows(opened.last(), 0, 1, row, {}).error().kind, ErrorKind::Corrupt);
    }
    void verifyingACutFileNamesWhatIsGone() {
        const Opened opened = openWith(VerifyPolicy::FirstUse);
        const Fragment& first_gone = m_sample.manifest.fragments[5];
        cutFile(first_gone.offset + 1);
        const auto report = must(verifyStore(*opened.set.store, {}));
        QCOMPARE(report.problems.size(), m_sample.manifest.fragments.size() - 5);
        QVERIFY2(report.problems[0].message.find(first_gone.id) != std::string::npos, report.problems[0].message.c_str());
    }
    void aFragmentFileVanishesWhileOpen() {
        const auto folder = pathOf(*m_folder) / "set";
        must(fragmentToDirectory(gguf(), folder, {kSampleFragmentBytes, 0}, {}));
        const auto set = must(openFragmentSet(folder, {}));
        const auto loader = makeLocalLoader(*set.store);
        const auto source = must(makeFragmentTensorSource(*set.store, *loader, VerifyPolicy::FirstUse, {}));
        const TensorInfo& tensor = source->model().tensors.back();
        const FragmentIndex index = FragmentIndexByTensor(set.store->manifest()).find(tensor.name)[0];
        std::filesystem::remove(folder / "fragments" / (set.store->manifest().at(index).id + ".dat"));
        std::vector<std::byte> row(tensor.row_bytes);
        const auto error = source->readRows(tensor, 0, 1, row, {}).error();
        QCOMPARE(error.kind, ErrorKind::NotFound);
        QVERIFY2(error.message.find(set.store->manifest().at(index).id) != std::string::npos, error.message.c_str());
    }
    void linksThatLeaveTheFolderAreRefused_data() {
        QTest::addColumn<QString>("what");
        for (const char* what : {"fragment", "fragments", "manifest"}) QTest::newRow(what) << what;
    }
    void linksThatLeaveTheFolderAreRefused() {
        QFETCH(QString, what);
        const auto folder = pathOf(*m_folder) / "set";
        const auto outside = pathOf(*m_folder) / "outside";
        must(fragmentToDirectory(gguf(), folder, {kSampleFragmentBytes, 0}, {}));
        const auto path = what == "fragment" ? folder / "fragments" / (m_sample.manifest.fragments[0].id + ".dat")
                                             : folder / (what == "fragments" ? "fragments" : "manifest.json");
        std::filesystem::rename(path, outside);
        std::filesystem::create_symlink(outside, path);
        const auto set = openFragmentSet(folder, {});
        std::vector<std::byte> bytes(m_sample.manifest.fragments[0].size_bytes);
        const auto error = set ? set->store->read(FragmentIndex{0}, bytes).error() : set.error();
        QCOMPARE(error.kind, ErrorKind::Corrupt);
        QVERIFY2(error.message.find("link that leaves") != std::string::npos, error.message.c_str());
        // A link that stays inside is fine.
        std::filesystem::remove(path);
        std::filesystem::rename(outside, folder / "moved");
        std::filesystem::create_symlink(folder / "moved", path);
        QVERIFY(must(verifyStore(*must(openFragmentSet(folder, {})).store, {})).ok());
    }
};

QTEST_APPLESS_MAIN(TestRobustness)
#include "tst_robustness.moc"
