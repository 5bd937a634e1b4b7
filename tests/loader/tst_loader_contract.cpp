// SPDX-License-Identifier: GPL-3.0-or-later
// What every FragmentLoader promises, and what a TensorSource over it promises. A new loader is one more row of
// allLoaders(). The oracle is the GGUF itself: bytes through any loader are its bytes.
#include "core/base/parallel.h"
#include "core/loader/fragment_tensor_source.h"
#include "core/loader/local/local_loader.h"
#include "core/loader/network/network_loader.h"
#include "core/store/directory_store.h"
#include "core/store/image_store.h"
#include "tests/support/http_server.h"
#include "tests/support/sample_set.h"

#include <QtTest>

#include <atomic>
#include <functional>

using namespace tessera;
using namespace tessera::test;

namespace {

/// A loader over a set that holds the fragments `has` says; the rest nobody has.
struct Rig {
    std::shared_ptr<void> server = nullptr;
    std::unique_ptr<FragmentStore> store;
    std::unique_ptr<FragmentLoader> loader;
};
using Has = std::function<bool(FragmentIndex)>;

struct LoaderKind {
    const char* name;
    std::function<Rig(const std::filesystem::path& folder, const Sample& sample, const Has& has)> make;
    /// Damages the stored bytes of a fragment, behind the store's back.
    std::function<void(const std::filesystem::path& folder, const Sample& sample, FragmentIndex fragment)> damage;
    FragmentState state_of_damaged = FragmentState::Bad;
};

void flipByte(const std::filesystem::path& path, std::uint64_t offset) {
    File file = must(File::open(path, File::Mode::ReadWrite));
    std::array<std::byte, 1> byte{};
    must(file.readAt(offset, byte));
    byte[0] ^= std::byte{1};
    must(file.writeAt(offset, byte));
}

void fill(FragmentStore& store, const Sample& sample, const Has& has) {
    for (std::uint32_t i = 0; i < sample.manifest.fragments.size(); ++i) {
        if (has(FragmentIndex{i})) must(store.write(FragmentIndex{i}, sample.bytesOf(FragmentIndex{i})));
    }
}

Rig rigOver(std::unique_ptr<FragmentStore> store) {
    Rig rig{nullptr, std::move(store), nullptr};
    rig.loader = makeLocalLoader(*rig.store);
    return rig;
}

/// A web server over a folder of fragments, and an image that is empty at first.
Rig networkRig(const std::filesystem::path& folder, const Sample& sample) {
    auto server = std::make_shared<WebServer>([folder](const WebRequest& request, WebReply& reply) {
        const auto bytes = readFile(folder / fromUtf8(request.path.substr(1)), 1 << 28);
        if (bytes) serve(request, reply, {.bytes = *bytes});
        else reply.head("404 Not Found", "Content-Length: 0\r\n");
    });
    Rig rig{server, must(createImageStore(folder / "image", sample.manifest)), nullptr};
    HttpPolicy policy;
    policy.attempts = 2;
    policy.retry_delay = std::chrono::milliseconds(1);
    rig.loader = makeNetworkLoader(*rig.store, {{server->url("manifest.json"), FragmentLayout::Folder}}, 4, policy);
    return rig;
}

const std::vector<LoaderKind>& allLoaders() {
    static const std::vector<LoaderKind> kinds{
        {"local, folder",
         [](const auto& folder, const Sample& sample, const Has& has) {
             fill(*must(createDirectoryStore(folder, sample.manifest)), sample, has);
             return rigOver(must(openDirectoryStore(folder, {})));
         },
         [](const auto& folder, const Sample& sample, FragmentIndex fragment) {
             flipByte(folder / "fragments" / (sample.manifest.at(fragment).id + ".dat"), 3);
         }},
        {"local, image",
         [](const auto& folder, const Sample& sample, const Has& has) {
             fill(*must(createImageStore(folder, sample.manifest)), sample, has);
             return rigOver(must(openImageStore(folder, sample.manifest)));
         },
         [](const auto& folder, const Sample& sample, FragmentIndex fragment) {
             flipByte(folder / "sample.gguf", sample.manifest.at(fragment).offset + 3);
         }},
        {"network",
         [](const auto& folder, const Sample& sample, const Has& has) {
             fill(*must(createDirectoryStore(folder, sample.manifest)), sample, has);
             return networkRig(folder, sample);
         },
         [](const auto& folder, const Sample& sample, FragmentIndex fragment) {
             flipByte(folder / "fragments" / (sample.manifest.at(fragment).id + ".dat"), 3);
         },
         FragmentState::Missing},  // never written
    };
    return kinds;
}

const Has kAll = [](FragmentIndex) { return true; };

}  // namespace

