using System.Text.Json.Nodes;

namespace ConsoleWeb.AdminApi.OpenApi;

/// <summary>What refusals look like.</summary>
internal static class OpenApiErrors
{
    private static readonly Dictionary<int, (string Name, string Text, string Schema)> Known = new()
    {
        [StatusCodes.Status400BadRequest] = ("BadRequest", "The call cannot be understood or breaks a rule. A code says which kind; fields name the faults.", "Error"),
        [StatusCodes.Status401Unauthorized] = ("Unauthorized", "No token, or one that is unknown, expired or revoked.", "Message"),
        [StatusCodes.Status403Forbidden] = ("Forbidden", "The token does not have the scope that the call needs.", "Message"),
        [StatusCodes.Status404NotFound] = ("NotFound", "There is nothing under this path.", "Error"),
        [StatusCodes.Status409Conflict] = ("Conflict", "A value that must be unique is taken, or what is asked for cannot be done as things stand; the message says why.", "Error"),
        [StatusCodes.Status415UnsupportedMediaType] = ("UnsupportedMediaType", "The body is neither JSON nor a form.", "Message"),
        [StatusCodes.Status429TooManyRequests] = ("TooManyRequests", "Too many failed attempts to sign in, or calls above the rate that is set; Retry-After says when to come back.", "Message"),
        [StatusCodes.Status503ServiceUnavailable] = ("Unavailable", "Not now; the message says why.", "Message"),
    };

    public static JsonObject Schemas() => new()
    {
        ["Message"] = Shapes.Object("message status:integer?"),
        ["Error"] = Error(),
        ["Problem"] = Shapes.Object("status:integer title type instance detail message invalid_parameters:object[]?"),
    };

    public static JsonObject Responses() =>
        new(Known.Values.SelectMany(k => new[] { (k.Name, k.Text, k.Schema), (Name: k.Name + "Problem", k.Text, Schema: "Problem") })
            .Select(k => KeyValuePair.Create<string, JsonNode?>(k.Name, new JsonObject
            {
                ["description"] = k.Text,
                ["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = Shapes.Ref(k.Schema) } },
            })));

    /// <summary>The responses of an operation beside its success.</summary>
    public static IEnumerable<(int Status, JsonObject Response)> Of(ApiOperation operation)
    {
        int[] always = operation.Body is null
            ? [StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden, StatusCodes.Status429TooManyRequests]
            : [StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden, StatusCodes.Status415UnsupportedMediaType, StatusCodes.Status429TooManyRequests];
        return operation.Refusals.Concat(always).Distinct().Order()
            .Select(s => (s, new JsonObject { ["$ref"] = "#/components/responses/" + Known[s].Name + (operation.RefusesWithProblems ? "Problem" : "") }));
    }

    private static JsonObject Error()
    {
        var schema = Shapes.Object("message code:integer? name? fields:object? options:object?");
        var properties = schema["properties"]!.AsObject();
        properties["code"]!["enum"] = new JsonArray([.. AdminErrorCode.All.Select(c => (JsonNode?)c.Code)]);
        properties["code"]!["description"] = "The kind of error. " + string.Join(", ", AdminErrorCode.All.Select(c => $"{c.Code}: {c.Name}")) + ".";
        properties["name"]!["enum"] = new JsonArray([.. AdminErrorCode.All.Select(c => (JsonNode?)c.Name)]);
        properties["fields"]!["description"] = "The faults by field, nested as the fields are; @entity lists those of the whole.";
        properties["options"]!["description"] = "The faults by query parameter.";
        return schema;
    }
}
