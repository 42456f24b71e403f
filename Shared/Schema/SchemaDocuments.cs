using System.Globalization;
using System.Text.Json.Nodes;

namespace Gateway.Shared.Schema;

/// <summary>Schemas as documents for clients: Kong's list-of-single-key-objects form, and the JSON-Schema form of Konnect.</summary>
public static class SchemaDocuments
{
    /// <summary><c>{"fields":[{"name":{…}},…],"entity_checks":[…]}</c>.</summary>
    public static JsonObject Kong(RecordSchema schema)
    {
        var document = new JsonObject
        {
            ["fields"] = KongFields(schema),
            ["entity_checks"] = new JsonArray([.. schema.Checks.Select(c => c.ToDocument()).OfType<JsonObject>()]),
        };
        if (schema.Aliases.Count > 0)
        {
            document["shorthand_fields"] = new JsonArray([.. schema.Aliases.Select(a => new JsonObject { [a.Name] = KongAlias(a) })]);
        }

        return document;
    }

    /// <summary>One field as the value of its single-key object.</summary>
    public static JsonObject KongField(FieldSchema field)
    {
        var document = new JsonObject { ["type"] = KongType(field) };
        if (field.Description.Length > 0)
        {
            document["description"] = field.Description;
        }

        if (field.Kind == FieldKind.Foreign)
        {
            document["reference"] = field.Reference;
            document["default"] = null;
        }

        // A record counts as required unless it says otherwise; clients expand only required ones.
        if (field.Required || field.Kind == FieldKind.Record)
        {
            document["required"] = field.Required && !field.IsOptionalRecord;
        }

        if (field.Default is { } value)
        {
            document["default"] = value;
        }

        AddConstraints(field, document);
        switch (field.Kind)
        {
            case FieldKind.Array or FieldKind.Set:
                document["elements"] = KongField(field.Elements!);
                break;
            case FieldKind.Map:
                document["keys"] = KongField(field.Keys!);
                document["values"] = KongField(field.Values!);
                break;
            case FieldKind.Record:
                document["fields"] = KongFields(field.Record!);
                break;
            case FieldKind.Json when field.SubSchema is not null:
                document["fields"] = new JsonArray();
                break;
            case FieldKind.Json:
                document["keys"] = new JsonObject { ["type"] = "string" };
                document["values"] = new JsonObject { ["type"] = "any" };
                break;
        }

        return document;
    }

    /// <summary>An older name: declarative tools compare it, or the field it stands for, but not both.</summary>
    private static JsonObject KongAlias(FieldAlias alias)
    {
        var document = KongField(alias.Field);
        document.Remove("default");
        document.Remove("required");
        JsonArray Path() => [.. alias.Path.Select(p => (JsonNode)JsonValue.Create(p)!)];
        document["deprecation"] = new JsonObject
        {
            ["message"] = $"{alias.Name} is deprecated, please use {string.Join('.', alias.Path)} instead",
            ["removal_in_version"] = "4.0",
            ["replaced_with"] = new JsonArray(new JsonObject { ["path"] = Path() }),
        };
        document["translate_backwards"] = Path();
        return document;
    }

    /// <summary>
    /// <c>{"type":"object","properties":{…},"required":[…]}</c>. Foreign keys are objects with <c>additionalProperties: false</c>, which
    /// tells clients not to fill them with defaults.
    /// </summary>
    public static JsonObject JsonSchema(RecordSchema schema)
    {
        var properties = new JsonObject();
        foreach (var field in Documented(schema))
        {
            properties[field.Name] = JsonSchemaField(field);
        }

        var document = new JsonObject { ["type"] = "object", ["properties"] = properties };
        var required = Documented(schema).Where(MustBeGiven).ToList();
        if (required.Count > 0)
        {
            document["required"] = new JsonArray([.. required.Select(f => JsonValue.Create(f.Name))]);
        }

        return document;
    }

    /// <summary>An expanded record is as good as given, unless something inside it must be.</summary>
    private static bool MustBeGiven(FieldSchema field) =>
        field is { Required: true, HasDefault: false, Auto: false } && (!field.IsExpanded || Documented(field.Record!).Any(MustBeGiven));

    private static JsonArray KongFields(RecordSchema schema) =>
        [.. Documented(schema).Select(f => (JsonNode)new JsonObject { [f.Name] = KongField(f) })];

    private static IEnumerable<FieldSchema> Documented(RecordSchema schema) => schema.Fields.Where(f => !f.Undocumented);

