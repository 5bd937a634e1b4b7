// SPDX-License-Identifier: GPL-3.0-or-later
// How full the context would be if one sent now, counted by the model's own tokenizer beside the window.
#pragma once

#include "ui/chat/chat_engine.h"

#include <QObject>
#include <QPointer>
#include <QTimer>
#include <QWidget>

#include <functional>
#include <optional>
#include <vector>

namespace tessera::ui {

class Job;
class JobRunner;

struct ContextMeasure {
    ContextParts parts;
    std::uint32_t context_tokens = 0;
    std::uint32_t reserve = 0;
    std::vector<std::uint32_t> attachments;  // tokens of each file alone
    bool fits() const { return parts.total() + reserve <= context_tokens; }
};

/// UI thread only; counts on a worker, the newest question only.
class ContextMeter : public QObject {
    Q_OBJECT
public:
    struct Question {
        bool later = false;                  // what was measured last stays
        std::shared_ptr<ChatEngine> engine;  // null: nothing is known
        PromptRequest prompt;
        std::vector<std::string> attachments;
        int max_tokens = -1;
    };
    /// `ask` is called when counting begins, so that a burst of changes costs one collection.
    ContextMeter(JobRunner& jobs, std::function<Question()> ask, QObject* parent = nullptr);

    /// Something changed; counted when the changes rest.
    void changed();
    const std::optional<ContextMeasure>& measure() const { return m_measure; }

signals:
    void measured();

private:
    void count();

    JobRunner& m_jobs;
    std::function<Question()> m_ask;
    QTimer m_delay;
    QPointer<Job> m_job;
    quint64 m_request = 0;
    std::optional<ContextMeasure> m_measure;
};

/// "1 104 of 2 048 tokens" and a bar: system prompt, history, this turn, free.
class ContextBar : public QWidget {
    Q_OBJECT
public:
    explicit ContextBar(QWidget* parent = nullptr);
    void show(const std::optional<ContextMeasure>& measure);
    QString text() const { return m_text; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;
    /// The parts in words come by focus as they come by hover.
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    std::optional<ContextMeasure> m_measure;
    QString m_text;
    bool m_ring = false;
};

}  // namespace tessera::ui
