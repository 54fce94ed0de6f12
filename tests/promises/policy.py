"""The policy as a table: permission | the states of the thing | exactly who. What is not written is nobody.

`*` is every state of the thing; a state before `own:` belongs to the cast's own organisation. Who is who: tests/cast.py.
"""

from __future__ import annotations

from collections import defaultdict

GROUPS = {
    "own": "lead editor signatory",
    "trust": "officer second_officer director",
    "colleagues": "officer second_officer",
    "office": "officer second_officer director other_officer",
    "members": "committee conflicted_member undeclared_member",
    "assessors": "declared undeclared finished conflicted unassigned",
    "awards": "committee undeclared_member",
    "clear": "declared undeclared finished",
    "signed": "lead editor signatory rival officer second_officer director finance other_officer committee "
    "conflicted_member undeclared_member declared undeclared finished conflicted unassigned manager other_manager host other_host learning "
    "administrator secondee home_manager",
    "not_own": "public rival officer second_officer director finance other_officer committee conflicted_member undeclared_member "
    "declared undeclared finished conflicted unassigned manager other_manager host other_host learning administrator "
    "secondee home_manager",
    "everybody": "public lead editor signatory rival officer second_officer director finance other_officer committee conflicted_member undeclared_member "
    "declared undeclared finished conflicted unassigned manager other_manager host other_host learning administrator "
    "secondee home_manager",
}

# Names for several states at once.
STATES = {
    "expression of interest": {"<own>": "received other_work not_now invited withdrawn"},
    "data request": {
        "<open>": "received to_copy named to_correct to_restrict to_erase prepared",
        "<others>": "received to_copy named to_correct to_restrict to_erase prepared restricted released",
    },
    "application": {
        "<own>": "draft reopened dropped_draft submitted shortlisted apart reserve offered accepted offer_declined unsuccessful withdrawn",
        "<in>": "submitted shortlisted apart reserve offered accepted offer_declined unsuccessful",
    },
}

