"""The trail is kept: why each field stays."""

STAYS = {
    "who did what when, which is what the trail is for; of the words of what was deleted nothing is left in it": (
        "Entry.by Entry.thing_label Entry.detail"
    ),
}
