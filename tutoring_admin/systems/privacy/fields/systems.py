"""What stands between this product and the district's other systems."""

from tutoring_admin.systems.privacy.uses import ACT, ROSTER, SECRET, SIGN_IN, TRAIL, Use

PERSONAL: dict[str, dict[str, Use]] = {
    "roles.RosterImport": {"asked_by": ACT, "source": ROSTER, "name": ROSTER},
    "roles.RosterEntry": {
        "said": ROSTER,
        "ours": ROSTER,
        "label": ROSTER,
        "email": ROSTER,
        "user": ROSTER,
    },
    "roles.RosterLine": {"said": ROSTER, "label": ROSTER, "email": ROSTER, "before": ROSTER},
    "roles.RosterFinding": {"got": ROSTER},
    "roles.ExternalId": {"user": SIGN_IN, "identifier": SIGN_IN},
    "roles.SignOnProvider": {"client_secret": SECRET},
    "roles.SignOnLink": {"user": SIGN_IN, "subject": SIGN_IN},
    "roles.SignOnSpare": {"user": SIGN_IN, "named_by": ACT},
    "roles.SupportVisit": {
        "operator": TRAIL,
        "reason": TRAIL,
        "allowed_by": TRAIL,
        "ended_by": TRAIL,
    },
    "roles.ApiToken": {"hash": SECRET, "made_by": ACT, "revoked_by": ACT},
    "roles.WebhookEndpoint": {"secret": SECRET, "former_secret": SECRET, "made_by": ACT},
    "roles.RosterSource": {"secret": SECRET},
    "roles.RosterPull": {"asked_by": ACT},
    "roles.DistrictRemoval": {"asked_by": ACT, "called_off_by": ACT},
}

PLAIN = {
    "roles.RosterSource": "name base_address token_address client_id scopes",
    "roles.RosterPull": "key last_error position counts words",
    "roles.Certificate": "slug name rows files_owed",
    "roles.RosterImport": "key last_error route version bulk summary left_out remarks",
    "roles.RosterEntry": "source key about_key place_key declined",
    "roles.RosterLine": "key about_key place_key file",
    "roles.RosterFinding": "file column expected",
    "roles.ExternalId": "system",
    "roles.SignOnProvider": "key name issuer client_id tenants domains metadata",
    "roles.SignOnAssertion": "digest",
    "roles.ApiToken": "name scopes",
    "roles.Trace": "kind",
    "roles.WebhookEndpoint": "name url kinds",
    "roles.WebhookDelivery": "key last_error message_id kind body answer",
}
