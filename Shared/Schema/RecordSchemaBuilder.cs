using System.Collections.ObjectModel;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Gateway.Shared.Contracts;

namespace Gateway.Shared.Schema;

/// <summary>Reads a record's attributes into a <see cref="RecordSchema"/>.</summary>
internal static class RecordSchemaBuilder
{
    // Reflection may create the record although members are `required`; those simply have no default.
    public static RecordSchema Build(Type type) => Build(type, New(type));

    /// <param name="defaults">An instance whose properties are the defaults.</param>
    private static RecordSchema Build(Type type, object defaults)
    {
        var nullability = new NullabilityInfoContext();
        var fields = type.GetProperties(BindingFlags.Instance | BindingFlags.Public)
            .Where(p => p.GetCustomAttribute<FieldAttribute>() is not null)
            .OrderBy(p => p.MetadataToken)
            .Select(p => BuildField(p, defaults, nullability))
            .ToList();
        var checks = type.GetProperty("Checks", BindingFlags.Static | BindingFlags.Public)?.GetValue(null) as IReadOnlyList<EntityCheck>;
        var aliases = type.GetProperty("Aliases", BindingFlags.Static | BindingFlags.Public)?.GetValue(null) as IReadOnlyDictionary<string, string>;
        return new RecordSchema(type, fields, checks ?? [], aliases ?? ReadOnlyDictionary<string, string>.Empty);
    }

    private static object New(Type type) =>
        Activator.CreateInstance(type) ?? throw new InvalidOperationException($"{type} needs a parameterless constructor.");

    /// <param name="initial">What the property is initialised with: it may give other defaults than the record's own.</param>
    private static RecordSchema RecordOf(Type type, object? initial) =>
        initial is null || initial.Equals(New(type)) ? RecordSchema.For(type) : Build(type, initial);

    private static FieldSchema BuildField(PropertyInfo property, object defaults, NullabilityInfoContext nullability)
    {
        var field = property.GetCustomAttribute<FieldAttribute>()!;
        var underlying = Nullable.GetUnderlyingType(property.PropertyType);
        var isNullable = underlying is not null
            || (!property.PropertyType.IsValueType && nullability.Create(property).ReadState == NullabilityState.Nullable);
        var type = underlying ?? property.PropertyType;
        var kind = KindOf(type, field);
        var hasRequiredModifier = property.IsDefined(typeof(RequiredMemberAttribute));
        var optionalRecord = kind == FieldKind.Record && (field.OptionalRecord || isNullable);

        JsonNode? value = null;
        if (!field.Auto && !hasRequiredModifier && kind is not (FieldKind.Record or FieldKind.Foreign))
        {
            value = DefaultOf(property, defaults, field);
        }

        var rules = property.GetCustomAttributes<RuleAttribute>().ToList();
        var valueRules = rules.Where(r => !r.Keys).Select(r => r.Rule).ToList();
        var isContainer = kind is FieldKind.Array or FieldKind.Set or FieldKind.Map;
        var between = property.GetCustomAttribute<BetweenAttribute>();
        var greater = property.GetCustomAttribute<GreaterThanAttribute>();
        var length = property.GetCustomAttribute<LengthAttribute>();
        var oneOf = property.GetCustomAttribute<OneOfAttribute>()?.Values;
        var inner = isContainer
            ? Inner(ElementType(type), field, between, greater, oneOf, valueRules)
            : null;

        return new FieldSchema
        {
            Name = WireName(property),
            PropertyName = property.Name,
            Kind = kind,
            Description = field.Description,
            Label = field.Label,
            Required = field.Required || hasRequiredModifier || (!isNullable && !optionalRecord && !field.Auto && value is not null)
                || (kind == FieldKind.Record && !optionalRecord),
            Default = value,
            Elements = kind is FieldKind.Array or FieldKind.Set ? inner : null,
            Keys = kind == FieldKind.Map
                ? new FieldSchema { Kind = FieldKind.String, Rules = [.. rules.Where(r => r.Keys).Select(r => r.Rule)] }
                : null,
            Values = kind == FieldKind.Map ? inner : null,
            Record = kind == FieldKind.Record ? RecordOf(type, property.GetValue(defaults)) : null,
            IsOptionalRecord = optionalRecord,
            OneOf = isContainer ? null : oneOf,
            Min = isContainer ? null : between?.Min,
            Max = isContainer ? null : between?.Max,
            GreaterThan = isContainer ? null : greater?.Bound,
            LengthMin = length?.Min,
            LengthMax = length is null || length.Max == int.MaxValue ? null : length.Max,
            Secret = field.Secret,
            Referenceable = field.Referenceable,
            Auto = field.Auto,
            Inert = field.Inert,
            Undocumented = field.Undocumented,
            AllowEmpty = field.AllowEmpty,
            Multiline = field.Multiline,
            IsUuid = type == typeof(Guid),
            Is32Bit = type == typeof(int),
            IsTimestamp = field.Auto && (type == typeof(long) || type == typeof(double)),
            Reference = property.GetCustomAttribute<ForeignAttribute>()?.Collection,
            SubSchema = property.GetCustomAttribute<SubSchemaAttribute>(),
            Rules = isContainer ? [] : valueRules,
        };
    }

