// SPDX-License-Identifier: GPL-3.0-or-later
// Cutting, verifying and rebuilding stream: their memory does not grow with the model.
#include "core/base/platform/system.h"
#include "core/fragment/fragmenter.h"
#include "core/fragment/recombiner.h"
#include "core/fragment/v1/v1_format.h"
#include "core/fragment/verifier.h"
#include "core/loader/fragment_set.h"
#include "tests/support/raw_gguf.h"
#include "tests/support/sample_set.h"
#include "tests/support/self_process.h"

#include <QtTest>

using namespace tessera;
using namespace tessera::test;

namespace {

constexpr std::uint64_t kMost = 200 * limits::MiB;

/// 256 MiB of zeros behind a header; the file takes no room.
std::filesystem::path writeLargeModel(const std::filesystem::path& folder) {
    RawGguf gguf;
    gguf.preamble(1, 1).key("general.architecture", 8).string("llama").tensor("token_embd.weight", {8192, 8192}, 0, 0).padTo(32);
    const auto path = folder / "large.gguf";
    const std::string text = gguf.text();
    must(writeFileAtomically(path, std::as_bytes(std::span(text))));
    must(must(File::open(path, File::Mode::ReadWrite)).resize(text.size() + 256 * limits::MiB));
    return path;
}

/// The child: one job, then its peak on standard output.
int runJob(const std::string& job, const std::filesystem::path& folder) {
    const auto model = folder / "large.gguf";
    if (job == "cut in place") must(fragmentInPlace(model, {}, {}));
    if (job == "cut") must(fragmentToDirectory(model, folder / "set", {}, {}));
    if (job == "cut, version 1") must(v1::writeFolder(model, folder / "v1", {}));
    if (job == "verify in place" && !must(verifyStore(*must(openFragmentSet(model, {})).store, {})).ok()) return 1;
    if (job == "verify" && !must(verifyStore(*must(openFragmentSet(folder / "set", {})).store, {})).ok()) return 1;
    if (job == "verify, version 1" && !must(verifyStore(*must(openFragmentSet(folder / "v1", {})).store, {})).ok()) return 1;
    if (job == "rebuild") must(recombine(*must(openFragmentSet(folder / "set", {})).store, folder / "out.gguf", {}));
    std::printf("%llu", static_cast<unsigned long long>(peakResidentBytes()));
    return 0;
}

}  // namespace

class TestMemory : public QObject {
    Q_OBJECT
    const QTemporaryDir m_folder;

private slots:
    void initTestCase() {
        qputenv("XDG_DATA_HOME", (m_folder.path() + "/data").toUtf8());
        writeLargeModel(pathOf(m_folder));
    }
    void staysBelow200Megabytes_data() {
        QTest::addColumn<QString>("job");
        for (const char* job : {"cut in place", "verify in place", "cut", "verify", "rebuild", "cut, version 1", "verify, version 1"}) QTest::newRow(job) << job;
    }
    void staysBelow200Megabytes() {
#if defined(__SANITIZE_ADDRESS__)
        QSKIP("the sanitizer's own memory is counted, too");
#endif
        QFETCH(QString, job);
        QByteArray output;
        QCOMPARE(runSelf({"--job", job, m_folder.path()}, &output), 0);
        const auto peak = output.toULongLong();
        QVERIFY2(peak > limits::MiB && peak < kMost, output.constData());
    }
};

int main(int argc, char** argv) {
    if (argc == 4 && std::string_view(argv[1]) == "--job") return runJob(argv[2], fromUtf8(argv[3]));
    QCoreApplication application(argc, argv);
    TestMemory test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_memory.moc"
