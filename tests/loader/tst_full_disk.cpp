// SPDX-License-Identifier: GPL-3.0-or-later
// A disk that becomes full while cutting (a limit on the size of files stands for it): a clear error, no manifest that
// vouches for what is not there, and the next run completes.
#include "core/fragment/fragmenter.h"
#include "core/fragment/v1/v1_format.h"
#include "core/fragment/verifier.h"
#include "core/loader/fragment_set.h"
#include "tests/support/sample_set.h"
#include "tests/support/self_process.h"

#include <QtTest>

#include <csignal>
#include <sys/resource.h>

using namespace tessera;
using namespace tessera::test;

namespace {

constexpr rlim_t kLimit = 4 * 1024;   // less than a fragment, and less than the manifest
const FragmentOptions kSmall{kSampleFragmentBytes, 0};

Result<void> cut(const std::string& how, const std::filesystem::path& folder) {
    const auto model = folder / "sample.gguf";
    if (how == "in place") return fragmentInPlace(model, kSmall, {}).map([](const auto&) {});
    if (how == "version 1") return v1::writeFolder(model, folder / "set", {});
    return fragmentToDirectory(model, folder / "set", kSmall, {});
}

int cutUnderLimit(const std::string& how, const std::filesystem::path& folder) {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{kLimit, kLimit};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const auto done = cut(how, folder);
    if (done) return 1;
    std::fputs(done.error().message.c_str(), stdout);
    return done.error().kind == ErrorKind::Io ? 0 : 2;
}

}  // namespace

class TestFullDisk : public QObject {
    Q_OBJECT
private slots:
    void cutting_data() {
        QTest::addColumn<QString>("how");
        for (const char* how : {"in place", "folder", "version 1"}) QTest::newRow(how) << how;
    }
    void cutting() {
        QFETCH(QString, how);
        const QTemporaryDir folder;
        qputenv("XDG_DATA_HOME", (folder.path() + "/data").toUtf8());
        const Sample sample;
        sample.writeTo(pathOf(folder));
        QByteArray message;
        QCOMPARE(runSelf({"--cut", how, folder.path()}, &message), 0);
        QVERIFY2(message.contains(folder.path().toUtf8()) && message.contains("larger files"), message.constData());
        const bool in_place = how == "in place";
        const auto manifest = in_place ? inPlaceManifestPath(pathOf(folder) / "sample.gguf") : pathOf(folder) / "set/manifest.json";
        QVERIFY(!std::filesystem::exists(manifest));
        must(cut(how.toStdString(), pathOf(folder)));
        QVERIFY(must(verifyStore(*must(openFragmentSet(manifest, {})).store, {})).ok());
    }
};

int main(int argc, char** argv) {
    if (argc == 4 && std::string_view(argv[1]) == "--cut") return cutUnderLimit(argv[2], fromUtf8(argv[3]));
    QCoreApplication application(argc, argv);
    TestFullDisk test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_full_disk.moc"
