using System.Text.Json.Nodes;
using ConsoleWeb.Features;
using Gateway.Shared.Schema;

namespace ConsoleWeb.AdminApi.OpenApi;

/// <summary>Writes the OpenAPI document of a route table: what is mapped is in it, and nothing else.</summary>
internal sealed class OpenApiWriter(OpenApiSchemas schemas, ConsoleAddresses addresses, NodeIdentity node)
{
    private const string Bearer = "bearer";

    private static readonly Dictionary<string, string> Values = new(StringComparer.Ordinal)
    {
        ["address"] = "Address of the target, as host:port.",
        ["entity"] = "Name of a kind of entity, such as services.",
        ["key"] = "Key of the answer, as X-Cache-Key gives it.",
        ["member"] = "Id or name.",
        ["name"] = "Name of it.",
        ["tag"] = "The tag.",
        ["price"] = "Id of the price.",
        ["token"] = "Id of the token.",
        ["user"] = "Id of the user, or me.",
        ["version"] = "Number of the version.",
    };

    public JsonObject Write(AdminRouteTable table)
    {
        var paths = new JsonObject();
        foreach (var path in table.Endpoints.GroupBy(e => e.Pattern).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var item = new JsonObject();
            if (Parameters(path.Key) is { Count: > 0 } parameters)
            {
                item["parameters"] = parameters;
            }

            foreach (var endpoint in path)
            {
                item[endpoint.Method.ToLowerInvariant()] = Operation(endpoint);
            }

            paths[path.Key] = item;
        }

        var used = table.Endpoints.Select(e => e.Operation.Group).ToHashSet();
        return new JsonObject
        {
            ["openapi"] = "3.1.1",
            ["info"] = new JsonObject
            {
                ["title"] = "Gatehouse Admin API",
                ["version"] = node.ProductVersion,
                ["summary"] = "Services, routes, plugins and all else that configures the gateway.",
                ["description"] =
                    "Compatible with the Admin API of Kong Gateway 3.10. The same paths exist below /default, the only workspace, and below "
                    + "/v2/control-planes/{id}/core-entities. HEAD is answered as GET without its body, OPTIONS lists the methods of a path.",
                ["license"] = new JsonObject { ["name"] = "MIT", ["identifier"] = "MIT" },
            },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = addresses.Admin }),
            ["security"] = new JsonArray(new JsonObject { [Bearer] = new JsonArray() }),
            ["tags"] = new JsonArray([.. ApiGroups.All.Where(used.Contains).Select(Tag)]),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["schemas"] = schemas.Build(),
                ["responses"] = OpenApiErrors.Responses(),
                ["securitySchemes"] = new JsonObject
                {
                    [Bearer] = new JsonObject
                    {
                        ["type"] = "http",
                        ["scheme"] = "bearer",
                        ["description"] = "A personal access token of the console, also in the header Kong-Admin-Token. Each operation lists the scope that it needs.",
                    },
                },
            },
        };
    }

    private static JsonObject Tag(ApiGroup group)
    {
        var tag = new JsonObject { ["name"] = group.Name, ["x-displayName"] = group.Title, ["description"] = group.Text };
        if (group.Schema is not null)
        {
            tag["x-schema"] = group.Schema;
        }

        return tag;
    }

    private static JsonArray Parameters(string pattern)
    {
        var segments = pattern.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var parameters = new JsonArray();
        for (var i = 0; i < segments.Length; i++)
        {
            if (segments[i] is ['{', .. var name, '}'])
            {
                var kind = name is "id" or "parent" ? KindOf(segments[i - 1]) : null;
                var parameter = new JsonObject
                {
                    ["name"] = name,
                    ["in"] = "path",
                    ["required"] = true,
                    ["description"] = kind is null ? Values.GetValueOrDefault(name, "Its id.") : KeyText(kind),
                    ["schema"] = Shapes.Text,
                };
                if (kind is not null && Key(kind) is { } key && Examples.Of(kind)[key] is { } example)
                {
                    parameter["example"] = example.DeepClone();
                }

                parameters.Add(parameter);
            }
        }

        return parameters;
    }

    /// <summary>The kind whose entities a collection holds, be it at the top or below a parent; null when it holds others.</summary>
    private static EntityKind? KindOf(string collection) =>
        EntityKinds.All.FirstOrDefault(k => k.Path == collection || k.ForeignKeys.Any(f => f.NestedPath == collection));

    /// <summary>The field that may stand for the id, if only below a parent; null: ids only.</summary>
    private static string? Key(EntityKind kind) =>
        kind.EndpointKey ?? kind.ForeignKeys.Select(f => f.NestedPath is null ? null : kind.KeyBelow(f.Field)).FirstOrDefault(k => k is not null);

    private static string KeyText(EntityKind kind) =>
        kind.FoundByChild is { } child ? $"Id of the {kind.Noun}, or one of its {child}."
        : Key(kind) is { } key ? $"Id or {key} of the {kind.Noun}."
        : $"Id of the {kind.Noun}.";

    private static JsonObject Operation(ApiEndpoint endpoint)
    {
        var operation = endpoint.Operation;
        var json = new JsonObject
        {
            ["operationId"] = Id(endpoint),
            ["tags"] = new JsonArray(operation.Group.Name),
            ["summary"] = operation.Summary,
        };
        if (operation.Description is { } description)
        {
            json["description"] = description;
        }

        if (operation.Query.Count > 0)
        {
            json["parameters"] = new JsonArray([.. operation.Query.Select(Query)]);
        }

        if (operation.Body is { } body)
        {
            json["requestBody"] = new JsonObject { ["required"] = true, ["content"] = Bodies(operation, body) };
        }

        var success = new JsonObject { ["description"] = operation.Answer is null ? "Done; no body." : "Done." };
        if (operation.Answer is { } answer)
        {
            success["content"] = Content(operation.AnswerType, answer);
        }

        var responses = new SortedDictionary<int, JsonObject> { [operation.Status] = success };
        foreach (var (status, response) in OpenApiErrors.Of(operation))
        {
            responses.TryAdd(status, response);
        }

        json["responses"] = new JsonObject(responses.Select(r => KeyValuePair.Create<string, JsonNode?>(r.Key.ToString(System.Globalization.CultureInfo.InvariantCulture), r.Value)));
        json["security"] = Security(endpoint);
        return json;
    }

    /// <summary>Unique, because method and path are: <c>get-services-id</c>.</summary>
    private static string Id(ApiEndpoint endpoint) =>
        string.Join('-', endpoint.Pattern.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(s => s.Trim('{', '}')).Prepend(endpoint.Method.ToLowerInvariant()));

    private static JsonArray Security(ApiEndpoint endpoint)
    {
        var scope = AdminScopes.Needed(endpoint.Method, endpoint.Pattern);
        var token = new JsonObject { [Bearer] = scope is null ? new JsonArray() : new JsonArray(scope) };
        return endpoint.Pattern == AdminAuthentication.ReadyPath ? [new JsonObject(), token] : [token];
    }

    private static JsonObject Query(ApiParameter parameter) => new()
    {
        ["name"] = parameter.Name,
        ["in"] = "query",
        ["required"] = parameter.IsRequired,
        ["description"] = parameter.Text,
        ["schema"] = parameter.Schema.DeepClone(),
    };

    private static JsonObject Bodies(ApiOperation operation, JsonObject schema)
    {
        var content = Content("application/json", schema);
        if (operation.Example is { } example)
        {
            content["application/json"]!["example"] = example.DeepClone();
        }

        foreach (var form in operation.TakesForms ? AdminBody.FormTypes : [])
        {
            content[form] = new JsonObject { ["schema"] = schema.DeepClone() };
        }

        return content;
    }

    private static JsonObject Content(string type, JsonObject schema) => new() { [type] = new JsonObject { ["schema"] = schema.DeepClone() } };
}
