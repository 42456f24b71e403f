using System.Text.Json.Nodes;
using Gateway.Shared.Schema;

namespace ConsoleWeb.AdminApi;

/// <summary>Schemas as Konnect publishes them: JSON Schema, with the shapes that decK takes apart.</summary>
internal static class KonnectSchemas
{
    /// <param name="name">Singular, such as <c>service</c> or <c>key-auth</c>.</param>
    /// <returns>Null when there is no such kind.</returns>
    public static JsonObject? Find(string name) => name == "mtls-auth" ? Wrapped(CertificateCredential())
        : EntityKinds.All.FirstOrDefault(k => k.KonnectName == name || k.Singular == name) is { } kind ? Of(kind)
        : null;

    private static JsonObject Of(EntityKind kind)
    {
        var document = SchemaDocuments.JsonSchema(kind.Schema);
        if (kind == EntityKinds.Vaults)
        {
            document["allOf"] = VaultConfigs();
        }

        return kind.ForeignKeys is [{ Field: "consumer", NestedPath: not null }] ? Wrapped(document) : document;
    }

    /// <summary>Credentials are described inside a member <c>value</c>.</summary>
    private static JsonObject Wrapped(JsonObject fields) => new() { ["type"] = "object", ["properties"] = new JsonObject { ["value"] = fields } };

    /// <summary>What <c>config</c> holds, by the type of vault.</summary>
    private static JsonArray VaultConfigs() =>
    [
        .. VaultTypes.Names.Select(name => new JsonObject
        {
            ["if"] = new JsonObject { ["properties"] = new JsonObject { ["name"] = new JsonObject { ["const"] = name } } },
            ["then"] = new JsonObject { ["properties"] = new JsonObject { ["config"] = SchemaDocuments.JsonSchema(VaultTypes.Find(name)!) } },
        }),
    ];

    /// <summary>A kind that does not exist here; decK asks for it all the same and takes a refusal for a failure.</summary>
    private static JsonObject CertificateCredential() => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject { ["id"] = Text(), ["subject_name"] = Text(), ["tags"] = new JsonObject { ["type"] = "array", ["items"] = Text() } },
    };

    private static JsonObject Text() => new() { ["type"] = "string" };
}
