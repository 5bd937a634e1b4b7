// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/platform/paths.h"
#include "core/fragment/fragmenter.h"
#include "tests/support/made_models.h"
#include "tests/support/test_model.h"

#include <QTemporaryDir>
#include <QtTest>

#include <fstream>
#include <set>

using namespace tessera;
using namespace tessera::test;

namespace {

constexpr std::uint64_t kSmall = limits::kMinFragmentBytes;

/// Three tensors, several fragments of 64 KiB each.
std::filesystem::path writeModel(const std::filesystem::path& path, std::uint64_t seed = 1) {
    Metadata metadata;
    metadata.set("general.architecture", metadataString("llama"));
    metadata.set("tokens", metadataStrings(std::vector<std::string>(9000, "a token")));  // a header of two pieces
    const auto written = writeGguf(path, metadata,
                                   {madeTensor("token_embd.weight", TensorType::F32, {256, 1000}, seed),
                                    madeTensor("blk.0.ffn_up_exps.weight", TensorType{8}, {64, 1500, 3}, seed + 1),
                                    madeTensor("output_norm.weight", TensorType::F32, {256}, seed + 2)});
    if (!written) qFatal("%s", written.error().message.c_str());
    return path;
}

std::filesystem::path folderOf(const QTemporaryDir& temporary) { return fromUtf8(temporary.path().toStdString()); }

Sha256Digest hashOf(std::string_view text) { return sha256(std::as_bytes(std::span(text))); }

/// Every fragment's hash and the files' hashes against the files themselves; all bytes not covered are zero.
void verifyAgainst(const Manifest& manifest, const std::vector<std::filesystem::path>& files) {
    QCOMPARE(manifest.files.size(), files.size());
    for (std::uint32_t i = 0; i < files.size(); ++i) {
        const std::string content = contentOf(files[i]);
        QVERIFY(manifest.files[i].sha256 == hashOf(content));
        QCOMPARE(manifest.files[i].size_bytes, content.size());
        std::string rebuilt(content.size(), '\0');
        for (const Fragment& fragment : manifest.fragments) {
            if (fragment.file_index != i) continue;
            const std::string part = content.substr(fragment.offset, fragment.size_bytes);
            QVERIFY2(fragment.sha256 == hashOf(part), fragment.id.c_str());
            rebuilt.replace(fragment.offset, fragment.size_bytes, part);
        }
        QVERIFY(rebuilt == content);
    }
}

std::set<std::string> filesIn(const std::filesystem::path& folder) {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (entry.is_regular_file()) names.insert(toUtf8(std::filesystem::relative(entry.path(), folder)));
    }
    return names;
}

}  // namespace

class TestFragmenter : public QObject {
    Q_OBJECT

    QTemporaryDir m_data;
    const std::filesystem::path m_default_model = test::defaultModel();  // before the data folder is another one

private slots:
    void initTestCase() { qputenv("XDG_DATA_HOME", m_data.path().toUtf8()); }

    void hashes_data() {
        QTest::addColumn<int>("threads");
        QTest::newRow("one thread") << 1;
        QTest::newRow("four threads") << 4;
    }
    void hashes() {
        QFETCH(const int, threads);
        QTemporaryDir temporary;
        const auto model = writeModel(folderOf(temporary) / "größe.gguf");
        const auto manifest = hashModel(model, {kSmall, threads}, {});
        QVERIFY2(manifest, manifest ? "" : manifest.error().message.c_str());
        verifyAgainst(*manifest, {model});
        QCOMPARE(manifest->model_name, std::string("größe"));
        QCOMPARE(manifest->architecture, std::string("llama"));
        QVERIFY(manifest->model_id == manifest->files[0].sha256);
        QCOMPARE(filesIn(folderOf(temporary)).size(), 1u);  // nothing written
        QVERIFY(parseManifest(manifestToJson(*manifest), "again"));
    }

    void gapsThatAreNotZeroAreKept() {
        QTemporaryDir temporary;
        const auto model = writeModelWithGaps(folderOf(temporary) / "gaps.gguf");
        const auto manifest = hashModel(model, {}, {});
        QVERIFY2(manifest, manifest ? "" : manifest.error().message.c_str());
        verifyAgainst(*manifest, {model});
        const auto gaps = std::count_if(manifest->fragments.begin(), manifest->fragments.end(),
                                        [](const Fragment& fragment) { return fragment.kind == FragmentKind::Gap; });
        QCOMPARE(gaps, 3);  // the fourth is 4 KiB of zeros
    }

