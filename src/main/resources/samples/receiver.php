<?php
// PHP 8 or later. WEBHOOK_SECRET=whsec_… php -S localhost:3000 receiver.php

function is_from_nexadesk(string $body): bool
{
    $expected = 'sha256=' . hash_hmac('sha256', $body, getenv('WEBHOOK_SECRET'));
    // The second header is present during a secret rotation.
    return hash_equals($expected, $_SERVER['HTTP_X_NEXADESK_SIGNATURE'] ?? '')
        || hash_equals($expected, $_SERVER['HTTP_X_NEXADESK_SIGNATURE_NEXT'] ?? '');
}

$body = file_get_contents('php://input'); // the raw bytes: verify them before parsing
if (!is_from_nexadesk($body)) {
    http_response_code(401);
    exit;
}
http_response_code(200);
// Queue the work, once for each ID, and respond immediately.
$event = json_decode($body, true);
error_log($_SERVER['HTTP_X_NEXADESK_EVENT_ID'] . ' ' . $event['event']);
