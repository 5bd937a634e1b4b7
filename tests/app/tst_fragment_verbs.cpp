// SPDX-License-Identifier: GPL-3.0-or-later
// fragment, verify, list, tensor, recombine, on a small model with an awkward name.
#include "core/base/platform/paths.h"
#include "core/gguf/writer.h"
#include "tests/app/tessera_process.h"
#include "tests/support/llama_model.h"

#include <QCryptographicHash>
#include <QJsonArray>

#include <cmath>

using namespace tessera;
using namespace tessera::test;

namespace {

const QString kModel = QStringLiteral("Modèle größe 模型.gguf");

QString sha256Of(const QByteArray& bytes) {
    return QString::fromLatin1(QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex());
}

}  // namespace

class TestFragmentVerbs : public QObject {
    Q_OBJECT
private:
    /// Several fragments of 64 KiB in some tensors.
    static void writeModel(const Sandbox& sandbox, const QString& name = kModel) {
        LlamaShape shape;
        shape.embedding = 256;
        shape.feed_forward = 512;
        writeLlama(fromUtf8(sandbox.path(name).toStdString()), shape);
    }
    /// Turns a byte in the middle of the file over.
    static void damage(const Sandbox& sandbox, const QString& name) {
        QByteArray bytes = sandbox.read(name);
        QVERIFY(!bytes.isEmpty());
        const auto middle = bytes.size() / 2;
        bytes[middle] = static_cast<char>(bytes[middle] ^ 0x55);
        sandbox.write(name, bytes);
    }

private slots:
    void inPlaceWritesOnlyTheManifest() {
        const Sandbox sandbox;
        writeModel(sandbox);
        const QByteArray before = sandbox.read(kModel);
        const Finished cut = sandbox.run({"fragment", kModel, "--size", "64KiB", "--json"});
        COMPARE_CODE(cut, 0);
        const QJsonObject json = cut.json();
        QCOMPARE(json["format_version"].toInt(), 2);
        QCOMPARE(json["model_id"].toString(), sha256Of(before));
        QCOMPARE(json["size_bytes"].toInteger(), qint64(before.size()));
        QVERIFY(json["total_fragments"].toInt() > 10);
        QVERIFY(QFile::exists(sandbox.path(json["manifest"].toString())));
        QCOMPARE(sandbox.read(kModel), before);
        QVERIFY(sandbox.files().contains(kModel + ".manifest.json"));

        const Finished again = sandbox.run({"fragment", kModel});
        COMPARE_CODE(again, 1);
        QVERIFY2(again.err.contains("exists already; --force replaces it"), again.err.constData());
        COMPARE_CODE(sandbox.run({"fragment", kModel, "--force", "--size", "64KiB"}), 0);
        QCOMPARE(sandbox.run({"verify", kModel, "--json"}).json()["total_fragments"].toInt(), json["total_fragments"].toInt());
    }