class TestLoaderContract : public QObject {
    Q_OBJECT

    const Sample m_sample;
    const GgufModel m_model = must(joinGgufHeaders([&] {
        std::vector<GgufHeader> headers;
        headers.push_back(must(parseGgufHeader(m_sample.gguf, m_sample.gguf.size(), "sample.gguf")));
        return headers;
    }()));
    std::unique_ptr<QTemporaryDir> m_folder;

    const LoaderKind& kind() const {
        QFETCH_GLOBAL(int, loader);
        return allLoaders()[std::size_t(loader)];
    }
    std::filesystem::path folder() const { return pathOf(*m_folder) / "set"; }
    Rig make(const Has& has = kAll) const { return kind().make(folder(), m_sample, has); }
    std::span<const std::byte> bytesOf(const TensorInfo& tensor) const {
        return std::span(m_sample.gguf).subspan(tensor.offset, tensor.size_bytes);
    }
    const TensorInfo& largest() const {
        return *std::ranges::max_element(m_model.tensors, {}, [](const TensorInfo& t) { return t.size_bytes; });
    }
    FragmentIndex fragmentOf(const TensorInfo& tensor, std::size_t shard) const {
        return FragmentIndexByTensor(m_sample.manifest).find(tensor.name)[shard];
    }

private slots:
    void initTestCase_data() {
        QTest::addColumn<int>("loader");
        for (std::size_t i = 0; i < allLoaders().size(); ++i) QTest::newRow(allLoaders()[i].name) << int(i);
    }
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void theSampleIsWorthIt() {
        QVERIFY(FragmentIndexByTensor(m_sample.manifest).find(largest().name).size() >= 3);
        QVERIFY(m_sample.manifest.fragments.size() > m_model.tensors.size() + 5);
    }
    void rawBytesEqualTheGguf() {
        const Rig rig = make();
        QCOMPARE(rig.loader->manifest().set_id, m_sample.manifest.set_id);
        for (std::uint32_t i = 0; i < m_sample.manifest.fragments.size(); ++i) {
            QVERIFY(std::ranges::equal(must(rig.loader->loadRaw(FragmentIndex{i}, {})), m_sample.bytesOf(FragmentIndex{i})));
        }
    }
    void tensorsEqualTheGguf() {
        const Rig rig = make();
        for (const TensorInfo& tensor : m_model.tensors) {
            const LoadedTensor loaded = must(rig.loader->loadTensor(tensor.name, {}));
            QCOMPARE(loaded.name, tensor.name);
            QVERIFY(loaded.type == tensor.type);
            QVERIFY(std::ranges::equal(loaded.shape, std::span(tensor.shape).first(tensor.dimensions)));
            QVERIFY(std::ranges::equal(loaded.bytes, bytesOf(tensor)));
            QVERIFY(std::ranges::equal(loaded.fragments, FragmentIndexByTensor(m_sample.manifest).find(tensor.name)));
            const auto values = must(loaded.toFloat32());
            QCOMPARE(std::int64_t(values.size()), tensor.elementCount());
            std::vector<float> expected(values.size());
            must(dequantize(tensor.type, bytesOf(tensor), expected));
            QVERIFY(values == expected);
        }
    }
    void unknownTensorsAreNotFound() {
        const auto error = make().loader->loadTensor("blk.99.nothing", {}).error();
        QCOMPARE(error.kind, ErrorKind::NotFound);
        QVERIFY2(error.message.find("blk.99.nothing") != std::string::npos, error.message.c_str());
    }
    void whatNobodyHasIsNotFound() {
        const FragmentIndex missing = fragmentOf(largest(), 1);
        const Rig rig = make([&](FragmentIndex i) { return i != missing; });
        for (const auto& error : {rig.loader->loadRaw(missing, {}).error(), rig.loader->loadTensor(largest().name, {}).error()}) {
            QCOMPARE(error.kind, ErrorKind::NotFound);
            QVERIFY2(error.message.find(m_sample.manifest.at(missing).id) != std::string::npos, error.message.c_str());
        }
    }
    void damagedBytesNeverLeave() {
        const Rig rig = make();
        const FragmentIndex bad = fragmentOf(largest(), 1);
        kind().damage(folder(), m_sample, bad);
        const Fragment& fragment = m_sample.manifest.at(bad);
        for (const auto& error : {rig.loader->loadRaw(bad, {}).error(), rig.loader->loadTensor(largest().name, {}).error()}) {
            QCOMPARE(error.kind, ErrorKind::Corrupt);
            QVERIFY2(error.message.find(fragment.id) != std::string::npos, error.message.c_str());
            QVERIFY2(error.message.find(toHex(fragment.sha256)) != std::string::npos, error.message.c_str());
        }
    }
    void stops() {
        const Rig rig = make();
        std::stop_source source;
        source.request_stop();
        const Operation stopped{source.get_token(), {}};
        QCOMPARE(rig.loader->loadRaw(FragmentIndex{1}, stopped).error().kind, ErrorKind::Cancelled);
        QCOMPARE(rig.loader->loadTensor(largest().name, stopped).error().kind, ErrorKind::Cancelled);
    }
    void tellsHowFarItIs() {
        std::uint64_t last = 0;
        Operation operation;
        operation.progress = [&](const Progress& progress) {
            QCOMPARE(progress.total, largest().size_bytes);
            last = progress.done;
        };
        must(make().loader->loadTensor(largest().name, operation));
        QCOMPARE(last, largest().size_bytes);
    }
    void manyThreadsLoad() {
        const Rig rig = make();
        must(parallelFor(64, 4, {}, [&](std::size_t i) -> Result<void> {
            const TensorInfo& tensor = m_model.tensors[i % m_model.tensors.size()];
            TESSERA_TRY(const auto loaded, rig.loader->loadTensor(tensor.name, {}));
            if (!std::ranges::equal(loaded.bytes, bytesOf(tensor))) return fail(ErrorKind::Corrupt, tensor.name);
            return {};
        }));
    }

