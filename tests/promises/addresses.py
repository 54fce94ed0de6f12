"""What every address answers: name | to what it leads | who knows that it is there | who gets GET | who gets POST.

`=` is everybody who knows, `-` is "method not allowed" for all. Who knows but does not get it is forbidden (403); who does
not know finds nothing (404), exactly as for what does not exist; who is not signed in is asked to sign in. A person who
"gets" POST is let in: what was sent may still be refused with a sentence. States: tests/cast.py; groups: policy.py.
"""

from __future__ import annotations

from django.urls import reverse

PAGES = """
    front                      |                          | everybody    | =                     | -
    home                       |                          | signed       | =                     | -
    programme                  | programme                | everybody    | =                     | -
    programme_openness         | programme                | everybody    | =                     | -
    programme_fund             | programme                | everybody    | =                     | -
    programme_help             | programme                | everybody    | =                     | -
    programme_privacy          | programme                | everybody    | =                     | -
    programme_360giving_json   | programme                | everybody    | =                     | -
    programme_360giving_csv    | programme                | everybody    | =                     | -
    healthz                    |                          | everybody    | =                     | -
    readyz                     |                          | everybody    | =                     | -
    statusz                    |                          | nobody       | =                     | -
    metrics                    |                          | nobody       | =                     | -
    robots                     |                          | everybody    | =                     | -
    sitemap                    |                          | everybody    | =                     | -
    favicon                    |                          | everybody    | =                     | -
    security_txt               |                          | everybody    | =                     | -
    change_password            |                          | everybody    | =                     | -
    accessibility              |                          | everybody    | =                     | -
    privacy                    |                          | everybody    | =                     | -
    cookies                    |                          | everybody    | =                     | -
    help                       |                          | everybody    | =                     | -
    account_you                |                          | signed       | =                     | =
    account_name               |                          | signed       | =                     | =
    account_reauthenticate_by_email |                     | signed       | =                     | =
    account_link               |                          | signed       | =                     | =
    account_unlink             | no such number           | nobody       | -                     | =
    account_signed_out         | no such institution      | nobody       | =                     | -
    account_emails             |                          | signed       | =                     | =
    account_calendar           |                          | signed       | =                     | =
    account_calendar_revoke    |                          | signed       | -                     | =
    calendar_feed              | nobody's link            | nobody       | =                     | -
    account_sessions           |                          | signed       | =                     | -
    account_sessions_end_others |                         | signed       | -                     | =
    account_session_end        | no such number         | signed       | -                     | =
    account_tokens             |                          | signed       | roles                 | roles
    account_token_revoke       | no such number           | nobody       | -                     | =
    account_continue           |                          | signed       | =                     | -
    account_data               |                          | signed       | =                     | -
    account_data_file          | data request             | director lead | =                    | -
    account_welcome            | nobody's link            | everybody    | =                     | =
    organisation               |                          | signed       | =                     | =
    organisation_new           |                          | signed       | =                     | =
    organisation_join          | invitation link          | everybody    | =                     | =
    organisation_join          | nobody's link            | nobody       | =                     | =
    organisation_edit          | organisation             | body         | lead trust administrator | lead trust administrator
    organisation_leave         | organisation             | own          | =                     | =
    organisation_invite        | organisation             | body         | lead                  | lead
    organisation_uninvite      | invitation               | body         | lead                  | lead
    organisation_signatory     | membership               | body         | lead trust administrator | lead trust administrator
    organisation_person_remove | membership               | body         | lead trust administrator | lead trust administrator
    calls                      |                          | everybody    | =                     | -
    call                       | call published           | everybody    | =                     | -
    call                       | call draft               | callers      | =                     | -
    call                       | call invited             | callers own  | =                     | -
    call_apply                 | call published           | signed       | =                     | =
    call_apply                 | call invited             | callers own  | =                     | =
    invited                    |                          | everybody    | =                     | =
    invited_code               | invitation code          | everybody    | =                     | -
    invited_take_up            |                          | signed       | -                     | =
    call_ask                   | call published           | everybody    | =                     | =
    call_ask                   | call invited             | callers own  | =                     | =
    call_eligibility           | call published           | everybody    | =                     | =
    call_eligibility           | call invited             | callers own  | =                     | =
    call_calendar              | call published           | everybody    | =                     | -
    call_calendar              | call invited             | callers own  | =                     | -
    call_calendar              | call draft               | callers      | =                     | -
    call_blank                 | call draft               | callers      | =                     | -
    call_equality              | call published           | trust members learning | =           | -
    call_equality              | call draft               | trust members learning | =           | -
    equality                   | equality link            | everybody    | =                     | =
    equality                   | nobody's candidate       | nobody       | =                     | =
    equality_thanks            |                          | everybody    | =                     | -
    expressions                |                          | signed       | =                     | -
    expression_new             |                          | signed       | =                     | =
    expression                 | expression received      | own trust    | =                     | -
    expression_edit            | expression received      | own          | =                     | =
    expression_withdraw        | expression received      | own          | =                     | =
    expression_start           | expression invited       | own          | =                     | =
    applications               |                          | signed       | =                     | -
    application                | application draft        | own          | =                     | -
    application                | application shortlisted  | readers      | =                     | -
    application                | application withdrawn    | own trust    | =                     | -
    application_check          | application draft        | own          | =                     | -
    application_submit         | application draft        | own          | =                     | =
    application_receipt        | application submitted    | own          | =                     | -
    application_withdraw       | application submitted    | own          | =                     | =
    application_reopen         | application submitted    | own          | =                     | =
    application_visit          | application shortlisted  | own          | =                     | =
    application_visit          | application apart        | own          | =                     | =
    visit                      | visit confirmed          | declared finished | =                | =
    visit_needs                | needs link               | everybody    | public declared       | public declared
    visit_needs                | nobody's candidate       | nobody       | =                     | =
    application_ask            | application draft        | own          | =                     | =
    application_ask            | application entered      | trust        | =                     | =
    application_bring          | application draft        | own          | =                     | =
    application_bring          | application entered      | trust        | =                     | =
    application                | application entered      | own trust    | =                     | -
    application_submit         | application entered      | trust        | =                     | =
    application_rehearsal      | application rehearsal    | officer      | =                     | =
    application_rehearsal      | application draft        | nobody       | =                     | =
    application                | application rehearsal    | officer      | =                     | -
    application_sheet          | application draft        | own          | -                     | =
    application_pdf            | application draft        | own          | =                     | -
    application_calendar       | application draft        | nobody       | =                     | -
    application_document       | document cv              | readers      | =                     | -
    application_document       | document statement       | readers      | =                     | -
    application_document_pages | document cv              | readers      | =                     | -
    application_message        | message sent             | own          | =                     | =
    case_message               | message link             | everybody    | not_own               | not_own
    case_message               | nobody's candidate       | nobody       | =                     | =
    application_section        | section organisation     | own          | =                     | =
    application_section        | section secondment       | own          | =                     | =
    application_section        | section documents        | own          | =                     | =
    candidate                  | candidate                | everybody    | not_own               | not_own
    candidate                  | nobody's candidate       | nobody       | =                     | =
    candidate_post             | nobody's candidate       | nobody       | =                     | =
    candidate_correct          | candidate                | everybody    | not_own               | not_own
    candidate_correct          | nobody's candidate       | nobody       | =                     | =
    candidate_upload           | candidate                | everybody    | not_own               | not_own
    candidate_upload           | nobody's candidate       | nobody       | =                     | =
    candidate_cv               | candidate                | everybody    | not_own               | -
    candidate_statement        | candidate                | everybody    | not_own               | -
    candidate_statement        | nobody's candidate       | nobody       | =                     | -
    candidate_cv               | nobody's candidate       | nobody       | =                     | -
    post_drafts                |                          | signed       | =                     | -
    post_draft_new             | call draft               | drafters     | manager other_manager host | manager other_manager host
    post_draft                 | draft post               | drafters     | =                     | =
    post_draft_edit            | draft post               | drafters     | manager other_manager host | manager other_manager host
    post_draft_answer          | comment on a post        | drafters     | trust manager other_manager host | trust manager other_manager host
    call_outcome               | call decided             | nobody       | =                     | -
    contributions              |                          | own          | =                     | -
    contribution               | contribution received    | own          | =                     | -
    grants                     |                          | everybody    | =                     | -
    award                      | grant active             | everybody    | =                     | -
    award                      | grant offered            | nobody       | =                     | -
    grants_360giving_json      |                          | everybody    | =                     | -
    grants_360giving_csv       |                          | everybody    | =                     | -
    grant                      | grant active             | payers       | =                     | -
    grant_calendar             | grant active             | payers       | =                     | -
    grant_accept               | grant offered            | payers       | lead                  | lead
    grant_decline              | grant offered            | payers       | lead                  | lead
    grant_sign                 | grant accepted           | own director | =                     | =
    grants_verify              |                          | everybody    | =                     | =
    grant_agreement            | grant agreed             | own trust finance | =                     | -
    grant_bank_account         | grant accepted           | own          | =                     | lead signatory
    grant_remittance           | payment paid             | own trust finance | =                    | -
    grant_remittance           | payment returned         | own trust finance | =                    | -
    grant_remittance           | payment approved         | nobody       | =                     | -
    grant_report               | report submitted         | payers       | own trust awards     | own trust awards
    grant_report               | report returned          | payers       | own trust awards     | own trust awards
    meeting_minutes            | no such number           | nobody       | =                     | -
    placements                 |                          | signed       | =                     | -
    placement_week             |                          | signed       | =                     | -
    placement_open             | grant agreed             | around       | =                     | =
    amendments                 | grant active             | around       | =                     | -
    amendments                 | grant ended_early        | own host trust finance | =           | -
    amendment_ask              | extension of active      | around       | speaking              | speaking
    amendment_ask              | nothing of active        | nobody       | =                     | =
    amendment                  | amendment asked          | around       | =                     | -
    amendment                  | amendment in_force       | own host trust finance | =           | -
    amendment_agree            | amendment asked          | around       | lead secondee manager host | lead secondee manager host
    amendment_refuse           | amendment asked          | around       | lead secondee manager host | lead secondee manager host
    amendment_withdraw         | amendment asked          | around       | lead trust            | lead trust
    amendment_sign             | amendment confirmed      | around       | lead signatory director | lead signatory director
    amendment_pdf              | amendment confirmed      | own trust finance | =                | -
    amendment_pdf              | amendment asked          | nobody       | =                     | -
    placement                  | placement preparing      | around       | =                     | -
    placement_calendar         | placement preparing      | around       | =                     | -
    placement_start            | placement preparing      | around       | host                  | host
    placement_call_off         | placement preparing      | around       | trust host            | trust host
    placement_person           | home manager             | around       | trust host            | trust host
    placement_end              | placement active         | around       | host                  | host
    placement_days             | placement active         | around       | secondee manager host | secondee manager host
    placement_step             | start step open          | around       | =                     | manager
    placement_step_confirm     | start step open          | around       | =                     | home_manager
    placement_step_confirm     | start step recorded      | around       | =                     | lead
    placement_step_waive       | start step open          | around       | host manager home_manager | host manager home_manager
    placement_step_waive       | start step waiver asked  | around       | host manager          | host manager
    placement_step_keep        | start step waiver asked  | around       | manager               | manager
    placement_step_reopen      | start step open          | around       | host                  | host
    placement_view             | placement active         | around       | =                     | =
    placement_answer           | view                     | around       | manager host          | manager host
    placement_reports          | placement active         | around       | manager host          | -
    placement_workplan         | placement active         | around       | =                     | -
    placement_workplan_pdf     | placement nobody's       | nobody       | =                     | -
    workplan_objective_new     | placement active         | around       | secondee manager host | secondee manager host
    workplan_objective         | objective                | around       | secondee manager host | secondee manager host
    workplan_milestone_new     | new milestone            | around       | secondee manager host | secondee manager host
    workplan_milestone         | milestone                | around       | secondee manager host | secondee manager host
    workplan_milestone_step    | step drop                | around       | -                     | secondee manager host
    workplan_milestone_step    | step ask                 | around       | -                     | secondee manager host
    workplan_milestone_step    | step give                | around       | -                     | manager host
    learning                   |                          | signed       | trust learning other_officer        | -
    learning_finding_new       |                          | signed       | learning              | learning
    learning_change_new        | finding                  | trust learning | =                   | =
    learning_confidence        |                          | signed       | =                     | =
    learning_confidence_answer | message in confidence    | lead learning | learning             | learning
    learning_exports           |                          | signed       | trust learning other_officer        | -
    learning_export            | export csv               | signed       | trust learning other_officer        | -
"""

