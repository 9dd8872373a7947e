"""Calls the API with a client made by openapi-python-client: calls.py http://localhost:8080, or with "later" behind it."""

import datetime
import os
import sys
import time

from nexa_desk_webhooks_client import AuthenticatedClient
from nexa_desk_webhooks_client.api.deliveries import get_delivery, list_webhook_deliveries, retry_delivery
from nexa_desk_webhooks_client.api.publishing import publish_events
from nexa_desk_webhooks_client.api.recovery import recover
from nexa_desk_webhooks_client.api.webhooks import create_webhook, delete_webhook, get_webhook, update_webhook
from nexa_desk_webhooks_client.models import (
    ConditionOperator,
    ConditionRequest,
    ConditionsRequest,
    CreateWebhookRequest,
    CreateWebhookRequestHeadersType0 as Headers,
    DeliveryStatus,
    PublishedEvent,
    PublishedEventData,
    RecoveryRequest,
    UpdateWebhookRequest,
)

base, later = sys.argv[1], "later" in sys.argv
api = AuthenticatedClient(base, os.environ["API_KEY"])
publisher = AuthenticatedClient(base, os.environ["PUBLISHER_TOKEN"])
since = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(hours=1)


def event(name):
    data = {"id": name, "visitor_name": name, "pipeline_stage": "new", "created_at": since.isoformat(), "tags": ["a", {"b": None}]}
    return PublishedEvent("lead.created", os.environ["WORKSPACE"], PublishedEventData.from_dict(data))


headers = Headers.from_dict({"X-Api-Key": "secret"})
conditions = ConditionsRequest("all", [ConditionRequest("pipeline_stage", ConditionOperator.IS_ONE_OF, ["new", "won"])])
wanted = CreateWebhookRequest(os.environ["RECEIVER"] + "/python", ["lead.*"], conditions=conditions, headers=headers)
created = create_webhook.sync_detailed(client=api, body=wanted)
assert created.status_code == 201, created.content
webhook = created.parsed.data
assert webhook.headers == ["X-Api-Key"]

one = publish_events.sync_detailed(client=publisher, body=[event("one")])
assert one.status_code == 202 and one.parsed.data.accepted == 1, one.content
many = publish_events.sync_detailed(client=publisher, body=[event("two"), event("three")])
assert many.status_code == 202 and many.parsed.data.accepted == 2, many.content

for _ in range(50):
    found = list_webhook_deliveries.sync_detailed(
        webhook.id,
        client=api,
        status=[DeliveryStatus.DELIVERED, DeliveryStatus.FAILED],
        event=["lead.created", "lead.updated"],
        status_code=["200", "5xx"],
        since=since,
        limit=10,
    )
    assert found.status_code == 200, found.content
    if len(found.parsed.data) == 3:
        break
    time.sleep(0.2)
assert len(found.parsed.data) == 3, found.content
assert found.parsed.data[0].status == ("added_later" if later else DeliveryStatus.DELIVERED)

delivery_id = found.parsed.data[0].id
delivery = get_delivery.sync(webhook.id, delivery_id, client=api)
assert delivery.data.attempts[0].status_code == 200
retried = retry_delivery.sync_detailed(webhook.id, delivery_id, client=api, idempotency_key=delivery_id)
assert retried.status_code == 202 and retried.parsed.data.delivery_id == delivery_id, retried.content

etag = get_webhook.sync_detailed(webhook.id, client=api).headers["etag"]
change = UpdateWebhookRequest(description="Changed", max_per_second=100)
assert update_webhook.sync(webhook.id, client=api, body=change, if_match=etag).data.max_per_second == 100
stale = update_webhook.sync_detailed(webhook.id, client=api, body=change, if_match=etag)
assert stale.status_code == 412 and "Read it again" in stale.parsed.error, stale.content

wrong = create_webhook.sync_detailed(client=api, body=CreateWebhookRequest("no url", ["lead.creatd"]))
assert wrong.status_code == 400 and wrong.parsed.code == ("added_later" if later else "validation_failed"), wrong.content
assert wrong.parsed.fields["url"]
assert get_webhook.sync_detailed("wh_none", client=api).status_code == 404

left = recover.sync_detailed(webhook.id, client=api, body=RecoveryRequest(since, dry_run=True))
assert left.status_code == 200 and left.parsed.data.missed == 0, left.content
job = recover.sync_detailed(webhook.id, client=api, body=RecoveryRequest(since))
assert job.status_code == 202 and job.parsed.data.job.id, job.content
assert delete_webhook.sync_detailed(webhook.id, client=api).status_code == 200