    void folderAndBack_data() {
        QTest::addColumn<QString>("format");
        QTest::newRow("version 1") << "1";
        QTest::newRow("version 2") << "2";
    }
    void folderAndBack() {
        QFETCH(QString, format);
        const Sandbox sandbox;
        writeModel(sandbox);
        const QByteArray original = sandbox.read(kModel);
        const QString folder = sandbox.path("Stücke und mehr");
        const Finished cut = sandbox.run({"fragment", kModel, "-o", folder, "--format", format, "--json"});
        COMPARE_CODE(cut, 0);
        QCOMPARE(cut.json()["format_version"].toInt(), format.toInt());
        QVERIFY(QFile::exists(folder + "/manifest.json"));

        const Finished verified = sandbox.run({"verify", folder, "--json"});
        COMPARE_CODE(verified, 0);
        QCOMPARE(verified.json()["ok"].toBool(), true);
        QCOMPARE(verified.json()["header_verified"].toBool(), format != "1");

        const Finished rebuilt = sandbox.run({"recombine", folder, "-o", "neu.gguf", "--json"});
        COMPARE_CODE(rebuilt, 0);
        QCOMPARE(rebuilt.json()["files"].toArray()[0].toObject()["sha256"].toString(), sha256Of(original));
        QVERIFY(sandbox.read("neu.gguf") == original);

        const Finished again = sandbox.run({"recombine", folder, "-o", "neu.gguf"});
        COMPARE_CODE(again, 1);
        QVERIFY(again.err.contains("--force"));
        COMPARE_CODE(sandbox.run({"recombine", folder, "-o", "neu.gguf", "--force"}), 0);
        QCOMPARE(sandbox.files(), (QStringList{kModel, "neu.gguf"}));

        const Finished overwrite = sandbox.run({"fragment", kModel, "-o", folder, "--format", format});
        COMPARE_CODE(overwrite, 1);
        QVERIFY2(overwrite.err.contains("--force"), overwrite.err.constData());
        sandbox.write("Stücke und mehr/note.txt", "mine");
        const Finished strange = sandbox.run({"fragment", kModel, "-o", folder, "--format", format, "--force"});
        COMPARE_CODE(strange, 1);
        QVERIFY2(strange.err.contains("note.txt"), strange.err.constData());
        COMPARE_CODE(sandbox.run({"verify", folder}), 0);
        QVERIFY(QFile::remove(folder + "/note.txt"));
        COMPARE_CODE(sandbox.run({"fragment", kModel, "-o", folder, "--format", format == "1" ? "2" : "1", "--force"}), 0);
        COMPARE_CODE(sandbox.run({"verify", folder}), 0);
    }

    /// Not even with --force: the rebuilt file would stand where its own fragments, manifest or bytes were.
    void rebuildingNeverReplacesWhatItReads() {
        const Sandbox sandbox;
        writeModel(sandbox);
        COMPARE_CODE(sandbox.run({"fragment", kModel}), 0);
        COMPARE_CODE(sandbox.run({"fragment", kModel, "-o", "set"}), 0);
        const QString fragment = "set/fragments/" + QDir(sandbox.path("set/fragments")).entryList({"*.dat"}, QDir::Files)[0];
        const QList<QPair<QString, QString>> runs{{kModel, kModel}, {kModel, kModel + ".manifest.json"}, {"set", "set/manifest.json"},
                                                  {"set", fragment}, {"set/manifest.json", fragment}};
        for (const auto& [set, output] : runs) {
            const QByteArray before = sandbox.read(output);
            const Finished finished = sandbox.run({"recombine", set, "-o", output, "--force"});
            COMPARE_CODE(finished, 1);
            QVERIFY2(finished.err.contains("a part of the model that would be read"), finished.err.constData());
            QVERIFY(sandbox.read(output) == before);
        }
        COMPARE_CODE(sandbox.run({"recombine", "set", "-o", "set/new.gguf"}), 0);
    }

    void splitModelsComeBackWhole() {
        const Sandbox sandbox;
        writeSplitLlama(fromUtf8(sandbox.path().toStdString()), "split", LlamaShape{});
        const QStringList parts = sandbox.files();
        QCOMPARE(parts.size(), 2);
        COMPARE_CODE(sandbox.run({"fragment", parts[1], "-o", "set"}), 0);
        QVERIFY(QDir(sandbox.path()).mkdir("out"));
        const Finished rebuilt = sandbox.run({"recombine", "set", "-o", "out/any.gguf", "--json"});
        COMPARE_CODE(rebuilt, 0);
        QCOMPARE(rebuilt.json()["files"].toArray().size(), 2);
        for (const QString& part : parts) QVERIFY(sandbox.read("out/" + part) == sandbox.read(part));
    }

