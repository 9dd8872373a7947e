const crypto = require("crypto");
const express = require("express");

const app = express();
const secret = process.env.NEXADESK_WEBHOOK_SECRET;

function isSigned(body, signature) {
  const expected = "sha256=" +
    crypto.createHmac("sha256", secret).update(body).digest("hex");
  return signature !== undefined
    && signature.length === expected.length
    && crypto.timingSafeEqual(Buffer.from(signature), Buffer.from(expected));
}

app.post("/webhooks/nexadesk", express.raw({ type: "application/json" }), (req, res) => {
  // During a rotation, the second header is signed with the new secret.
  const signatures = [
    req.headers["x-nexadesk-signature"],
    req.headers["x-nexadesk-signature-next"]
  ];
  if (!signatures.some(signature => isSigned(req.body, signature))) {
    return res.status(401).send("Invalid signature");
  }

  const { event, data } = JSON.parse(req.body);
  // Add the event to a queue and process it later.

  res.status(200).send("OK");
});
