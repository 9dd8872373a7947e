// Node.js 18 or later. WEBHOOK_SECRET=whsec_… node receiver.mjs
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";

const secret = process.env.WEBHOOK_SECRET;

function isFromNexaDesk(body, headers) {
  const expected = Buffer.from("sha256=" + createHmac("sha256", secret).update(body).digest("hex"));
  // The second header is present during a secret rotation.
  return [headers["x-nexadesk-signature"], headers["x-nexadesk-signature-next"]]
    .filter(Boolean)
    .map(signature => Buffer.from(signature))
    .some(signature => signature.length === expected.length && timingSafeEqual(signature, expected));
}

createServer((request, response) => {
  const parts = [];
  request.on("data", part => parts.push(part));
  request.on("end", () => {
    const body = Buffer.concat(parts); // the raw bytes: verify them before parsing
    if (!isFromNexaDesk(body, request.headers)) {
      return response.writeHead(401).end();
    }
    response.writeHead(200).end();
    // Do the work after responding, and only once for each ID.
    const event = JSON.parse(body);
    console.log(request.headers["x-nexadesk-event-id"], event.event);
  });
}).listen(process.env.PORT ?? 3000);
