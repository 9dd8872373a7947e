// Calls the API with a client made by openapi-typescript and openapi-fetch: calls.ts http://localhost:8080, or with "later" behind it.
import assert from "node:assert/strict";
import createClient from "openapi-fetch";
import type { paths } from "./api.js";

const [base, when] = process.argv.slice(2);
const client = (token: string) => createClient<paths>({ baseUrl: base, headers: { Authorization: `Bearer ${token}` } });
const api = client(process.env.API_KEY!);
const publisher = client(process.env.PUBLISHER_TOKEN!);
const workspace_id = process.env.WORKSPACE!;
const since = new Date(Date.now() - 3_600_000).toISOString();
const event = (name: string) => ({
    event: "lead.created",
    workspace_id,
    data: { id: name, visitor_name: name, pipeline_stage: "new", created_at: since, tags: ["a", { b: null }] },
});

const created = await api.POST("/api/v1/external/webhooks", {
    body: {
        url: `${process.env.RECEIVER}/typescript`,
        events: ["lead.*"],
        headers: { "X-Api-Key": "secret" },
        conditions: { match: "all", rules: [{ field: "pipeline_stage", operator: "is_one_of", value: ["new", "won"] }] },
    },
});
assert.equal(created.response.status, 201, JSON.stringify(created.error));
const webhook = created.data!.data;
assert.deepEqual(webhook.headers, ["X-Api-Key"]);

const one = await publisher.POST("/api/v1/internal/events", { body: [event("one")] });
assert.equal(one.data?.data.accepted, 1, JSON.stringify(one.error));
const many = await publisher.POST("/api/v1/internal/events", { body: [event("two"), event("three")] });
assert.equal(many.data?.data.accepted, 2, JSON.stringify(many.error));

const log = async () =>
    await api.GET("/api/v1/external/webhooks/{id}/deliveries", {
        params: {
            path: { id: webhook.id },
            query: { status: ["delivered", "failed"], event: ["lead.created", "lead.updated"], status_code: ["200", "5xx"], since, limit: 10 },
        },
    });
let found = await log();
for (let i = 0; i < 50 && found.data?.data.length !== 3; i++) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    found = await log();
}
assert.equal(found.data?.data.length, 3, JSON.stringify(found.error));
assert.equal(found.data!.data[0].status, when === "later" ? "added_later" : "delivered");

const path = { id: webhook.id, delivery_id: found.data!.data[0].id };
const delivery = await api.GET("/api/v1/external/webhooks/{id}/deliveries/{delivery_id}", { params: { path } });
assert.equal(delivery.data?.data.attempts[0].status_code, 200);
const retried = await api.POST("/api/v1/external/webhooks/{id}/deliveries/{delivery_id}/retry", {
    params: { path, header: { "Idempotency-Key": path.delivery_id } },
});
assert.equal(retried.data?.data.delivery_id, path.delivery_id, JSON.stringify(retried.error));

const got = await api.GET("/api/v1/external/webhooks/{id}", { params: { path } });
const change = async () =>
    await api.PATCH("/api/v1/external/webhooks/{id}", {
        params: { path, header: { "If-Match": got.response.headers.get("ETag")! } },
        body: { description: "Changed", max_per_second: 100 },
    });
assert.equal((await change()).data?.data.max_per_second, 100);
const stale = await change();
assert.equal(stale.response.status, 412);
assert.match(stale.error!.error, /Read it again/);

const wrong = await api.POST("/api/v1/external/webhooks", { body: { url: "no url", events: ["lead.creatd"] } });
assert.equal(wrong.response.status, 400);
assert.equal(wrong.error!.code, when === "later" ? "added_later" : "validation_failed");
assert.ok(wrong.error!.fields!.url);
const missing = await api.GET("/api/v1/external/webhooks/{id}", { params: { path: { id: "wh_none" } } });
assert.equal(missing.response.status, 404);

const left = await api.POST("/api/v1/external/webhooks/{id}/recover", { params: { path }, body: { since, dry_run: true } });
assert.equal(left.data?.data.missed, 0, JSON.stringify(left.error));
const recovery = await api.POST("/api/v1/external/webhooks/{id}/recover", { params: { path }, body: { since } });
assert.ok(recovery.data?.data.job, JSON.stringify(recovery.error));
assert.equal((await api.DELETE("/api/v1/external/webhooks/{id}", { params: { path } })).response.status, 200);
