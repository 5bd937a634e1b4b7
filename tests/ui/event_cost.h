// SPDX-License-Identifier: GPL-3.0-or-later
// What each event costs the UI thread, in processor time of that thread: the same on a busy machine.
#pragma once

#include <QApplication>
#include <QString>

#include <ctime>

namespace tessera::test {

class MeasuredApplication : public QApplication {
public:
    using QApplication::QApplication;

    bool notify(QObject* receiver, QEvent* event) override {
        if (m_depth++ > 0) {  // part of the event that caused it
            const bool handled = QApplication::notify(receiver, event);
            --m_depth;
            return handled;
        }
        const int type = event->type();
        const QString name = QString::fromLatin1(receiver->metaObject()->className());
        const double before = threadMs();
        const bool handled = QApplication::notify(receiver, event);
        const double cost = threadMs() - before;
        --m_depth;
        ++m_events;
        if (cost > m_worst) {
            m_worst = cost;
            m_worst_event = QStringLiteral("event %1 of %2: %3 ms").arg(type).arg(name).arg(cost, 0, 'f', 1);
        }
        return handled;
    }

    void startMeasuring() {
        m_worst = 0;
        m_events = 0;
        m_worst_event.clear();
    }
    double worstMs() const { return m_worst; }
    int events() const { return m_events; }
    /// In words, for a failing test.
    QString worstEvent() const { return m_worst_event; }

private:
    static double threadMs() {
        timespec time{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
        return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
    }

    int m_depth = 0, m_events = 0;
    double m_worst = 0;
    QString m_worst_event;
};

}  // namespace tessera::test
