// Sends the events of your workspace to a program on your machine, signed as NexaDesk signs them. For development: no public URL is needed.
// Node.js 18 or later:
//
//   NEXADESK_URL=https://… NEXADESK_API_KEY=fc_live_… WEBHOOK_SECRET=whsec_… node listen.mjs http://localhost:3000/webhook
//
// NEXADESK_API_KEY   a key with the scope read
// WEBHOOK_SECRET     the secret your program verifies signatures with; if missing, one is generated and printed
// TYPES              only these event types, separated by commas
// AFTER              where to begin: latest (the default), start, or a cursor that this program has shown
import { createHmac, randomBytes, randomUUID } from "node:crypto";

const { NEXADESK_URL, NEXADESK_API_KEY, TYPES, AFTER = "latest" } = process.env;
const target = process.argv[2];
if (!NEXADESK_URL || !NEXADESK_API_KEY || !target) {
  console.error("Usage: NEXADESK_URL=… NEXADESK_API_KEY=… WEBHOOK_SECRET=… node listen.mjs http://localhost:3000/webhook");
  process.exit(2);
}
const secret = process.env.WEBHOOK_SECRET ?? "whsec_" + randomBytes(32).toString("base64");
const pause = seconds => new Promise(done => setTimeout(done, seconds * 1000));

async function read(after) {
  const address = new URL("/api/v1/external/events", NEXADESK_URL);
  address.searchParams.set("wait", "20");
  if (after !== "start") address.searchParams.set("after", after);
  if (TYPES) address.searchParams.set("types", TYPES);
  const response = await fetch(address, { headers: { Authorization: `Bearer ${NEXADESK_API_KEY}` } });
  if (response.ok) return response.json();
  const { error } = await response.json().catch(() => ({ error: response.statusText }));
  if (response.status < 500 && response.status !== 429) {
    console.error(`${response.status}: ${error}`);
    process.exit(1);
  }
  await pause(Number(response.headers.get("retry-after") ?? 5));
  return null;
}

function signed(event, body) {
  const timestamp = Math.floor(Date.now() / 1000);
  const hmac = (key, text) => createHmac("sha256", key).update(text);
  const standardKey = Buffer.from(secret.replace("whsec_", ""), "base64");
  const headers = {
    "Content-Type": "application/json",
    "User-Agent": "NexaDesk-Webhooks/listen",
    "X-NexaDesk-Signature": "sha256=" + hmac(secret, body).digest("hex"),
    "X-NexaDesk-Event": event.event,
    "X-NexaDesk-Event-Id": event.id,
    "X-NexaDesk-Delivery": "dlv_" + randomUUID().replaceAll("-", ""),
    "X-NexaDesk-Attempt": "1",
    "webhook-id": event.id,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": "v1," + hmac(standardKey, `${event.id}.${timestamp}.${body}`).digest("base64"),
  };
  if (event.record) headers["X-NexaDesk-Record"] = event.record;
  if (event.sequence) headers["X-NexaDesk-Sequence"] = event.sequence;
  if (event.changed.length) headers["X-NexaDesk-Changed"] = event.changed.join(",");
  if (event.actor) headers["X-NexaDesk-Actor"] = event.actor;
  return headers;
}

async function send(event) {
  const body = JSON.stringify(event.payload);
  try {
    const response = await fetch(target, {
      method: "POST", headers: signed(event, body), body, redirect: "manual", signal: AbortSignal.timeout(5000),
    });
    console.log(response.status, event.event, event.id);
  } catch (failure) {
    console.log("failed", event.event, event.id, failure.cause?.code ?? failure.name);
  }
}

console.log(`Sending events to ${target}, signed with ${process.env.WEBHOOK_SECRET ? "WEBHOOK_SECRET" : secret}.`);
for (let after = AFTER; ;) {
  const page = await read(after).catch(failure => console.error(`NexaDesk cannot be reached: ${failure.cause?.code ?? failure.message}`));
  if (!page) {
    await pause(1);
    continue;
  }
  for (const event of page.data) await send(event);
  after = page.pagination.next_cursor;
  if (page.data.length) console.log(`AFTER=${after}`);
}