# In the admin: model | its row | who opens the list | who sees that row | who adds | who may delete
ADMIN = """
    audit_entry                | about an application     | trust administrator          | trust               | nobody | trust
    letters_letter             | received                 | trust administrator          | trust               | nobody | trust
    letters_letterwording      | worded                   | trust                        | trust               | nobody | trust
    letters_mailing            | draft                    | trust                        | trust               | trust | trust
    documents_generateddocument | any                     | administrator                | administrator       | nobody | administrator
    accounts_user              | lead                     | administrator                | administrator       | administrator | administrator
    accounts_organisation      | own                      | trust finance administrator  | trust finance administrator | trust administrator | trust administrator
    accounts_programme         | cii                      | trust administrator          | trust administrator | administrator | trust administrator
    applications_goal          | goal                     | trust                        | trust               | trust | trust
    applications_strand        | strand                   | trust                        | trust               | trust | trust
    applications_call          | draft                    | callers                      | callers             | trust | trust
    applications_callinvitation | taken up                | trust                        | trust               | nobody | trust
    applications_expressionofinterest | received          | trust                        | trust               | nobody | trust
    applications_application   | draft                    | trust members assessors      | nobody              | nobody | nobody
    applications_application   | shortlisted              | trust members assessors      | trust clear committee | nobody | trust
    applications_lateadmission | asked                    | trust                        | trust               | nobody | trust
    applications_assessment    | finished                 | trust members assessors      | trust finished committee | nobody | trust
    applications_assessmentvisit | proposed               | trust members assessors      | trust declared finished committee | nobody | trust
    applications_casemessage   | sent                     | trust                        | trust               | nobody | nobody
    applications_casenote      | written                  | trust                        | trust               | nobody | nobody
    applications_visitslot     | offered                  | trust                        | trust               | nobody | trust
    grants_decision            | recorded                 | trust members                | trust committee     | trust | trust
    governance_body            | committee                | trust members                | trust members       | trust | trust
    governance_meeting         | meeting                  | trust members                | trust members       | trust | trust
    grants_funder              | funder                   | trust finance members        | trust finance members | trust | trust
    grants_contribution        | received                 | trust finance                | nobody              | trust finance | nobody
    grants_ledgerline          | receipt                  | trust finance                | nobody              | nobody | nobody
    grants_grant               | active                   | trust finance members        | trust finance awards | nobody | trust finance
    grants_bankaccount         | entered                  | trust finance                | trust finance       | nobody | trust finance
    grants_paymentrun          | made                     | trust finance                | trust finance       | nobody | trust finance
    grants_repayment           | asked                    | trust finance                | trust finance       | nobody | trust finance
    grants_instalment          | paid                     | trust finance members        | trust finance awards | nobody | trust finance
    grants_evaluationreport    | submitted                | trust members                | trust awards     | nobody | trust
    rights_rightsrequest       | received                     | trust                        | trust               | trust | trust
    saved_lists_savedlist      | shared                       | staff                        | trust               | nobody | trust
    secondments_amendment      | agreed                       | trust finance host           | own host trust finance | nobody | trust finance
    secondments_placement      | active                   | trust finance                | trust finance       | nobody | trust finance
"""

