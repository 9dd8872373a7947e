const express = require("express");
const { Webhook } = require("standardwebhooks");

const app = express();
const webhook = new Webhook(process.env.NEXADESK_WEBHOOK_SECRET);

app.post("/webhooks/nexadesk", express.raw({ type: "application/json" }), (req, res) => {
  try {
    const { event, data } = webhook.verify(req.body, req.headers);
    // Process the event...
  } catch (error) {
    return res.status(401).send("Invalid signature");
  }
  res.status(200).send("OK");
});
