// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/checked_rows.h"

#include "core/base/format.h"
#include "core/base/log.h"
#include "core/compute/same_bits.h"

#include <algorithm>
#include <deque>
#include <utility>

namespace tessera {
namespace {

class CheckedRows final : public RowHolder {
public:
    CheckedRows(std::shared_ptr<RowHolder> holder, std::shared_ptr<RowHolder> checker, RowCheckOptions options)
        : m_holder(std::move(holder)), m_checker(std::move(checker)), m_options(std::move(options)), m_checked(m_options.ranges) {}

    Result<void> waitUntilOpen(Clock::time_point deadline, const std::stop_token& stop) override { return m_holder->waitUntilOpen(deadline, stop); }

    Result<void> ask(const ProductInput& input, std::uint32_t range) override {
        TESSERA_CHECK(m_holder->ask(input, range));
        const bool checks = m_checker && m_checked[range] < m_options.rows;
        m_asked.push_back({range, checks});
        if (!checks) {
            m_checker_has_input = false;
            return {};
        }
        ProductInput second = input;
        second.same = input.same && m_checker_has_input;
        m_checker_has_input = true;
        if (const auto asked = m_checker->ask(second, range); !asked) goOnUnchecked(asked.error());
        return {};
    }

    Result<Rows> take(Clock::time_point deadline, const std::atomic<bool>& cancel) override {
        TESSERA_TRY(Rows rows, m_holder->take(deadline, cancel));
        const auto [range, asked_both] = m_asked.front();
        const bool checks = asked_both && m_checker;
        m_asked.pop_front();
        if (!checks) return rows;
        const auto second = m_checker->take(deadline, cancel);
        if (!second) {
            if (cancel) return fail(ErrorKind::Cancelled, "stopped");
            goOnUnchecked(second.error());
            return rows;
        }
        if (sameBits(rows, *second)) {
            m_checked[range] += rows.rows;
            if (nothingIsLeft()) letCheckerGo();
            return rows;
        }
        if (m_options.on_difference) m_options.on_difference();
        return fail(ErrorKind::Corrupt, format("it computed other numbers than {}", m_options.checker));
    }

    void forget() override {
        m_asked.clear();
        m_holder->forget();
        if (m_checker) m_checker->forget();
        if (m_checker && nothingIsLeft()) letCheckerGo();  // what was forgotten had kept it
    }
    bool isOver() override { return m_holder->isOver(); }
    void close() override {
        m_holder->close();
        if (m_checker) m_checker->close();
    }

private:
    void goOnUnchecked(const Error& error) {
        logWarning(format("{} checks rows no longer: {}", m_options.checker, error.message));
        letCheckerGo();
    }

    bool nothingIsLeft() const {
        return std::ranges::all_of(m_checked, [this](std::uint32_t rows) { return rows >= m_options.rows; }) &&
               std::ranges::none_of(m_asked, [](const auto& asked) { return asked.second; });
    }
    void letCheckerGo() {
        m_checker->close();
        m_checker.reset();
    }

    std::shared_ptr<RowHolder> m_holder;
    std::shared_ptr<RowHolder> m_checker;  // null once it has failed or done all it has to
    RowCheckOptions m_options;
    std::vector<std::uint32_t> m_checked;  // rows, by range
    std::deque<std::pair<std::uint32_t, bool>> m_asked;  // ranges, and whether the checker computes it, too; oldest first
    bool m_checker_has_input = false;      // of the product that was asked for last
};

}  // namespace

std::shared_ptr<RowHolder> makeCheckedRows(std::shared_ptr<RowHolder> holder, std::shared_ptr<RowHolder> checker, RowCheckOptions options) {
    return std::make_shared<CheckedRows>(std::move(holder), std::move(checker), std::move(options));
}

}  // namespace tessera
