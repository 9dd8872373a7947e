const seen = new Set();      // in production, a table with a unique key
const records = new Map();   // in production, your database

// The headers by their names in lower case, as Node provides them.
function receive(headers, { event, data }) {
  const eventId = headers["x-nexadesk-event-id"];
  if (seen.has(eventId)) {
    return "duplicate";
  }
  const result = apply(headers["x-nexadesk-record"], headers["x-nexadesk-sequence"], event, data);
  // Record the ID only after processing succeeds. Otherwise, a retry of a failed event would look like a duplicate.
  seen.add(eventId);
  return result;
}

function apply(record, sequence, event, data) {
  const known = records.get(record);
  if (known && known.sequence > sequence) {
    return "older";
  }
  records.set(record, { sequence, deleted: event.endsWith(".deleted"), data });
  return "stored";
}
