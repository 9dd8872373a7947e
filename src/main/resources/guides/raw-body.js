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
  // While a new secret is pending, the second header is made with it.
  const signatures = [
    req.headers["x-nexadesk-signature"],
    req.headers["x-nexadesk-signature-next"]
  ];
  if (!signatures.some(signature => isSigned(req.body, signature))) {
    return res.status(401).send("Invalid signature");
  }

  const { event, data } = JSON.parse(req.body);
  // Put it in a queue of yours, and process it later.

  res.status(200).send("OK");
});
