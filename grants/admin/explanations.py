"""What each step of deciding, granting and paying does, in the sentence at its button and in the guide."""

STEPS = {
    "grants.decision/confirm": "Comes next: agrees to what someone else recorded. Its words cannot change after this.",
    "grants.decision/drop": "Only for one recorded wrongly: sets it aside, so that another can be recorded.",
    "grants.decision/release": "Comes last: tells the organisation and proposed secondee. An award becomes an offer.",
    "governance.meeting/cases": "Chooses which applications the committee decides on at this meeting.",
    "grants.grant/prepare_agreement": "Makes the agreement as a PDF and asks both sides to sign it.",
    "grants.grant/give-time": "Moves the day by which both sides agree to another post, also once it has passed.",
    "grants.grant/lapse": "Ends an offer of another post to which not both agreed by its day. A place is free again.",
    "grants.grant/close": "Ends the grant when everything is paid and every report is accepted.",
    "grants.instalment/prepare": "Puts the payment forward. The director approves it, and finance pays it.",
    "grants.instalment/approve": "Agrees to a payment that someone else put forward. A third person pays it.",
    "grants.instalment/pay": "Notes the day and the reference of the payment, and sends the remittance advice.",
    "grants.instalment/withhold": "Stops the payment and tells the organisation why.",
    "grants.instalment/reinstate": "Starts the payment again: it is prepared and approved again.",
    "grants.bankaccount/check": "Notes that the organisation confirmed the details when it was called.",
    "grants.bankaccount/approve": "Puts the account in use after some working days. Someone else checked it.",
    "grants.bankaccount/refuse": "Stops payments into this account. The organisation enters its details again.",
    "grants.contribution/receive": "Notes money that came in: from then on it can pay for awards.",
    "grants.contribution/take-in": "Counts grants that were made before the ledger, and what was paid of them.",
    "grants.ledgerline/reverse": "Takes a pledge or receipt back that was recorded wrongly. Both lines stay.",
    "grants.decision/choose-allocation": "Says which contributions pay, instead of what the rule proposes.",
    "grants.decision/confirm-allocation": "Agrees to what someone else chose. The award can be released after this.",
    "grants.evaluationreport/accept": "Takes the report as it is. It cannot change afterwards.",
    "grants.evaluationreport/give_back": "Asks the organisation to add what is missing and submit again.",
    "applications.call/publish-outcome": "Shows the figures of the round, then lets everyone read them.",
    "accounts.programme/set-reports": (
        "Says after how many months reports are due, for grants that are offered from now on."
    ),
}
