// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fragment/repair.h"
#include "core/fragment/verifier.h"
#include "core/store/directory_store.h"
#include "core/store/image_store.h"
#include "tests/support/sample_set.h"

#include <QtTest>

using namespace tessera;
using namespace tessera::test;

class TestRepair : public QObject {
    Q_OBJECT
private slots:
    void missingFragmentsComeFromACopy() {
        QTemporaryDir folder;
        const Sample sample;
        const auto copy = sample.writeTo(pathOf(folder));
        const auto store = must(createDirectoryStore(pathOf(folder) / "set", Manifest(sample.manifest)));
        must(store->write(FragmentIndex{0}, sample.bytesOf(FragmentIndex{0})));
        const RepairReport report = must(repairStore(*store, copy, {}));
        QCOMPARE(report.repaired, sample.manifest.fragments.size() - 1);
        QVERIFY(report.still_wrong.empty());
        QVERIFY(must(verifyStore(*store, {})).ok());
    }

    void badBytesOfAnImageAreReplacedAndAWrongCopyIsRefused() {
        QTemporaryDir folder, other;
        const Sample sample;
        const auto good = sample.writeTo(pathOf(other));
        const auto image = sample.writeTo(pathOf(folder));
        const FragmentIndex victim{3};
        {
            File file = must(File::open(image, File::Mode::ReadWrite));
            std::byte byte{};
            must(file.readAt(sample.manifest.at(victim).offset, std::span(&byte, 1)));
            byte ^= std::byte{0x40};
            must(file.writeAt(sample.manifest.at(victim).offset, std::span(&byte, 1)));
        }
        const auto bad_copy = pathOf(other) / "bad.gguf";
        std::filesystem::copy_file(image, bad_copy);
        const auto store = must(createImageStore(pathOf(folder), Manifest(sample.manifest)));
        QCOMPARE(must(verifyStore(*store, {})).problems.size(), std::size_t{1});
        const RepairReport useless = must(repairStore(*store, bad_copy, {}));
        QCOMPARE(useless.repaired, 0u);
        QCOMPARE(useless.still_wrong, std::vector<FragmentIndex>{victim});
        QCOMPARE(must(repairStore(*store, good, {})).repaired, 1u);
        QVERIFY(must(verifyStore(*store, {})).ok());
    }

    void aFileOfAnotherSizeIsNoCopy() {
        QTemporaryDir folder;
        const Sample sample;
        const auto copy = sample.writeTo(pathOf(folder));
        std::filesystem::resize_file(copy, sample.gguf.size() - 1);
        const auto store = must(createDirectoryStore(pathOf(folder) / "set", Manifest(sample.manifest)));
        const auto report = repairStore(*store, copy, {});
        QVERIFY(!report);
        QVERIFY(report.error().kind == ErrorKind::InvalidArgument);
    }

    void itStops() {
        QTemporaryDir folder;
        const Sample sample;
        const auto copy = sample.writeTo(pathOf(folder));
        const auto store = must(createDirectoryStore(pathOf(folder) / "set", Manifest(sample.manifest)));
        std::stop_source stop;
        stop.request_stop();
        Operation operation;
        operation.stop = stop.get_token();
        const auto report = repairStore(*store, copy, operation);
        QVERIFY(!report && report.error().kind == ErrorKind::Cancelled);
    }
};

QTEST_APPLESS_MAIN(TestRepair)
#include "tst_repair.moc"
