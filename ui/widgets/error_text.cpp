// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/error_text.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace tessera::ui {
namespace {

constexpr const char* kContext = "tessera::ui::ErrorText";

/// Said in front of a message that no sentence below fits.
const char* headline(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::NotFound: return QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "Not found: %1");
        case ErrorKind::Corrupt: return QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "Damaged or contradictory data: %1");
        case ErrorKind::Unsupported: return QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "Not supported: %1");
        case ErrorKind::InvalidArgument: return QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "This cannot be done: %1");
        case ErrorKind::Io: return QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "The system refuses: %1");
        case ErrorKind::Network: return QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "The network fails: %1");
        case ErrorKind::Refused: return QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "Refused: %1");
        case ErrorKind::Cancelled: return QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "Stopped: %1");
        case ErrorKind::OutOfMemory: return QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "Not enough memory: %1");
    }
    return "%1";
}

/// Sentences of core that users meet, as core writes them (a test holds them against its sources): what core fills in
/// stands as %1, %2 …, in their order. A name before a sentence ("model.gguf: …") stays before it, and what a place holds
/// is looked up in turn.
constexpr std::array kCoreSentences{
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "there is no such file or folder; a GGUF, a manifest or a folder of fragments is looked for"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "the bytes are not those of the manifest: their SHA-256 is %1, it should be %2"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "%1, shard %2 of %3 (fragment %4)"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "header of %1, bytes %2 to %3 (fragment %4)"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "bytes %1 to %2 of %3 (fragment %4)"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "is no GGUF, no manifest and no folder of fragments"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "not a GGUF file: it begins with %1, not with 'GGUF'"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "this is a Git LFS pointer, not the model itself (fetch it with git lfs pull)"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "this is a model in the GGML format that came before GGUF (convert it to GGUF)"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "the file ends inside its header, in %1 at byte %2 (download it again)"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "the magic number"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "the version"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "the tensor count"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "the metadata count"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "a metadata key"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "a tensor name"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "a tensor's dimensions"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "a tensor's offset"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "an array of %1 strings"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "the file has %1 bytes, the manifest says %2: it was cut short or is another one. Fetch it again, or make a new manifest (tessera fragment --in-place)"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "the disk is full: %1 are needed and %2 are free; free some space, or choose a place on another disk"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "%1 are needed, %2 are free on this disk; make room or choose another folder"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "another program is writing to this model; wait until it has ended"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "is in use; close the model first"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "architecture %1 is not known to this engine (known: %2); use the llama.cpp engine"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "the model has no vocabulary"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "the model computes values that are not numbers (NaN): its file is damaged, or it overflows the KV cache's format (--kv-type f32)"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "the KV cache of %1 tokens needs %2, and %3 of memory are free; choose a smaller context (--ctx)"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "a context of %1 tokens needs %2 for its keys and values; choose a smaller context"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "a context of %1 tokens exceeds the limit of %2"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "no memory for %1 of tensor %2"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "no memory for a graph of %1 rows; choose a smaller micro-batch"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "ggml had no memory to compute"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "%1 is not known: check the link, and that this machine is online"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "%1 does not answer (%2)"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "%1 is too slow: not connected in %2 s, or less than 1 KiB/s for %3 s"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "the connection to %1 was lost (%2)"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "%1 does not give this file to everybody (HTTP %2): sign in on its page and accept the model's terms, give the server's token (TESSERA_LINK_TOKEN), or use another link"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "%1 has no such file (HTTP %2): check the link"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "%1 is busy or out of order (HTTP %2); try again later"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "%1 refuses (HTTP %2)"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "%1 cannot prove that it is %2: its certificate is not trusted (%3). Nothing was fetched"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "the connection ended"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "no answer in time"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "nothing listens there; start the node, or check the port"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "its name is not known; check the address, and that this machine is online"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "there is no way to this address; check it, and that both machines are in one network"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "what listens there does not speak as a node does; check the port"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "it has stopped answering: frozen, or cut off from the network"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "it does not know this request: use the same version of Tessera"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "a message was larger than is allowed: use the same version of Tessera"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "the key %1 has no right to compute on this node; its owner can allow it with 'tessera peers allow'"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "the machine there has another key, %1; nothing was sent to it"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "the node is full: it has %1 of at most %2 sessions"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "the node is full: this context needs %1 for keys and values, %2 of %3 are in use; choose a smaller context (--ctx) or another node"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "the node is full: these rows need %1, %2 of %3 are in use by %4 sessions"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "the node is full: it answers %1 calls already, with at most %2 sessions"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "the node computes another model: set %1…, asked for %2…"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "the node computes in another numerics class: %1"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "it computes another model (set %1…)"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "it computes with %1 kernels, this machine with %2, so the answer would have other last bits; choose the same --kernels, or --other-class"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "its numerics class is another one (%1), so the answer would have other last bits; --other-class allows it"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "it has no layers, only rows of matrices (--row-nodes)"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "its description makes no sense here: use the same version of Tessera"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "the other side speaks protocol %1, this one %2: use the same version of Tessera"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "it did not open a session in time"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "the step was not completed before its deadline"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "a product was not there before its deadline"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "its rows are not ready yet"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "it computed other numbers than %1"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "two machines computed different numbers"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "%1: %2 replacements failed one after the other, the last one so: %3"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "layers %1–%2: no answer before the deadline"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "layers %1–%2: the nodes have too little memory left for this context; choose a smaller one (--ctx), or more nodes"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "%1; %2 is left out: %3"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "%1; %2 cannot either: %3"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "%1; this machine was not to take its place"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "%1, and their fragments are not on this machine"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "nobody has layers %1"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "%1: %2 goes on for %3 after %4 s"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "%1: %2 failed (%3)"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "rows of the matrices, part %1 of %2"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "layers %1–%2"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "no node was joined yet; an invitation to one does it ('tessera join')"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "callers know a model by its manifest, which this one does not have; 'tessera fragment' makes it"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "nodes know a model by its manifest, which this one does not have; 'tessera fragment' makes it"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "no layer's fragments are complete on this machine; 'tessera fetch' gets them, --layers none serves rows of matrices alone"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "fragments of layers %1–%2 are missing on this machine; 'tessera fetch' gets them"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "cannot listen on %1: the address is not this machine's, or its port is in use"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "there is no such invitation: it has expired, was withdrawn, or is another machine's"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "this invitation was used already; each is good once"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "this is no invitation: ID@HOST:PORT#SECRET, as 'tessera invite' prints it"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "layers on nodes show their residual stream alone: norms and the lens; attention, neurons, experts and captured tensors can be seen where the layers are, and here once their fragments are here"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "leaving parts of layers out needs all of them on this machine; do it without nodes"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "it shows nothing of its layers: use the same version of Tessera"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "looking through the output matrix needs all of it on this machine; leave --row-nodes out"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "no matrix of this model can be cut into %1 parts of whole tiles of %2 rows"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "%1 need %2, but of the memory that may be used (%3 for the model) %4 are taken%5; allow more (--memory)"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "the weights that every token uses"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "the graphs of a session"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "the program and the model's vocabulary take %1 already; allow more than %2 (--memory)"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "the experts of one token need %1 beside the other weights, and %2 are left of the memory that may be used; allow more (--memory)"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "%1 rows at once can need %2 of a layer's experts, and %3 are left for them; allow more (--memory), or compute %4 at once (--batch)"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "llama.cpp takes the memory that it needs; leave --memory out"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "tensor %1 is not known to this engine's %2; use the llama.cpp engine"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "tensor %1 is not known to this engine's %2"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "architecture %1 is not known to this engine (known: %2)"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "the model has %1 experts; this engine computes dense %2 models only; use the llama.cpp engine"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "heads have keys of %1 and values of %2 elements; this engine needs equal sizes; use the llama.cpp engine"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "our own kernels are written for AVX2, AVX-512 with VNNI, and NEON with dot products, which this processor does not have; use --kernels ggml"),
};

