"""What was learnt is kept, since it names nobody: why each field stays."""

STAYS = {
    "who did what in their work here, as the trail shows it": "Finding.recorded_by Change.recorded_by",
    "what was learnt, to be handed on; the form asks that it names nobody": "Finding.evidence",
}
