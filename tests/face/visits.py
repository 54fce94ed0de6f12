"""Who visits which page: URL name | what the address leads to | as whom | what is done there first.

`send main form` empties the form that CSS finds and sends it: the page must say "Error:" and lose nothing else. A number is the
status of the answer where it is not 200. What a thing is: `House.of_…`. What the admin shows of a model is not listed: each list,
page, form, history and step of each model is visited by the first person who may.
"""

from __future__ import annotations

from typing import NamedTuple

PAGES = """
    front                       |                      |                |
    programme                   | say cii              |                |
    programme_openness          | say cii              |                |
    programme_help              | say cii              |                |
    programme_privacy           | say cii              |                |
    home                        |                      | officer        |
    home                        |                      | applicant      |
    home                        |                      | trust_assessor |
    home                        |                      | line_manager   |
    home                        |                      | finance        |
    home                        |                      | secondee       |
    accessibility               |                      |                |
    privacy                     |                      |                |
    cookies                     |                      |                |
    help                        |                      | applicant      |
    account_you                 |                      | applicant      |
    account_you                 |                      | second_officer |
    account_name                |                      | applicant      |
    account_name                |                      | applicant      | send main form
    account_sessions            |                      | applicant      |
    account_tokens              |                      | officer        |
    account_tokens              |                      | officer        | send form:has(#id_days)
    account_calendar            |                      | applicant      |
    account_emails              |                      | applicant      |
    account_emails              |                      | officer        |
    account_data                |                      | applicant      |
    account_welcome             | mail welcome         |                |
    account_welcome             | mail welcome         |                | send main form
    account_welcome             | say MQ abc-def       |                | 410
    account_login               |                      |                |
    account_login               |                      |                | send main form
    account_logout              |                      | rival          |
    account_inactive            |                      |                |
    account_signup              |                      |                |
    account_signup              |                      |                | send main form
    account_reauthenticate      |                      | applicant      |
    account_reauthenticate      |                      | applicant      | send main form
    account_reauthenticate_by_email |                  | applicant      |
    account_email               |                      | applicant      |
    account_email               |                      | applicant      | send main form
    account_change_password     |                      | applicant      |
    account_change_password     |                      | applicant      | send main form
    account_reset_password      |                      |                |
    account_reset_password      |                      |                | send main form
    account_password_reset_completed |                 |                |
    mfa_index                   |                      | applicant      |
    mfa_index                   |                      | second_officer |
    mfa_activate_totp           |                      | applicant      |
    mfa_activate_totp           |                      | applicant      | send main form
    mfa_deactivate_totp         |                      | second_officer |
    mfa_generate_recovery_codes |                      | second_officer |
    mfa_reauthenticate          |                      | second_officer |
    mfa_list_webauthn           |                      | second_officer |
    mfa_add_webauthn            |                      | second_officer |
    mfa_edit_webauthn           | passkey              | second_officer |
    mfa_edit_webauthn           | passkey              | second_officer | send main form
    mfa_remove_webauthn         | passkey              | second_officer |
    mfa_reauthenticate_webauthn |                      | second_officer |
    organisation                |                      | applicant      |
    organisation                |                      | secondee       |
    organisation_new            |                      | applicant      |
    organisation_new            |                      | applicant      | send main form
    organisation_join           | mail join            |                |
    organisation_join           | mail join            | rival          |
    organisation_edit           | own                  | applicant      |
    organisation_edit           | own                  | applicant      | send main form
    organisation_leave          | own                  | applicant      |
    organisation_leave          | own                  | applicant      | send main form
    organisation_leave          | own                  | signatory      |
    organisation_invite         | own                  | applicant      |
    organisation_invite         | own                  | applicant      | send main form
    organisation_uninvite       | own invitation       | applicant      |
    organisation_signatory      | own person           | applicant      |
    organisation_person_remove  | own person           | applicant      |
    calls                       |                      |                |
    call                        | say welcome-open     |                |
    call                        | say welcome-open     |                | send main form
    call                        | say belonging-closed | applicant      |
    call                        | say neighbours-invited | rival        |
    call                        | say neighbours-invited | applicant    | 404
    invited                     |                      |                |
    invited                     |                      |                | send main form
    invited_code                | say MISTYPED-CODE    |                | 410
    invited_code                | say DEMO-NSTR-ATED-CODE |             |
    invited_code                | say DEMO-NSTR-ATED-CODE | applicant   |
    post_drafts                 |                      | si_manager     |
    post_drafts                 |                      | applicant      |
    post_draft                  | drafted post         | si_manager     |
    post_draft                  | drafted post         | applicant      | send main form
    post_draft_new              | say reading-rooms-draft | si_manager  |
    post_draft_new              | say reading-rooms-draft | si_manager  | send main form
    post_draft_edit             | drafted post         | si_manager     |
    post_draft_answer           | drafted comment      | si_manager     |
    post_draft_answer           | drafted comment      | si_manager     | send main form
    call_outcome                | say belonging-earlier |               |
    call_ask                    | say welcome-open     |                |
    call_ask                    | say welcome-open     |                | send main form
    call_eligibility            | say welcome-open     |                |
    call_eligibility            | say welcome-open     |                | send main form
    call_apply                  | say welcome-open     | rival          |
    call_apply                  | say welcome-open     | applicant      |
    call_equality               | say belonging-earlier | officer       |
    call_equality               | say belonging-earlier | learning      |
    call_equality               | say welcome-open     | committee      |
    equality                    | mail equality        |                |
    equality                    | say nobodys-link     |                | 404
    equality_thanks             |                      |                |
    expressions                 |                      | applicant      |
    expressions                 |                      | secondee       |
    expression_new              |                      | applicant      |
    expression_new              |                      | applicant      | send main form
    expression                  | expression received  | applicant      |
    expression                  | expression received  | officer        |
    expression                  | expression invited   | rival          |
    expression_edit             | expression received  | applicant      |
    expression_edit             | expression received  | applicant      | send main form
    expression_withdraw         | expression received  | applicant      |
    applications                |                      | applicant      |
    applications                |                      | secondee       |
    application                 | draft                | applicant      |
    application                 | application shortlisted | applicant   |
    application                 | application accepted | applicant      |
    application                 | entered              | officer        |
    application                 | rehearsal            | officer        |
    application_ask             | rehearsal            | officer        |
    application_bring           | draft                | applicant      |
    application_bring           | draft                | applicant      | send main form
    application_check           | entered              | officer        |
    application_rehearsal       | rehearsal            | officer        |
    application_section         | draft organisation   | applicant      |
    application_section         | draft candidate      | applicant      |
    application_section         | draft secondment     | applicant      |
    application_section         | draft experience     | applicant      |
    application_section         | draft conflicts      | applicant      |
    application_section         | draft documents      | applicant      |
    application_check           | draft                | applicant      |
    application_submit          | draft                | applicant      |
    application_ask             | draft                | applicant      |
    application_withdraw        | draft                | applicant      |
    application_withdraw        | draft                | applicant      | send main form
    application_reopen          | submitted            | submitter      |
    application_message         | message sent         | applicant      |
    application_message         | message sent         | applicant      | send main form
    case_message                | mail message         |                |
    case_message                | mail message         |                | send main form
    application_receipt         | application shortlisted | applicant   |
    application_visit           | application shortlisted | applicant   |
    application_visit           | offered              | chooser        |
    application_visit           | offered              | chooser        | send main form
    visit                       | visit confirmed      | trust_assessor |
    visit                       | visit held           | trust_assessor |
    visit                       | visit held           | trust_assessor | send main form
    visit_needs                 | needs candidate      |                |
    visit_needs                 | needs candidate      | applicant      | 403
    visit_needs                 | say nobodys-link     |                | 404
    candidate                   | mail candidate       |                |
    candidate                   | mail candidate       |                | send main form
    candidate                   | say nobodys-link     |                | 404
    candidate_post              | mail post            |                |
    candidate_post              | say nobodys-link     |                | 404
    candidate_correct           | mail candidate       |                |
    candidate_correct           | mail candidate       |                | send main form
    candidate_upload            | mail candidate       |                |
    candidate_upload            | mail candidate       |                | send main form
    programme_fund              | say cii              |                |
    contributions               |                      | contributor    |
    contribution                | given                | contributor    |
    award                       | grant active         |                |
    award                       | earlier award        |                |
    grants                      |                      |                |
    grants                      |                      | applicant      |
    grant                       | grant active         | applicant      |
    grant                       | grant active         | officer        |
    grant                       | grant offered        | rival          |
    grant_accept                | grant offered        | rival          |
    grant_decline               | grant offered        | rival          |
    grant_decline               | grant offered        | rival          | send main form
    grant_sign                  | grant accepted       | director       |
    grant_sign                  | grant accepted       | director       | send main form
    grant_bank_account          | grant active         | applicant      |
    grant_bank_account          | grant active         | applicant      | send main form
    grants_verify               |                      |                |
    grants_verify               |                      |                | send main form
    amendments                  | grant active         | applicant      |
    amendment_ask               | change extension     | applicant      |
    amendment_ask               | change extension     | applicant      | send main form
    amendment                   | change asked         | changing_lead  |
    amendment_agree             | change asked         | changing_lead  |
    amendment_refuse            | change asked         | changing_lead  |
    amendment_refuse            | change asked         | changing_lead  | send main form
    amendment_withdraw          | change asked         | changing_secondee |
    grant_report                | report due           | applicant      |
    grant_report                | report submitted     | officer        |
    placements                  |                      | si_manager     |
    placements                  |                      | applicant      |
    placements                  |                      | secondee       |
    placement_week              |                      | line_manager   |
    placement_open              | unplaced             | si_manager     |
    placement_open              | unplaced             | si_manager     | send main form
    placement                   | placement active     | secondee       |
    placement                   | placement active     | applicant      |
    placement                   | placement preparing  | line_manager   |
    placement_start             | placement preparing  | si_manager     |
    placement_end               | placement active     | si_manager     |
    placement_days              | placement active     | secondee       |
    placement_step              | step open            | line_manager   |
    placement_step              | step open            | line_manager   | send main form
    placement_step_confirm      | step recorded        | other_lead     |
    placement_step_waive        | step open            | si_manager     |
    placement_step_waive        | step open            | si_manager     | send main form
    placement_step_keep         | step asked           | other_lead     |
    placement_step_reopen       | step done            | si_manager     |
    placement_call_off          | placement preparing  | si_manager     |
    placement_call_off          | placement preparing  | si_manager     | send main form
    placement_person            | part home_manager    | si_manager     |
    placement_person            | part home_manager    | si_manager     | send main form
    placement_person            | part line_manager    | si_manager     |
    placement_view              | placement active     | applicant      |
    placement_view              | placement active     | applicant      | send main form
    placement_answer            | concern              | line_manager   |
    placement_answer            | concern              | line_manager   | send main form
    placement_reports           | placement report     | line_manager   |
    placement_reports           | placement active     | line_manager   |
    placement_workplan          | placement active     | secondee       |
    placement_workplan          | placement active     | line_manager   |
    workplan_objective_new      | placement active     | secondee       |
    workplan_objective_new      | placement active     | secondee       | send main form
    workplan_objective          | plan objective       | secondee       |
    workplan_milestone_new      | plan objective       | secondee       |
    workplan_milestone_new      | plan objective       | secondee       | send main form
    workplan_milestone          | plan milestone       | secondee       |
    learning                    |                      | learning       |
    learning_finding_new        |                      | learning       |
    learning_finding_new        |                      | learning       | send main form
    learning_change_new         | finding              | learning       |
    learning_change_new         | finding              | learning       | send main form
    learning_confidence         |                      | learning       |
    learning_confidence         |                      | applicant      |
    learning_confidence         |                      | applicant      | send main form
    learning_confidence_answer  | confidence           | learning       |
    learning_confidence_answer  | confidence           | learning       | send main form
    learning_exports            |                      | learning       |
    admin:index                 |                      | officer        |
    admin:index                 |                      | trust_assessor |
    admin:index                 |                      | administrator  |
    admin:guide                 |                      | officer        |
    admin:guide                 |                      | trust_assessor |
    admin:calendar              |                      | officer        |
    admin:app_list              | say applications     | officer        |
    admin:applications_call_matrix | closed call       | officer        |
    admin:applications_call_interests | closed call    | officer        |
    admin:grants_decision_meeting  | say 4             | officer        |
    admin:grants_contribution_position | contribution  | finance        |
    admin:grants_contribution_due | contribution       | finance        |
    admin:grants_contribution_by_status | contribution | finance        |
    admin:grants_grant_pay      | say 1                | finance        |
    admin:letters_wording       | say 1 applications.received | officer |
    admin:letters_wording       | say 1 agreement.duties | officer      |
    admin:applications_call_deal   | closed call       | officer        |
    admin:grants_decision_archive  | closed call       | officer        |
    admin:applications_call_change | draft call        | officer        |
    admin:applications_call_change | muddled call      | officer        |
    admin:applications_call_add |                      | officer        | send #content-main form
    admin:applications_assessment_change | assessment trust_assessor assigned | trust_assessor |
    admin:applications_assessment_change | assessment gla_assessor begun | gla_assessor |
    admin:applications_assessment_change | assessment gla_assessor complete | gla_assessor |
    admin:grants_decision_add   | /admin/grants/decision/add/?application=shortlisted | officer |
    admin:grants_decision_add   | /admin/grants/decision/add/?application=shortlisted | officer | send #content-main form
    admin:accounts_user_add     |                      | administrator  | send #content-main form
    (bad request)               | /wrong/400/          |                | 400
    (forbidden)                 | /wrong/403/          | applicant      | 403
    (forged)                    | /wrong/419/          |                | 403
    (not found)                 | /no/such/page/       | applicant      | 404
    (not found)                 | /admin/no/such/page/ | officer        | 404
    (refused)                   | /wrong/409/          | applicant      | 409
    (too large)                 | /wrong/413/          | applicant      | 413
    (too often)                 | /wrong/429/          |                | 429
    (broken)                    | /wrong/500/          | applicant      | 500
"""