    void verifyNamesWhatIsBadOrMissing() {
        const Sandbox sandbox;
        writeModel(sandbox);
        COMPARE_CODE(sandbox.run({"fragment", kModel, "-o", "set"}), 0);
        const QStringList fragments = QDir(sandbox.path("set/fragments")).entryList({"*.dat"}, QDir::Files, QDir::Name);
        QVERIFY(fragments.size() > 3);
        const QJsonArray whole = sandbox.run({"verify", "set", "--json"}).json()["layers_here"].toArray();
        QCOMPARE(whole.size(), 1);
        QCOMPARE(whole[0].toArray()[0].toInt(-1), 0);
        QVERIFY(whole[0].toArray()[1].toInt() >= 1);
        damage(sandbox, "set/fragments/" + fragments[1]);
        QVERIFY(QFile::remove(sandbox.path("set/fragments/" + fragments[2])));

        const Finished text = sandbox.run({"verify", "set"});
        COMPARE_CODE(text, 1);
        QVERIFY(text.out.contains(fragments[1].chopped(4).toUtf8()));
        QVERIFY(text.out.contains(fragments[2].chopped(4).toUtf8()));
        QVERIFY(text.out.contains("2 of "));

        const Finished json = sandbox.run({"verify", "set", "--json"});
        COMPARE_CODE(json, 1);
        QCOMPARE(json.json()["ok"].toBool(), false);
        QHash<QString, QString> states;
        for (const QJsonValue& problem : json.json()["problems"].toArray()) states[problem["fragment_id"].toString()] = problem["state"].toString();
        QCOMPARE(states, (QHash<QString, QString>{{fragments[1].chopped(4), "bad"}, {fragments[2].chopped(4), "missing"}}));

        // Of a part of a model it says what is there.
        for (const QString& fragment : fragments.mid(2))
            if (!fragment.startsWith("blk.1.")) QFile::remove(sandbox.path("set/fragments/" + fragment));
        const Finished part = sandbox.run({"verify", "set"});
        COMPARE_CODE(part, 1);
        QVERIFY2(part.out.contains("layers here: 1 of 0–") && part.out.contains(fragments[1].chopped(4).toUtf8()), part.out.constData());
        QVERIFY2(!part.out.contains(fragments[2].chopped(4).toUtf8()) && part.out.contains("--json names each"), part.out.constData());
        const QJsonObject all = sandbox.run({"verify", "set", "--json"}).json();
        QCOMPARE(all["layers_here"].toArray(), QJsonArray{QJsonArray({1, 1})});
        QVERIFY(all["problems"].toArray().size() > 8);

        const Finished rebuilt = sandbox.run({"recombine", "set", "-o", "out.gguf"});
        COMPARE_CODE(rebuilt, 1);
        QVERIFY2(rebuilt.err.contains(fragments[2].chopped(4).toUtf8()) || rebuilt.err.contains(fragments[1].chopped(4).toUtf8()), rebuilt.err.constData());
        QVERIFY(!sandbox.files().contains("out.gguf"));
        // The fragment alone does not say which set it is of, nor what to do.
        const QByteArray where = ("The set is " + sandbox.path("set") + "; 'tessera verify'").toUtf8();
        QVERIFY2(rebuilt.err.contains(where), rebuilt.err.constData());
        const QString tensor = fragments[1].left(fragments[1].lastIndexOf(".S0."));
        const Finished looked = sandbox.run({"tensor", "set", tensor});
        COMPARE_CODE(looked, 1);
        QVERIFY2(looked.err.contains(where), looked.err.constData());
    }

    /// A folder stands for what the disk refuses to read.
    void aLayerThatCannotBeReadIsNotHere() {
        const Sandbox sandbox;
        writeModel(sandbox);
        COMPARE_CODE(sandbox.run({"fragment", kModel, "-o", "set"}), 0);
        const QStringList of_layer = QDir(sandbox.path("set/fragments")).entryList({"blk.0.*.dat"}, QDir::Files, QDir::Name);
        QVERIFY(!of_layer.isEmpty());
        const QString file = sandbox.path("set/fragments/" + of_layer[0]);
        QVERIFY(QFile::remove(file) && QDir().mkpath(file));
        const Finished verified = sandbox.run({"verify", "set", "--json"});
        COMPARE_CODE(verified, 1);
        const QJsonObject said = verified.json();
        QCOMPARE(said["problems"].toArray()[0].toObject()["state"].toString(), QStringLiteral("bad"));
        QCOMPARE(said["layers_here"].toArray()[0].toArray()[0].toInt(-1), 1);
    }

