// SPDX-License-Identifier: GPL-3.0-or-later
// SIGKILL at random moments (the seeds are fixed, the moments are as the machine has it) while cutting, verifying,
// writing an image and rebuilding: nothing is lost or half-written, and the next run completes.
#include "core/fragment/fragmenter.h"
#include "core/fragment/recombiner.h"
#include "core/fragment/verifier.h"
#include "core/loader/fragment_set.h"
#include "core/store/directory_store.h"
#include "core/store/image_store.h"
#include "tests/support/sample_set.h"

#include <QElapsedTimer>
#include <QProcess>
#include <QtTest>

#include <functional>
#include <random>

using namespace tessera;
using namespace tessera::test;

namespace {

constexpr int kKills = 50;
const FragmentOptions kSmall{kSampleFragmentBytes, 0};
const SampleOptions kModel{.layers = 4, .embedding = 256, .rows = 1200, .seed = 3};

const Sample& sample() {
    static const Sample made(kModel);
    return made;
}

/// One thing to be killed at. All work is in `folder`; `source` holds the model, its manifest and a folder of fragments.
struct Job {
    const char* name;
    std::function<void(const std::filesystem::path& source, const std::filesystem::path& folder)> prepare;
    std::function<void(const std::filesystem::path& source, const std::filesystem::path& folder)> run;
    std::function<void(const std::filesystem::path& folder)> check_after_kill;  // throws
    std::function<void(const std::filesystem::path& folder)> check_complete;    // throws
};

void require(bool ok, const std::string& what) {
    if (!ok) throw std::runtime_error(what);
}

void requireModel(const std::filesystem::path& path) { require(must(readFile(path, 1 << 28)) == sample().gguf, toUtf8(path) + " is not the model"); }

void nothingToPrepare(const std::filesystem::path&, const std::filesystem::path&) {}

// Cutting into a folder.

void cut(const std::filesystem::path& source, const std::filesystem::path& folder) {
    // The kill may have come after everything was done: such a folder is finished, not to be cut into again.
    const bool finished = std::filesystem::exists(folder / "set/manifest.json") && !std::filesystem::exists(folder / "set/tessera-cut.txt");
    if (!finished) must(fragmentToDirectory(source / "sample.gguf", folder / "set", kSmall, {}));
}

void checkFragmentFilesAreWhole(const std::filesystem::path& folder) {
    if (!std::filesystem::exists(folder / "set/fragments")) return;
    std::map<std::string, const Fragment*> by_name;
    for (const Fragment& fragment : sample().manifest.fragments) by_name[fragment.id + ".dat"] = &fragment;
    for (const auto& entry : std::filesystem::directory_iterator(folder / "set/fragments")) {
        const std::string name = toUtf8(entry.path().filename());
        if (name.ends_with(".dat")) require(std::ranges::equal(must(readFile(entry.path(), 1 << 28)), sample().bytesOf(*by_name.at(name))), name + " is half-written");
    }
    if (std::filesystem::exists(folder / "set/manifest.json")) require(must(verifyStore(*must(openDirectoryStore(folder / "set", {})), {})).ok(), "a manifest without its fragments");
}

void checkCutComplete(const std::filesystem::path& folder) {
    const auto store = must(openDirectoryStore(folder / "set", {}));
    require(must(verifyStore(*store, {})).ok(), "the cut is not complete");
    must(recombine(*store, folder / "check.gguf", {}));
    requireModel(folder / "check.gguf");
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder / "set/fragments")) files += entry.is_regular_file();
    require(files == sample().manifest.fragments.size(), "leftovers beside the fragments");
}

// Verifying a model in place.

void copyModel(const std::filesystem::path& source, const std::filesystem::path& folder) {
    for (const char* name : {"sample.gguf", "sample.gguf.manifest.json"}) std::filesystem::copy_file(source / name, folder / name);
}

void verifyInPlace(const std::filesystem::path&, const std::filesystem::path& folder) {
    for (int round = 0; round < 10; ++round) {  // it is over too soon to be killed
        const auto set = must(openFragmentSet(folder / "sample.gguf", {}));
        require(must(verifyStore(*set.store, {})).ok(), "verification found something");
    }
}

void checkInPlace(const std::filesystem::path& folder) {
    requireModel(folder / "sample.gguf");
    const auto set = must(openFragmentSet(folder / "sample.gguf", {}));
    require(set.verifiable && !set.gguf.empty(), "the set is not whole");
}

void checkVerified(const std::filesystem::path& folder) {
    const auto set = must(openFragmentSet(folder / "sample.gguf", {}));
    for (std::uint32_t i = 0; i < sample().manifest.fragments.size(); ++i) require(set.store->state(FragmentIndex{i}) == FragmentState::Verified, "not remembered");
}

// Writing an image.

void writeImage(const std::filesystem::path&, const std::filesystem::path& folder) {
    const auto store = must(createImageStore(folder, sample().manifest));
    require(must(verifyStore(*store, {})).problems.size() <= sample().manifest.fragments.size(), "");
    for (std::uint32_t i = 0; i < sample().manifest.fragments.size(); ++i) must(store->write(FragmentIndex{i}, sample().bytesOf(FragmentIndex{i})));
}

