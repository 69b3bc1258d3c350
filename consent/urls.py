from django.urls import path

from consent.views import answer, campaigns, cases, owner_page, owners, recipients, texts

app_name = "consent"
urlpatterns = [
    path("", owners.coverage, name="coverage"),
    path("fragor/", cases.case_list, name="case_list"),
    path("fragor/<uuid:case>/", cases.case, name="case"),
    path("fragor/<uuid:case>/skicka/", cases.case_send, name="case_send"),
    path("fragor/<uuid:case>/avbryt/", cases.case_cancel, name="case_cancel"),
    path("agare/<uuid:owner>/fraga/", cases.ask, name="ask"),
    path("agare/<uuid:owner>/papper/", owners.owner_consent_add, name="owner_consent_add"),
    path("lamnade/", owners.consent_list, name="consent_list"),
    path("lamnade/<uuid:consent>/", owners.consent, name="consent"),
    path("lamnade/<uuid:consent>/avsluta/", owners.consent_end, name="consent_end"),
    path("underlag/<uuid:proof>/", cases.proof, name="proof"),
    path(
        "hemtjansttagare/<uuid:recipient>/",
        recipients.recipient_consent,
        name="recipient_consent",
    ),
    path(
        "hemtjansttagare/<uuid:recipient>/blankett.pdf",
        recipients.recipient_form,
        name="recipient_form",
    ),
    path("egna/invandningar/", recipients.objection_list, name="objection_list"),
    path(
        "egna/<uuid:recipient_consent>/aterkalla/",
        recipients.recipient_consent_end,
        name="recipient_consent_end",
    ),
    path("svar/<str:token>/", answer.answer, name="answer"),
    path("svar/<str:token>/kvitto.pdf", answer.answer_proof, name="answer_proof"),
    path("svar/<str:token>/kvitto-<int:number>.pdf", answer.answer_proof, name="answer_receipt"),
    path("svar/<str:token>/text.pdf", answer.answer_text, name="answer_text"),
    path("svar/<str:token>/underskrift/", answer.answer_sign, name="answer_sign"),
    path("svar/<str:token>/kontakt/", owner_page.answer_contact, name="answer_contact"),
    path("svar/<str:token>/aterkalla/", owner_page.answer_withdraw, name="answer_withdraw"),
    path("svar/<str:token>/ny-lank/", owner_page.answer_renew, name="answer_renew"),
    path("svar/", owner_page.code, name="code"),
    path("utskick/", campaigns.campaign_list, name="campaign_list"),
    path("utskick/nytt/", campaigns.campaign_add, name="campaign_add"),
    path("utskick/<uuid:campaign>/", campaigns.campaign, name="campaign"),
    path("utskick/<uuid:campaign>/skicka/", campaigns.campaign_send, name="campaign_send"),
    path(
        "utskick/<uuid:campaign>/ta-bort/<uuid:entrance>/",
        campaigns.campaign_leave_out,
        name="campaign_leave_out",
    ),
    path(
        "utskick/<uuid:campaign>/ta-med/<uuid:entrance>/",
        campaigns.campaign_put_back,
        name="campaign_put_back",
    ),
    path(
        "utskick/<uuid:campaign>/brev/<uuid:owner>/",
        campaigns.campaign_letter,
        name="campaign_letter",
    ),
    path("texter/", texts.text_list, name="text_list"),
    path("texter/nytt/", texts.text_add, name="text_add"),
    path("texter/<uuid:text>/", texts.text, name="text"),
    path("texter/<uuid:text>/andra/", texts.text_change, name="text_change"),
    path("texter/<uuid:text>/ta-bort/", texts.text_remove, name="text_remove"),
    path("texter/<uuid:text>/godkann/", texts.text_approve, name="text_approve"),
]