TABLES = {
    "call": """
        applications.view_call            | published decided              | everybody
        applications.view_call            | draft                          | trust members assessors
        applications.view_call            | invited                        | own trust members assessors
        applications.change_call          | *                              | trust
        applications.extend_call          | *                              | trust
        applications.release_call         | *                              | trust
        applications.declare_interests_call | *                            | trust members assessors
        applications.view_call_history    | *                              | trust
        applications.publish_call         | draft                          | trust
        applications.decide_call          | published invited              | trust
        applications.cancel_call          | draft published invited        | trust
        applications.archive_call         | decided                        | trust
        applications.clarify_call         | published invited              | trust
        applications.invite_to_call       | invited                        | trust
        applications.view_equality_call   | *                              | trust members learning
        applications.rehearse_call        | draft                          | trust
        applications.enter_application    | *                              | trust
        applications.add_lateadmission    | *                              | trust
        applications.deal_out_call        | *                              | trust
        applications.export_call          | *                              | trust
        applications.view_call_scores     | *                              | trust members assessors
        grants.publish_outcome            | decided                        | trust
        applications.hide_names_call      | *                              | trust
        applications.view_posts_of_call   | *                              | trust members assessors manager other_manager host
        applications.view_posts_of_call   | draft                          | own
        applications.draft_post           | draft                          | manager other_manager host
        applications.ask_comments_call    | draft                          | trust
        applications.comment_on_post      | draft                          | own
        applications.answer_comment       | draft                          | trust manager other_manager host
    """,
    "body": """
        governance.add_seat               | advisory                       | trust
    """,
    "meeting": """
        governance.change_agenda          | of_the_committee planned drafted | trust
        governance.draft_minutes          | of_the_committee planned drafted | trust
        governance.confirm_minutes        | drafted                        | director
        governance.record_attendance      | *                              | trust
    """,
    "late admission": """
        applications.view_lateadmission      | *                           | trust
        applications.view_lateadmission_history | *                        | trust
        applications.confirm_lateadmission   | asked                       | second_officer director
        applications.drop_lateadmission      | asked                       | trust
    """,
    "invitation to apply": """
        applications.view_callinvitation     | *                           | trust
        applications.view_callinvitation_history | *                       | trust
        applications.withdraw_callinvitation | sent taken_up               | trust
    """,
    "application": """
        applications.view_application     | aside                          | colleagues
        applications.view_application_history | aside                      | colleagues
        applications.view_office_file         | aside                      | colleagues
        applications.hold_application     | aside                          | colleagues
        applications.read_application     | aside                          | colleagues
        applications.view_salary          | aside                          | colleagues
        applications.view_total           | aside                          | colleagues
        applications.shortlist_application| aside                          | colleagues
        applications.turn_down_application| aside                          | colleagues
        applications.check_application    | aside                          | colleagues
        applications.handle_interest      | aside                          | colleagues
        applications.undo_outcome         | aside                          | colleagues
        applications.release_outcome      | aside                          | colleagues
        applications.assign_application   | aside                          | colleagues
        applications.correct_candidate_address | aside                     | colleagues
        applications.add_assessmentvisit  | aside                          | colleagues
        applications.declare_application  | aside                          | trust members
        applications.name_deputy          | aside                          | director
        applications.add_casenote         | aside                          | colleagues
        grants.add_decision               | aside                          | colleagues
        applications.view_application     | <own>                          | own
        applications.view_application     | <in> withdrawn rival's         | trust
        applications.view_application     | <in>                           | clear committee
        applications.view_application     | rival's                        | rival committee
        applications.view_application     | entered                        | own trust
        applications.view_application     | rehearsal                      | officer
        applications.view_application_history | <in> withdrawn rival's entered | trust
        applications.view_office_file         | <in> withdrawn rival's entered | trust
        applications.hold_application     | <in> withdrawn rival's entered | trust
        applications.clear_application    | rehearsal                      | officer
        applications.export_application   | <in> withdrawn rival's entered | trust
        applications.export_application   | <in>                           | committee declared finished
        applications.export_application   | rival's                        | committee
        applications.export_application   | aside                          | colleagues
        applications.add_casemessage      | aside                          | colleagues
        applications.open_name_application | aside                         | colleagues
        applications.redact_application   | aside                          | colleagues
        applications.read_application     | <own>                          | own
        applications.read_application     | <in> withdrawn rival's         | trust
        applications.read_application     | <in>                           | declared finished
        applications.read_application     | rival's                        | rival
        applications.read_application     | entered                        | own trust
        applications.read_application     | rehearsal                      | officer
        applications.view_salary          | <own>                          | own
        applications.view_salary          | <in> withdrawn rival's         | trust
        applications.view_salary          | rival's                        | rival
        applications.view_total           | <own>                          | own
        applications.view_total           | <in> withdrawn rival's         | trust
        applications.view_total           | <in>                           | committee
        applications.view_total           | rival's                        | rival committee
        applications.view_total           | entered                        | own trust
        applications.view_total           | rehearsal                      | officer
        applications.view_salary          | entered                        | own trust
        applications.view_salary          | rehearsal                      | officer
        applications.change_application   | draft reopened                 | own
        applications.change_application   | entered                        | trust
        applications.change_application   | rehearsal                      | officer
        applications.submit_application   | <own>                          | lead
        applications.submit_application   | rival's                        | rival
        applications.submit_application   | entered                        | trust
        applications.submit_application   | rehearsal                      | officer
        applications.reopen_application   | submitted                      | lead
        applications.withdraw_application | draft reopened submitted       | lead
        applications.withdraw_application | shortlisted apart reserve            | lead
        applications.withdraw_application | rival's                        | rival
        applications.withdraw_application | entered                        | lead trust
        applications.shortlist_application| submitted                      | trust
        applications.turn_down_application| submitted shortlisted apart rival's  | trust
        applications.turn_down_application| reserve                        | trust
        applications.check_application    | submitted                      | trust
        applications.handle_interest      | <in> withdrawn rival's         | trust
        applications.undo_outcome         | submitted                      | trust
        applications.release_outcome      | submitted                      | trust
        applications.assign_application   | <in> rival's                   | trust
        applications.correct_candidate_address | <in> rival's              | trust
        applications.add_assessmentvisit  | <own> rival's entered rehearsal | trust
        applications.choose_visitslot     | shortlisted apart              | lead
        applications.choose_visitslot     | rival's                        | rival
        applications.open_name_application | <own> rival's entered rehearsal | trust
        applications.redact_application   | <own> rival's entered rehearsal | trust
        applications.declare_application  | <in> rival's                   | trust members
        grants.add_decision               | <own> rival's entered rehearsal | trust
        applications.record_jointview     | shortlisted                    | finished
        applications.add_casemessage      | submitted shortlisted apart reserve offered accepted rival's | trust
        applications.add_casenote         | <in> withdrawn rival's entered | trust
        applications.resolve_jointview    | apart                          | trust finished
    """,
    "expression of interest": """
        applications.view_expressionofinterest   | <own>                            | own trust
        applications.view_expressionofinterest   | rival's                          | rival trust
        applications.view_expressionofinterest_history | *                          | trust
        applications.change_expressionofinterest | received                         | own
        applications.change_expressionofinterest | rival's                          | rival
        applications.withdraw_expressionofinterest | received other_work not_now    | own
        applications.withdraw_expressionofinterest | rival's                        | rival
        applications.start_expressionofinterest  | invited                          | own
        applications.note_expressionofinterest   | *                                | trust
        applications.invite_expressionofinterest | received other_work not_now rival's | trust
        applications.propose_other_work_expressionofinterest | received not_now rival's | trust
        applications.put_off_expressionofinterest | received rival's                | trust
    """,
    "document": """
        applications.view_document        | cv statement                   | own trust declared finished
    """,
    "message": """
        applications.view_casemessage     | sent answered                  | own trust
        applications.view_casemessage     | to_the_secondee                | trust
        applications.answer_casemessage   | sent                           | lead
        applications.settle_casemessage   | answered                       | trust
    """,
    "note": """
        applications.view_casenote        | written                        | trust
        applications.read_casenote        | written                        | trust
        applications.change_casenote      | written                        | officer
    """,
    "joint view": """
        applications.view_jointview       | sealed                         | finished
        applications.view_jointview       | opened                         | trust committee finished
    """,
    "resolution of views": """
        applications.view_viewresolution  | recorded                       | trust committee finished
    """,
    "assessment": """
        applications.view_assessment      | *                              | trust
        applications.view_assessment      | declared                       | declared
        applications.view_assessment      | undeclared                     | undeclared
        applications.view_assessment      | conflicted                     | conflicted
        applications.view_assessment      | finished                       | finished committee
        applications.view_assessment_history | *                           | trust
        applications.declare_assessment   | undeclared                     | undeclared
        applications.score_assessment     | declared                       | declared
        applications.complete_assessment  | declared                       | declared
        applications.revise_assessment    | finished                       | finished
        applications.remind_assessment    | declared undeclared            | trust
        applications.recuse_assessment    | declared                       | declared
        applications.recuse_assessment    | undeclared                     | undeclared
        applications.open_name_assessment | declared                       | declared
        applications.open_name_assessment | undeclared                     | undeclared
        applications.open_name_assessment | conflicted                     | conflicted
        applications.open_name_assessment | finished                       | finished
    """,
    "visit": """
        applications.view_assessmentvisit    | *                           | trust declared finished committee
        applications.view_assessmentvisit_history | *                      | trust
        applications.confirm_assessmentvisit | proposed                    | trust
        applications.move_assessmentvisit    | proposed confirmed          | trust
        applications.hold_assessmentvisit    | confirmed                   | trust
        applications.cancel_assessmentvisit  | proposed confirmed          | trust
        applications.replace_attendee_assessmentvisit | proposed confirmed | trust
        applications.visit_assessmentvisit   | proposed confirmed held     | declared finished
        applications.read_needs_assessmentvisit | proposed confirmed       | trust declared finished
        applications.note_assessmentvisit    | confirmed held              | declared finished
    """,
    "visit time": """
        applications.view_visitslot          | *                           | trust
        applications.view_visitslot_history  | *                           | trust
        applications.withdraw_visitslot      | offered                     | trust
        applications.replace_visitor_visitslot | offered                   | trust
    """,
    "decision": """
        grants.view_decision              | *                              | trust
        grants.view_decision              | dropped recorded confirmed     | committee
        grants.view_decision              | released                       | committee own
        grants.view_decision_history      | *                              | trust
        grants.confirm_decision           | recorded                       | second_officer director
        grants.drop_decision              | recorded confirmed             | trust
        grants.release_decision           | confirmed                      | trust
        grants.choose_allocation          | recorded confirmed             | trust
        grants.confirm_allocation         | recorded confirmed             | trust
    """,
    "grant": """
        grants.view_grant                 | *                              | own trust finance awards
        grants.view_grant_history         | *                              | own trust finance
        grants.view_salary                | *                              | own trust finance
        grants.accept_grant               | offered                        | lead
        grants.decline_grant              | offered                        | lead
        grants.give_time_grant            | offered                        | trust
        grants.lapse_grant                | offered                        | trust
        grants.prepare_agreement          | accepted                       | trust
        grants.sign_grant                 | accepted                       | lead signatory director
        grants.sign_for_funder            | accepted                       | director
        grants.close_grant                | active                         | trust
        secondments.ask_amendment         | agreed active                  | lead secondee manager host trust
        grants.ask_repayment              | agreed active ended_early closed | trust
        grants.enter_bankaccount          | accepted agreed active ended_early | lead signatory
        secondments.open_placement        | agreed                         | trust host
    """,
    "agreement": """
        grants.view_agreement             | *                              | own trust finance
    """,
    "instalment": """
        grants.view_instalment            | *                              | own trust finance awards
        grants.view_instalment_history    | *                              | trust finance
        grants.view_remittance            | paid returned reversed         | own trust finance
        grants.prepare_instalment         | scheduled                      | officer second_officer
        grants.approve_instalment         | prepared                       | director
        grants.allow_instalment           | prepared approved              | officer second_officer
        grants.pay_instalment             | approved                       | finance
        grants.give_back_instalment       | paid                           | finance
        grants.reverse_instalment         | paid                           | trust
        grants.withhold_instalment        | scheduled prepared approved returned reversed | trust
        grants.reinstate_instalment       | prepared approved withheld returned reversed | trust
    """,
    "payment run": """
        grants.view_paymentrun            | *                              | trust finance
        grants.view_paymentrun_history    | *                              | trust finance
        grants.take_paymentrun            | made                           | finance
        grants.pay_paymentrun             | made                           | finance
    """,
    "repayment": """
        grants.view_repayment             | *                              | own trust finance
        grants.view_repayment_history     | *                              | trust finance
        grants.withdraw_repayment         | asked                          | trust
        grants.receive_repayment          | asked                          | finance
        grants.reverse_repayment          | received                       | trust
    """,
    "bank account": """
        grants.view_bankaccount           | *                              | own trust finance
        grants.view_bankaccount_history   | *                              | trust finance
        grants.check_bankaccount          | entered                        | trust finance
        grants.approve_bankaccount        | checked                        | trust finance
        grants.refuse_bankaccount         | entered checked approved       | trust finance
    """,
    "contribution": """
        grants.view_contribution          | *                              | other_officer
        grants.view_own_contribution      | *                              | own
        grants.view_contribution_history  | *                              | other_officer
        grants.receive_contribution       | *                              | other_officer
    """,
    "ledger line": """
        grants.view_ledgerline            | *                              | other_officer
        grants.reverse_ledgerline         | *                              | other_officer
    """,
    "report": """
        grants.view_evaluationreport      | *                              | own trust awards
        grants.view_evaluationreport_history | *                           | own trust
        grants.change_evaluationreport    | due returned                   | own
        grants.submit_evaluationreport    | due returned                   | own
        grants.give_back_evaluationreport | submitted                      | trust
        grants.accept_evaluationreport    | submitted                      | trust
    """,
    "placement": """
        secondments.view_placement        | *                              | secondee home_manager own manager host trust finance
        secondments.view_placement_history | *                             | secondee home_manager own manager host trust finance
        secondments.change_placement      | preparing active               | trust host
        secondments.start_placement       | preparing                      | host
        secondments.end_placement         | active                         | host
        secondments.call_off_placement    | preparing                      | trust host
        secondments.set_working_days      | preparing active               | secondee manager host
        secondments.change_workplan       | preparing active               | secondee manager host
        secondments.sign_off_milestone    | preparing active               | manager host
        secondments.say_view              | preparing active               | lead home_manager
        secondments.answer_view           | preparing active               | manager host
        secondments.read_reports          | *                              | manager host
    """,
    "amendment": """
        secondments.view_amendment         | *                             | own host trust finance
        secondments.view_amendment         | asked confirmed refused withdrawn lapsed | secondee home_manager manager
        secondments.view_amendment_history | *                             | own host trust finance
        secondments.view_amendment_history | asked confirmed refused withdrawn lapsed | secondee home_manager manager
        secondments.consent_amendment      | asked                         | secondee manager host
        secondments.refuse_amendment       | asked                         | secondee manager host
        secondments.withdraw_amendment     | asked agreed recorded confirmed | lead trust
        secondments.record_amendment       | agreed                        | trust
        secondments.turn_down_amendment    | agreed recorded               | trust
        secondments.confirm_amendment      | recorded                      | second_officer director
        secondments.sign_amendment         | confirmed                     | lead signatory director
    """,
    "start step": """
        secondments.record_startstep      | open waiver_asked              | manager
        secondments.confirm_startstep     | recorded                       | lead
        secondments.ask_waiver_startstep  | open                           | host manager home_manager
        secondments.ask_waiver_startstep  | recorded                       | host lead
        secondments.waive_startstep       | waiver_asked                   | manager
        secondments.refuse_waiver_startstep | waiver_asked                 | manager
        secondments.reopen_startstep      | recorded done waived           | host
    """,
    "data request": """
        rights.view_rightsrequest         | <others>                 | trust
        rights.view_rightsrequest         | of_the_director                | officer second_officer
        rights.view_rightsrequest_history | <others>                 | trust
        rights.view_rightsrequest_history | of_the_director                | officer second_officer
        rights.check_identity             | received                       | trust
        rights.check_identity             | of_the_director                | officer second_officer
        rights.withdraw_request           | <open>                         | trust
        rights.withdraw_request           | of_the_director                | officer second_officer
        rights.name_officer               | <others>                 | director
        rights.prepare_request            | <others>                 | director
        rights.prepare_request            | named prepared                 | second_officer
        rights.confirm_erasure            | prepared                       | second_officer
        rights.download_file              | released                       | director lead
    """,
    "finding": """
        learning.view_finding             | *                              | trust learning
        learning.add_change               | *                              | trust learning
    """,
    "message in confidence": """
        learning.read_confidentialmessage   | *                            | lead learning
        learning.answer_confidentialmessage | waiting                      | learning
    """,
    "programme": """
        learning.tell_in_confidence       | ours                           | own rival secondee
        accounts.view_programme           | ours                           | trust administrator
        accounts.view_programme           | other                          | administrator other_officer
        accounts.view_programme_history   | ours                           | trust administrator
        accounts.view_programme_history   | other                          | administrator other_officer
        accounts.change_programme         | ours                           | trust administrator
        accounts.change_programme         | other                          | administrator other_officer
        accounts.invite_person            | ours                           | administrator trust host
        accounts.invite_person            | other                          | administrator other_host other_officer
        learning.add_finding              | ours                           | learning
        letters.word_letter               | ours                           | trust
        letters.word_letter               | other                          | other_officer
        letters.write_to_many             | ours                           | trust
        letters.write_to_many             | other                          | other_officer
        rights.add_rightsrequest          | ours                           | trust
        rights.add_rightsrequest          | other                          | other_officer
        applications.add_equalityquestion | ours                           | trust
        applications.add_equalityquestion | other                          | other_officer
        applications.add_outcomereason    | ours                           | trust
        applications.add_outcomereason    | other                          | other_officer
        grants.add_reportschedule         | ours                           | trust
        grants.add_reportschedule         | other                          | other_officer
        grants.add_contribution           | ours                           | trust finance
        grants.add_contribution           | other                          | other_officer
        grants.take_in_grants             | ours                           | trust finance
        grants.take_in_grants             | other                          | other_officer
        grants.view_fund                  | ours                           | trust finance
        grants.view_fund                  | other                          | other_officer
        grants.view_pay                   | ours                           | trust finance
        grants.view_pay                   | other                          | other_officer
        saved_lists.share_savedlist       | ours                           | trust
        saved_lists.share_savedlist       | other                          | other_officer
        secondments.add_programmestep     | ours                           | trust
        secondments.add_programmestep     | other                          | other_officer
    """,
    "organisation": """
        applications.start_application    | own                            | own
        applications.start_application    | rival                          | rival
        applications.add_expressionofinterest | own                        | own
        applications.add_expressionofinterest | rival                      | rival
        accounts.view_organisation        | own                            | own trust finance administrator
        accounts.view_organisation        | rival                          | rival trust finance administrator
        accounts.view_organisation_history | *                             | trust administrator
        accounts.change_organisation      | own                            | lead trust administrator
        accounts.change_organisation      | rival                          | rival trust administrator
        accounts.invite_to_organisation   | own                            | lead
        accounts.invite_to_organisation   | rival                          | rival
        accounts.appoint_lead             | *                              | trust administrator
        accounts.add_membership           | *                              | trust administrator
    """,
    "membership": """
        accounts.view_membership          | own                            | own trust finance administrator
        accounts.change_membership        | own                            | lead trust administrator
        accounts.delete_membership        | own                            | lead trust administrator
        accounts.leave_organisation       | own                            | lead
    """,
    "participation": """
        accounts.take_part                | own_here                       | own trust administrator
        accounts.take_part                | rival_here                     | rival trust administrator
        accounts.take_part                | own_elsewhere                  | own administrator other_officer
    """,
    "invitation to join": """
        accounts.invite_to_organisation   | *                              | lead
        accounts.view_invitation          | *                              | own trust finance administrator
        accounts.accept_invitation        | for_the_rival                  | rival
    """,
    "account": """
        accounts.view_user                | *                              | administrator
        accounts.view_user_history        | *                              | administrator
        accounts.change_user              | *                              | administrator
        accounts.change_name              | lead                           | lead
        accounts.change_name              | administrator                  | administrator
        accounts.give_roles               | *                              | administrator
        accounts.confirm_roles            | asked                          | administrator
        accounts.drop_role_requests       | asked                          | administrator
        accounts.remove_second_factor     | *                              | administrator
        accounts.link_account             | lead                           | lead
        accounts.link_account             | administrator                  | administrator
        accounts.make_access_token        | administrator                  | administrator
        letters.choose_emails             | lead                           | lead
        letters.choose_emails             | administrator                  | administrator
        accounts.make_calendar_address    | lead                           | lead
        accounts.make_calendar_address    | administrator                  | administrator
        accounts.revoke_access_token      | *                              | administrator
        accounts.revoke_access_token      | lead                           | lead
        accounts.end_sessions             | *                              | administrator
        accounts.end_sessions             | lead                           | lead
    """,
    "line of the trail": """
        audit.view_entry                  | of_a_call                      | trust
        audit.view_entry                  | of_a_person                    | administrator
        audit.view_entry                  | of_an_invited_person           | trust administrator
        audit.view_entry                  | of_the_other_programme         | other_officer administrator
    """,
    "letter": """
        letters.view_letter               | welcome                        | trust administrator
        letters.view_letter               | received                       | trust
        letters.view_letter_history       | welcome                        | trust administrator
        letters.view_letter_history       | received                       | trust
        letters.send_again_letter         | welcome                        | trust administrator
        letters.send_again_letter         | received                       | trust
    """,
    "wording": """
        letters.view_letterwording        | *                              | trust
        letters.view_letterwording_history | *                             | trust
    """,
    "mailing": """
        letters.view_mailing              | *                              | trust
        letters.view_mailing_history      | *                              | trust
        letters.write_to_many             | *                              | trust
    """,
    "saved list": """
        saved_lists.view_savedlist        | shared                         | trust
        saved_lists.view_savedlist_history | shared                        | trust
        saved_lists.change_savedlist      | shared                         | trust
        saved_lists.delete_savedlist      | shared                         | trust
        saved_lists.view_savedlist        | officer's                      | officer
        saved_lists.change_savedlist      | officer's                      | officer
        saved_lists.delete_savedlist      | officer's                      | officer
        saved_lists.view_savedlist        | assessor's                     | undeclared
        saved_lists.change_savedlist      | assessor's                     | undeclared
        saved_lists.delete_savedlist      | assessor's                     | undeclared
    """,
    "nothing": """
        accounts.add_membership           | *                              | office administrator
        accounts.add_organisation         | *                              | office administrator
        accounts.add_user                 | *                              | administrator
        accounts.add_programme            | *                              | administrator
        accounts.invite_person            | *                              | administrator office host other_host
        accounts.name_organisation        | *                              | signed
        applications.add_call             | *                              | office
        applications.change_equalityquestion | *                           | office
        applications.delete_equalityquestion | *                           | office
        applications.view_equalityquestion | *                             | office
        applications.view_outcomereason   | *                              | office
        applications.change_outcomereason | *                              | office
        applications.add_goal             | *                              | office
        applications.add_strand           | *                              | office
        applications.change_goal          | *                              | office
        applications.change_strand        | *                              | office
        applications.view_goal            | *                              | office
        applications.view_strand          | *                              | office
        applications.view_goal_history    | *                              | office
        applications.view_strand_history  | *                              | office
        applications.view_casemessages    | *                       | office
        applications.view_submitted_applications | *                       | office members assessors
        applications.view_casenotes       | *                       | office
        applications.assess_applications  | *                              | assessors
        governance.add_body               | *                              | office
        governance.add_meeting            | *                              | office
        governance.add_seat               | *                              | office
        governance.change_body            | *                              | office
        governance.change_meeting         | *                              | office
        governance.change_seat            | *                              | office
        governance.read_papers            | *                              | office members
        governance.view_agendaitem        | *                              | office members
        governance.view_minutes           | *                              | office
        governance.view_minute            | *                              | office
        governance.record_attendance      | *                              | office
        governance.view_body              | *                              | office members
        governance.view_body_history      | *                              | office
        governance.view_meeting           | *                              | office members
        governance.view_meeting_history   | *                              | office
        governance.view_seat              | *                              | office members
        grants.view_reportschedule        | *                              | office
        grants.view_conditiontemplate     | *                              | office
        grants.add_conditiontemplate      | *                              | office
        grants.change_conditiontemplate   | *                              | office
        secondments.view_programmestep    | *                              | office
        secondments.view_programmestep_history | *                         | office
        secondments.change_programmestep  | *                              | office
        secondments.delete_programmestep  | *                              | office
        grants.add_decision               | *                              | office
        grants.add_funder                 | *                              | office
        grants.change_funder              | *                              | office
        grants.view_decision              | *                              | office members
        grants.view_funder_history        | *                              | office
        grants.view_contribution          | *                              | office finance
        grants.view_contribution_history  | *                              | office finance
        grants.view_ledgerline            | *                              | office finance
        grants.view_fund                  | *                              | office finance
        grants.view_pay                   | *                              | office finance
        grants.add_contribution           | *                              | office finance
        grants.take_in_grants             | *                              | office finance
        grants.receive_contribution       | *                              | office finance
        grants.reverse_ledgerline         | *                              | office finance
        grants.view_funder                | *                              | office finance members
        documents.view_generateddocument  | *                              | administrator
        documents.view_generateddocument_history | *                       | administrator
        documents.make_again_generateddocument | *                         | administrator
        monitoring.view_status            | *                              | office administrator
        monitoring.view_figures           | *                              | administrator
        secondments.view_week             | *                              | manager other_manager host other_host
        learning.view_exports             | *                              | office learning
        letters.view_letterwording        | *                              | office
        letters.view_mailing              | *                              | office
        letters.write_to_many             | *                              | office
        rights.view_rightsrequest         | *                              | office
        saved_lists.add_savedlist         | *                              | trust finance members assessors administrator other_officer
        saved_lists.view_savedlist        | *                              | trust finance members assessors administrator other_officer
        saved_lists.change_savedlist      | *                              | trust finance members assessors administrator other_officer
        saved_lists.delete_savedlist      | *                              | trust finance members assessors administrator other_officer
        saved_lists.share_savedlist       | *                              | office
        rights.add_rightsrequest          | *                              | office
    """,
}


def who(words: str) -> set[str]:
    """People by the names of groups and parts."""
    return {part for word in words.split() for part in GROUPS.get(word, word).split()}


def states(words: str, noun: str, every: list[str]) -> list[str]:
    """States by their names, with "_" for a space."""
    short = STATES.get(noun, {})
    names = [name for word in words.split() for name in short.get(word, word).split()]
    return (
        every
        if names == ["*"]
        else [name.replace("_", " ") if name.replace("_", " ") in every else name for name in names]
    )


def rows(noun: str) -> list[tuple[str, str, set[str]]]:
    """The table of a noun: (permission, states, who)."""
    lines = [line.split("|") for line in TABLES[noun].strip().splitlines()]
    return [(permission.strip(), where.strip(), who(people)) for permission, where, people in lines]


def expected(noun: str, every: list[str]) -> dict[tuple[str, str], set[str]]:
    """(permission, state) -> who, as the policy is written; nobody where it says nothing."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for permission, where, people in rows(noun):
        for state in every:
            found[permission, state] |= set()
        for state in states(where, noun, every):
            assert state in every, f"{noun} has no state {state!r} in the cast"
            found[permission, state] |= people
    return dict(found)
