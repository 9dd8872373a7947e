/** What all pages share: layout, formatting, htmx. */
@NullMarked
package ai.nexadesk.webhooks.web;

import org.jspecify.annotations.NullMarked;
