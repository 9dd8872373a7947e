const seen = new Set();      // in production, a table with a unique key
const records = new Map();   // in production, your database

function receive(eventId, { event, timestamp, data }) {
  if (seen.has(eventId)) {
    return "duplicate";
  }
  const result = apply(event, timestamp, data);
  // Only now: if the work fails, the event comes again and must not count as a duplicate.
  seen.add(eventId);
  return result;
}

function apply(event, timestamp, data) {
  const known = records.get(data.id);
  if (known && known.timestamp > timestamp) {
    return "older";
  }
  records.set(data.id, { timestamp, deleted: event.endsWith(".deleted"), data });
  return "stored";
}
