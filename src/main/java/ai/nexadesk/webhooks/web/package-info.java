/** The parts that all pages share: layout, formatting, and htmx. */
@NullMarked
package ai.nexadesk.webhooks.web;

import org.jspecify.annotations.NullMarked;
