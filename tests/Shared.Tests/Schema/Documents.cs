using System.Text.Json.Nodes;
using Gateway.Shared.Results;
using Gateway.Shared.Schema;

namespace Gateway.Shared.Tests.Schema;

/// <summary>Shorthands for documents and what becomes of them.</summary>
internal static class Documents
{
    public static RecordSchema Shop { get; } = RecordSchema.For<ShopConfig>();

    public static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();

    public static JsonObject Accepted(Result<JsonObject> result)
    {
        Assert.False(result.IsError, result.Error?.Message);
        return result.Value!;
    }

    public static SchemaViolationError Refused(Result<JsonObject> result) => Assert.IsType<SchemaViolationError>(result.Error);

    /// <summary>A shop as the store would hold it.</summary>
    public static JsonObject AcceptedShop(string json, JsonObject? existing = null) =>
        Accepted(SchemaNormaliser.Normalise(Shop, Json(json), new NormaliseOptions { Existing = existing }));

    public static SchemaViolationError RefusedShop(string json, JsonObject? existing = null) =>
        Refused(SchemaNormaliser.Normalise(Shop, Json(json), new NormaliseOptions { Existing = existing }));

    /// <summary>The document without what is different each time.</summary>
    public static JsonObject Steady(JsonObject document)
    {
        var copy = document.DeepClone().AsObject();
        foreach (var name in new[] { "id", "till_key", "created_at", "updated_at" })
        {
            copy.Remove(name);
        }

        return copy;
    }
}