    void splitModel() {
        QTemporaryDir temporary;
        const auto parts = writeSplitModel(folderOf(temporary), "m",
                                           {{madeTensor("a", TensorType::F32, {256, 700}, 1)},
                                            {madeTensor("b", TensorType{8}, {64, 4000}, 2)},
                                            {madeTensor("c", TensorType::F16, {8}, 3)}});
        const auto manifest = hashModel(parts[2], {kSmall, 4}, {});
        QVERIFY2(manifest, manifest ? "" : manifest.error().message.c_str());
        verifyAgainst(*manifest, parts);
        QCOMPARE(manifest->model_name, std::string("m"));
        QVERIFY(fragmentInPlace(parts[1], {kSmall, 0}, {}).value() == inPlaceManifestPath(parts[0]));
        QVERIFY(findInPlaceManifest(parts[2]) == inPlaceManifestPath(parts[0]));
    }

    void inPlaceAndWhereThatIsNotPossible() {
        QTemporaryDir temporary;
        const auto model = writeModel(folderOf(temporary) / "m.gguf");
        QVERIFY(findInPlaceManifest(model).empty());
        const auto beside = inPlaceManifestPath(model);
        std::filesystem::create_directories(beside / "in the way");  // works for root too, unlike a read-only folder
        const auto fallback = fragmentInPlace(model, {}, {});
        QVERIFY2(fallback, fallback ? "" : fallback.error().message.c_str());
        QVERIFY(*fallback == fallbackManifestPath(model));
        QVERIFY(toUtf8(*fallback).starts_with(m_data.path().toStdString()));
        QVERIFY(findInPlaceManifest(model) == *fallback);
        verifyAgainst(readManifest(*fallback).value(), {model});
        std::filesystem::remove_all(beside);
        QVERIFY(fragmentInPlace(model, {}, {}).value() == beside);
        QVERIFY(findInPlaceManifest(model) == beside);
        QVERIFY(!std::filesystem::exists(*fallback));
    }

    void folder() {
        QTemporaryDir temporary;
        const auto model = writeModel(folderOf(temporary) / "m.gguf");
        writeFile(folderOf(temporary) / "tokenizer.model", "pieces");
        const auto folder = folderOf(temporary) / "neuer Ordner" / "セット";
        const auto cut = fragmentToDirectory(model, folder, {kSmall, 0}, {});
        QVERIFY2(cut, cut ? "" : cut.error().message.c_str());
        const Manifest manifest = readManifest(folder / "manifest.json").value();
        verifyAgainst(manifest, {model});
        std::set<std::string> expected{"manifest.json", "tokenizer.model"};
        for (const Fragment& fragment : manifest.fragments) {
            expected.insert("fragments/" + fragment.id + ".dat");
            QVERIFY(hashOf(contentOf(folder / "fragments" / (fragment.id + ".dat"))) == fragment.sha256);
        }
        QVERIFY(filesIn(folder) == expected);
        // The same manifest as in place.
        QVERIFY(manifest.set_id == hashModel(model, {kSmall, 0}, {})->set_id);
        const auto again = fragmentToDirectory(model, folder, {kSmall, 0}, {});
        QVERIFY(!again);
        QVERIFY2(again.error().message.find("holds a finished cut") != std::string::npos,
                 again.error().message.c_str());
        QVERIFY(filesIn(folder) == expected);
    }

    void foldersOfOthersAreLeftAlone() {
        QTemporaryDir temporary;
        const auto model = writeModel(folderOf(temporary) / "m.gguf");
        const auto folder = folderOf(temporary) / "out";
        std::filesystem::create_directory(folder);
        writeFile(folder / "letter.txt", "dear");
        const auto cut = fragmentToDirectory(model, folder, {kSmall, 0}, {});
        QVERIFY(!cut);
        QCOMPARE(errorKindName(cut.error().kind), std::string_view("invalid argument"));
        QVERIFY(filesIn(folder) == std::set<std::string>{"letter.txt"});
        QVERIFY(!fragmentToDirectory(model, folder / "new", {1, 0}, {}));  // a fragment size of one byte
        QVERIFY(!std::filesystem::exists(folder / "new"));
    }