    private static string KongType(FieldSchema field) => field.Kind switch
    {
        FieldKind.String => "string",
        FieldKind.Integer => "integer",
        FieldKind.Number => "number",
        FieldKind.Boolean => "boolean",
        FieldKind.Array => "array",
        FieldKind.Set => "set",
        FieldKind.Map => "map",
        FieldKind.Foreign => "foreign",
        FieldKind.Json when field.SubSchema is null => "map",
        _ => "record",
    };

    private static void AddConstraints(FieldSchema field, JsonObject document)
    {
        if (field.OneOf is { } oneOf)
        {
            document["one_of"] = Choices(field, oneOf);
        }

        if (field.Min is { } min && field.Max is { } max)
        {
            document["between"] = new JsonArray(Number(min), Number(max));
        }

        if (field.GreaterThan is { } bound)
        {
            document["gt"] = Number(bound);
        }

        if (field.LengthMin is { } least)
        {
            document["len_min"] = least;
        }
        else if (field is { Kind: FieldKind.String, AllowEmpty: true })
        {
            document["len_min"] = 0;
        }

        if (field.LengthMax is { } most)
        {
            document["len_max"] = most;
        }

        if (field.IsUuid)
        {
            document["uuid"] = true;
        }

        if (field.IsTimestamp)
        {
            document["timestamp"] = true;
        }

        if (field.Auto)
        {
            document["auto"] = true;
        }

        if (field.Referenceable && !IsContainer(field))
        {
            document["referenceable"] = true;
        }

        if (field.Secret && !IsContainer(field))
        {
            document["encrypted"] = true;
        }
    }

    /// <summary>Lists and maps carry secrecy and references on their elements and values.</summary>
    private static bool IsContainer(FieldSchema field) => field.Kind is FieldKind.Array or FieldKind.Set or FieldKind.Map;

    /// <summary>One field as the value of its member of <c>properties</c>.</summary>
    public static JsonObject JsonSchemaField(FieldSchema field)
    {
        var document = field.Kind switch
        {
            FieldKind.Record => JsonSchema(field.Record!),
            FieldKind.Foreign => new JsonObject
            {
                ["type"] = "object",
                ["additionalProperties"] = false,
                ["properties"] = new JsonObject { ["id"] = new JsonObject { ["type"] = "string" } },
            },
            FieldKind.Array or FieldKind.Set => new JsonObject { ["type"] = "array", ["items"] = JsonSchemaField(field.Elements!) },
            FieldKind.Map => new JsonObject { ["type"] = "object", ["additionalProperties"] = JsonSchemaField(field.Values!) },
            FieldKind.Json => new JsonObject { ["type"] = "object", ["additionalProperties"] = true },
            FieldKind.Integer => new JsonObject { ["type"] = "integer" },
            FieldKind.Number => new JsonObject { ["type"] = "number" },
            FieldKind.Boolean => new JsonObject { ["type"] = "boolean" },
            _ => new JsonObject { ["type"] = "string" },
        };
        if (field.Kind == FieldKind.Set)
        {
            document["uniqueItems"] = true;
        }

        if (field is { Kind: FieldKind.Record, IsOptionalRecord: true })
        {
            // Left closed: a client that filled it in would see a difference from the null that is stored.
            document["additionalProperties"] = false;
        }

        if (field.Description.Length > 0)
        {
            document["description"] = field.Description;
        }

        if (field.Default is { } value)
        {
            document["default"] = value;
        }

        if (field.OneOf is { } oneOf)
        {
            document["enum"] = Choices(field, oneOf);
        }

        if (field.Min is { } min)
        {
            document["minimum"] = Number(min);
        }

        if (field.Max is { } max)
        {
            document["maximum"] = Number(max);
        }

        if (field.GreaterThan is { } bound)
        {
            document["exclusiveMinimum"] = Number(bound);
        }

        var isText = field.Kind == FieldKind.String;
        if (field.LengthMin is { } least)
        {
            document[isText ? "minLength" : "minItems"] = least;
        }

        if (field.LengthMax is { } most)
        {
            document[isText ? "maxLength" : "maxItems"] = most;
        }

        if (field.Referenceable && !IsContainer(field))
        {
            document["x-referenceable"] = true;
        }

        if (field.Secret && !IsContainer(field))
        {
            document["x-encrypted"] = true;
        }

        return document;
    }

    private static JsonArray Choices(FieldSchema field, IReadOnlyList<string> values) => field.Kind == FieldKind.String
        ? [.. values.Select(v => (JsonNode)JsonValue.Create(v)!)]
        : [.. values.Select(v => Number(double.Parse(v, CultureInfo.InvariantCulture)))];

    private static JsonValue Number(double number) =>
        number == Math.Floor(number) ? JsonValue.Create((long)number) : JsonValue.Create(number);
}
