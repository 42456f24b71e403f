using System.Text.Json.Nodes;

namespace ConsoleWeb.Data.Logs;

/// <summary>Puts the parts of a stored record together, in the order in which log records have their members.</summary>
internal static class StoredRecord
{
    private static readonly string[] EntityNames = ["service", "route", "consumer"];

    /// <param name="record">Compressed, without entities and bodies.</param>
    /// <param name="entities">Service, route, consumer; null where there was none.</param>
    /// <param name="client">The request as the client sent it, where another format went upstream.</param>
    public static JsonObject Compose(byte[] record, JsonNode?[] entities, string? request, string? response, string? client)
    {
        var json = JsonNode.Parse(RecordText.Expand(record))!.AsObject();
        var at = json.IndexOf("client_ip");
        at = at < 0 ? json.Count : at;
        for (var i = 0; i < entities.Length; i++)
        {
            if (entities[i] is { } entity)
            {
                json.Insert(at++, EntityNames[i], entity);
            }
        }

        if ((request ?? response) is not null)
        {
            AddPayload(json, request, response, client);
        }

        return json;
    }

    /// <summary>Takes the bodies out of a record, for readers that may not see them.</summary>
    public static void RemovePayload(JsonObject record)
    {
        if (record["ai"]?["proxy"] is JsonObject proxy)
        {
            proxy.Remove("payload");
        }
    }

    private static void AddPayload(JsonObject json, string? request, string? response, string? client)
    {
        if (json["ai"] is not JsonObject ai)
        {
            ai = [];
            var at = json.IndexOf("gatehouse");
            json.Insert(at < 0 ? json.Count : at, "ai", ai);
        }

        if (ai["proxy"] is not JsonObject proxy)
        {
            proxy = [];
            ai.Insert(0, "proxy", proxy);
        }

        var payload = new JsonObject();
        if (request is not null)
        {
            payload["request"] = request;
        }

        if (response is not null)
        {
            payload["response"] = response;
        }

        if (client is not null)
        {
            payload["client_request"] = client;
        }

        var tried = proxy.IndexOf("tried_targets");
        proxy.Insert(tried < 0 ? proxy.Count : tried, "payload", payload);
    }
}
