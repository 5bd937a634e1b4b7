// SPDX-License-Identifier: GPL-3.0-or-later
// Answers of reasoning models: what stands between think tags is set apart from the answer.
#pragma once

#include <QByteArray>

#include <vector>

namespace tessera::ui {

/// A part of a message, in bytes, without the tags around it.
struct MessageSection {
    bool reasoning = false;
    qsizetype begin = 0;
    qsizetype end = 0;
    bool closed = true;  // false: reasoning without an end, it is still being written or was stopped
    bool operator==(const MessageSection&) const = default;
};

/// In order; sections of space only are left out. Tags count at the beginning of a line outside of code fences, so that
/// an answer may speak of them; a first closing tag without an opening one closes what stands before it (templates that
/// put the opening tag into the prompt). Pure.
std::vector<MessageSection> splitReasoning(const QByteArray& utf8);

}  // namespace tessera::ui