    void verifyOfADamagedImage() {
        const Sandbox sandbox;
        writeModel(sandbox);
        COMPARE_CODE(sandbox.run({"fragment", kModel}), 0);
        damage(sandbox, kModel);
        const Finished verified = sandbox.run({"verify", kModel, "--json"});
        COMPARE_CODE(verified, 1);
        QCOMPARE(verified.json()["problems"].toArray().size(), 1);
    }

    void plainModelsSayThatNothingVerifiesThem() {
        const Sandbox sandbox;
        writeModel(sandbox);
        const Finished verified = sandbox.run({"verify", kModel, "--json"});
        COMPARE_CODE(verified, 1);
        QCOMPARE(verified.json()["error"].toObject()["kind"].toString(), QString("unsupported"));
        const Finished listed = sandbox.run({"list", kModel});
        COMPARE_CODE(listed, 0);
        QVERIFY2(listed.err.contains("nothing to verify"), listed.err.constData());
        QCOMPARE(sandbox.run({"list", kModel, "-q"}).err, QByteArray());
        QCOMPARE(sandbox.files(), QStringList{kModel});
    }

    void listsAndFilters() {
        const Sandbox sandbox;
        writeModel(sandbox);
        COMPARE_CODE(sandbox.run({"fragment", kModel, "--size", "64KiB"}), 0);
        const QJsonObject all = sandbox.run({"list", kModel, "--json"}).json();
        const QJsonArray fragments = all["fragments"].toArray();
        QCOMPARE(fragments.size(), all["total_fragments"].toInt());
        qint64 bytes = 0;
        for (const QJsonValue& fragment : fragments) bytes += fragment["size_bytes"].toInteger();
        QVERIFY(bytes > sandbox.read(kModel).size() * 9 / 10);

        const QJsonArray layer = sandbox.run({"list", kModel, "--layer", "1", "--json"}).json()["fragments"].toArray();
        QVERIFY(!layer.isEmpty() && layer.size() < fragments.size());
        for (const QJsonValue& fragment : layer) QVERIFY(fragment["tensor_name"].toString().startsWith("blk.1."));

        const QJsonArray globbed = sandbox.run({"list", kModel, "--tensor", "blk.?.ffn_down.*", "--json"}).json()["fragments"].toArray();
        QVERIFY(globbed.size() > 2);  // 512 × 256 floats are eight fragments each
        for (const QJsonValue& fragment : globbed) QCOMPARE(fragment["component"].toString(), QString("ffn_down"));

        const Finished table = sandbox.run({"list", kModel, "--tensor", "output_norm.weight"});
        COMPARE_CODE(table, 0);
        const QList<QByteArray> lines = table.out.split('\n');
        QVERIFY(lines[0].startsWith("id "));
        QVERIFY2(lines[1].startsWith("output_norm.weight.S0.") && lines[1].contains("F32"), lines[1].constData());
        QVERIFY(lines[2].startsWith("1 of "));
    }

