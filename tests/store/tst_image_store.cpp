// SPDX-License-Identifier: GPL-3.0-or-later
// What only the image store promises; the rest is in tst_store_contract.
#include "core/fragment/recombiner.h"
#include "core/fragment/verifier.h"
#include "core/store/image_store.h"
#include "tests/support/sample_set.h"
#include "tests/support/self_process.h"

#include <QtTest>

#include <csignal>
#include <sys/resource.h>
#include <sys/stat.h>

using namespace tessera;
using namespace tessera::test;

namespace {

void changeByte(const std::filesystem::path& path, std::uint64_t offset) {
    File file = must(File::open(path, File::Mode::ReadWrite));
    std::array<std::byte, 1> byte{};
    must(file.readAt(offset, byte));
    byte[0] ^= std::byte{1};
    must(file.writeAt(offset, byte));
}

/// The child: fills an image under a limit of the file size, as on a disk that becomes full.
int fillUnderLimit(const std::filesystem::path& folder) {
    const Sample sample;
    auto store = must(createImageStore(folder, sample.manifest));
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{sample.gguf.size() / 2, sample.gguf.size() / 2};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    int failed = 0;
    for (std::uint32_t i = 0; i < sample.manifest.fragments.size(); ++i) {
        const auto done = store->write(FragmentIndex{i}, sample.bytesOf(FragmentIndex{i}));
        if (done) continue;
        if (done.error().kind != ErrorKind::Io || store->state(FragmentIndex{i}) != FragmentState::Missing) return 2;
        ++failed;
    }
    return failed > 0 ? 0 : 1;
}

}  // namespace

class TestImageStore : public QObject {
    Q_OBJECT