/// What the system and libcurl add, and what core wanted from them.
constexpr std::array kSystemWords{
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "cannot %1: %2 (%3)"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "cannot %1: %2"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "open it for writing"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "open it"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "create it"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "create the folder"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "read %1 bytes at %2"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "write %1 bytes at %2"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "make it %1 bytes long"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "bring it to the disk"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "rename it to '%1'"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "No such file or directory"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "No space left on device"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "Permission denied"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "Read-only file system"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "Is a directory"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "Not a directory"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "Cannot allocate memory"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "Input/output error"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "the disk is full: free some space, or choose a place on another disk"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "check the permissions, or choose another place"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "choose a place that can be written"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "Failed to connect to %1 port %2 after %3 ms: %4"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "Couldn't connect to server"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "Connection refused"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "Connection timed out"),
};

/// Words that stand in a place of a sentence, and the window's own errors.
constexpr std::array kPieces{
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "node %1"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "this machine"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "another node"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "our own"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "ggml's"),
    QT_TRANSLATE_NOOP("tessera::ui::ErrorText", "every node that was joined is left out; tick one on the Network page"),
};

/// "%1 refuses (HTTP %2)" as an expression that captures what stands for %1 and %2. The place of a piece is one word.
QRegularExpression expressionOf(const QString& sentence, const QString& place = QStringLiteral("(.*?)")) {
    static const QRegularExpression placeholder(QStringLiteral("%\\d"));
    QString expression;
    qsizetype at = 0;
    for (auto match = placeholder.globalMatch(sentence); match.hasNext();) {
        const QRegularExpressionMatch found = match.next();
        expression += QRegularExpression::escape(sentence.mid(at, found.capturedStart() - at)) + place;
        at = found.capturedEnd();
    }
    expression += QRegularExpression::escape(sentence.mid(at));
    return QRegularExpression(QRegularExpression::anchoredPattern(expression), QRegularExpression::DotMatchesEverythingOption);
}