    void tensorsTellWhatTheyHold() {
        const Sandbox sandbox;
        const QString name = "werte.gguf";
        const std::vector<float> values{0, 1, -2, std::nanf(""), 4, 5, INFINITY, 7};
        Metadata metadata;
        metadata.set("general.architecture", metadataString("llama"));
        const auto bytes = std::as_bytes(std::span(values));
        QVERIFY(writeGguf(fromUtf8(sandbox.path(name).toStdString()), metadata,
                          {{"some.weight", TensorType::F32, {2, 4}, {bytes.begin(), bytes.end()}}}).has_value());
        const QJsonObject json = sandbox.run({"tensor", name, "some.weight", "--json"}).json();
        QCOMPARE(json["type"].toString(), QString("F32"));
        QCOMPARE(json["shape"].toArray(), (QJsonArray{2, 4}));
        QCOMPARE(json["min"].toDouble(), -2.0);
        QCOMPARE(json["max"].toDouble(), 7.0);
        QCOMPARE(json["mean"].toDouble(), 2.5);
        QCOMPARE(json["zeros"].toInt(), 1);
        QCOMPARE(json["nan"].toInt(), 1);
        QCOMPARE(json["inf"].toInt(), 1);
        QCOMPARE(json["first_values"].toArray()[1].toDouble(), 1.0);
        QVERIFY(json["first_values"].toArray()[3].isNull());

        const Finished rows = sandbox.run({"tensor", name, "some.weight", "--rows", "1:3", "--npy", "zeilen.npy", "--json"});
        COMPARE_CODE(rows, 0);
        QCOMPARE(rows.json()["row_count"].toInt(), 2);
        QCOMPARE(rows.json()["nan"].toInt(), 1);
        const QByteArray npy = sandbox.read("zeilen.npy");
        QVERIFY(npy.contains("'shape': (2, 2), "));
        QCOMPARE(npy.right(16), QByteArray(reinterpret_cast<const char*>(values.data() + 2), 16));

        const Finished outside = sandbox.run({"tensor", name, "some.weight", "--rows", "2:9"});
        COMPARE_CODE(outside, 1);
        QVERIFY2(outside.err.contains("has rows 0 to 3"), outside.err.constData());
        const Finished unknown = sandbox.run({"tensor", name, "some.wieght"});
        COMPARE_CODE(unknown, 1);
        QVERIFY2(unknown.err.contains("did you mean some.weight?"), unknown.err.constData());
    }

    void quantisedTensorsOfAllDimensions() {
        const Sandbox sandbox;
        LlamaShape shape;
        shape.type = *tensorTypeFromName("Q8_0");
        writeLlama(fromUtf8(sandbox.path("q.gguf").toStdString()), shape);
        COMPARE_CODE(sandbox.run({"fragment", "q.gguf"}), 0);
        const Finished whole = sandbox.run({"tensor", "q.gguf", "blk.0.ffn_down.weight", "--npy", "w.npy", "--json"});
        COMPARE_CODE(whole, 0);
        QCOMPARE(whole.json()["type"].toString(), QString("Q8_0"));
        QCOMPARE(whole.json()["values"].toInt(), 128 * 64);
        QVERIFY(sandbox.read("w.npy").contains("'shape': (64, 128), "));
        const Finished vector = sandbox.run({"tensor", "q.gguf", "output_norm.weight", "--npy", "v.npy"});
        COMPARE_CODE(vector, 0);
        QVERIFY(vector.out.contains("F32"));
        QVERIFY(sandbox.read("v.npy").contains("'shape': (64,), "));
    }

    void aSetIsFoundWhereItLies() {
        const Sandbox sandbox;
        QVERIFY(QDir(sandbox.path()).mkdir("models"));
        writeModel(sandbox, "models/m.gguf");
        COMPARE_CODE(sandbox.run({"fragment", "models/m.gguf"}), 0);
        COMPARE_CODE(sandbox.run({"verify"}), 0);
        QVERIFY(sandbox.run({"verify"}).err.contains("the model is " + sandbox.path("models/m.gguf").toUtf8()));
        const QJsonObject tensor = sandbox.run({"tensor", "output_norm.weight", "--json"}).json();
        QCOMPARE(tensor["name"].toString(), QString("output_norm.weight"));
        const Finished nameless = sandbox.run({"tensor", "models/m.gguf"});
        COMPARE_CODE(nameless, 2);
        QVERIFY2(nameless.err.contains("NAME is required: 'models/m.gguf' is a file"), nameless.err.constData());
    }
};

QTEST_GUILESS_MAIN(TestFragmentVerbs)
#include "tst_fragment_verbs.moc"