void checkImage(const std::filesystem::path& folder) {
    if (!std::filesystem::exists(folder / "sample.gguf") || std::filesystem::file_size(folder / "sample.gguf") == 0) return;
    const auto store = must(openImageStore(folder, sample().manifest));
    for (std::uint32_t i = 0; i < sample().manifest.fragments.size(); ++i) {
        // What is vouched for is right; what is offered as it is was recorded, so it is right as well.
        if (store->state(FragmentIndex{i}) == FragmentState::Missing) continue;
        const Fragment& fragment = sample().manifest.fragments[i];
        const auto mapped = must(store->map(0, fragment.offset, fragment.size_bytes));
        require(mapped && std::ranges::equal(*mapped, sample().bytesOf(fragment)), fragment.id + " is recorded but not there");
    }
}

void checkImageComplete(const std::filesystem::path& folder) {
    requireModel(folder / "sample.gguf");
    require(must(verifyStore(*must(openImageStore(folder, sample().manifest)), {})).ok(), "the image is not complete");
}

// Rebuilding.

void rebuild(const std::filesystem::path& source, const std::filesystem::path& folder) {
    must(recombine(*must(openDirectoryStore(source / "set", {})), folder / "out.gguf", {}));
}

void checkWholeOrNothing(const std::filesystem::path& folder) {
    if (std::filesystem::exists(folder / "out.gguf")) requireModel(folder / "out.gguf");
}

void checkRebuilt(const std::filesystem::path& folder) {
    requireModel(folder / "out.gguf");
    require(!std::filesystem::exists(folder / "out.gguf.tessera-part"), "leftovers beside the output");
}

const std::vector<Job>& allJobs() {
    static const std::vector<Job> jobs{
        {"cut", nothingToPrepare, cut, checkFragmentFilesAreWhole, checkCutComplete},
        {"verify", copyModel, verifyInPlace, checkInPlace, checkVerified},
        {"image", nothingToPrepare, writeImage, checkImage, checkImageComplete},
        {"rebuild", nothingToPrepare, rebuild, checkWholeOrNothing, checkRebuilt},
    };
    return jobs;
}

/// The child. It says when it begins, so that the kill falls into the work and not into the start of a process.
int runJob(const char* name, const std::filesystem::path& source, const std::filesystem::path& folder) {
    sample();
    std::puts("begin");
    std::fflush(stdout);
    std::ranges::find(allJobs(), std::string_view(name), &Job::name)->run(source, folder);
    return 0;
}

}  // namespace

class TestKill : public QObject {
    Q_OBJECT

    QTemporaryDir m_source;
    std::filesystem::path source() const { return pathOf(m_source); }

    /// Starts the job and kills it `after` microseconds from its beginning; whether it was still at work. Negative: no
    /// kill, and `took` is set.
    bool startAndKill(const Job& job, const std::filesystem::path& folder, qint64 after, qint64* took = nullptr) const {
        QProcess child;
        child.start(QCoreApplication::applicationFilePath(), {"--job", job.name, QString::fromStdString(toUtf8(source())), QString::fromStdString(toUtf8(folder))});
        require(child.waitForReadyRead(60'000), "the child does not begin");
        QElapsedTimer timer;
        timer.start();
        if (after >= 0) {
            QThread::usleep(static_cast<unsigned long>(after));
            child.kill();
        }
        require(child.waitForFinished(60'000), "the child does not end");
        if (took != nullptr) *took = timer.nsecsElapsed() / 1000;
        return child.exitStatus() == QProcess::CrashExit;
    }

private slots:
    void initTestCase() {
        qputenv("XDG_DATA_HOME", (m_source.path() + "/data").toUtf8());
        const auto path = sample().writeTo(source());
        must(fragmentInPlace(path, kSmall, {}));
        must(fragmentToDirectory(path, source() / "set", kSmall, {}));
    }

    void nothingIsLost_data() {
        QTest::addColumn<int>("job");
        QTest::addColumn<int>("kills");
        const int jobs = int(allJobs().size());
        for (int i = 0; i < jobs; ++i) QTest::newRow(allJobs()[std::size_t(i)].name) << i << kKills / jobs + (i < kKills % jobs ? 1 : 0);
    }
    void nothingIsLost() {
        QFETCH(int, job);
        QFETCH(int, kills);
        const Job& work = allJobs()[std::size_t(job)];
        qint64 longest = 0;
        {
            const QTemporaryDir folder;
            work.prepare(source(), pathOf(folder));
            require(!startAndKill(work, pathOf(folder), -1, &longest), "the child crashes by itself");
            work.check_complete(pathOf(folder));
        }
        std::mt19937 random(static_cast<unsigned>(job));
        int killed = 0;
        for (int attempt = 0; killed < kills; ++attempt) {
            require(attempt < 20 * kills, "the kills come too late again and again");
            const QTemporaryDir folder;
            work.prepare(source(), pathOf(folder));
            const qint64 after = std::uniform_int_distribution<qint64>(0, longest)(random);
            if (!startAndKill(work, pathOf(folder), after)) {
                longest = std::max<qint64>(longest * 9 / 10, 1000);  // done before: the machine has become faster
                continue;
            }
            ++killed;
            work.check_after_kill(pathOf(folder));
            work.run(source(), pathOf(folder));
            work.check_complete(pathOf(folder));
        }
        QCOMPARE(killed, kills);
    }
};

int main(int argc, char** argv) {
    if (argc == 5 && std::string_view(argv[1]) == "--job") return runJob(argv[2], fromUtf8(argv[3]), fromUtf8(argv[4]));
    QCoreApplication application(argc, argv);
    TestKill test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_kill.moc"
