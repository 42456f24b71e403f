using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Gateway.Shared.Schema;

/// <summary>Documents to typed records and back, with the schema's wire names.</summary>
public static class SchemaJson
{
    /// <summary>
    /// snake_case, fields of the schema only. Numbers may come as text: a referenced secret that stands for a port resolves to text.
    /// </summary>
    public static JsonSerializerOptions Options { get; } = CreateOptions();

    /// <summary>
    /// Reads a normalised document into its record.
    /// </summary>
    /// <exception cref="JsonException">The document was not normalised against the record's schema.</exception>
    public static T Deserialise<T>(JsonObject document)
        where T : class => document.Deserialize<T>(Options) ?? throw new JsonException("The document is null.");

    /// <inheritdoc cref="Deserialise{T}(JsonObject)"/>
    public static object Deserialise(JsonObject document, Type type) =>
        document.Deserialize(type, Options) ?? throw new JsonException("The document is null.");

    /// <inheritdoc cref="Deserialise{T}(JsonObject)"/>
    public static object Deserialise(ReadOnlySpan<byte> document, Type type) =>
        JsonSerializer.Deserialize(document, type, Options) ?? throw new JsonException("The document is null.");

    /// <summary>Writes a record as a document: every field, null when unset.</summary>
    public static JsonObject ToDocument<T>(T record)
        where T : class => JsonSerializer.SerializeToNode(record, Options)!.AsObject();

    /// <summary>The wire name of a property without explicit name.</summary>
    public static string WireName(string propertyName) => JsonNamingPolicy.SnakeCaseLower.ConvertName(propertyName);

    internal static JsonNode? ToNode(object? value, Type type) => JsonSerializer.SerializeToNode(value, type, Options);

    private static JsonSerializerOptions CreateOptions()
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            NumberHandling = JsonNumberHandling.AllowReadingFromString,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { KeepSchemaFields } },
        };
        options.MakeReadOnly();
        return options;
    }

    private static void KeepSchemaFields(JsonTypeInfo info)
    {
        if (info.Kind != JsonTypeInfoKind.Object || !info.Type.GetProperties().Any(p => p.IsDefined(typeof(FieldAttribute))))
        {
            return;
        }

        for (var i = info.Properties.Count - 1; i >= 0; i--)
        {
            var field = info.Properties[i].AttributeProvider?.GetCustomAttributes(typeof(FieldAttribute), false).OfType<FieldAttribute>().FirstOrDefault();
            if (field is null)
            {
                info.Properties.RemoveAt(i);
            }
            else if (field.Name is { } name)
            {
                info.Properties[i].Name = name;
            }
        }
    }
}
