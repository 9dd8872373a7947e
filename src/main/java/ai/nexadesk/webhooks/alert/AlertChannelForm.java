package ai.nexadesk.webhooks.alert;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.List;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;

/** The form of an alert channel. */
public class AlertChannelForm {

    @FormParam("kind")
    @DefaultValue("")
    public String kind = "";

    @FormParam("name")
    @DefaultValue("")
    public String name = "";

    /** The URL; blank to keep the current one. */
    @FormParam("url")
    @DefaultValue("")
    public String url = "";

    /** The addresses, separated by line breaks, spaces or commas. */
    @FormParam("addresses")
    @DefaultValue("")
    public String addresses = "";

    static AlertChannelForm of(AlertChannel channel, String shown) {
        var form = new AlertChannelForm();
        form.kind = channel.kind().value();
        form.name = channel.name;
        form.addresses = channel.kind().isUrl() ? "" : shown.replace(", ", "\n");
        return form;
    }

    /** The values to save. Without JavaScript, fields of other kinds may be filled, too. */
    ChannelDraft draft(@Nullable ChannelKind present) {
        boolean isMail = (present == null ? kind : present.value()).equals(ChannelKind.MAIL.value());
        List<String> list = Arrays.stream(addresses.split("[\\s,;]+"))
                .filter(address -> !address.isBlank())
                .toList();
        return new ChannelDraft(
                present == null ? kind : null,
                name,
                isMail || present != null && url.isBlank() ? null : url,
                isMail ? list : null);
    }
}
