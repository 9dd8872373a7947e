package ai.nexadesk.webhooks.web;

import io.quarkus.qute.TemplateInstance;

import jakarta.ws.rs.core.Response;

/** Responds to an invalid form with "422 Unprocessable Content". */
public final class InvalidForm {

    private InvalidForm() {}

    /** Shows the form again with its input and errors. */
    public static Response again(TemplateInstance form) {
        return Response.status(422).entity(form).build();
    }
}
