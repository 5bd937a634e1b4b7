// SPDX-License-Identifier: GPL-3.0-or-later
// Cut in every way and put together again: the SHA-256 of each file is the original's.
#include "core/fragment/fragmenter.h"
#include "core/fragment/recombiner.h"
#include "core/fragment/v1/v1_format.h"
#include "core/fragment/verifier.h"
#include "core/loader/fragment_set.h"
#include "tests/support/generated_model.h"
#include "tests/support/llama_model.h"
#include "tests/support/made_models.h"
#include "tests/support/raw_gguf.h"
#include "tests/support/sample_set.h"
#include "tests/support/test_model.h"

#include <QtTest>

#include <bit>

using namespace tessera;
using namespace tessera::test;

namespace {

const FragmentOptions kSmall{kSampleFragmentBytes, 0};

Sha256Digest hashOf(const std::filesystem::path& path) { return sha256(must(readFile(path, 1 << 30))); }

std::filesystem::path quantized(const std::filesystem::path& folder, const std::string& type) {
    const auto full = folder / "full.gguf";
    GeneratedModelOptions options;
    options.layers = 1;
    options.feed_forward = 512;
    options.type = TensorType::F32;
    must(writeGeneratedModel(full, options));
    const auto path = folder / "model.gguf";
    must(quantizeModel(full, path, type));
    std::filesystem::remove(full);
    return path;
}

std::filesystem::path aligned(const std::filesystem::path& folder, std::uint32_t alignment) {
    const auto path = folder / "model.gguf";
    if (!std::has_single_bit(alignment)) {  // the writer makes what ggml reads: powers of two
        RawGguf gguf;
        gguf.preamble(2, 2).key("general.architecture", 8).string("llama").uint32Entry("general.alignment", alignment);
        gguf.tensor("token_embd.weight", {5}, 0, 0).tensor("output.weight", {alignment, 3}, 0, alignment).padTo(alignment);
        for (const std::byte byte : madeBytes(20, 1)) gguf.number(byte);
        gguf.padTo(alignment);
        for (const std::byte byte : madeBytes(alignment * 12, 2)) gguf.number(byte);
        writeFile(path, gguf.text());
        return path;
    }
    GeneratedModelOptions options;
    options.layers = 1;
    options.feed_forward = 96;
    options.vocabulary = 401;
    options.alignment = alignment;
    must(writeGeneratedModel(path, options));
    return path;
}

}  // namespace

class TestRecombination : public QObject {
    Q_OBJECT

    const std::filesystem::path m_default_model = std::filesystem::absolute(defaultModel());  // before init() changes where data lies
    std::unique_ptr<QTemporaryDir> m_folder;
    std::filesystem::path root() const { return pathOf(*m_folder); }

    /// Rebuilds `set` into a folder of its own and compares every file.
    void compare(const std::filesystem::path& set, const std::vector<std::filesystem::path>& originals) const {
        const auto out = root() / "out";
        std::filesystem::create_directories(out);
        const auto opened = must(openFragmentSet(set, {}));
        QVERIFY(must(verifyStore(*opened.store, {})).ok());
        must(recombine(*opened.store, out / originals[0].filename(), {}));
        for (const auto& original : originals) QVERIFY(hashOf(out / original.filename()) == hashOf(original));
        std::filesystem::remove_all(out);
    }
    void compareAllWays(const std::vector<std::filesystem::path>& files, const FragmentOptions& options) const {
        must(fragmentInPlace(files[0], options, {}));
        compare(files[0], files);
        must(fragmentToDirectory(files[0], root() / "set", options, {}));
        compare(root() / "set", files);
    }
    void compareVersion1(const std::filesystem::path& file) const {
        must(v1::writeFolder(file, root() / "v1", {}));
        compare(root() / "v1", {file});
    }

private slots:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        qputenv("XDG_DATA_HOME", (m_folder->path() + "/data").toUtf8());
    }

    void defaultModelComesBack() {
        const auto path = root() / m_default_model.filename();
        std::filesystem::create_symlink(m_default_model, path);
        compareAllWays({path}, {});
        compareVersion1(path);
    }
    void splitModel() {
        LlamaShape shape;
        shape.embedding = 256;
        shape.feed_forward = 512;
        writeSplitLlama(root(), "split", shape);
        const std::vector files{root() / "split-00001-of-00002.gguf", root() / "split-00002-of-00002.gguf"};
        compareAllWays(files, kSmall);
    }
    void everyTypeOfTheQuantiser_data() {
        QTest::addColumn<QString>("type");
        for (const std::string& type : quantizerTypes()) QTest::newRow(type.c_str()) << QString::fromStdString(type);
    }
    void everyTypeOfTheQuantiser() {
        QFETCH(QString, type);
        const auto path = quantized(root(), type.toStdString());
        compareAllWays({path}, kSmall);
        compareVersion1(path);
    }
    void alignments_data() {
        QTest::addColumn<int>("alignment");
        for (const int alignment : {1, 8, 24, 64, 4096}) QTest::addRow("%d", alignment) << alignment;
    }
    void alignments() {
        QFETCH(int, alignment);
        const auto path = aligned(root(), static_cast<std::uint32_t>(alignment));
        compareAllWays({path}, kSmall);
        compareVersion1(path);
    }
    /// Version 1 keeps no bytes between tensors; it refuses such a file.
    void gapsThatAreNotZero() {
        const auto path = writeModelWithGaps(root() / "gaps.gguf");
        compareAllWays({path}, kSmall);
        QVERIFY(!v1::writeFolder(path, root() / "v1", {}));
    }
};

QTEST_GUILESS_MAIN(TestRecombination)
#include "tst_recombination.moc"
