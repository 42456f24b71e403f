using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gateway.Shared.Contracts;

namespace Gateway.Core.Logging;

/// <summary>Entities as records show them: all members that are not null, snake_case. Serialised once per entity of a snapshot.</summary>
internal static class EntityJson
{
    private static readonly ConditionalWeakTable<object, byte[]> Cache = [];

    private static readonly EntityJsonContext Context =
        new(new JsonSerializerOptions(EntityJsonContext.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public static byte[] Get(ServiceConfig service) =>
        Cache.GetValue(service, static s => JsonSerializer.SerializeToUtf8Bytes((ServiceConfig)s, Context.ServiceConfig));

    public static byte[] Get(RouteConfig route) =>
        Cache.GetValue(route, static r => JsonSerializer.SerializeToUtf8Bytes((RouteConfig)r, Context.RouteConfig));

    public static byte[] Get(ConsumerConfig consumer) =>
        Cache.GetValue(consumer, static c => JsonSerializer.SerializeToUtf8Bytes((ConsumerConfig)c, Context.ConsumerConfig));
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ServiceConfig))]
[JsonSerializable(typeof(RouteConfig))]
[JsonSerializable(typeof(ConsumerConfig))]
internal sealed partial class EntityJsonContext : JsonSerializerContext;