    const Sample m_sample;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::filesystem::path folder() const { return pathOf(*m_folder); }
    std::filesystem::path file() const { return folder() / "sample.gguf"; }
    std::filesystem::path journal() const { return folder() / "sample.gguf.journal"; }
    std::unique_ptr<FragmentStore> create() const { return must(createImageStore(folder(), m_sample.manifest)); }
    std::unique_ptr<FragmentStore> open() const { return must(openImageStore(folder(), m_sample.manifest)); }
    void fill() const {
        const auto store = create();
        for (std::uint32_t i = 0; i < count(); ++i) must(store->write(FragmentIndex{i}, m_sample.bytesOf(FragmentIndex{i})));
    }
    std::uint32_t count() const { return std::uint32_t(m_sample.manifest.fragments.size()); }
    std::size_t countOf(const FragmentStore& store, FragmentState state) const {
        std::size_t found = 0;
        for (std::uint32_t i = 0; i < count(); ++i) found += store.state(FragmentIndex{i}) == state;
        return found;
    }

private slots:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        qputenv("XDG_DATA_HOME", (m_folder->path() + "/data").toUtf8());
    }

    void theFileIsTheModel() {
        fill();
        QVERIFY(must(readFile(file(), 1 << 26)) == m_sample.gguf);
    }
    void startsSparse() {
        create();
        struct stat status {};
        QCOMPARE(::stat(file().c_str(), &status), 0);
        QCOMPARE(std::size_t(status.st_size), m_sample.gguf.size());
        QVERIFY(std::size_t(status.st_blocks) * 512 < m_sample.gguf.size() / 4);
    }
    void journalRemembersVerified() {
        fill();
        QCOMPARE(countOf(*open(), FragmentState::Verified), std::size_t{count()});
        QCOMPARE(countOf(*create(), FragmentState::Verified), std::size_t{count()});
    }
    void aCompleteFileWithoutJournalIsPresent() {
        m_sample.writeTo(folder());
        const auto store = open();
        QCOMPARE(countOf(*store, FragmentState::Present), std::size_t{count()});
        QVERIFY(!std::filesystem::exists(journal()));  // nothing verified, nothing to remember
        QVERIFY(must(verifyStore(*store, {})).ok());
        QCOMPARE(countOf(*store, FragmentState::Verified), std::size_t{count()});
        QCOMPARE(countOf(*open(), FragmentState::Present), std::size_t{count()});  // it is told when the first one closes
    }
    void readersRememberWhatTheyVerified() {
        m_sample.writeTo(folder());
        { QVERIFY(must(verifyStore(*open(), {})).ok()); }
        QCOMPARE(countOf(*open(), FragmentState::Verified), std::size_t{count()});
        QVERIFY(std::filesystem::file_size(journal()) < 1000);  // runs, not one entry each
    }
    void readOnlyPlacesAreRememberedElsewhere() {
        m_sample.writeTo(folder());
        std::filesystem::create_directory(journal());  // nothing can be written under this name
        { QVERIFY(must(verifyStore(*open(), {})).ok()); }
        QCOMPARE(countOf(*open(), FragmentState::Verified), std::size_t{count()});
    }
    void plainFilesAreNotRemembered() {
        const auto path = m_sample.writeTo(folder());
        { must(openImageFiles({path}, m_sample.manifest, false))->setState(FragmentIndex{0}, FragmentState::Verified); }
        QVERIFY(!std::filesystem::exists(journal()));
    }
    void aChangedFileIsUnverifiedAgain() {
        fill();
        changeByte(file(), m_sample.gguf.size() - 1);
        const auto store = open();
        QCOMPARE(countOf(*store, FragmentState::Present), std::size_t{count()});
        QCOMPARE(must(verifyStore(*store, {})).problems.size(), std::size_t{1});
    }
    void aChangeWhileVerifyingIsNotVouchedFor() {
        m_sample.writeTo(folder());
        {
            const auto store = open();
            QVERIFY(must(verifyStore(*store, {})).ok());
            changeByte(file(), m_sample.gguf.size() - 1);
        }
        QCOMPARE(countOf(*open(), FragmentState::Verified), std::size_t{0});
    }
    void aChangeBetweenTwoWritesIsNoticed() {
        const auto store = create();
        must(store->write(FragmentIndex{1}, m_sample.bytesOf(FragmentIndex{1})));
        changeByte(file(), m_sample.manifest.fragments[1].offset);
        must(store->write(FragmentIndex{2}, m_sample.bytesOf(FragmentIndex{2})));
        QCOMPARE(store->state(FragmentIndex{1}), FragmentState::Present);
        must(store->sync());
        QCOMPARE(open()->state(FragmentIndex{1}), FragmentState::Present);
        QCOMPARE(open()->state(FragmentIndex{2}), FragmentState::Verified);
    }
    void anUncleanStopIsHashedAgain() {
        {
            const auto store = create();
            must(store->write(FragmentIndex{1}, m_sample.bytesOf(FragmentIndex{1})));
        }
        // What a kill in the middle of the next write leaves: bytes in the file, nothing in the journal.
        must(must(File::open(file(), File::Mode::ReadWrite)).writeAt(m_sample.manifest.fragments[2].offset, std::vector<std::byte>(100, std::byte{1})));
        const auto store = create();
        QCOMPARE(store->state(FragmentIndex{1}), FragmentState::Present);
        QCOMPARE(store->state(FragmentIndex{2}), FragmentState::Missing);
        QVERIFY(!must(store->map(0, m_sample.manifest.fragments[2].offset, 10)));
        const auto report = must(verifyStore(*store, {}));
        QCOMPARE(report.problems.size(), std::size_t{count() - 1});
        QCOMPARE(store->state(FragmentIndex{1}), FragmentState::Verified);
    }
    void anotherFileInItsPlaceIsLookedAtAnew() {
        create();
        std::filesystem::remove(file());
        m_sample.writeTo(folder());
        const auto store = open();
        QCOMPARE(countOf(*store, FragmentState::Present), std::size_t{count()});
        QVERIFY(must(verifyStore(*store, {})).ok());
    }
    void aRemovedFileIsMadeAgain() {
        fill();
        std::filesystem::remove(file());
        QCOMPARE(openImageStore(folder(), m_sample.manifest).error().kind, ErrorKind::NotFound);
        QCOMPARE(countOf(*create(), FragmentState::Missing), std::size_t{count()});
        QCOMPARE(countOf(*open(), FragmentState::Missing), std::size_t{count()});
    }
    void aLostJournalCostsOneVerification() {
        fill();
        std::filesystem::remove(journal());
        const auto store = create();
        QCOMPARE(countOf(*store, FragmentState::Present), std::size_t{count()});
        QVERIFY(must(verifyStore(*store, {})).ok());
    }
    void wrongSizesAreRefused() {
        m_sample.writeTo(folder());
        must(must(File::open(file(), File::Mode::ReadWrite)).resize(m_sample.gguf.size() - 1));
        const auto reading = openImageStore(folder(), m_sample.manifest).error();
        QCOMPARE(reading.kind, ErrorKind::Corrupt);
        QVERIFY2(reading.message.find(std::to_string(m_sample.gguf.size())) != std::string::npos, reading.message.c_str());
        QCOMPARE(createImageStore(folder(), m_sample.manifest).error().kind, ErrorKind::InvalidArgument);
    }
    void readersCannotWrite() {
        fill();
        QCOMPARE(open()->write(FragmentIndex{0}, m_sample.bytesOf(FragmentIndex{0})).error().kind, ErrorKind::InvalidArgument);
    }
    void oneWriterManyReaders() {
        const auto writer = create();
        const auto second = createImageStore(folder(), m_sample.manifest);
        QCOMPARE(second.error().kind, ErrorKind::Io);
        QVERIFY2(second.error().message.find("another program is writing") != std::string::npos, second.error().message.c_str());
        const auto reader = open();
        const auto another = open();
        must(writer->write(FragmentIndex{0}, m_sample.bytesOf(FragmentIndex{0})));
        QCOMPARE(reader->state(FragmentIndex{0}), FragmentState::Missing);  // as it was when it opened
    }
    void readersDoNotBreakAWritersChain() {
        const auto writer = create();
        must(writer->write(FragmentIndex{0}, m_sample.bytesOf(FragmentIndex{0})));
        {
            const auto reader = open();
            reader->setState(FragmentIndex{0}, FragmentState::Verified);
        }
        must(writer->write(FragmentIndex{1}, m_sample.bytesOf(FragmentIndex{1})));
        must(writer->sync());
        QCOMPARE(countOf(*open(), FragmentState::Verified), std::size_t{2});
    }
    void whatIsNotSyncedIsHashedAgain() {
        const auto writer = create();
        must(writer->write(FragmentIndex{0}, m_sample.bytesOf(FragmentIndex{0})));
        must(writer->write(FragmentIndex{1}, m_sample.bytesOf(FragmentIndex{1})));
        QCOMPARE(writer->state(FragmentIndex{0}), FragmentState::Verified);
        // What a kill leaves to the next run.
        QCOMPARE(countOf(*open(), FragmentState::Present), std::size_t{2});
        QCOMPARE(countOf(*open(), FragmentState::Missing), std::size_t{count() - 2});
        must(writer->sync());
        QCOMPARE(countOf(*open(), FragmentState::Verified), std::size_t{2});
    }
    void manyBytesAreSyncedUnasked() {
        fill();
        const auto journal = std::filesystem::path(file()).concat(".journal");
        QVERIFY(std::filesystem::file_size(journal) < 56 + 80 * (std::uintmax_t{count()} + 8));  // not one entry more for each
        QCOMPARE(countOf(*open(), FragmentState::Verified), std::size_t{count()});
    }
    void evictsOnlyAlone() {
        fill();
        const std::array evicted{FragmentIndex{3}, FragmentIndex{4}};
        {
            const auto reader = open();
            const auto error = evictFragments(folder(), m_sample.manifest, evicted).error();
            QCOMPARE(error.kind, ErrorKind::Io);
            QVERIFY2(error.message.find("in use") != std::string::npos, error.message.c_str());
            QCOMPARE(countOf(*reader, FragmentState::Verified), std::size_t{count()});
        }
        must(evictFragments(folder(), m_sample.manifest, evicted));
        const auto store = create();
        QCOMPARE(countOf(*store, FragmentState::Missing), std::size_t{2});
        QCOMPARE(countOf(*store, FragmentState::Verified), std::size_t{count() - 2});
        for (const FragmentIndex index : evicted) {
            QVERIFY(!must(store->map(0, m_sample.manifest.at(index).offset, 1)));
            must(store->write(index, m_sample.bytesOf(index)));
        }
        QVERIFY(must(readFile(file(), 1 << 26)) == m_sample.gguf);
    }
    void aFullDiskLosesNothing() {
        QCOMPARE(test::runSelf({"--fill-under-limit", QString::fromStdString(toUtf8(folder()))}), 0);
        {
            const auto store = create();
            QVERIFY(countOf(*store, FragmentState::Missing) > 0);
            for (std::uint32_t i = 0; i < count(); ++i) must(store->write(FragmentIndex{i}, m_sample.bytesOf(FragmentIndex{i})));
        }
        QVERIFY(must(verifyStore(*open(), {})).ok());
        QVERIFY(must(readFile(file(), 1 << 26)) == m_sample.gguf);
    }
    void truncationUnderALiveMapping() {
        fill();
        const auto store = open();
        const auto all = must(store->map(0, 0, m_sample.gguf.size())).value();
        must(must(File::open(file(), File::Mode::ReadWrite)).resize(4096));
        QVERIFY(all[m_sample.gguf.size() - 1] == std::byte{0});
        const auto fault = store->takeMappingFault();
        QCOMPARE(fault.error().kind, ErrorKind::Io);
        QVERIFY(store->takeMappingFault());
        std::vector<std::byte> out(m_sample.manifest.fragments.back().size_bytes);
        QCOMPARE(store->read(FragmentIndex{count() - 1}, out).error().kind, ErrorKind::Corrupt);
    }
    void splitModels() {
        const auto other = sampleGguf({.layers = 1, .seed = 2});
        Manifest manifest = m_sample.manifest;
        manifest.files.push_back({"part2.gguf", other.size(), sha256(other)});
        for (Fragment fragment : sampleManifest({"part2.gguf"}, {other}).fragments) {
            fragment.file_index = 1;
            manifest.fragments.push_back(fragment);
        }
        manifest.model_id = modelIdOf(manifest.files);
        manifest.set_id = setIdOf(manifest.model_id, manifest.fragments);
        m_sample.writeTo(folder());  // the first part is there, the second comes
        {
            const auto store = must(createImageStore(folder(), manifest));
            for (std::uint32_t i = 0; i < manifest.fragments.size(); ++i) {
                const FragmentIndex index{i};
                const Fragment& fragment = manifest.at(index);
                QCOMPARE(store->state(index), fragment.file_index == 0 ? FragmentState::Present : FragmentState::Missing);
                if (fragment.file_index == 1) must(store->write(index, std::span(other).subspan(fragment.offset, fragment.size_bytes)));
            }
            QVERIFY(std::ranges::equal(must(store->map(1, 0, other.size())).value(), other));
        }
        const auto store = must(openImageStore(folder(), manifest));
        QVERIFY(must(verifyStore(*store, {})).ok());
        std::filesystem::create_directory(folder() / "out");
        must(recombine(*store, folder() / "out" / "any", {}));
        QVERIFY(must(readFile(folder() / "out/sample.gguf", 1 << 26)) == m_sample.gguf);
        QVERIFY(must(readFile(folder() / "out/part2.gguf", 1 << 26)) == other);
    }
};

int main(int argc, char** argv) {
    if (argc == 3 && std::string_view(argv[1]) == "--fill-under-limit") return fillUnderLimit(fromUtf8(argv[2]));
    QCoreApplication application(argc, argv);
    TestImageStore test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_image_store.moc"
