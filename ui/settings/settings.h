// SPDX-License-Identifier: GPL-3.0-or-later
// What the user chose, one JSON file per area (general, model, chat, fragments, window …). UI thread only.
#pragma once

#include <QHash>
#include <QJsonObject>
#include <QObject>
#include <QSet>
#include <QString>
#include <QStringList>
#include <QThreadPool>
#include <QTimer>

namespace tessera::ui {

/// Values are in memory at once and on the disk within a second, written whole or not at all, off the UI thread. A file
/// that cannot be parsed is kept beside as "<area>.json.broken" and its area starts with the defaults.
class Settings : public QObject {
    Q_OBJECT
public:
    /// `folder` is made when something is written.
    explicit Settings(QString folder, QObject* parent = nullptr);
    ~Settings() override;

    const QString& folder() const { return m_folder; }

    bool flag(const QString& area, const QString& key, bool fallback) const;
    int number(const QString& area, const QString& key, int fallback) const;
    double real(const QString& area, const QString& key, double fallback) const;
    QString text(const QString& area, const QString& key, const QString& fallback = {}) const;
    QStringList list(const QString& area, const QString& key) const;
    QByteArray bytes(const QString& area, const QString& key) const;
    QJsonValue value(const QString& area, const QString& key) const;

    void set(const QString& area, const QString& key, const QJsonValue& value);
    void setList(const QString& area, const QString& key, const QStringList& value);
    void setBytes(const QString& area, const QString& key, const QByteArray& value);

    /// Everything is on the disk when it returns. Also done by the destructor.
    void flush();

    /// Puts `entry` first in a list without doubles, at most `limit` long: recent files.
    void remember(const QString& area, const QString& key, const QString& entry, int limit = 12);

signals:
    void changed(const QString& area, const QString& key);
    /// The user is told once per area: settings that are not kept look like a broken program.
    void saveFailed(const QString& message);

private:
    QJsonObject& areaObject(const QString& area) const;
    void save();

    QString m_folder;
    mutable QHash<QString, QJsonObject> m_areas;
    QSet<QString> m_unsaved;
    QTimer m_timer;
    QThreadPool m_writer;
};

}  // namespace tessera::ui
