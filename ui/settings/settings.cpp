// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/settings.h"

#include "core/base/platform/file.h"
#include "core/base/platform/paths.h"
#include "ui/widgets/error_text.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>

namespace tessera::ui {
namespace {

constexpr int kSaveDelayMs = 500;

QString fileOf(const QString& folder, const QString& area) {
    return folder + QLatin1Char('/') + area + QStringLiteral(".json");
}

QJsonObject readArea(const QString& path) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) return {};
    const QByteArray text = file.readAll();
    file.close();
    const QJsonDocument document = QJsonDocument::fromJson(text);
    if (document.isObject()) return document.object();
    const QString kept = path + QStringLiteral(".broken");
    QFile::remove(kept);
    QFile::rename(path, kept);
    return {};
}

Result<void> writeArea(const QString& folder, const QString& path, const QByteArray& text) {
    QDir().mkpath(folder);
    return writeFileAtomically(fromUtf8(path.toStdString()), std::as_bytes(std::span(text.constData(), static_cast<std::size_t>(text.size()))));
}

}  // namespace

Settings::Settings(QString folder, QObject* parent) : QObject(parent), m_folder(std::move(folder)) {
    m_writer.setMaxThreadCount(1);  // in order
    m_timer.setSingleShot(true);
    m_timer.setInterval(kSaveDelayMs);
    connect(&m_timer, &QTimer::timeout, this, &Settings::save);
}

Settings::~Settings() { flush(); }

QJsonObject& Settings::areaObject(const QString& area) const {
    auto found = m_areas.find(area);
    if (found == m_areas.end()) found = m_areas.insert(area, readArea(fileOf(m_folder, area)));
    return *found;
}

QJsonValue Settings::value(const QString& area, const QString& key) const { return areaObject(area).value(key); }

bool Settings::flag(const QString& area, const QString& key, bool fallback) const { return value(area, key).toBool(fallback); }
int Settings::number(const QString& area, const QString& key, int fallback) const { return value(area, key).toInt(fallback); }
double Settings::real(const QString& area, const QString& key, double fallback) const { return value(area, key).toDouble(fallback); }
QString Settings::text(const QString& area, const QString& key, const QString& fallback) const {
    return value(area, key).toString(fallback);
}

QStringList Settings::list(const QString& area, const QString& key) const {
    QStringList entries;
    for (const QJsonValue& entry : value(area, key).toArray()) entries.append(entry.toString());
    return entries;
}

QByteArray Settings::bytes(const QString& area, const QString& key) const {
    return QByteArray::fromBase64(text(area, key).toLatin1());
}

void Settings::set(const QString& area, const QString& key, const QJsonValue& value) {
    QJsonObject& object = areaObject(area);
    if (object.value(key) == value) return;
    object.insert(key, value);
    m_unsaved.insert(area);
    m_timer.start();
    emit changed(area, key);
}

void Settings::setList(const QString& area, const QString& key, const QStringList& value) {
    set(area, key, QJsonArray::fromStringList(value));
}

void Settings::setBytes(const QString& area, const QString& key, const QByteArray& value) {
    set(area, key, QString::fromLatin1(value.toBase64()));
}

void Settings::remember(const QString& area, const QString& key, const QString& entry, int limit) {
    QStringList entries = list(area, key);
    entries.removeAll(entry);
    entries.prepend(entry);
    setList(area, key, entries.mid(0, limit));
}

void Settings::save() {
    for (const QString& area : std::exchange(m_unsaved, {})) {
        const QString path = fileOf(m_folder, area);
        const QByteArray text = QJsonDocument(m_areas.value(area)).toJson();
        m_writer.start([this, folder = m_folder, path, text] {
            const Result<void> written = writeArea(folder, path, text);
            if (written) return;
            const QString message = errorText(written.error());
            QMetaObject::invokeMethod(this, [this, message] { emit saveFailed(message); }, Qt::QueuedConnection);
        });
    }
}

void Settings::flush() {
    m_timer.stop();
    save();
    m_writer.waitForDone();
}

}  // namespace tessera::ui