# Addresses of the admin that are not a model's list, page or step.
ADMIN_BESIDE = {
    "applications_call_matrix": ("call published", "callers"),
    "applications_call_deal": ("call published", "trust"),
    "applications_call_interests": ("call published", "callers"),
    "grants_decision_archive": ("call published", "trust"),
    "grants_decision_archive_zip": ("call published", "trust"),
    "grants_decision_dossier": ("application shortlisted", "trust committee declared finished"),
    "grants_decision_sheet": ("application shortlisted", "trust"),
    "letters_wording": ("wording worded", "trust"),
    "grants_decision_meeting": ("meeting of_the_committee", "trust"),
    "governance_meeting_minutes": ("meeting minuted", "trust members"),
    "applications_assessment_offline": ("call published", "declared undeclared"),
    "grants_contribution_position": ("contribution received", "other_officer"),
    "grants_contribution_due": ("contribution received", "other_officer"),
    "grants_contribution_by_status": ("contribution received", "other_officer"),
    "grants_grant_pay": ("programme ours", "trust finance"),
    "grants_paymentrun_file": ("payment run made", "finance"),
    "grants_decision_papers": ("meeting of_the_committee", "trust members"),
}

# What may be written: the trail says who opened a file, who took data away, and whom a link was refused.
LEAVES_A_LINE = {
    "account_data_file",
    *(
        "application_document",
        "application_document_pages",
        "candidate_cv",
        "learning_export",
        "application_pdf",
        "grant_agreement",
        "amendment_pdf",
    ),
    *(
        "candidate",
        "candidate_correct",
        "candidate_upload",
        "candidate_statement",
        "candidate_post",
    ),  # a colleague who is refused
}


def lines(table: str) -> list[list[str]]:
    """A table's rows as lists of cells."""
    return [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]


def address_of(name, thing, leads_to):
    """The address in full; a link that nobody was sent where the table says so."""
    if thing == "nobody's link":
        return reverse(
            name, kwargs={"uid": "MQ", "token": "abc-def"} if name == "account_welcome" else {"token": "guessed"}
        )
    return reverse(name, kwargs=leads_to[thing])


# Pages of the admin that everybody who works in it opens.
ADMIN_FOR_ALL = {"guide", "calendar", "calendar_file"}
ADMIN_POSTED = {"saved_lists_savedlist_save"}  # what a form on every list sends
