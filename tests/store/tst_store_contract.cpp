// SPDX-License-Identifier: GPL-3.0-or-later
// What every FragmentStore promises. A new store is one more row of allStores().
#include "core/fragment/recombiner.h"
#include "core/fragment/verifier.h"
#include "core/store/directory_store.h"
#include "core/store/image_store.h"
#include "tests/support/sample_set.h"

#include <QtTest>

#include <functional>
#include <thread>

using namespace tessera;
using namespace tessera::test;

namespace {

using Store = std::unique_ptr<FragmentStore>;

struct StoreKind {
    const char* name;
    std::function<Store(const std::filesystem::path& folder, const Manifest& manifest)> create;  // empty, or what is there
    std::function<Store(const std::filesystem::path& folder, const Manifest& manifest)> reopen;  // for reading
    bool maps;
};

const std::vector<StoreKind>& allStores() {
    static const std::vector<StoreKind> kinds{
        {"directory",
         [](const auto& folder, const Manifest& manifest) { return must(createDirectoryStore(folder, manifest)); },
         [](const auto& folder, const Manifest&) { return must(openDirectoryStore(folder, {})); }, false},
        {"image past the cache",
         [](const auto& folder, const Manifest& manifest) { return must(createImageStore(folder, manifest, WrittenBytes::PassCache)); },
         [](const auto& folder, const Manifest& manifest) { return must(openImageStore(folder, manifest)); }, true},
        {"image",
         [](const auto& folder, const Manifest& manifest) { return must(createImageStore(folder, manifest)); },
         [](const auto& folder, const Manifest& manifest) { return must(openImageStore(folder, manifest)); }, true},
    };
    return kinds;
}

}  // namespace

class TestStoreContract : public QObject {
    Q_OBJECT

    const Sample m_sample;
    std::unique_ptr<QTemporaryDir> m_folder;

