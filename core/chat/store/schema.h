// SPDX-License-Identifier: GPL-3.0-or-later
// The tables, version by version. Include from .cpp files of core/chat/store only.
#pragma once

#include "core/chat/store/sqlite.h"

namespace tessera {

/// What this program writes; PRAGMA user_version of a database says what it has.
int schemaVersion();

/// Brings a database from whatever it has to `version`, each step whole or not at all. Unsupported when it has a later
/// one.
Result<void> migrate(Database& database, int version);

}  // namespace tessera