struct Sentence {
    const char* source;
    QRegularExpression expression;
};

const std::vector<Sentence>& sentences() {
    static const auto all = [] {
        std::vector<Sentence> made;
        for (const char* source : kCoreSentences) made.push_back({source, expressionOf(QString::fromUtf8(source))});
        for (const char* source : kSystemWords) made.push_back({source, expressionOf(QString::fromUtf8(source))});
        for (const char* source : kPieces) made.push_back({source, expressionOf(QString::fromUtf8(source), QStringLiteral("(\\S+)"))});
        return made;
    }();
    return all;
}

QString inOtherWords(const QString& message);

/// Null when no sentence is this one, or the language has no words of its own for it.
QString translatedSentence(const QString& message) {
    for (const Sentence& sentence : sentences()) {
        const QRegularExpressionMatch match = sentence.expression.match(message);
        if (!match.hasMatch()) continue;
        QString text = QCoreApplication::translate(kContext, sentence.source);
        if (text == QString::fromUtf8(sentence.source)) return {};
        // From behind, so that a "%1" in a file's name is not taken for a place.
        std::vector<std::pair<qsizetype, int>> places;
        for (int part = 1; part <= match.lastCapturedIndex(); ++part) places.emplace_back(text.indexOf(QLatin1Char('%') + QString::number(part)), part);
        std::sort(places.rbegin(), places.rend());
        for (const auto& [place, part] : places) {
            const QString held = match.captured(part), other = inOtherWords(held);
            if (place >= 0) text.replace(place, 2, other.isNull() ? held : other);
        }
        return text;
    }
    return {};
}

/// The same with names before it: "model.gguf: tensor x: …". Null as above.
QString inOtherWords(const QString& message) {
    if (QString whole = translatedSentence(message); !whole.isNull()) return whole;
    const QString colon = QStringLiteral(": ");
    for (qsizetype at = message.indexOf(colon); at > 0; at = message.indexOf(colon, at + 1)) {
        const QString rest = translatedSentence(message.mid(at + colon.size()));
        if (rest.isNull()) continue;
        const QString name = message.left(at), other = translatedSentence(name);
        return QCoreApplication::translate("tessera::ui::ErrorText", "%1: %2").arg(other.isNull() ? name : other, rest);
    }
    return {};
}

}  // namespace

QString coreText(const std::string& text) {
    const QString message = QString::fromStdString(text), other = inOtherWords(message);
    return other.isNull() ? message : other;
}

QString errorText(const Error& error) {
    const QString message = QString::fromStdString(error.message), untranslated = QLatin1String(headline(error.kind));
    if (const QString sentence = inOtherWords(message); !sentence.isNull()) return sentence;
    const QString translated = QCoreApplication::translate(kContext, headline(error.kind));
    // In English the message says it all.
    return translated == untranslated ? message : translated.arg(message);
}

}  // namespace tessera::ui
