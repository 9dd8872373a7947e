package ai.nexadesk.webhooks.access.signin;

import ai.nexadesk.webhooks.access.Person;
import ai.nexadesk.webhooks.access.Workspace;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;

/** The form for the first admin. */
public class SetupForm {

    private static final Pattern EMAIL = Pattern.compile("[^@\\s\\p{Cntrl}]{1,64}@[^@\\s\\p{Cntrl}]{1,255}");
    private static final Pattern NAME = Pattern.compile("(?=.*\\S)\\P{Cntrl}{1,100}");

    @FormParam("token")
    @DefaultValue("")
    public String token = "";

    @FormParam("workspace")
    @DefaultValue("")
    public String workspace = "";

    @FormParam("workspace_name")
    @DefaultValue("")
    public String workspaceName = "";

    @FormParam("name")
    @DefaultValue("")
    public String name = "";

    @FormParam("email")
    @DefaultValue("")
    public String email = "";

    @FormParam("password")
    @DefaultValue("")
    public String password = "";

    /** The problems by field, as sentences for people. */
    Map<String, String> problems() {
        var problems = new LinkedHashMap<String, String>();
        if (!Workspace.ID.matcher(workspace).matches()) {
            problems.put("workspace", "Enter the workspace ID: ws_ followed by 12 letters or digits.");
        }
        if (!NAME.matcher(workspaceName).matches()) {
            problems.put("workspace_name", "Enter a name of at most 100 characters.");
        }
        if (!NAME.matcher(name).matches()) {
            problems.put("name", "Enter your name, in at most 100 characters.");
        }
        if (!EMAIL.matcher(email).matches()) {
            problems.put("email", "Enter your email address.");
        }
        var weakness = Person.problemWith(password, email);
        if (weakness != null) {
            problems.put("password", weakness);
        }
        return problems;
    }
}
