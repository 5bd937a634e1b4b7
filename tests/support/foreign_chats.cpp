// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/foreign_chats.h"

#include <QDataStream>
#include <QIODevice>
#include <QUrl>
#include <QVariant>

namespace tessera::test {
namespace {

/// One item as GPT4All's chat format has it in `version`; parts only from 12 on.
void writeItem(QDataStream& out, int version, const QString& name, const QString& value, bool with_parts) {
    if (version < 12) out << qint32(0);
    out << name << value;
    if (version < 10) out << QString("unused prompt");
    out << QString() << false << false << false << false;
    if (version >= 11 && name == "Response: ") out << false;
    if (version >= 8) {
        out << qint64(1);
        for (int i = 0; i < 7; ++i) out << QString("source");
        out << qint32(1) << qint32(2) << qint32(3);
    } else if (version >= 3) {
        out << QString() << QStringList();
    }
    if (version >= 10) {
        out << qint64(name == "Prompt: " ? 1 : 0);
        if (name == "Prompt: ") out << QUrl::fromLocalFile("/tmp/notes.txt") << QByteArray("some notes");
    }
    if (version < 12) return;
    out << qint64(with_parts ? 1 : 0);
    if (!with_parts) return;
    out << QString("Response: ") << QString() << qint64(3);
    out << QString("Text: ") << QString("First. ") << qint64(0);
    out << QString("Think: ") << QString("<think>Easy</think>") << qint32(1200) << qint64(0);
    out << QString("ToolCall: ") << QString("<javascript_interpret>x</javascript_interpret>");
    out << QString("js") << qint64(1) << QString("code") << qint32(0) << QVariant(QString("x")) << QString("3") << qint32(0)
        << QString();
    out << qint64(0);
}

}  // namespace

QByteArray gpt4AllChat(int version) {
    QByteArray bytes;
    QDataStream out(&bytes, QIODevice::WriteOnly);
    out << quint32(0xF5D553CC) << qint32(version);
    out.setVersion(QDataStream::Qt_6_2);
    out << qint64(1700000000) << QString("id-1") << QString("Capitals \U0001F5FC") << QString("me") << QString("model.gguf");
    if (version >= 3) out << QStringList{"docs"};
    if (version < 11) {
        const bool cache = version < 6 || version == 8;
        if (version >= 6) out << cache;
        if (version >= 2) out << qint32(1) << qint32(0);
        out << QString("r") << QString("n") << quint32(12);
        if (cache) {
            if (version < 4) out << quint32(0);
            out << quint32(3);
            if (version >= 7) out << quint32(2048);
            if (version < 9) out << quint64(2) << qint32(1) << qint32(2);
            out << quint64(3) << qint32(1) << qint32(2) << qint32(3) << QByteArray("state");
        }
    }
    out << qint32(2);
    writeItem(out, version, "Prompt: ", "Capital of France?", false);
    writeItem(out, version, "Response: ", "Paris.", true);
    return bytes;
}

}  // namespace tessera::test
