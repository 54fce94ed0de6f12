"""What each step of a change of a grant does, in the sentence at its button and in the guide."""

STEPS = {
    "secondments.amendment/record": "Approves what everyone agreed to. Someone else has to confirm it.",
    "secondments.amendment/confirm": "Fixes the sum, makes the supplementary agreement and asks both sides to sign it.",
    "secondments.amendment/turn_down": "Ends it and tells everyone who was asked why.",
    "secondments.amendment/withdraw": "Ends it, for example when a side does not answer, and tells everyone why.",
}