    /// <summary>Element of a list or value of a map. Lists of lists (route headers) hand the attributes down to the innermost values.</summary>
    private static FieldSchema Inner(
        Type type,
        FieldAttribute field,
        BetweenAttribute? between,
        GreaterThanAttribute? greater,
        IReadOnlyList<string>? oneOf,
        List<IValueRule> rules)
    {
        var kind = KindOf(type, null);
        var isContainer = kind is FieldKind.Array or FieldKind.Map;
        return new FieldSchema
        {
            Kind = kind,
            Required = true,
            Elements = kind == FieldKind.Array ? Inner(ElementType(type), field, between, greater, oneOf, rules) : null,
            Keys = kind == FieldKind.Map ? new FieldSchema { Kind = FieldKind.String } : null,
            Values = kind == FieldKind.Map ? Inner(ElementType(type), field, between, greater, oneOf, rules) : null,
            Record = kind == FieldKind.Record ? RecordSchema.For(type) : null,
            OneOf = isContainer ? null : oneOf,
            Min = isContainer ? null : between?.Min,
            Max = isContainer ? null : between?.Max,
            GreaterThan = isContainer ? null : greater?.Bound,
            Secret = field.Secret,
            Referenceable = field.Referenceable,
            AllowEmpty = field.AllowEmpty,
            Multiline = field.Multiline,
            IsUuid = type == typeof(Guid),
            Is32Bit = type == typeof(int),
            Rules = isContainer ? [] : rules,
        };
    }

    internal static string WireName(PropertyInfo property) =>
        property.GetCustomAttribute<FieldAttribute>()?.Name ?? SchemaJson.WireName(property.Name);

    private static JsonNode? DefaultOf(PropertyInfo property, object defaults, FieldAttribute field)
    {
        var value = SchemaJson.ToNode(property.GetValue(defaults), property.PropertyType);
        return value switch
        {
            null => null,
            JsonValue v when v.TryGetValue<string>(out var text) && (text.Length == 0 || text == Guid.Empty.ToString()) => null,
            JsonArray { Count: 0 } or JsonObject { Count: 0 } when field.Required => null,
            _ => value,
        };
    }

    private static FieldKind KindOf(Type type, FieldAttribute? field)
    {
        if (type == typeof(string) || type == typeof(Guid))
        {
            return FieldKind.String;
        }

        if (type == typeof(int) || type == typeof(long))
        {
            return FieldKind.Integer;
        }

        if (type == typeof(double) || type == typeof(decimal))
        {
            return FieldKind.Number;
        }

        if (type == typeof(bool))
        {
            return FieldKind.Boolean;
        }

        if (type == typeof(EntityReference))
        {
            return FieldKind.Foreign;
        }

        if (typeof(JsonNode).IsAssignableFrom(type))
        {
            return FieldKind.Json;
        }

        if (IsGeneric(type, typeof(IReadOnlyDictionary<,>)))
        {
            return FieldKind.Map;
        }

        if (IsGeneric(type, typeof(IReadOnlyList<>)))
        {
            return field?.IsSet == true ? FieldKind.Set : FieldKind.Array;
        }

        return type is { IsClass: true } && type.GetProperties().Any(p => p.IsDefined(typeof(FieldAttribute)))
            ? FieldKind.Record
            : throw new InvalidOperationException($"A schema field cannot have the type {type}.");
    }

    private static Type ElementType(Type type) => type.GetGenericArguments()[^1];

    private static bool IsGeneric(Type type, Type definition) => type.IsGenericType && type.GetGenericTypeDefinition() == definition;
}
