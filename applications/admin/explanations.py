"""What each step of the office does, in the sentence that stands at its button and in the guide."""

STEPS = {
    "applications.call/fill-in": "Puts in the criteria and questions of the programme's last call, for you to change.",
    "applications.call/publish": "Shows the call to everyone. Its words, figures and dates cannot change afterwards.",
    "applications.call/answer": "Shows the answer to a question to everyone, and emails it to whoever asked.",
    "applications.call/reply": "Answers by email only whoever asked, or sets the question aside.",
    "applications.call/invite": "Emails one organisation a code with which it can apply.",
    "applications.call/extend": "Moves the deadline later for everyone, and tells those who have started.",
    "applications.call/rehearse": "Lets you fill in the form as an organisation does. Nothing is sent.",
    "applications.call/enter": "Starts an application that came by post or email, for you to enter.",
    "applications.call/admit-late": "Asks to let one organisation apply late. Another person confirms it.",
    "applications.call/decide": "Ends the round when every application has its outcome.",
    "applications.call/archive": "Puts the call away. Its applications and grants stay.",
    "applications.call/cancel": "Ends the call for good, with a reason that everyone who applied reads.",
    "applications.application/shortlist": "Takes the application on to assessors, a visit and the committee.",
    "applications.application/assign": "Asks one assessor of the funder and one of the host to score it.",
    "applications.application/offer-times": "Offers the organisation several times to visit. It chooses one.",
    "applications.visitslot/replace-visitor": "Has someone else visit at this time. Calendars change by themselves.",
    "applications.visitslot/withdraw": "Takes the time back, and tells the organisations that could choose it.",
    "applications.application/arrange": "Proposes a time and place for the visit and invites who must be there.",
    "applications.application/address": "Sends the proposed secondee's emails to another address from now on.",
    "applications.application/declare": "Says that you are close to this case. You stand aside and no longer see it.",
    "applications.application/turn_down": "Ends the application before the committee and tells the organisation.",
    "applications.application/hold": "Keeps everything of it from deletion until someone removes the hold.",
    "applications.application/let_go": "Lets it be deleted again when its time has come.",
    "applications.assessment/recuse": "Hands the case back because you are close to it. The office finds someone else.",
    "applications.assessmentvisit/confirm": "Tells everyone invited that the visit takes place as proposed.",
    "applications.assessmentvisit/hold": "Notes that the visit took place, who was there, and what was said.",
    "applications.assessmentvisit/move": "Proposes another time or place. Calendars change by themselves.",
    "applications.assessmentvisit/replace": "Invites someone else in place of a person who cannot come.",
    "applications.assessmentvisit/cancel": "Takes the visit out of everyone's calendar.",
    "applications.callinvitation/withdraw": "Ends a code. What was started with it can still be submitted.",
    "applications.expressionofinterest/note": "Writes down a conversation, for the office only.",
    "applications.expressionofinterest/invite": "Invites the organisation to apply to a call.",
    "applications.expressionofinterest/propose_other_work": "Tells the organisation that other joint work fits better.",
    "applications.expressionofinterest/put_off": "Tells the organisation that now is not the time, and why.",
    "applications.lateadmission/confirm": "Lets the organisation in late. Someone else asked for it, you agree.",
    "applications.lateadmission/drop": "Does not let the organisation in. We do not email anyone.",
    "accounts.programme/ask-about-equality": "Adds the usual questions about equality to this programme's forms.",
    "applications.application/check": (
        "Says of each point of the checklist whether it is met. A point that is not met stops shortlisting."
    ),
    "applications.application/undo": "Takes back what was prepared. We do not email anyone.",
    "applications.application/view": (
        "Records what your side recommends. The other side reads it once both views are in."
    ),
    "applications.application/resolve": (
        "Writes down what both sides agreed after talking, so that committee papers can be made."
    ),
    "applications.application/message": (
        "Emails the organisation, the proposed secondee or both. Their answers come back to the case."
    ),
    "applications.casemessage/settle": "Takes an answer out of the tasks of the office.",
    "applications.application/note": (
        "Writes a note that only the office reads, and tells the colleagues whom it mentions."
    ),
    "applications.casenote/edit": "Changes your note within 15 minutes. What it said before is kept.",
    "applications.casenote/read": "Takes a note that mentions you out of your tasks.",
    "applications.application/handle": (
        "Decides whether someone with a conflict of interest stands aside, or stays under a measure."
    ),
    "applications.application/review": (
        "Decides again about someone who stays despite a conflict of interest: until another day, or recused."
    ),
    "applications.assessment/remind": "Emails the assessor that the scores are waited for, at most once a day.",
    "applications.assessment/revise": "Changes scores once after the visit. The scores from before stay beside them.",
    "applications.call/ask-comments": "Asks organisations what they think of the posts, before you publish.",
    "applications.call/sections": "Names, orders and adds the sections of the application form.",
    "applications.call/release": (
        "Shows every email, then tells all organisations at once whether they are shortlisted."
    ),
    "accounts.programme/give-reasons": (
        "Adds the usual reasons, from which one is chosen when an application is turned down."
    ),
    "accounts.programme/put-in-steps": (
        "Adds the usual steps between a grant and its first day. Placements that are open keep theirs."
    ),
    "applications.call/hide-names": (
        "Lets assessors score without knowing who is proposed. You upload and check redacted CVs."
    ),
    "applications.call/show-names": "Lets assessors see from the beginning who is proposed.",
    "applications.application/redact": "Adds a copy of the CV or statement without name and contact details.",
    "applications.application/check-copy": "Shows assessors a redacted copy, once you have looked through it.",
    "applications.application/open-names": (
        "Shows all assessors who is proposed, once all of them have scored the other criteria."
    ),
    "applications.assessment/open-name": (
        "Shows you who is proposed. Your scores on the other criteria can no longer change."
    ),
}