    void stoppedAndTakenUpAgain() {
        QTemporaryDir temporary;
        const auto model = writeModel(folderOf(temporary) / "m.gguf");
        const auto folder = folderOf(temporary) / "out";
        std::stop_source stop;
        stop.request_stop();
        const auto stopped = fragmentToDirectory(model, folder, {kSmall, 0}, {stop.get_token(), {}});
        QVERIFY(!stopped);
        QCOMPARE(errorKindName(stopped.error().kind), std::string_view("cancelled"));
        QVERIFY(!std::filesystem::exists(folder / "manifest.json"));
        // What a killed run leaves: some fragments, one of them damaged, and a temporary file.
        const Manifest manifest = hashModel(model, {kSmall, 0}, {}).value();
        const std::string content = contentOf(model);
        const auto path_of = [&](std::size_t i) { return folder / "fragments" / (manifest.fragments[i].id + ".dat"); };
        const auto bytes_of = [&](std::size_t i) {
            return content.substr(manifest.fragments[i].offset, manifest.fragments[i].size_bytes);
        };
        writeFile(path_of(0), bytes_of(0));
        writeFile(path_of(3), std::string(bytes_of(3).size(), 'x'));
        writeFile(path_of(4), "short");
        writeFile(folder / "fragments" / ".0123456789abcdef.tessera-tmp", "half");
        const auto untouched = std::filesystem::last_write_time(path_of(0)) - std::chrono::hours(1);
        std::filesystem::last_write_time(path_of(0), untouched);
        const auto done = fragmentToDirectory(model, folder, {kSmall, 0}, {});
        QVERIFY2(done, done ? "" : done.error().message.c_str());
        QVERIFY(std::filesystem::last_write_time(path_of(0)) == untouched);
        for (std::size_t i = 0; i < manifest.fragments.size(); ++i) QVERIFY(contentOf(path_of(i)) == bytes_of(i));
        QCOMPARE(filesIn(folder).size(), manifest.fragments.size() + 1);
    }

    void anInterruptedCutOfAnotherModel() {
        QTemporaryDir temporary;
        const auto model = writeModel(folderOf(temporary) / "m.gguf");
        const auto other = writeModel(folderOf(temporary) / "other.gguf", 9);
        std::stop_source stop;
        stop.request_stop();
        const auto folder = folderOf(temporary) / "out";
        QVERIFY(!fragmentToDirectory(model, folder, {kSmall, 0}, {stop.get_token(), {}}));
        for (const auto& cut : {fragmentToDirectory(other, folder, {kSmall, 0}, {}),
                                fragmentToDirectory(model, folder, {2 * kSmall, 0}, {})}) {
            QVERIFY(!cut);
            QVERIFY2(cut.error().message.find("interrupted cut of another model") != std::string::npos,
                     cut.error().message.c_str());
        }
        QVERIFY(fragmentToDirectory(model, folder, {kSmall, 0}, {}));
    }

    void progressAndStopInTheMiddle() {
        QTemporaryDir temporary;
        const auto model = writeModel(folderOf(temporary) / "m.gguf");
        std::uint64_t last = 0;
        std::uint64_t total = 0;
        bool forwards = true;
        const ProgressCallback progress = [&](const Progress& now) {
            forwards = forwards && now.done >= last && now.done <= now.total && now.stage == "hashing";
            last = now.done;
            total = now.total;
        };
        QVERIFY(hashModel(model, {kSmall, 0}, {{}, progress}));
        QVERIFY(forwards);
        QCOMPARE(total, std::filesystem::file_size(model));
        QCOMPARE(last, total);
        std::stop_source stop;
        const auto stopped =
            hashModel(model, {kSmall, 1}, {stop.get_token(), [&](const Progress&) { stop.request_stop(); }});
        QVERIFY(!stopped);
        QCOMPARE(errorKindName(stopped.error().kind), std::string_view("cancelled"));
    }

    void fileThatChangesMeanwhile() {
        QTemporaryDir temporary;
        const auto model = writeModel(folderOf(temporary) / "m.gguf");
        bool written = false;
        const ProgressCallback write = [&](const Progress&) {
            if (std::exchange(written, true)) return;
            std::ofstream(model, std::ios::binary | std::ios::app) << "more";
        };
        const auto hashed = hashModel(model, {kSmall, 1}, {{}, write});
        QVERIFY(!hashed);
        QVERIFY2(hashed.error().message.find("the file changed while it was read") != std::string::npos,
                 hashed.error().message.c_str());
    }

    void sourceErrorsWriteNothing() {
        QTemporaryDir temporary;
        const auto missing =
            fragmentToDirectory(folderOf(temporary) / "none.gguf", folderOf(temporary) / "out", {}, {});
        QVERIFY(!missing);
        QCOMPARE(errorKindName(missing.error().kind), std::string_view("not found"));
        writeFile(folderOf(temporary) / "bad.gguf", "GGUF\3");
        QVERIFY(!fragmentInPlace(folderOf(temporary) / "bad.gguf", {}, {}));
        QVERIFY(!fragmentToDirectory(folderOf(temporary) / "bad.gguf", folderOf(temporary) / "out", {}, {}));
        QVERIFY(filesIn(folderOf(temporary)) == std::set<std::string>{"bad.gguf"});
    }

    void defaultModel() {
        const auto manifest = hashModel(m_default_model, {}, {});
        QVERIFY2(manifest, manifest ? "" : manifest.error().message.c_str());
        QVERIFY(toHex(manifest->model_id).starts_with("b179"));  // as the model's page shows it
        verifyAgainst(*manifest, {m_default_model});
    }
};

QTEST_APPLESS_MAIN(TestFragmenter)
#include "tst_fragmenter.moc"
