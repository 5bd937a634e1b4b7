// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/validate/comparison.h"

namespace tessera {

namespace {

// Long enough for every vocabulary to need more than 512 tokens: beyond that llama.cpp splits attention by threads.
constexpr const char* kLongText =
    "The lighthouse keeper wrote in his journal every evening, after the lamp was lit and the weather had been noted. "
    "He "
    "began with the wind, its direction and its strength, then the state of the sea, and only then with what people "
    "would "
    "have called news: a ship seen on the horizon, a visit of the supply boat, a letter from his sister. On the third "
    "of "
    "March he wrote that the barometer had fallen faster than he had ever seen it fall, and that the gulls had left "
    "the "
    "rocks before noon. He carried the spare mantles up the stairs, one hundred and ninety-six steps, and filled the "
    "oil to "
    "the brim. At four in the afternoon the first gust came from the south-west and tore the tarpaulin from the wood "
    "pile. "
    "By six he could no longer hear the bell buoy, although it lay less than half a mile away. He did not sleep that "
    "night. "
    "Every twenty minutes he wound the clockwork that turned the lens, and between the windings he stood at the glass "
    "and "
    "counted the seconds between the crests. Eleven, he wrote, then ten, then nine. A little after two he saw a light "
    "where "
    "no light should be, low and yellow, appearing and vanishing behind the swell. He knew the reef in that place; at "
    "low "
    "water one could walk on it and gather mussels. There was nothing he could do but keep the lamp burning, so he "
    "kept it "
    "burning, and he lit the small red lantern too, which meant danger, and hung it on the seaward rail with two "
    "knots.\n\n"
    "In the morning the sea was still high, but the sky had cleared to a hard, pale blue. The yellow light was gone. "
    "He "
    "searched the water with the telescope for an hour and found a hatch cover, a broken oar, and a barrel painted "
    "green. "
    "At nine the telegraph needle moved: a fishing boat with four men had run into the harbour of the next village, "
    "with her "
    "mast over the side and the pumps working, because her skipper had seen a red lantern at the last moment and had "
    "put the "
    "helm hard over. The keeper read the message twice. Then he went down to the kitchen, ate some bread and cold "
    "bacon, and "
    "slept until the evening. His entry for that day is the shortest in the book. It gives the wind, west by north, "
    "four; the "
    "sea, heavy but falling; and below it, in smaller letters: lantern needs a new wick. Years later, when the light "
    "was made "
    "automatic and the rooms were emptied, the journal went to the museum in the county town, where it lies open under "
    "glass. "
    "Visitors seldom stop in front of it. Those who do usually look at the page with the great storm, and turn away "
    "when they "
    "find that nothing happened.";

}  // namespace

std::vector<std::string> defaultComparisonPrompts() {
    return {
        "What is the capital of France?",
        "def fibonacci(n):\n    \"\"\"Return the n-th Fibonacci number.\"\"\"\n    a, b = 0, 1\n    for _ in "
        "range(n):\n        a, b = b, a + b\n    return",
        "3.14159265358979, 2.71828182845905, 1.41421356237310, 1.61803398874989, 0.57721566490153, 299792458, "
        "6.62607015e-34,",
        "Être ou ne pas être. Das Mädchen läuft über die Straße. Съешь ещё этих мягких французских булок. "
        "早上好，世界。 🙂 مرحبا",
        kLongText,
    };
}

}  // namespace tessera