# Pages on the way in, that come only after one another: walked in test_entrance.py.
ENTRANCE = {
    "account_email_verification_sent", "account_confirm_password_reset_code", "account_complete_password_reset", "mfa_authenticate",
    "mfa_view_recovery_codes",
}  # fmt: skip

# Addresses that show no page of their own, and why.
NO_PAGE = {
    "api-1:openapi-json", "api-1:api-root", "api-1:calls", "api-1:applications", "api-1:grants", "api-1:placements",  # for programs
    "healthz", "readyz", "statusz", "metrics", "robots", "sitemap", "favicon", "security_txt", "change_password",  # for machines
    "call_calendar", "application_calendar", "grant_calendar", "placement_calendar", "call_blank", "application_pdf", "application_document", "application_document_pages", "candidate_cv", "candidate_statement", "grants_360giving_json",
    "grants_360giving_csv", "programme_360giving_json", "programme_360giving_csv", "account_data_file", "grant_agreement", "grant_remittance", "amendment_pdf", "admin:grants_paymentrun_file", "admin:grants_decision_papers", "admin:grants_decision_dossier", "admin:grants_decision_archive_zip", "admin:governance_meeting_minutes", "meeting_minutes", "admin:applications_assessment_offline", "calendar_feed",  # files
    "placement_workplan_pdf", "learning_export", "mfa_download_recovery_codes",  # files
    "application_sheet", "invited_take_up", "expression_start", "workplan_milestone_step", "admin:grants_decision_sheet", "admin:calendar_file", "admin:applications_application_bulk", "admin:applications_assessment_bulk", "admin:applications_assessmentvisit_bulk", "admin:grants_decision_bulk", "admin:grants_instalment_bulk", "admin:saved_lists_savedlist_save",  # POST, or a part of a page
    "amendment_sign",  # no change of the demonstration is confirmed: tests/secondments/test_amendment_pages.py
    "account_set_password", "account_confirm_login_code",  # everybody has a password; nobody signs in by code
    "account_session_end", "account_sessions_end_others", "account_token_revoke", "account_unlink", "account_calendar_revoke",  # POST
    "account_continue", "account_link", "account_signed_out",  # on the way: tests/accounts/test_oidc.py, test_step_up.py
    "openid_connect_login", "openid_connect_callback",  # lead to an institution and back
    "mfa_login_webauthn",  # for the script; without it, leads to the entrance
    "admin:login", "admin:logout", "admin:password_change", "admin:password_change_done",  # lead to the entrance
    "admin:autocomplete", "admin:jsi18n", "admin:view_on_site",  # for scripts
}  # fmt: skip


class Visit(NamedTuple):
    """One page, as somebody, after something."""

    name: str
    thing: str
    key: str
    first: str

    @property
    def status(self) -> int:
        """The status the answer must have."""
        return int(self.first) if self.first.isdigit() else 200


def visits() -> list[Visit]:
    """The table."""
    return [Visit(*(cell.strip() for cell in line.split("|"))) for line in PAGES.strip().splitlines()]
