// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/span_activity.h"

#include <algorithm>
#include <map>

namespace tessera {

std::vector<SpanActivity> ActivityBoard::read() const {
    const std::scoped_lock lock(m_mutex);
    auto spans = m_spans;
    std::ranges::stable_sort(spans, {}, [](const SpanActivity& each) { return each.span.first; });
    return spans;
}

SpanActivity& ActivityBoard::entry(LayerSpan span, const std::optional<NodeAddress>& node) {
    const auto found = std::ranges::find_if(m_spans, [&](const SpanActivity& each) { return each.span.first == span.first && each.span.last == span.last && each.node == node; });
    return found != m_spans.end() ? *found : m_spans.emplace_back(SpanActivity{.span = span, .node = node});
}

void ActivityBoard::given(LayerSpan span, const std::optional<NodeAddress>& node) {
    const std::scoped_lock lock(m_mutex);
    ++entry(span, node).steps;
}

void ActivityBoard::answered(LayerSpan span, const std::optional<NodeAddress>& node, std::uint32_t rows, double seconds) {
    const std::scoped_lock lock(m_mutex);
    SpanActivity& activity = entry(span, node);
    --activity.steps;
    if (rows == 0) return;
    activity.rows += rows;
    activity.seconds = seconds;
}

class CountedRunner final : public LayerRunner {
public:
    CountedRunner(std::unique_ptr<LayerRunner> runner, std::shared_ptr<ActivityBoard> board, std::optional<NodeAddress> node)
        : m_runner(std::move(runner)), m_board(std::move(board)), m_node(std::move(node)), m_span(m_runner->span()) {}
    ~CountedRunner() override { giveUp(); }

    LayerSpan span() const override { return m_span; }
    std::uint32_t length() const override { return m_runner->length(); }
    Result<StepTicket> submit(Step step) override {
        const std::uint32_t rows = step.rows();
        auto ticket = m_runner->submit(std::move(step));
        if (!ticket) return ticket;
        m_board->given(m_span, m_node);
        m_given[*ticket] = {rows, std::chrono::steady_clock::now()};
        return ticket;
    }
    Result<Rows> wait(StepTicket ticket, Deadline deadline, std::stop_token stop) override {
        auto rows = m_runner->wait(ticket, deadline, std::move(stop));
        if (const auto found = m_given.find(ticket); found != m_given.end()) {
            const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - found->second.at;
            m_board->answered(m_span, m_node, rows ? found->second.rows : 0, seconds.count());
            m_given.erase(found);
        }
        return rows;
    }
    bool isReady(StepTicket ticket) override { return m_runner->isReady(ticket); }
    void setListener(std::function<void()> listener) override { m_runner->setListener(std::move(listener)); }
    Result<void> truncate(std::uint32_t length) override { return m_runner->truncate(length); }
    void close() override {
        giveUp();
        m_runner->close();
    }

private:
    struct Given {
        std::uint32_t rows = 0;
        std::chrono::steady_clock::time_point at;
    };
    void giveUp() {
        for (std::size_t i = 0; i < m_given.size(); ++i) m_board->answered(m_span, m_node, 0, 0);
        m_given.clear();
    }

    std::unique_ptr<LayerRunner> m_runner;
    std::shared_ptr<ActivityBoard> m_board;
    std::optional<NodeAddress> m_node;
    LayerSpan m_span;
    std::map<StepTicket, Given> m_given;
};

std::unique_ptr<LayerRunner> createCountedRunner(std::unique_ptr<LayerRunner> runner, std::shared_ptr<ActivityBoard> board, std::optional<NodeAddress> node) {
    return std::make_unique<CountedRunner>(std::move(runner), std::move(board), std::move(node));
}

}  // namespace tessera