    void sourceEqualsTheGguf_data() {
        QTest::addColumn<int>("policy");
        QTest::newRow("first use") << int(VerifyPolicy::FirstUse);
        QTest::newRow("at load") << int(VerifyPolicy::AtLoad);
        QTest::newRow("never") << int(VerifyPolicy::Never);
    }
    void sourceEqualsTheGguf() {
        QFETCH(int, policy);
        const Rig rig = make();
        const auto source = must(makeFragmentTensorSource(*rig.store, *rig.loader, VerifyPolicy(policy), {}));
        QCOMPARE(source->model().tensors.size(), m_model.tensors.size());
        QCOMPARE(source->model().architecture(), std::string("llama"));
        const auto header = must(source->headerBytes(0));
        QVERIFY(std::ranges::equal(header, std::span(m_sample.gguf).first(m_model.files[0].data_offset)));
        for (const TensorInfo& tensor : source->model().tensors) {
            std::vector<std::byte> rows(tensor.size_bytes);
            must(source->readRows(tensor, 0, tensor.rowCount(), rows, {}));
            QVERIFY(std::ranges::equal(rows, bytesOf(tensor)));
            for (const auto& [first, count] : {std::pair<std::int64_t, std::int64_t>{0, 1}, {tensor.rowCount() - 1, 1}, {tensor.rowCount() / 3, tensor.rowCount() / 2}, {1, 0}}) {
                std::vector<std::byte> part(std::size_t(count) * tensor.row_bytes);
                if (first + count > tensor.rowCount()) continue;
                must(source->readRows(tensor, first, count, part, {}));
                QVERIFY(std::ranges::equal(part, bytesOf(tensor).subspan(std::size_t(first) * tensor.row_bytes, part.size())));
            }
            if (const auto mapped = must(source->map(tensor, {}))) QVERIFY(std::ranges::equal(*mapped, bytesOf(tensor)));
        }
        QVERIFY(source->takeMappingFault());
        QVERIFY(!source->headerBytes(1));
    }
    void sourceRefusesRowsThatAreNotThere() {
        const Rig rig = make();
        const auto source = must(makeFragmentTensorSource(*rig.store, *rig.loader, VerifyPolicy::FirstUse, {}));
        const TensorInfo& tensor = *source->model().findTensor(largest().name);
        std::vector<std::byte> out(tensor.row_bytes);
        for (const std::int64_t first : {std::int64_t{-1}, tensor.rowCount(), INT64_MAX}) {
            QCOMPARE(source->readRows(tensor, first, 1, out, {}).error().kind, ErrorKind::InvalidArgument);
        }
        QCOMPARE(source->readRows(tensor, 0, 2, out, {}).error().kind, ErrorKind::InvalidArgument);
        QCOMPARE(source->readRows(tensor, 0, -1, out, {}).error().kind, ErrorKind::InvalidArgument);
    }
    void sourceVerifiesOnFirstUse() {
        { make(); }
        const TensorInfo& tensor = largest();
        const FragmentIndex bad = fragmentOf(tensor, 1);
        kind().damage(folder(), m_sample, bad);
        const Rig rig = make([](FragmentIndex) { return false; });  // what is there, damage included
        const auto source = must(makeFragmentTensorSource(*rig.store, *rig.loader, VerifyPolicy::FirstUse, {}));
        std::vector<std::byte> row(tensor.row_bytes);
        must(source->readRows(tensor, 0, 1, row, {}));  // another fragment
        QCOMPARE(rig.store->state(fragmentOf(tensor, 0)), FragmentState::Verified);
        const std::int64_t first_bad = m_sample.manifest.at(bad).first_row;
        const auto read = source->readRows(tensor, first_bad + 1, 1, row, {});
        QCOMPARE(read.error().kind, ErrorKind::Corrupt);
        QVERIFY2(read.error().message.find(m_sample.manifest.at(bad).id) != std::string::npos, read.error().message.c_str());
        QVERIFY(!must(source->map(tensor, {})));
        QCOMPARE(rig.store->state(bad), kind().state_of_damaged);
    }
    void sourceVerifiesAtLoad() {
        { make(); }
        const FragmentIndex bad = fragmentOf(largest(), 1);
        kind().damage(folder(), m_sample, bad);
        const Rig rig = make([](FragmentIndex) { return false; });
        const auto source = makeFragmentTensorSource(*rig.store, *rig.loader, VerifyPolicy::AtLoad, {});
        QCOMPARE(source.error().kind, ErrorKind::Corrupt);
        QVERIFY2(source.error().message.find(m_sample.manifest.at(bad).id) != std::string::npos, source.error().message.c_str());
    }
    void sourceIsThreadSafe() {
        const Rig rig = make();
        const auto source = must(makeFragmentTensorSource(*rig.store, *rig.loader, VerifyPolicy::FirstUse, {}));
        must(parallelFor(128, 4, {}, [&](std::size_t i) -> Result<void> {
            const TensorInfo& tensor = source->model().tensors[i % m_model.tensors.size()];
            std::vector<std::byte> row(tensor.row_bytes);
            const std::int64_t first = std::int64_t(i) % tensor.rowCount();
            TESSERA_CHECK(source->readRows(tensor, first, 1, row, {}));
            if (!std::ranges::equal(row, bytesOf(tensor).subspan(std::size_t(first) * tensor.row_bytes, row.size()))) return fail(ErrorKind::Corrupt, tensor.name);
            TESSERA_TRY(const auto mapped, source->map(tensor, {}));
            if (mapped && !std::ranges::equal(*mapped, bytesOf(tensor))) return fail(ErrorKind::Corrupt, tensor.name);
            return {};
        }));
    }
};

QTEST_GUILESS_MAIN(TestLoaderContract)
#include "tst_loader_contract.moc"