    const StoreKind& kind() const {
        QFETCH_GLOBAL(int, store);
        return allStores()[std::size_t(store)];
    }
    std::filesystem::path folder() const { return pathOf(*m_folder) / fromUtf8("модель é"); }
    Store create() const { return kind().create(folder(), m_sample.manifest); }
    Store reopen() const { return kind().reopen(folder(), m_sample.manifest); }
    std::uint32_t count() const { return std::uint32_t(m_sample.manifest.fragments.size()); }
    void fill(FragmentStore& store) const {
        for (std::uint32_t i = 0; i < count(); ++i) must(store.write(FragmentIndex{i}, m_sample.bytesOf(FragmentIndex{i})));
    }
    std::vector<std::byte> readAll(const FragmentStore& store, FragmentIndex index) const {
        std::vector<std::byte> bytes(m_sample.manifest.at(index).size_bytes);
        must(store.read(index, bytes));
        return bytes;
    }

private slots:
    void initTestCase_data() {
        QTest::addColumn<int>("store");
        for (std::size_t i = 0; i < allStores().size(); ++i) QTest::newRow(allStores()[i].name) << int(i);
    }
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void aNewStoreIsEmpty() {
        const Store store = create();
        QCOMPARE(store->manifest().set_id, m_sample.manifest.set_id);
        for (std::uint32_t i = 0; i < count(); ++i) QCOMPARE(store->state(FragmentIndex{i}), FragmentState::Missing);
        std::vector<std::byte> out(m_sample.manifest.fragments[0].size_bytes);
        const auto read = store->read(FragmentIndex{0}, out);
        QCOMPARE(read.error().kind, ErrorKind::NotFound);
        QVERIFY2(read.error().message.find(m_sample.manifest.fragments[0].id) != std::string::npos, read.error().message.c_str());
        QVERIFY(!must(store->map(0, 0, 1)));
    }
    void bytesEqualTheGguf() {
        const Store store = create();
        fill(*store);
        for (std::uint32_t i = 0; i < count(); ++i) {
            const FragmentIndex index{i};
            QCOMPARE(store->state(index), FragmentState::Verified);
            QVERIFY(std::ranges::equal(readAll(*store, index), m_sample.bytesOf(index)));
        }
    }
    void readsParts() {
        const Store store = create();
        fill(*store);
        const FragmentIndex index{count() / 2};
        const auto expected = m_sample.bytesOf(index);
        std::vector<std::byte> part(17);
        for (const std::uint64_t offset : {std::uint64_t{0}, std::uint64_t{5}, std::uint64_t{expected.size() - 17}}) {
            must(store->readPart(index, offset, part));
            QVERIFY(std::ranges::equal(part, expected.subspan(offset, 17)));
        }
    }
    void keepsThemForTheNextRun() {
        { fill(*create()); }
        const Store store = reopen();
        for (std::uint32_t i = 0; i < count(); ++i) {
            QVERIFY(store->state(FragmentIndex{i}) == FragmentState::Present || store->state(FragmentIndex{i}) == FragmentState::Verified);
            QVERIFY(std::ranges::equal(readAll(*store, FragmentIndex{i}), m_sample.bytesOf(FragmentIndex{i})));
        }
        QVERIFY(must(verifyStore(*store, {})).ok());
    }
    void keepsWhatIsThereWhenOthersAreMissing() {
        const FragmentIndex kept{3};
        { must(create()->write(kept, m_sample.bytesOf(kept))); }
        for (const Store& store : {reopen(), create()}) {
            QVERIFY(std::ranges::equal(readAll(*store, kept), m_sample.bytesOf(kept)));
            QCOMPARE(store->state(FragmentIndex{2}), FragmentState::Missing);
            const auto report = must(verifyStore(*store, {}));
            QCOMPARE(report.problems.size(), std::size_t{count() - 1});
            QCOMPARE(report.problems[0].state, FragmentState::Missing);
        }
    }
    void refusesWrongBytes() {
        const Store store = create();
        const FragmentIndex index{1};
        auto bytes = std::vector(m_sample.bytesOf(index).begin(), m_sample.bytesOf(index).end());
        bytes[7] ^= std::byte{1};
        QCOMPARE(store->write(index, bytes).error().kind, ErrorKind::Corrupt);
        bytes[7] ^= std::byte{1};
        bytes.pop_back();
        QCOMPARE(store->write(index, bytes).error().kind, ErrorKind::Corrupt);
        QCOMPARE(store->state(index), FragmentState::Missing);
        QVERIFY(!store->read(index, bytes));
    }
    void rememberedStates() {
        const Store store = create();
        fill(*store);
        store->setState(FragmentIndex{2}, FragmentState::Bad);
        QCOMPARE(store->state(FragmentIndex{2}), FragmentState::Bad);
        must(store->write(FragmentIndex{2}, m_sample.bytesOf(FragmentIndex{2})));  // repaired
        QCOMPARE(store->state(FragmentIndex{2}), FragmentState::Verified);
        QVERIFY(std::ranges::equal(readAll(*store, FragmentIndex{2}), m_sample.bytesOf(FragmentIndex{2})));
    }
    void manyThreadsWriteAndRead() {
        const Store store = create();
        std::atomic<int> wrong{0};
        {
            std::vector<std::jthread> threads;
            for (int t = 0; t < 4; ++t) {
                threads.emplace_back([&] {
                    // Everybody writes everything: writes of one fragment are serialised.
                    for (std::uint32_t i = 0; i < count(); ++i) {
                        const FragmentIndex index{i};
                        if (!store->write(index, m_sample.bytesOf(index))) ++wrong;
                        if (!std::ranges::equal(readAll(*store, index), m_sample.bytesOf(index))) ++wrong;
                    }
                });
            }
        }
        QCOMPARE(wrong.load(), 0);
        QVERIFY(must(verifyStore(*store, {})).ok());
    }
    void mapsWhereItCan() {
        const Store store = create();
        fill(*store);
        const auto all = must(store->map(0, 0, m_sample.gguf.size()));
        QCOMPARE(all.has_value(), kind().maps);
        if (!all) return;
        QVERIFY(std::ranges::equal(*all, m_sample.gguf));
        store->setState(FragmentIndex{2}, FragmentState::Bad);
        const Fragment& bad = m_sample.manifest.fragments[2];
        QVERIFY(!must(store->map(0, bad.offset + 1, 1)));
        QVERIFY(!must(store->map(0, 0, m_sample.gguf.size())));
        QVERIFY(must(store->map(0, bad.offset + bad.size_bytes, 1)));
        QVERIFY(store->takeMappingFault());
    }
    void rebuildsTheGguf() {
        const Store store = create();
        fill(*store);
        const auto output = pathOf(*m_folder) / "out.gguf";
        must(recombine(*store, output, {}));
        QVERIFY(must(readFile(output, 1 << 26)) == m_sample.gguf);
    }
};

QTEST_APPLESS_MAIN(TestStoreContract)
#include "tst_store_contract.moc"
